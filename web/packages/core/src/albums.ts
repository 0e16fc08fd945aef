/** Albums: what there is of them, brought up to date, and what people do with them. */

import type { Api, Media } from '@prifora/api'
import { AlbumBook, type AlbumForm } from './albumbook'
import { AlbumContents } from './albumcontents'
import { AlbumItems } from './albumitems'
import { itemsOf, shownAlbum } from './albumlisting'
import { allSeen, newsOf } from './albumnews'
import { AlbumShelf, type KnownDetails, type StoredAlbum } from './albumrows'
import { AlbumServer } from './albumserver'
import type { Album, AlbumChanges, AlbumItem, AlbumNews, NewItem } from './albumsurface'
import { type AlbumContext, AlbumTrust } from './albumtrust'
import type { Films } from './films'
import { Failed } from './problem'
import type { Store } from './store'
import { Turns } from './turns'
import { Uploads } from './uploads'

const AGAIN_MS = 5000
/** So long the devices of others leave it to the owner's to make a new version, and up to twice as long. */
const PATIENCE_MS = 4000

export interface AlbumSetting {
  api: Api
  media: Media
  store: Store
  films?: Films
}

export class Albums {
  readonly items: AlbumItems
  readonly uploads: Uploads
  private readonly server: AlbumServer
  private readonly shelf: AlbumShelf
  private readonly word: AlbumTrust
  private readonly book: AlbumBook
  private readonly contents: AlbumContents
  private isRunning = false
  private isWanted = false
  private isOver = false
  private again: ReturnType<typeof setTimeout> | undefined
  private turn: ReturnType<typeof setTimeout> | undefined
  /** When a new version that is due is made here. */
  private readonly turnAt = new Map<string, number>()

  constructor(
    { api, media, store, films }: AlbumSetting,
    private readonly context: AlbumContext,
  ) {
    const turns = new Turns()
    this.server = new AlbumServer(api)
    this.shelf = new AlbumShelf(store, async (ids) => films?.drop(ids), (id) => this.uploads.leave(id))
    this.word = new AlbumTrust(context)
    this.contents = new AlbumContents(this.server, this.shelf, this.word, context, turns)
    this.book = new AlbumBook(this.server, this.shelf, this.word, context, turns, (id) => this.contents.keysOfItems(id))
    this.items = new AlbumItems(this.server, media, store, this.shelf, this.book, this.contents, this.word, context, films)
    this.uploads = new Uploads({
      server: this.server,
      media,
      store,
      items: this.items,
      me: this.word.me,
      albumOf: (id) => this.shelf.albums.get(id),
      changed: () => context.changed(),
    })
  }

  async load(): Promise<void> {
    await this.shelf.load()
    await this.uploads.load()
  }

  stop(): void {
    this.isOver = true
    clearTimeout(this.again)
    clearTimeout(this.turn)
    this.uploads.stop()
  }

  /** Takes which albums there are; what is in them follows in the background, so that nothing else waits for it. */
  async refresh(familyIds: string[]): Promise<void> {
    for (const album of [...this.shelf.albums.values()]) if (!familyIds.includes(album.familyId)) await this.book.forget(album.id)
    for (const id of familyIds) await this.book.refresh(id)
    void this.catchUp()
  }

  /** Makes new versions that are on me, and takes what is new in every album. What the server does not answer is tried again. */
  private async catchUp(): Promise<void> {
    this.isWanted = true
    if (this.isRunning || this.isOver) return
    this.isRunning = true
    clearTimeout(this.again)
    try {
      while (this.isWanted && !this.isOver) {
        this.isWanted = false
        for (const album of [...this.shelf.albums.values()]) await this.bringUp(album)
      }
    } catch {
      if (!this.isOver) this.again = setTimeout(() => void this.catchUp(), AGAIN_MS)
    } finally {
      this.isRunning = false
      this.context.changed()
    }
  }

  private async bringUp(album: StoredAlbum): Promise<void> {
    if (this.isMyTurn(album)) await this.book.renew(album.id)
    await this.contents.sync(album.id)
  }

  /** A new version is on this device now. */
  private isMyTurn(album: StoredAlbum): boolean {
    const { id, role } = album
    if (!this.book.isDue(album)) {
      this.turnAt.delete(id)
      return false
    }
    const at = this.turnAt.get(id) ?? Date.now() + (role === 'owner' ? 0 : PATIENCE_MS * (1 + Math.random()))
    this.turnAt.set(id, at)
    const left = at - Date.now()
    if (left > 0) this.comeBackIn(left)
    return left <= 0
  }

  /** A timer may fire a moment early: whoever finds that it is not time yet waits again. */
  private comeBackIn(ms: number): void {
    clearTimeout(this.turn)
    this.turn = setTimeout(() => void this.catchUp(), Math.ceil(ms))
  }

  shown(): Album[] {
    const all = [...this.shelf.albums.values()].sort((one, other) => (one.createdAt < other.createdAt ? 1 : -1))
    return all.map((album) => shownAlbum(album, this.context.nameOf, !this.contents.isBehind(album)))
  }

  news(): AlbumNews[] {
    return newsOf(this.shelf.albums.values(), this.context.nameOf)
  }

  /** What is in it is no news any more, nor what else comes of the same batches. */
  async see(albumId: string): Promise<void> {
    const news = this.shelf.albums.get(albumId)?.news ?? {}
    if (Object.values(news).every((one) => one.isSeen)) return
    await this.shelf.update(albumId, { news: allSeen(news, Date.now()) })
    this.context.changed()
  }

  async inside(albumId: string): Promise<AlbumItem[]> {
    const { album } = this.book.open(albumId)
    const { me } = this.word
    return itemsOf(album, await this.shelf.items(albumId), await this.shelf.remarks(albumId), { me, nameOf: this.context.nameOf })
  }

  create(familyId: string, form: AlbumForm): Promise<string> {
    return this.book.create(familyId, form)
  }
  change(albumId: string, changes: AlbumChanges): Promise<void> {
    return this.book.change(albumId, (details) => changed(details, changes))
  }
  setNoForward(albumId: string, noForward: boolean): Promise<void> {
    return this.book.setRule(albumId, noForward)
  }
  share(albumId: string, accountId: string, role: 'contributor' | 'viewer'): Promise<void> {
    return this.book.share(albumId, accountId, role)
  }
  /** Puts somebody out, or leaves. */
  async unshare(albumId: string, accountId: string): Promise<void> {
    if (accountId !== this.word.me) return this.book.unshare(albumId, accountId)
    await this.book.forget(albumId, () => this.server.unshare(albumId, accountId))
  }
  remove(albumId: string): Promise<void> {
    return this.book.forget(albumId, () => this.server.remove(albumId))
  }
  add(albumId: string, items: NewItem[], batch?: string): Promise<string> {
    const { album } = this.book.open(albumId)
    if (album.role === 'viewer') throw new Failed('absent')
    return this.uploads.add(album, items, batch)
  }
  storage(familyId: string) {
    return this.server.storage(familyId)
  }
}

/** What is named is exchanged; null takes it away. */
function changed(details: KnownDetails, changes: AlbumChanges): KnownDetails {
  const next = Object.entries({ ...details, ...changes }).filter(([, value]) => value !== null && value !== undefined)
  return Object.fromEntries(next) as unknown as KnownDetails
}
