/** Carries out a schedule on real engines and a real server, and writes in the book what it must lead to. */

import { Book } from './book'
import type { Cast } from './cast'
import { type Device, until } from './device'
import type { Change, Place, Saying, Schedule, Step } from './steps'

/** What one schedule did. */
export interface Counts {
  steps: number
  messages: number
  crashes: number
}

interface Found {
  member_ids: string[]
  missing_ids: string[]
  pending: boolean
}

export interface Logged {
  seq: number
  kind: string
  epoch: number
  account: string | null
}

export class Play {
  readonly book: Book
  readonly counts: Counts = { steps: 0, messages: 0, crashes: 0 }
  id = ''

  constructor(
    readonly cast: Cast,
    readonly schedule: Schedule,
  ) {
    this.book = new Book(schedule.maker.who, schedule.others)
  }

  /** Everything, until all devices are back. `began` is told of each step. */
  async all(began: (step: number) => void): Promise<void> {
    const { maker, others, steps, last, seed } = this.schedule
    const ids = others.map((who) => this.cast.ids[who] ?? '')
    this.id = await this.cast.at(maker).engine.startGroup(this.cast.familyId, `Groep ${seed}`, ids)
    await this.isAsInTheBook(maker)
    for (const [at, step] of steps.entries()) {
      began(at + 1)
      this.book.turn()
      await this.do(step)
      this.counts.steps += 1
    }
    began(steps.length + 1)
    this.book.turn()
    for (const [who] of this.cast.ids.entries()) {
      for (const device of this.cast.of(who).keys()) if (!this.cast.at({ who, device }).isOn) await this.comeBack({ who, device })
    }
    await this.fall(last)
  }

  private async do(step: Step): Promise<void> {
    switch (step.do) {
      case 'say':
        return this.say(step)
      case 'off':
        return this.cast.at(step.at).goOff()
      case 'on':
        return this.comeBack(step.at)
      case 'fall':
        return this.fall(step.at)
      case 'replace':
        return this.cast.replace(step)
      case 'rush':
        return this.rush(step.parts)
      default:
        return this.changeNow(step)
    }
  }

  /** The network comes back, and what waited has left. */
  private async comeBack(at: Place): Promise<void> {
    const device = this.cast.at(at)
    const sent = this.book.back(at.who, at.device)
    device.goOn()
    await device.isReady()
    await this.hasSent(device)
    this.counts.messages += sent.length
  }

  private async fall(at: Place): Promise<void> {
    await this.cast.at(at).fall()
    this.counts.crashes += 1
  }

  private async say(step: Saying): Promise<void> {
    const { by, texts } = step
    const device = this.cast.at(by)
    await this.knows(device)
    for (const text of texts) await device.engine.send(this.id, text)
    if (step.falls) await this.fall(by)
    for (const text of texts) {
      if (device.isOn) this.book.say(by.who, by.device, text)
      else this.book.sayLater(by.who, by.device, text)
    }
    if (!device.isOn) return
    await this.hasSent(device)
    this.counts.messages += texts.length
  }

  private hasSent(device: Device): Promise<boolean> {
    return until(() => `${device.name} has sent everything (${device.now.queued} wait)`, () => device.now.queued === 0)
  }

  /** A device finds out by itself, soon, that its person was let in. */
  private knows(device: Device): Promise<boolean> {
    return until(() => `${device.name} knows the group`, () => device.now.conversations.some((one) => one.id === this.id))
  }

  private async changeNow(step: Change): Promise<void> {
    const device = this.cast.at(step.by)
    await this.opens(device)
    const work = (): Promise<void> => this.change(step)
    if (!step.fall) await work()
    else if (await device.falling(step.fall, work)) this.counts.crashes += 1
    this.writeDown(step)
    await this.isAsInTheBook(step.by)
    if (step.do === 'add' && step.history === 'start') await this.hasTheKeys(step)
  }

  private opens(device: Device): Promise<boolean> {
    return until(() => `${device.name} has keys to the group`, () => device.now.conversations.some((one) => one.id === this.id && one.isOpen))
  }

  private change(step: Change): Promise<void> {
    const { engine } = this.cast.at(step.by)
    if (step.do === 'rename') return engine.renameGroup(this.id, step.title)
    const accountId = this.cast.ids[step.who] ?? ''
    return step.do === 'add' ? engine.addToGroup(this.id, accountId, step.history) : engine.removeFromGroup(this.id, accountId)
  }

  private writeDown(step: Change): void {
    if (step.do === 'add') this.book.add(step.by.who, step.who, step.history)
    if (step.do === 'remove') this.book.remove(step.who)
  }

  /** The server and the keys agree with the book on who is in, and the device has kept its promises. */
  private async isAsInTheBook(at: Place): Promise<void> {
    const device = this.cast.at(at)
    let seen = ''
    const members = [...this.book.members].map((who) => this.cast.ids[who] ?? '').sort().join()
    await until(() => `the group is as in the book; the server has ${seen}`, async () => {
      const { body } = await device.ask<Found>(`conversations/${this.id}`)
      seen = JSON.stringify({ ...body, group_info: '', details: '', left: await device.promises() })
      return body.member_ids?.toSorted().join() === members && body.missing_ids.length === 0 && !body.pending && (await device.promises()) === 0
    })
  }

  /** Whoever came in from the start was given the keys of everything that who added them has keys of. */
  private async hasTheKeys({ by, who }: { by: Place; who: number }): Promise<void> {
    const [giver, taker] = [this.cast.at(by), this.cast.at({ who, device: 0 })]
    await until(() => `${taker.name} has the keys from the start`, async () => {
      const [given, wanted] = [await this.epochs(taker), await this.epochs(giver)]
      return [...wanted].every((epoch) => given.has(epoch))
    })
  }

  private async epochs(device: Device): Promise<Set<number>> {
    const { body } = await device.ask<{ items: { epoch: number }[] }>(`conversations/${this.id}/history-boxes`)
    return new Set(body.items.map(({ epoch }) => epoch))
  }

  /**
   * Several things at once. For who comes or goes meanwhile the order is the server's: they read what was said in epochs
   * they have keys of.
   */
  private async rush(parts: (Change | Saying)[]): Promise<void> {
    const changes = parts.filter((one) => one.do !== 'say')
    const sayings = parts.filter((one) => one.do === 'say')
    for (const { by } of changes) await this.opens(this.cast.at(by))
    for (const { by } of sayings) await this.opens(this.cast.at(by))
    const before = new Set(this.book.members)
    const since = Math.max(0, ...(await this.log(this.cast.at(parts[0]?.by ?? this.schedule.maker))).map(({ seq }) => seq))
    await Promise.all(parts.map((one) => (one.do === 'say' ? this.sayAll(one) : this.change(one))))
    for (const step of changes) this.writeDown(step)
    for (const { by } of changes) await this.isAsInTheBook(by)
    for (const { by } of sayings) await this.hasSent(this.cast.at(by))
    for (const step of changes) if (step.do === 'add' && step.history === 'start') await this.hasTheKeys(step)
    await this.writeDownRush(sayings, before, changes, since)
  }

  private async sayAll({ by, texts }: Saying): Promise<void> {
    for (const text of texts) await this.cast.at(by).engine.send(this.id, text)
  }

  private async writeDownRush(sayings: Saying[], before: Set<number>, changes: Change[], since: number): Promise<void> {
    const steady = [...this.book.members].filter((who) => before.has(who))
    for (const { by, texts } of sayings) {
      const isDoubtful = !this.book.members.has(by.who)
      for (const text of texts) this.book.say(by.who, by.device, text, steady, isDoubtful)
      this.counts.messages += texts.length
    }
    const texts = sayings.flatMap((one) => one.texts)
    const gone = changes.flatMap((step) => (step.do === 'remove' ? [step.who] : []))
    for (const who of gone) for (const text of texts) this.book.mightLet(who, text)
    const come = changes.flatMap((step) => (step.do === 'add' ? [step.who] : []))
    if (come.length === 0 || texts.length === 0) return
    const said = await this.epochsOfWords(steady, since)
    for (const who of come) {
      const epochs = await this.epochs(this.cast.at({ who, device: 0 }))
      for (const [text, epoch] of said) if (texts.includes(text) && epochs.has(epoch)) this.book.let(who, text)
    }
  }

  /** In which epoch each thing was said since a line of the log, as somebody tells who was in all the while. */
  private async epochsOfWords(steady: number[], since: number): Promise<Map<string, number>> {
    const witness = steady.flatMap((who) => this.cast.of(who)).find((one) => one.isOn)
    if (!witness) return new Map()
    const lines = (await this.log(witness)).filter(({ seq, kind }) => kind === 'message' && seq > since)
    const words = await until(() => `${witness.name} reads the lines ${lines.map(({ seq }) => seq).join()}`, async () => {
      const found = (await witness.engine.messages(this.id)).map(({ seq, text }): [number, string] => [seq, text])
      return lines.every(({ seq }) => found.some(([at]) => at === seq)) && new Map(found)
    })
    return new Map(lines.map(({ seq, epoch }) => [words.get(seq) ?? '', epoch]))
  }

  /** The lines of the group's log, as the server tells a member. */
  async log(device: Device): Promise<Logged[]> {
    return (await device.ask<{ items: Logged[] }>(`conversations/${this.id}/log?after=0&limit=500`)).body.items
  }
}
