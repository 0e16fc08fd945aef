/** What is in albums: items and remarks, followed by number into the store. What is not signed as it must be is not kept. */

import { base64, type Bytes, CryptoError, type ItemMeta, type ItemSigner, itemKeys, openItemMeta, openRemark, unbase64 } from '@prifora/crypto'
import { withItems, withoutItems } from './albumnews'
import { type AlbumShelf, isOpen, itemRow, keyOf, remarkRow, type StoredAlbum, type StoredItem, type StoredRemark, thumbRow } from './albumrows'
import type { AlbumServer, ListedItem, ListedRemark, Page } from './albumserver'
import { aboutAlbum, type AlbumContext, type AlbumTrust } from './albumtrust'
import type { Alert } from './surface'
import type { Turns } from './turns'

const PAGE = 500

type Problem = Alert['kind']

/** One pass over an album: what was found out once holds for all of it. */
interface Pass {
  album: StoredAlbum
  /** What is wrong with each signer. */
  signers: Map<string, Promise<Problem | undefined>>
  keys: Map<number, Promise<Awaited<ReturnType<typeof itemKeys>> | undefined>>
  /** The lowest change that was refused. */
  refused: number | null
}

export class AlbumContents {
  /** What this device knew of people when something was refused. */
  private readonly judgedAt = new Map<string, number>()

  constructor(
    private readonly server: AlbumServer,
    private readonly shelf: AlbumShelf,
    private readonly word: AlbumTrust,
    private readonly context: AlbumContext,
    private readonly turns: Turns,
  ) {}

  /** Whether something is there that this device has not taken. */
  isBehind(album: StoredAlbum): boolean {
    return isOpen(album) && (Math.min(album.items, album.remarks) < album.rev || this.mayTryAgain(album))
  }

  private mayTryAgain({ id, again }: StoredAlbum): boolean {
    return again !== null && this.judgedAt.get(id) !== this.context.trust.version
  }

  /** Takes everything that is new in an album. */
  sync(albumId: string): Promise<void> {
    return this.turns.take(albumId, async () => {
      const album = this.shelf.albums.get(albumId)
      if (!album || !this.isBehind(album)) return
      if (this.mayTryAgain(album) && album.again !== null) {
        const before = album.again - 1
        await this.shelf.update(albumId, { items: Math.min(album.items, before), remarks: Math.min(album.remarks, before), again: null })
      }
      const pass: Pass = { album, signers: new Map(), keys: new Map(), refused: null }
      await this.readItems(pass)
      await this.readRemarks(pass)
      this.judgedAt.set(albumId, this.context.trust.version)
      if (pass.refused !== null) await this.shelf.update(albumId, { again: Math.min(pass.refused, this.shelf.albums.get(albumId)?.again ?? pass.refused) })
      this.context.changed()
    })
  }

  /** The key of every item, once all are here. */
  async keysOfItems(albumId: string): Promise<Map<string, Bytes | undefined>> {
    await this.sync(albumId)
    const items = await this.shelf.items(albumId)
    return new Map([...items].map(([id, { fileKey }]) => [id, fileKey === null ? undefined : unbase64(fileKey)]))
  }

  private async readItems(pass: Pass): Promise<void> {
    const { id } = pass.album
    const items = await this.shelf.items(id)
    const rowsOf = (itemId: string): string[] => [itemRow(id, itemId), thumbRow(id, itemId)]
    await this.read<ListedItem>(id, 'items', items, rowsOf, (after) => this.server.items(id, after, PAGE), async (page) => {
      const [changed, gone] = parted(page)
      if (changed.some((one) => one.version > pass.album.version)) return undefined // A new version came meanwhile: its news brings us here again.
      const taken = await Promise.all(changed.map((one) => this.itemOf(pass, one, items.get(one.id))))
      const fresh = taken.filter((item) => this.isNews(pass, item, items.get(item.id)))
      for (const item of taken) items.set(item.id, item)
      const rows = Object.fromEntries(taken.map((item) => [itemRow(id, item.id), item]))
      const before = this.shelf.albums.get(id)?.news ?? {}
      const news = withItems(withoutItems(before, gone), fresh, items.values())
      return { rows, gone, changes: { news } }
    })
  }

  private async readRemarks(pass: Pass): Promise<void> {
    const { id } = pass.album
    const remarks = await this.shelf.remarks(id)
    const rowsOf = (remarkId: string): string[] => [remarkRow(id, remarkId)]
    await this.read<ListedRemark>(id, 'remarks', remarks, rowsOf, (after) => this.server.remarks(id, after, PAGE), async (page) => {
      const [changed, gone] = parted(page)
      const read = await Promise.all(changed.map(async (one) => ({ id: one.id, remark: await this.remarkOf(pass, one) })))
      const taken = read.flatMap(({ remark }) => remark ?? [])
      for (const { id: refused } of read.filter(({ remark }) => !remark)) gone.push(refused)
      for (const remark of taken) remarks.set(remark.id, remark)
      const rows = Object.fromEntries(taken.map((remark) => [remarkRow(id, remark.id), remark]))
      return { rows, gone }
    })
  }

  /** Page by page; what a page brought and how far that is are written together. Who missed removals begins anew. */
  private async read<T>(
    albumId: string,
    what: 'items' | 'remarks',
    known: Map<string, unknown>,
    rowsOf: (id: string) => string[],
    fetch: (after: number) => Promise<Page<T>>,
    take: (page: Page<T>) => Promise<{ rows: Record<string, unknown>; gone: string[]; changes?: Partial<StoredAlbum> } | undefined>,
  ): Promise<void> {
    for (;;) {
      const before = this.shelf.albums.get(albumId)?.[what]
      if (before === undefined) return
      const page = await fetch(before)
      if (before > 0 && page.forgotten_rev > before) {
        const all = [...known.keys()]
        known.clear()
        await this.shelf.update(albumId, { [what]: 0, newsFrom: page.rev }, {}, all.flatMap(rowsOf))
        if (what === 'items') await this.shelf.dropped(all)
        continue
      }
      const taken = await take(page)
      if (!taken) return
      for (const id of taken.gone) known.delete(id)
      await this.shelf.update(albumId, { ...taken.changes, [what]: Math.max(before, page.rev) }, taken.rows, taken.gone.flatMap(rowsOf))
      if (what === 'items') await this.shelf.dropped(taken.gone)
      if (page.items.length < PAGE || page.rev <= before) return
    }
  }

  /** Somebody else added it since this device follows the album. */
  private isNews({ album }: Pass, item: StoredItem, known: StoredItem | undefined): boolean {
    return item.meta !== null && !known?.meta && item.authorId !== this.word.me && item.rev > (album.newsFrom ?? album.rev)
  }

  private async itemOf(pass: Pass, one: ListedItem, known: StoredItem | undefined): Promise<StoredItem> {
    if (known?.rev === one.rev && known.meta) return known
    const bare = { id: one.id, rev: one.rev, authorId: one.author_id ?? '', createdAt: one.created_at }
    const fileKey = await this.fileKeyOf(pass, one)
    if (!fileKey) return this.refused(pass, one, 'forged', known ?? { ...bare, fileKey: null, meta: null })
    const none = known ?? { ...bare, fileKey: base64(fileKey), meta: null }
    if (known?.fileKey && known.fileKey !== base64(fileKey)) return this.refused(pass, one, 'forged', known)
    const read = await refusing(openItemMeta(fileKey, { albumId: pass.album.id, itemId: one.id }, unbase64(one.sealed_meta)))
    if (!read) return this.refused(pass, one, 'forged', none)
    const problem = partsFit(read.meta, one) ? await this.wrongSigner(pass, read.signer, read.meta.author, one.author_id ?? '') : 'forged'
    if (problem) return this.refused(pass, one, problem, none)
    if (known?.meta && read.meta.n < known.meta.n) return this.refused(pass, one, 'rolled-back', known)
    return { ...bare, fileKey: base64(fileKey), meta: storedMeta(read.meta) }
  }

  private async fileKeyOf(pass: Pass, { id, version, sealed_key }: ListedItem): Promise<Bytes | undefined> {
    const albumKey = keyOf(pass.album, version)
    let keys = pass.keys.get(version)
    if (!keys) {
      keys = albumKey ? itemKeys(albumKey, pass.album.id, version) : Promise.resolve(undefined)
      pass.keys.set(version, keys)
    }
    const opener = await keys
    return opener && refusing(opener.open(id, unbase64(sealed_key)))
  }

  /** The author signs, or the owner for a caption; the author is whom the server says. */
  private async wrongSigner(pass: Pass, signer: ItemSigner, author: string, said: string): Promise<Problem | undefined> {
    if (author !== said || ![author, pass.album.ownerId].includes(signer.accountId)) return 'forged'
    return this.problemOf(pass, signer)
  }

  /** A remark; undefined when it is refused, or of a time whose key I never had. */
  private async remarkOf(pass: Pass, one: ListedRemark): Promise<StoredRemark | undefined> {
    const key = keyOf(pass.album, one.version)
    if (!key || one.author_id === null) return undefined
    const place = { albumId: pass.album.id, version: one.version, itemId: one.item_id, remarkId: one.id }
    const by = { accountId: one.author_id, deviceId: one.device_id }
    const read = await refusing(openRemark(key, place, unbase64(one.sealed), unbase64(one.signature), by))
    const problem = read ? await this.problemOf(pass, read.signer) : 'forged'
    if (!read || problem) return this.refused(pass, one, problem ?? 'forged', undefined)
    const { type, text = '' } = read.remark
    return { id: one.id, rev: one.rev, itemId: one.item_id, authorId: one.author_id, createdAt: one.created_at, type, text }
  }

  private problemOf(pass: Pass, signer: ItemSigner): Promise<Problem | undefined> {
    const name = [signer.accountId, signer.deviceId, base64(signer.signatureKey), base64(signer.certificate)].join('|')
    const known = pass.signers.get(name)
    if (known) return known
    const judged = this.word.problemOf(pass.album.familyId, signer)
    pass.signers.set(name, judged)
    return judged
  }

  private refused<T>(pass: Pass, one: { id: string; rev: number; author_id: string | null }, problem: Problem, instead: T): T {
    pass.refused = Math.min(pass.refused ?? one.rev, one.rev)
    this.context.raise(problem, aboutAlbum(pass.album.id, one.author_id ?? '', `${one.id}|${one.rev}`))
    return instead
  }
}

/** What there is now, and the ids of what was removed. */
function parted<T extends object>(page: Page<T>): [T[], string[]] {
  const isGone = (one: Page<T>['items'][number]): one is Exclude<typeof one, T> => 'removed' in one
  const gone = page.items.filter(isGone).map((one) => one.id)
  return [page.items.filter((one): one is T => !isGone(one)), gone]
}

/** What cryptography does not accept is nothing; every other error is one. */
const refusing = <T>(work: Promise<T>): Promise<T | undefined> =>
  work.catch((problem: unknown) => {
    if (problem instanceof CryptoError) return undefined
    throw problem
  })

/** The server has exactly the parts that the author named, of the sizes they have. */
function partsFit({ parts }: ItemMeta, listed: ListedItem): boolean {
  const named = Object.entries(parts)
  return named.length === listed.parts.length && named.every(([name, part]) => listed.parts.some((one) => one.name === name && one.size === part.size))
}

function storedMeta({ parts, ...meta }: ItemMeta): NonNullable<StoredItem['meta']> {
  const written = Object.entries(parts).map(([name, part]) => [name, { ...part, sha256: base64(part.sha256) }])
  return { ...meta, parts: Object.fromEntries(written) as NonNullable<StoredItem['meta']>['parts'] }
}
