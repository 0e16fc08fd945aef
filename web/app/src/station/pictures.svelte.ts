/** The pictures and films that are shared with who lives here, and those of them that are kept for a time without a network. */

import type { AlbumItem } from '@prifora/core'
import { app } from '../app.svelte'
import { itemsOfAll } from '../photos/contents'
import { once } from '../photos/ordering'
import { largest } from '../photos/sources'

/** So much of this device is used for sealed pictures. */
const LIMIT_BYTES = 768 * 1024 ** 2
const AGAIN_MS = 300_000

const hasPicture = (one: AlbumItem): boolean => one.kind !== 'sound' && largest(one) !== undefined

class Pictures {
  /** In an order that looks like chance and stays the same. */
  all = $state.raw<AlbumItem[]>([])
  private kept = $state.raw<ReadonlySet<string>>(new Set())
  /** What can be shown now. */
  shown = $derived.by(() => {
    const here = this.all.filter((one) => this.kept.has(one.id))
    return app.now.cutOff && here.length > 0 ? here : this.all
  })
  private asked = ''
  private calls = 0
  private again: ReturnType<typeof setTimeout> | undefined

  /** Takes what there is now; keeps what can be kept. To be called when albums change or the network comes back. */
  async follow(): Promise<void> {
    const call = ++this.calls
    const items = once(await itemsOfAll(app.now.albums))
    if (call !== this.calls) return // A later call has newer albums.
    const pictures = items.filter((one) => one.kind === 'film' || hasPicture(one))
    this.all = pictures.sort((one, other) => (one.id < other.id ? -1 : 1))
    const asked = `${app.now.online} ${this.all.map((one) => one.id).join()}`
    if (asked === this.asked) return
    this.asked = asked
    const there = await app.core.keepShots(this.all.map((one) => ({ album: one.albumId, item: one.id })), LIMIT_BYTES)
    if (asked !== this.asked) return
    this.kept = new Set(there.map((shot) => shot.item))
    clearTimeout(this.again)
    if (this.all.some((one) => hasPicture(one) && !this.kept.has(one.id))) this.again = setTimeout(() => void this.anew(), AGAIN_MS)
  }

  /** What could not be fetched is tried once more. */
  private async anew(): Promise<void> {
    this.asked = ''
    await this.follow().catch(() => undefined)
  }
}

export const pictures = new Pictures()
