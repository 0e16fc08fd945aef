/**
 * Everything of mine in one zip, made on my device as a stream: what the server holds, and what only this device can open.
 * docs/takeout.md says what is in it.
 */

import type { Album, AlbumItem, Conversation, Core, Message, MyData, Snapshot } from '@prifora/core'
import { safeName, uniqueNames } from '@prifora/media/names'
import { type ZipEntry, dated, zipped } from '@prifora/media/saving'
import { datesOf } from './calendar'
import { contactsOf } from './contacts'
import { hashed } from './hashing'
import { type Counts, frontPage } from './pages'
import { taken, talkPage, type TakenTalk } from './talks'
import type { Words } from './words'

export type { Words }

export interface Given {
  core: Pick<Core, 'exportSchema' | 'wholeTalk' | 'file' | 'albumItems' | 'portrait' | 'closing' | 'invitations'>
  snapshot: Snapshot
  /** What the server holds of me (`Core.exported`), and what it says of it (`Core.myData`). */
  account: Blob
  data: MyData
  words: Words
  now: Date
  /** A moment as a person reads it. */
  when(at: string): string
  titleOf(talk: Conversation): string
  /** Opens an original when its turn comes; throws when it cannot be had. */
  original(item: AlbumItem): Promise<Blob | ReadableStream<Uint8Array>>
  signal?: AbortSignal
  /** How many talks and items are done, of how many. */
  progress?(done: number, all: number): void
}

/** An item in media/manifest.json. */
export interface TakenItem {
  id: string
  album: string
  file: string
  sha256: string
  size: number
  name: string
  mime: string
  kind: AlbumItem['kind']
  author: string
  mine: boolean
  added: string
  taken: string | null
  width: number | null
  height: number | null
  seconds: number | null
  caption: string
  people: string[]
}

export type TakenAlbum = Pick<Album, 'id' | 'kind' | 'title' | 'role' | 'noForward' | 'cover' | 'order' | 'interval' | 'music' | 'shuffle'> & { family: string }

export interface Manifest {
  albums: TakenAlbum[]
  items: TakenItem[]
}

export class Stopped extends Error {}

export const takeOut = (given: Given): ReadableStream<Uint8Array> => zipped(new Takeout(given).entries())

class Takeout {
  private readonly counts: Counts = { talks: 0, messages: 0, items: 0, hasDates: false, hasPortrait: false, missing: [], unread: 0 }
  private done = 0
  private all = 0

  constructor(private readonly given: Given) {}

  async *entries(): AsyncGenerator<ZipEntry> {
    const { core, snapshot, account } = this.given
    const talks = snapshot.conversations.filter((one) => one.isOpen)
    this.counts.unread = snapshot.conversations.length - talks.length
    const albums = await this.albums()
    this.all = talks.length + albums.reduce((sum, [, items]) => sum + items.length, 0)
    yield this.entry('account.json', account)
    yield this.entry('schema.json', await core.exportSchema())
    yield* this.people()
    yield* this.dates()
    const folders = uniqueNames(talks.map((one) => safeName(this.given.titleOf(one), '')))
    for (const [at, talk] of talks.entries()) yield* this.talk(talk, `messages/${folders[at]}`)
    yield* this.media(albums)
    yield this.entry('index.html', frontPage(this.given.words, this.given.when(this.given.now.toISOString()), this.given.data, this.counts))
  }

  private async *people(): AsyncGenerator<ZipEntry> {
    const { core, snapshot } = this.given
    const me = snapshot.profile!
    const portraits = new Map<string, string>()
    const own = me.portrait ? await this.tried('portrait.webp', () => core.portrait(me.id, me.portrait!)) : undefined
    for (const person of snapshot.families.flatMap((one) => one.people)) {
      if (person.isMe || !person.portrait || portraits.has(person.accountId)) continue
      const picture = await this.tried(person.name, () => core.portrait(person.accountId, person.portrait!))
      if (picture) portraits.set(person.accountId, await addressOf(picture))
    }
    if (own) {
      portraits.set(me.id, await addressOf(own))
      this.counts.hasPortrait = true
      yield this.entry('portrait.webp', own)
    }
    yield this.entry('contacts.vcf', await contactsOf(me, snapshot.families, { portraits }))
  }

  private async *dates(): AsyncGenerator<ZipEntry> {
    const { core, snapshot, words, now } = this.given
    const closing = await core.closing()
    const led = snapshot.families.filter((one) => one.isAdmin)
    const made = (await Promise.all(led.map((one) => core.invitations(one.id)))).flat()
    const invitations = made.filter((one) => one.state === 'open')
    const calendar = await datesOf(snapshot.profile!, { closing: closing.dueAt, invitations }, words, now)
    if (calendar === undefined) return
    this.counts.hasDates = true
    yield this.entry('dates.ics', calendar)
  }

  private async *talk(talk: Conversation, folder: string): AsyncGenerator<ZipEntry> {
    const { core, snapshot, titleOf, words, when } = this.given
    const messages = await core.wholeTalk(talk.id)
    const paths = new Map<string, string>()
    yield* this.filesOf(talk, messages, folder, paths)
    const family = snapshot.families.find((one) => one.id === talk.familyId)
    const told: TakenTalk = {
      id: talk.id,
      title: titleOf(talk),
      kind: talk.kind,
      family: family?.name ?? '',
      people: family?.people.filter((one) => talk.memberIds.includes(one.accountId)).map((one) => one.name) ?? [],
      messages: messages.map((one) => taken(one, paths)),
    }
    this.counts.talks += 1
    this.counts.messages += messages.length
    yield this.entry(`${folder}/messages.json`, JSON.stringify(told, undefined, 1))
    yield this.entry(`${folder}/index.html`, talkPage(words, told, when))
    this.step()
  }

  private async *filesOf(talk: Conversation, messages: Message[], folder: string, paths: Map<string, string>): AsyncGenerator<ZipEntry> {
    const filed = messages.filter((one) => one.file && !one.gone)
    const names = uniqueNames(filed.map((one) => safeName(one.file!.name, one.file!.mime)))
    for (const [at, message] of filed.entries()) {
      const path = `files/${names[at]}`
      const content = await this.tried(`${folder}/${path}`, () => this.given.core.file(talk.id, message.id))
      if (!content) continue
      paths.set(message.id, path)
      yield { ...this.entry(`${folder}/${path}`, content), ...dated(new Date(message.at).toISOString()) }
    }
  }

  private async albums(): Promise<[Album, AlbumItem[]][]> {
    const { core, snapshot } = this.given
    const me = snapshot.profile!.id
    const open = snapshot.albums.filter((one) => one.isOpen)
    // What others added stays behind where the album's owner does not want it passed on.
    const mayGo = (album: Album, item: AlbumItem): boolean => item.authorId === me || !album.noForward || album.role === 'owner'
    return Promise.all(open.map(async (album): Promise<[Album, AlbumItem[]]> => [album, (await core.albumItems(album.id)).filter((one) => mayGo(album, one))]))
  }

  private async *media(albums: [Album, AlbumItem[]][]): AsyncGenerator<ZipEntry> {
    const { snapshot } = this.given
    const manifest: Manifest = { albums: [], items: [] }
    const folders = uniqueNames(['manifest.json', ...albums.map(([album]) => safeName(album.title, ''))]).slice(1)
    for (const [at, [album, items]] of albums.entries()) {
      const family = snapshot.families.find((one) => one.id === album.familyId)?.name ?? ''
      manifest.albums.push(takenAlbum(album, family))
      const names = uniqueNames(items.map((one) => safeName(one.name, one.mime)))
      for (const [place, item] of items.entries()) yield* this.item(item, `${folders[at]}/${names[place]}`, manifest.items)
    }
    yield this.entry('media/manifest.json', JSON.stringify(manifest, undefined, 1))
  }

  private async *item(item: AlbumItem, file: string, listed: TakenItem[]): AsyncGenerator<ZipEntry> {
    const input = await this.tried(`media/${file}`, () => this.given.original(item))
    if (input) {
      const { stream, found } = hashed(input)
      const size = item.parts.original
      const moment = item.taken === null ? undefined : new Date(item.taken).toISOString()
      yield { ...this.entry(`media/${file}`, stream), ...(size === undefined ? {} : { size }), ...dated(moment) }
      listed.push(takenItem(item, file, found(), this.given.snapshot.profile!.id))
      this.counts.items += 1
    }
    this.step()
  }

  private entry(name: string, input: ZipEntry['input']): ZipEntry {
    if (this.given.signal?.aborted) throw new Stopped()
    return { name, input, ...(input instanceof Blob ? { size: input.size } : {}), lastModified: this.given.now }
  }

  /** What cannot be had is named in the package, and left out. */
  private async tried<T>(name: string, get: () => Promise<T | undefined>): Promise<T | undefined> {
    if (this.given.signal?.aborted) throw new Stopped()
    const found = await get().catch(() => undefined)
    if (found === undefined) this.counts.missing.push(name)
    return found
  }

  private step(): void {
    this.done += 1
    this.given.progress?.(this.done, this.all)
  }
}

const takenAlbum = ({ id, kind, title, role, noForward, cover, order, interval, music, shuffle }: Album, family: string): TakenAlbum => ({
  id,
  kind,
  title,
  role,
  noForward,
  cover,
  order,
  interval,
  music,
  shuffle,
  family,
})

function takenItem(item: AlbumItem, file: string, found: { sha256: string; size: number }, me: string): TakenItem {
  const { id, albumId: album, name, mime, kind, authorId: author, at: added, width, height, seconds, caption, people } = item
  const moment = item.taken === null ? null : new Date(item.taken).toISOString()
  return { id, album, file, ...found, name, mime, kind, author, mine: author === me, added, taken: moment, width, height, seconds, caption, people }
}

async function addressOf(picture: Blob): Promise<string> {
  const bytes = new Uint8Array(await picture.arrayBuffer())
  let text = ''
  for (const one of bytes) text += String.fromCharCode(one)
  return `data:image/webp;base64,${btoa(text)}`
}
