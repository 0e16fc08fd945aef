/** Taking something out with a moment to think better of it: hidden at once, gone for everybody a little later. */

import type { AlbumItem } from '@prifora/core'
import { app } from '../app.svelte'

const THINK_MS = 10_000

class Removals {
  /** What can still be put back. */
  last = $state.raw<AlbumItem>()
  private hidden = $state.raw<ReadonlySet<string>>(new Set())
  private timer: ReturnType<typeof setTimeout> | undefined

  shown(items: AlbumItem[]): AlbumItem[] {
    return this.hidden.size === 0 ? items : items.filter((one) => !this.hidden.has(one.id))
  }

  remove(item: AlbumItem): void {
    this.settle()
    this.hidden = new Set([...this.hidden, item.id])
    this.last = item
    this.timer = setTimeout(() => this.settle(), THINK_MS)
  }

  undo(): void {
    clearTimeout(this.timer)
    if (this.last) this.show(this.last.id)
    this.last = undefined
  }

  /** Does it now. */
  settle(): void {
    clearTimeout(this.timer)
    const item = this.last
    this.last = undefined
    if (!item) return
    app.core.removeItem(item.albumId, item.id).catch((wrong: unknown) => {
      this.show(item.id)
      app.tell(app.say(wrong))
    })
  }

  private show(id: string): void {
    this.hidden = new Set([...this.hidden].filter((one) => one !== id))
  }
}

export const removals = new Removals()
addEventListener('pagehide', () => removals.settle())
