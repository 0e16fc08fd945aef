/** What people do with items: captions, remarks, copies, taking them out; and looking at them. */

import type { Media } from '@prifora/api'
import {
  base64,
  type Bytes,
  type ItemMeta,
  itemKeys,
  MEDIA_MAX_BYTES,
  openingKey,
  openItemMeta,
  type PartName,
  plainSize,
  type ReadPart,
  type RemarkType,
  type Sealed,
  sealItemMeta,
  sealRemark,
  SealedFile,
  unbase64,
} from '@prifora/crypto'
import type { AlbumBook } from './albumbook'
import type { AlbumContents } from './albumcontents'
import { type AlbumShelf, isOpen, staysHere, type StoredItem, thumbRow } from './albumrows'
import type { AlbumServer } from './albumserver'
import type { Shot } from './albumsurface'
import type { AlbumContext, AlbumTrust } from './albumtrust'
import type { Film, Films } from './films'
import { Failed } from './problem'
import type { Store } from './store'

/** Bytes that are opened at a time. */
const STEP = 4 * 1024 * 1024
/** Parts of up to this size are fetched in one go. */
const AT_ONCE = 2 * STEP
/** Thumbnails of up to this size are kept on this device. */
const THUMB_MAX_BYTES = 512 * 1024

/** What a slideshow shows of an item, the best first. */
const SHOWN = ['view', 'poster', 'thumb'] as const

/** Films of up to this size are kept on a Home Station; longer ones play while there is a network. */
const FILM_KEPT_BYTES = 128 * 1024 * 1024

type Part = Film & { sealedSize: number }
type Meta = NonNullable<StoredItem['meta']>

/** An item that can be opened here. */
interface Here {
  item: StoredItem
  meta: Meta
  fileKey: Bytes
}

export class AlbumItems {
  constructor(
    private readonly server: AlbumServer,
    private readonly media: Media,
    private readonly store: Store,
    private readonly shelf: AlbumShelf,
    private readonly book: AlbumBook,
    private readonly contents: AlbumContents,
    private readonly word: AlbumTrust,
    private readonly context: AlbumContext,
    private readonly films: Films | undefined,
  ) {}

  /** Writes a caption, and who is in it where that is given. */
  async describe(albumId: string, itemId: string, caption: string, people?: string[]): Promise<void> {
    const { meta, fileKey } = await this.here(albumId, itemId)
    const next = { ...openedMeta(meta), n: meta.n + 1, caption, ...(people ? { people } : {}) }
    await this.server.describe(albumId, itemId, base64(await this.sealMeta(albumId, itemId, fileKey, next)))
    await this.settle(albumId)
  }

  async remove(albumId: string, itemId: string): Promise<void> {
    await this.server.take(albumId, itemId)
    await this.settle(albumId)
  }

  async remark(albumId: string, itemId: string, type: RemarkType, text?: string): Promise<void> {
    const id = crypto.randomUUID()
    await this.renewed(albumId)
    await this.book.tries(
      albumId,
      async () => {
        const { album, key } = this.book.open(albumId)
        const place = { albumId, version: album.version, itemId, remarkId: id }
        const remark = { type, ...(text === undefined ? {} : { text }) }
        const { sealed, signature } = await sealRemark(key, place, remark, this.word.signer, this.seed)
        await this.server.remark(albumId, itemId, { id, version: album.version, sealed: base64(sealed), signature: base64(signature) })
      },
      () => this.book.reload(albumId),
    )
    await this.settle(albumId)
  }

  async unremark(albumId: string, remarkId: string): Promise<void> {
    await this.server.unremark(albumId, remarkId)
    await this.settle(albumId)
  }

  /** The same bytes in another album, in my name. */
  async copy(fromAlbum: string, itemId: string, toAlbum: string): Promise<string> {
    const { item, meta, fileKey } = await this.here(fromAlbum, itemId)
    if (staysHere(this.book.open(fromAlbum).album) && item.authorId !== this.word.me) throw new Failed('no_forward')
    const id = crypto.randomUUID()
    const sealedMeta = base64(await this.sealMeta(toAlbum, id, fileKey, { ...withoutBatch(openedMeta(meta)), n: 1, author: this.word.me }))
    await this.withKey(toAlbum, id, fileKey, (version, sealedKey) =>
      this.server.copy(toAlbum, { id, version, from_item: itemId, sealed_key: sealedKey, sealed_meta: sealedMeta }),
    )
    await this.settle(toAlbum)
    return id
  }

  /** Wraps an item's key for the album's present version, a new one where that is due; again where it changed meanwhile. */
  async withKey<T>(albumId: string, itemId: string, fileKey: Bytes, work: (version: number, sealedKey: string) => Promise<T>): Promise<T> {
    await this.renewed(albumId)
    return this.book.tries(
      albumId,
      async () => {
        const { album, key } = this.book.open(albumId)
        const sealed = await (await itemKeys(key, albumId, album.version)).seal(itemId, fileKey)
        return work(album.version, base64(sealed))
      },
      () => this.book.reload(albumId),
    )
  }

  /** Nothing is sealed under a key that is due to be replaced, where this device may do that and can do it now. */
  private async renewed(albumId: string): Promise<void> {
    await this.book.renew(albumId).catch(() => undefined)
  }

  /** Throws malformed for what others would not read. */
  async sealMeta(albumId: string, itemId: string, fileKey: Bytes, meta: ItemMeta): Promise<Sealed> {
    const place = { albumId, itemId }
    const sealed = await sealItemMeta(fileKey, place, meta, this.word.signer, this.seed)
    await openItemMeta(fileKey, place, sealed)
    return sealed
  }

  /** Takes what came of something that was just done. */
  async settle(albumId: string): Promise<void> {
    await this.book.reload(albumId)
    await this.contents.sync(albumId)
  }

  /** An opened part; undefined while it cannot be fetched. Throws not_readable when it is not what was sealed. */
  async picture(albumId: string, itemId: string, name: PartName): Promise<Blob | undefined> {
    const { item, meta, fileKey } = await this.here(albumId, itemId)
    const part = meta.parts[name]
    if (!part) return undefined
    const row = thumbRow(albumId, item.id)
    const kept = name === 'thumb' ? await this.store.get<string>(row) : undefined
    if (kept !== undefined) return new Blob([unbase64(kept)])
    const range = (from: number, to: number) => this.media.range({ albumId, itemId, name }, from, Math.min(to, part.size))
    const whole = part.size <= AT_ONCE ? await range(0, part.size).catch(unlessAway) : undefined
    if (part.size <= AT_ONCE && !whole) return undefined
    const read: ReadPart = whole ? async (from, to) => whole.subarray(from, to) : range
    const file = await SealedFile.open(fileKey, part.id, read, MEDIA_MAX_BYTES).catch(unlessAway)
    const pieces = file && (await piecesOf(file).catch(unlessAway))
    if (!file || !pieces) return undefined
    if (name === 'thumb' && file.size <= THUMB_MAX_BYTES) {
      const opened = base64(new Uint8Array(await new Blob(pieces).arrayBuffer()))
      if (this.shelf.hasItem(albumId, itemId)) await this.store.write({ [row]: opened })
    }
    return new Blob(pieces, { type: name === 'original' ? meta.mime : '' })
  }

  /** Puts what plays a film where the service worker finds it: a key whose bytes nobody can read. Returns the part's id. */
  async film(albumId: string, itemId: string, name: PartName): Promise<string> {
    const film = filmOf(await this.here(albumId, itemId), albumId, name)
    if (!film || !this.films) throw new Failed('absent')
    await this.films.put(await film)
    if (this.shelf.hasItem(albumId, itemId)) return (await film).partId
    await this.films.drop([itemId])
    throw new Failed('absent')
  }

  /** Keeps what is shown of these, pictures before films; see the surface. */
  async keepShots(shots: Shot[], limitBytes: number): Promise<Shot[]> {
    if (!this.films) return []
    const [shown, played]: [Part[], Part[]] = [[], []]
    for (const { album, item } of shots) {
      const here = await this.here(album, item).catch(() => undefined)
      if (!here) continue
      const { kind, parts } = here.meta
      const name = SHOWN.find((one) => parts[one])
      if (name) shown.push(...(await partOf(here, album, name)))
      const isSmall = (parts.original?.size ?? Infinity) <= FILM_KEPT_BYTES
      if (kind === 'film' && isSmall) (name ? played : shown).push(...(await partOf(here, album, 'original')))
    }
    const there = new Set(await this.films.keep([...shown, ...played], limitBytes))
    const kept = new Set(shown.filter((part) => there.has(part.partId)).map((part) => part.itemId))
    return shots.filter((shot) => kept.has(shot.item))
  }

  private async here(albumId: string, itemId: string): Promise<Here> {
    const album = this.shelf.albums.get(albumId)
    const item = album && isOpen(album) ? (await this.shelf.items(albumId)).get(itemId) : undefined
    if (!item?.meta || item.fileKey === null) throw new Failed('absent')
    return { item, meta: item.meta, fileKey: unbase64(item.fileKey) }
  }

  private get seed(): Bytes {
    return this.context.secrets.device.signatureSeed
  }
}

/** What plays a part of an item; undefined where it has no such part. */
function filmOf({ item, meta, fileKey }: Here, albumId: string, name: PartName): Promise<Film> | undefined {
  const part = meta.parts[name]
  if (!part) return undefined
  const about = { partId: part.id, albumId, itemId: item.id, name, size: plainSize(part.size), mime: meta.mime }
  return openingKey(fileKey, part.id).then((key) => ({ ...about, key }))
}

/** The same with its sealed size; empty where there is no such part. */
async function partOf(here: Here, albumId: string, name: PartName): Promise<Part[]> {
  const film = await filmOf(here, albumId, name)
  return film ? [{ ...film, sealedSize: here.meta.parts[name]?.size ?? 0 }] : []
}

/** What an item is, with its bytes as bytes. */
function openedMeta({ parts, ...meta }: Meta): ItemMeta {
  const opened = Object.entries(parts).map(([name, part]) => [name, { ...part, sha256: unbase64(part.sha256) }])
  return { ...meta, parts: Object.fromEntries(opened) as ItemMeta['parts'] }
}

/** A copy is not of the batch in which the original came. */
function withoutBatch(meta: ItemMeta): ItemMeta {
  const copied = { ...meta }
  delete copied.batch
  return copied
}

async function piecesOf(file: SealedFile): Promise<Bytes[]> {
  const pieces: Bytes[] = []
  for (let at = 0; at < file.size; at += STEP) pieces.push(await file.read(at, at + STEP))
  return pieces
}

/** Without a line there is nothing to show; what is there and wrong is an error. */
function unlessAway(problem: unknown): undefined {
  if (problem instanceof Error && 'status' in problem) return undefined
  throw problem
}
