/** The letters a screen shows: the newest page, and those before it as far as somebody asked for them. */

import type { Letter } from '@prifora/core'
import { app } from '../app.svelte'

export class Shelf {
  items = $state.raw<Letter[]>()
  more = $state(false)
  busy = $state(false)
  problem = $state('')
  /** Letters of which every device was told; no screen shows that. */
  private readonly opened: Record<string, boolean> = {}

  /** Fetches the newest page anew; what is older stays. */
  async refresh(): Promise<void> {
    await this.attempt(async () => {
      const { items, more } = await app.core.letters()
      const older = this.items?.filter(({ id, at }) => at <= (items.at(-1)?.at ?? '') && !items.some((one) => one.id === id)) ?? []
      if (older.length === 0) this.more = more
      this.items = [...items, ...older]
    })
  }

  async older(): Promise<void> {
    const last = this.items?.at(-1)
    if (!last || !this.more || this.busy) return
    await this.attempt(async () => {
      const { items, more } = await app.core.letters(last.id)
      this.items = [...(this.items ?? []), ...items]
      this.more = more
    })
  }

  /** Somebody reads a letter: every device knows as soon as it can be said. */
  async open({ id, readAt }: Letter): Promise<void> {
    if (readAt || this.opened[id]) return
    this.opened[id] = true
    await app.core.markLettersRead([id]).then(
      () => this.mark((one) => one.id === id),
      () => (this.opened[id] = false),
    )
  }

  async readAll(): Promise<void> {
    await this.attempt(async () => {
      await app.core.markLettersRead()
      this.mark(() => true)
    })
  }

  private mark(which: (one: Letter) => boolean): void {
    this.items = this.items?.map((one) => (one.readAt || !which(one) ? one : { ...one, readAt: one.at }))
  }

  private async attempt(work: () => Promise<void>): Promise<void> {
    this.busy = true
    await work().then(
      () => (this.problem = ''),
      (wrong: unknown) => (this.problem = app.say(wrong)),
    )
    this.busy = false
  }
}
