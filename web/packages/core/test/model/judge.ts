/** Compares what every device shows, once all has come to rest, with what the book says. Every difference is a sentence. */

import type { Message } from '../../src'
import type { Said } from './book'
import { type Device, until } from './device'
import type { Play } from './play'

/** How long it may take until everything is as it should be, and how long it must then stay so. */
const REST_MS = 60_000
const STAYS_MS = 250

export class Judge {
  constructor(private readonly play: Play) {}

  /** What is not as it should be, after waiting for it. */
  async verdict(): Promise<string[]> {
    let found: string[] = []
    await until(() => '', async () => (found = await this.differences()).length === 0, REST_MS).catch(() => undefined)
    if (found.length > 0) return found
    await new Promise((done) => setTimeout(done, STAYS_MS))
    return [...(await this.differences()), ...(await this.closedDoors())]
  }

  private async differences(): Promise<string[]> {
    const { cast, book } = this.play
    const found: string[] = []
    const views = new Map<string, Message[]>()
    for (const device of cast.all()) {
      const messages = await device.engine.messages(this.play.id)
      views.set(device.name, messages)
      found.push(...this.wellbeing(device))
      const isIn = book.members.has(cast.whoIs(device.accountId))
      found.push(...(isIn ? this.inside(device, messages) : this.outside(device, messages)))
    }
    return [...found, ...this.together(views)]
  }

  private wellbeing({ name, now }: Device): string[] {
    const found = now.alerts.map(({ kind, person, id }) => `${name} is warned of ${kind} ${person} (${id})`)
    if (now.queued > 0) found.push(`${name} still has ${now.queued} to send`)
    if (now.status !== 'ready' || !now.online) found.push(`${name} is ${now.status} and ${now.online ? 'on' : 'off'} line`)
    return found
  }

  private inside({ name, accountId, now }: Device, messages: Message[]): string[] {
    const { cast, book, id } = this.play
    const who = cast.whoIs(accountId)
    const group = now.conversations.find((one) => one.id === id)
    if (!group?.isOpen) return [`${name} has no keys to the group`]
    const found = [...new Set(group.memberIds)].sort().join() === [...book.members].map((one) => cast.ids[one] ?? '').sort().join() ? [] : [`${name} shows other members`]
    const texts = messages.map(({ text }) => text)
    const doubtful = new Set(book.said.flatMap((one) => (one.isDoubtful ? [one.text] : [])))
    const missing = [...book.must(who)].filter((text) => !texts.includes(text) && !doubtful.has(text))
    if (missing.length > 0) found.push(`${name} does not read ${missing.join(', ')}`)
    const tooMuch = texts.filter((text) => !book.may(who).has(text))
    if (tooMuch.length > 0) found.push(`${name} reads ${tooMuch.join(', ')}`)
    const twice = texts.filter((text, at) => texts.indexOf(text) !== at)
    if (twice.length > 0) found.push(`${name} reads twice ${twice.join(', ')}`)
    return [...found, ...this.order(name, messages), ...this.authors(name, messages)]
  }

  private outside({ name, now }: Device, messages: Message[]): string[] {
    const found = messages.length > 0 ? [`${name} is out and reads ${messages.map(({ text }) => text).join(', ')}`] : []
    return now.conversations.some((one) => one.id === this.play.id) ? [...found, `${name} is out and still shows the group`] : found
  }

  private order(name: string, messages: Message[]): string[] {
    const said = messages.flatMap(({ text }) => this.play.book.said.find((one) => one.text === text) ?? [])
    return said.flatMap((one, at) => {
      const next = said[at + 1]
      return next && !mayFollow(one, next) ? [`${name} reads ${one.text} before ${next.text}`] : []
    })
  }

  private authors(name: string, messages: Message[]): string[] {
    return messages.flatMap(({ text, authorId, state }) => {
      const by = this.play.book.said.find((one) => one.text === text)?.by
      const found = by !== undefined && this.play.cast.ids[by] !== authorId ? [`${name} takes ${text} for somebody else's`] : []
      return ['waiting', 'failed'].includes(state) ? [...found, `${name} shows ${text} as ${state}`] : found
    })
  }

  /** One line of the log is one message everywhere; what is there for one reader is there for all; there is one title. */
  private together(views: Map<string, Message[]>): string[] {
    const { book, cast, id } = this.play
    const found: string[] = []
    const lines = new Map<string, number>()
    for (const [name, messages] of views) {
      for (const { text, seq } of messages) {
        const known = lines.get(text) ?? seq
        lines.set(text, known)
        if (known !== seq) found.push(`${name} has ${text} in line ${seq}, others in ${known}`)
      }
    }
    for (const device of cast.all()) {
      const must = book.must(cast.whoIs(device.accountId))
      const shown = new Set(views.get(device.name)?.map(({ text }) => text))
      const missing = [...must].filter((text) => lines.has(text) && !shown.has(text))
      if (missing.length > 0) found.push(`${device.name} lacks what others read: ${missing.join(', ')}`)
    }
    const titles = new Set(cast.all().flatMap(({ now }) => now.conversations.filter((one) => one.id === id).map(({ title }) => title)))
    return titles.size > 1 ? [...found, `the group is called ${[...titles].join(' and ')}`] : found
  }

  /** Whoever is out gets nothing from the server either; whoever is in finds every message in the log, by its author. */
  private async closedDoors(): Promise<string[]> {
    const { cast, book, id } = this.play
    const found: string[] = []
    for (const device of cast.all()) {
      if (book.members.has(cast.whoIs(device.accountId))) continue
      for (const path of ['log', 'archive', 'history-boxes']) {
        const { status } = await device.ask(`conversations/${id}/${path}`)
        if (status !== 404) found.push(`${device.name} is out and gets ${path}: ${status}`)
      }
    }
    const inside = cast.all().find((one) => book.members.has(cast.whoIs(one.accountId)))
    if (!inside) return found
    const lines = (await this.play.log(inside)).filter(({ kind }) => kind === 'message')
    const sure = book.said.filter((one) => !one.isDoubtful).length
    if (lines.length < sure || lines.length > book.said.length) found.push(`${book.said.length} things were said, the log has ${lines.length}`)
    return found
  }
}

function mayFollow(one: Said, next: Said): boolean {
  if (one.rank !== next.rank) return one.rank < next.rank
  const isOneDevice = one.by === next.by && one.device === next.device
  return !isOneDevice || Number(one.text.split('.')[1]) < Number(next.text.split('.')[1])
}
