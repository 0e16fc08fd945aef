/** Opening small pictures, a few at a time, the last asked for first: what was scrolled past is never opened. */

import type { AlbumItem } from '@prifora/core'
import { app } from '../app.svelte'

const AT_ONCE = 6
const queue: { stopped: boolean; work: () => Promise<void> }[] = []
let running = 0

async function next(): Promise<void> {
  if (running >= AT_ONCE) return
  const one = queue.pop()
  if (!one) return
  if (!one.stopped) {
    running += 1
    await one.work().catch(() => undefined)
    running -= 1
  }
  void next()
}

/** Gives the address of an item's smallest picture, or '' when it cannot be had; the returned function releases it. */
export function openThumb(item: AlbumItem, there: (url: string) => void): () => void {
  const part = (['thumb', 'poster', 'view'] as const).find((name) => item.parts[name] !== undefined)
  let url = ''
  const order = {
    stopped: false,
    work: async (): Promise<void> => {
      const found = part && (await app.core.picture(item.albumId, item.id, part).catch(() => undefined))
      if (order.stopped) return
      url = found ? URL.createObjectURL(found) : ''
      there(url)
    },
  }
  queue.push(order)
  void next()
  return () => {
    order.stopped = true
    const at = queue.indexOf(order)
    if (at >= 0) queue.splice(at, 1)
    if (url) URL.revokeObjectURL(url)
  }
}
