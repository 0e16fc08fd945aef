/** What is in albums, asked of the engine once for each change. */

import type { Album, AlbumItem } from '@prifora/core'
import { app } from '../app.svelte'

const kept = new Map<string, { change: string; items: Promise<AlbumItem[]> }>()

/** What is in an album that is open. */
export function itemsOf(album: Album): Promise<AlbumItem[]> {
  const change = `${album.change} ${album.count}`
  const known = kept.get(album.id)
  if (known?.change === change) return known.items
  const items = app.core.albumItems(album.id)
  kept.set(album.id, { change, items })
  items.catch(() => kept.delete(album.id))
  return items
}

/** What is in all of them; an album that cannot be read now adds nothing. */
export async function itemsOfAll(albums: Album[]): Promise<AlbumItem[]> {
  for (const id of kept.keys()) if (!albums.some((one) => one.id === id)) kept.delete(id)
  const all = await Promise.all(albums.filter((one) => one.isOpen).map((one) => itemsOf(one).catch(() => [])))
  return all.flat()
}
