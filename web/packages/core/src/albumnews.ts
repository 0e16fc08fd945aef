/** What others added to albums and nobody here has looked at yet: one piece of news for everything that was added in one go. */

import { isOpen, type StoredAlbum, type StoredItem } from './albumrows'
import type { AlbumNews } from './albumsurface'

/** A batch of which somebody has seen something is quiet for so long; whoever takes longer over it is news again. */
const QUIET_MS = 30 * 24 * 3_600_000

type Kind = NonNullable<StoredItem['meta']>['kind']

export interface BatchNews {
  authorId: string
  /** What of it is here, by id. */
  items: Record<string, Kind>
  /** When the last of it was added. */
  at: string
  isSeen: boolean
}

/** By batch. */
export type News = Record<string, BatchNews>

/** What was added in one go; what says nothing of that is one by itself. */
const batchOf = ({ id, meta }: StoredItem): string => meta?.batch ?? id

/** Takes up what was just added. `all` is everything in the album: what of the same batch was here before counts along. */
export function withItems(news: News, fresh: StoredItem[], all: Iterable<StoredItem>): News {
  if (fresh.length === 0) return news
  const batches = new Set(fresh.map(batchOf))
  const next: News = { ...news }
  for (const item of all) {
    const { id, authorId, createdAt: at, meta } = item
    const batch = batchOf(item)
    if (!meta || !batches.has(batch)) continue
    const known = next[batch] ?? { authorId, items: {}, at, isSeen: false }
    if (known.authorId === authorId) next[batch] = { ...known, items: { ...known.items, [id]: meta.kind }, at: known.at < at ? at : known.at }
  }
  return next
}

/** Without what was removed. */
export function withoutItems(news: News, gone: string[]): News {
  const away = new Set(gone)
  const left = Object.entries(news).map(([batch, one]) => [batch, { ...one, items: Object.fromEntries(Object.entries(one.items).filter(([id]) => !away.has(id))) }] as const)
  return Object.fromEntries(left.filter(([, one]) => one.isSeen || Object.keys(one.items).length > 0))
}

/** Somebody looked: what else comes of the same batches is no news. */
export function allSeen(news: News, now: number): News {
  const young = Object.entries(news).filter(([, { at }]) => now - Date.parse(at) < QUIET_MS)
  return Object.fromEntries(young.map(([batch, one]) => [batch, { ...one, items: {}, isSeen: true }]))
}

/** One line for each album and author, the newest first. */
export function newsOf(albums: Iterable<StoredAlbum>, nameOf: (accountId: string) => string): AlbumNews[] {
  const lines: AlbumNews[] = []
  for (const album of albums) {
    if (!isOpen(album)) continue
    const open = Object.values(album.news ?? {}).filter((one) => !one.isSeen)
    for (const [authorId, batches] of Map.groupBy(open, (one) => one.authorId)) {
      const kinds = batches.flatMap((one) => Object.values(one.items))
      const at = batches.map((one) => one.at).sort().at(-1) ?? ''
      const only = new Set(kinds).size === 1 ? (kinds[0] ?? null) : null
      lines.push({ albumId: album.id, title: album.details?.title ?? '', authorId, author: nameOf(authorId), count: kinds.length, only, at })
    }
  }
  return lines.filter((one) => one.count > 0).sort((one, other) => (one.at < other.at ? 1 : -1))
}
