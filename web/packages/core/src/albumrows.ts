/** Albums as this device keeps them: opened, in rows that the store encrypts. */

import { type AlbumDetails, type AlbumRole, type AlbumRule, type Bytes, type ItemMeta, type PartName, type RemarkType, unbase64 } from '@prifora/crypto'
import type { News } from './albumnews'
import type { Store } from './store'

/** What members know of an album together, without its keys and without what its owner alone says. */
export type KnownDetails = Omit<AlbumDetails, 'past' | 'rule'>

export interface StoredAlbum {
  id: string
  familyId: string
  kind: 'album' | 'playlist' | 'slideshow'
  ownerId: string
  /** As the server says; it counts where the owner said nothing. */
  noForward: boolean
  /** The owner's newest word for whether it may be passed on. */
  rule: AlbumRule | null
  version: number
  rev: number
  detailsRev: number
  stale: boolean
  createdAt: string
  role: AlbumRole
  /** Who has a share, as the server says. */
  members: Record<string, AlbumRole>
  count: number
  bytes: number
  /** The keys of its versions, base64url: from a box whose giver was checked, or from details under such a key. */
  keys: Record<number, string>
  /** Which device gave the present key. */
  giver: { accountId: string; deviceId: string } | null
  details: KnownDetails | null
  /** How far items and remarks are here. */
  items: number
  remarks: number
  /** Before the first change that was refused: looked at again when this device knows more of people. */
  again: number | null
  /** Whom I put out, until a new version says so. */
  puttingOut: string[]
  /** What is added after this change is news; what was there when this device first saw the album is not. */
  newsFrom?: number
  news?: News
}

export interface StoredPart {
  id: string
  /** Sealed bytes. */
  size: number
}

/** An item whose author's word was refused has nothing but its key, where that could be opened. */
export interface StoredItem {
  id: string
  rev: number
  authorId: string
  createdAt: string
  fileKey: string | null
  meta: (Omit<ItemMeta, 'parts'> & { parts: Partial<Record<PartName, StoredPart & { sha256: string }>> }) | null
}

export interface StoredRemark {
  id: string
  rev: number
  itemId: string
  authorId: string
  createdAt: string
  type: RemarkType
  text: string
}

export const albumRow = (id: string): string => `album/${id}`
export const itemRow = (albumId: string, id: string): string => `item/${albumId}/${id}`
export const remarkRow = (albumId: string, id: string): string => `remark/${albumId}/${id}`
export const thumbRow = (albumId: string, itemId: string): string => `thumb/${albumId}/${itemId}`

/** The key of one version; undefined when this device has none. */
export function keyOf(album: StoredAlbum, version = album.version): Bytes | undefined {
  const key = album.keys[version]
  return key === undefined ? undefined : unbase64(key)
}

/** The keys before the present one, first to last; none when one is missing. */
export function pastOf(album: StoredAlbum): Bytes[] {
  const past = Array.from({ length: album.version - 1 }, (_, at) => keyOf(album, at + 1))
  return past.every((key) => key !== undefined) ? (past as Bytes[]) : []
}

/** This device can read the album. */
export const isOpen = (album: StoredAlbum): boolean => album.keys[album.version] !== undefined && album.details !== null

/** Others may not take what is in it to another album. */
export const staysHere = ({ rule, noForward }: StoredAlbum): boolean => rule?.noForward ?? noForward

/** The albums of this device, and what is in those that were looked into. */
export class AlbumShelf {
  readonly albums = new Map<string, StoredAlbum>()
  private readonly itemsOf = new Map<string, Map<string, StoredItem>>()
  private readonly remarksOf = new Map<string, Map<string, StoredRemark>>()

  constructor(
    private readonly store: Store,
    /** Hears which items are gone. */
    private readonly gone: (itemIds: string[]) => Promise<void> = async () => undefined,
    /** Hears which album is. */
    private readonly left: (albumId: string) => Promise<void> = async () => undefined,
  ) {}

  async load(): Promise<void> {
    for (const [, album] of await this.store.list<StoredAlbum>('album/')) this.albums.set(album.id, album)
  }

  async keep(album: StoredAlbum): Promise<void> {
    this.albums.set(album.id, album)
    await this.store.write({ [albumRow(album.id)]: album })
  }

  /** Changes what is named and leaves the rest as it is now; an album that is gone stays gone. */
  async update(albumId: string, changes: Partial<StoredAlbum>, rows: Record<string, unknown> = {}, deletes: string[] = []): Promise<void> {
    const present = this.albums.get(albumId)
    if (!present) return
    const album = { ...present, ...changes }
    this.albums.set(albumId, album)
    await this.store.write({ ...rows, [albumRow(albumId)]: album }, deletes)
  }

  async items(albumId: string): Promise<Map<string, StoredItem>> {
    return opened(this.itemsOf, albumId, () => this.store.list<StoredItem>(`item/${albumId}/`))
  }

  async remarks(albumId: string): Promise<Map<string, StoredRemark>> {
    return opened(this.remarksOf, albumId, () => this.store.list<StoredRemark>(`remark/${albumId}/`))
  }

  /** An item that is here now: what was fetched of one that is gone meanwhile is not kept. */
  hasItem(albumId: string, itemId: string): boolean {
    return this.albums.has(albumId) && this.itemsOf.get(albumId)?.has(itemId) === true
  }

  /** Leaves nothing of an album on this device. From the call on nothing is written to it any more. */
  async forget(albumId: string): Promise<void> {
    this.albums.delete(albumId)
    const [items, remarks] = [await this.items(albumId), await this.remarks(albumId)]
    const gone = [...items.keys()].flatMap((id) => [itemRow(albumId, id), thumbRow(albumId, id)])
    for (const id of remarks.keys()) gone.push(remarkRow(albumId, id))
    await this.store.write({}, [albumRow(albumId), ...gone])
    for (const kept of [this.itemsOf, this.remarksOf]) kept.delete(albumId)
    await this.dropped([...items.keys()])
    await this.left(albumId)
  }

  /** Nothing shows these any more. */
  async dropped(itemIds: string[]): Promise<void> {
    if (itemIds.length > 0) await this.gone(itemIds).catch(() => undefined)
  }
}

async function opened<T extends { id: string }>(all: Map<string, Map<string, T>>, albumId: string, read: () => Promise<[string, T][]>): Promise<Map<string, T>> {
  const known = all.get(albumId)
  if (known) return known
  const rows = new Map((await read()).map(([, one]) => [one.id, one]))
  const present = all.get(albumId) ?? rows // Somebody else may have read it meanwhile.
  all.set(albumId, present)
  return present
}
