/** Keeping things on this device: one as it is, or many as one zip file, with progress, while it can be stopped. */

import type { AlbumItem } from '@prifora/core'
import { saveAll, type Saved } from '@prifora/media/saving'
import { download } from '../lib/download'
import { keepZip, placeFor } from '../lib/keeping'
import { originalOf } from './sources'

const savedOf = (item: AlbumItem): Saved => ({
  name: item.name,
  mime: item.mime,
  ...(item.parts.original === undefined ? {} : { size: item.parts.original }),
  ...(item.taken === null ? {} : { taken: new Date(item.taken).toISOString() }),
  caption: item.caption,
  people: item.people,
  open: () => originalOf(item),
})

export const bytesOf = (items: AlbumItem[]): number => items.reduce((sum, one) => sum + (one.parts.original ?? 0), 0)

/** Throws when it breaks off or is stopped. `progress` hears how many bytes went by. */
export async function saveItems(items: AlbumItem[], name: string, signal: AbortSignal, progress: (bytes: number) => void): Promise<void> {
  const place = await placeFor(name, bytesOf(items))
  await keepZip(saveAll(items.map(savedOf), signal), place, signal, progress)
}

/** Keeps an original under its own name; the browser holds it, not this page. Throws when it cannot be had. */
export async function saveItem(item: AlbumItem): Promise<void> {
  const content = await new Response(await originalOf(item)).blob()
  download(new Blob([content], { type: 'application/octet-stream' }), item.name || 'prifora')
}

/** A name a disk takes. */
export const zipName = (title: string): string => `${title.replace(/[^\p{L}\p{N} _-]+/gu, '').trim().slice(0, 60) || 'prifora'}.zip`
