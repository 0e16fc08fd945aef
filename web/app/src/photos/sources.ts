/** Where the page finds opened parts: by the service worker, piece by piece; without one as a whole. */

import type { AlbumItem, PartName } from '@prifora/core'
import { app } from '../app.svelte'
import { harmless } from '../lib/kinds'

export interface Source {
  url: string
  release(): void
}

const nothing = (): void => undefined
/** A service worker that just came takes over in a moment. */
const PATIENCE_MS = 3000

/** Whether the service worker answers for this page. */
async function isServed(): Promise<boolean> {
  const workers = (navigator as { serviceWorker?: ServiceWorkerContainer }).serviceWorker
  if (!workers || !import.meta.env.PROD) return false
  if (workers.controller) return true
  const comes = new Promise<void>((done) => workers.addEventListener('controllerchange', () => done(), { once: true }))
  await Promise.race([comes, new Promise((done) => setTimeout(done, PATIENCE_MS))])
  return workers.controller !== null
}

/** Throws when it cannot be had. */
export async function sourceOf(item: AlbumItem, part: PartName): Promise<Source> {
  if (await isServed()) {
    await app.core.film(item.albumId, item.id, part)
    return { url: `/media/${item.id}/${part}`, release: nothing }
  }
  const found = await app.core.picture(item.albumId, item.id, part)
  if (!found) throw new Error('away')
  const url = URL.createObjectURL(part === 'original' ? new Blob([found], { type: playable(item.mime) }) : found)
  return { url, release: () => URL.revokeObjectURL(url) }
}

const playable = (mime: string): string => (/^(video|audio)\/[\w.+-]+$/.test(mime) ? mime : harmless(mime))

/** The original as a stream, or whole where there is no service worker; throws when it cannot be had. */
export async function originalOf(item: AlbumItem): Promise<Blob | ReadableStream<Uint8Array>> {
  const { url, release } = await sourceOf(item, 'original')
  const answer = await fetch(url)
  release()
  if (!answer.ok || !answer.body) throw new Error('away')
  return answer.body
}

/** The largest picture of an item that is no original. */
export const largest = (item: AlbumItem): PartName | undefined => (['view', 'poster', 'thumb'] as const).find((name) => item.parts[name] !== undefined)
