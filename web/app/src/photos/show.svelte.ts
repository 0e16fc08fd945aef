/** Pictures one after the other. The next is fetched and decoded before it is shown, so that the screen is never empty. */

import type { AlbumItem } from '@prifora/core'
import { largest, type Source, sourceOf } from './sources'

interface Frame {
  item: AlbumItem
  /** None for what is played and has no picture. */
  image: HTMLImageElement | undefined
  source: Source
}

export class Show {
  items = $state.raw<AlbumItem[]>([])
  /** What is on the screen. */
  now = $state.raw<Frame>()
  paused = $state(false)
  /** Nothing could be shown, up to now. */
  empty = $state(false)
  private ready: { step: number; frame: Promise<Frame | undefined> } | undefined
  private timer: ReturnType<typeof setTimeout> | undefined
  private over = false
  private moving = false

  constructor(
    private readonly seconds: () => number,
    /** Whether something else than the time decides when it goes on: a film or song that plays to its end. */
    private readonly holds: (item: AlbumItem) => boolean = () => false,
  ) {}

  /** Shows these from now on. What is gone leaves the screen at once. */
  set(items: AlbumItem[]): void {
    this.items = items
    const here = this.now && items.find((one) => one.id === this.now?.item.id)
    if (this.now && here) {
      this.now = { ...this.now, item: here }
      this.prepare(1)
    } else {
      if (this.now) this.leave(this.now)
      this.now = undefined
      void this.go(1)
    }
  }

  next = (): Promise<void> => this.go(1)
  previous = (): Promise<void> => this.go(-1)

  pause(wanted = !this.paused): void {
    this.paused = wanted
    this.wait()
  }

  stop(): void {
    this.over = true
    clearTimeout(this.timer)
    void this.drop()
    if (this.now) this.leave(this.now)
  }

  private async go(step: 1 | -1): Promise<void> {
    if (this.moving || this.over) return
    this.moving = true
    clearTimeout(this.timer)
    if (this.ready?.step !== step) this.prepare(step)
    const frame = await this.ready?.frame
    this.ready = undefined
    this.moving = false
    if (this.over) return
    const wanted = frame && this.items.some((one) => one.id === frame.item.id)
    if (frame && !wanted) {
      this.leave(frame)
      return this.go(step)
    }
    if (frame) {
      const before = this.now
      this.now = frame
      if (before && before.source !== frame.source) this.leave(before)
      this.prepare(1)
    }
    this.empty = !this.now
    this.wait()
  }

  private wait(): void {
    clearTimeout(this.timer)
    if (this.paused || this.over || (this.now && this.holds(this.now.item))) return
    this.timer = setTimeout(() => void this.go(1), this.seconds() * 1000)
  }

  private prepare(step: 1 | -1): void {
    void this.drop()
    this.ready = { step, frame: this.find(step) }
  }

  /** The nearest in this direction that can be shown; the present one when it is the only one. */
  private async find(step: 1 | -1): Promise<Frame | undefined> {
    const { items, now } = this
    const at = now ? items.findIndex((one) => one.id === now.item.id) : step > 0 ? -1 : 0
    for (let far = 1; far <= items.length && !this.over; far++) {
      const item = items.at((((at + step * far) % items.length) + items.length) % items.length)
      if (!item || item.id === now?.item.id) continue
      const frame = await framed(item, this.holds(item)).catch(() => undefined)
      if (frame) return frame
    }
    return undefined
  }

  private async drop(): Promise<void> {
    const { ready } = this
    this.ready = undefined
    const frame = await ready?.frame
    if (frame && frame !== this.now) this.leave(frame)
  }

  private leave(frame: Frame): void {
    frame.source.release()
  }
}

async function framed(item: AlbumItem, isPlayed: boolean): Promise<Frame> {
  const part = largest(item)
  if (!part && isPlayed) return { item, image: undefined, source: { url: '', release: () => undefined } }
  if (!part) throw new Error('no picture')
  const source = await sourceOf(item, part)
  const image = new Image()
  image.alt = '' // Named by what it is put in.
  image.src = source.url
  try {
    await image.decode()
  } catch (wrong) {
    source.release()
    throw wrong
  }
  return { item, image, source }
}

/** Mixed by chance. */
export function shuffled<T>(all: T[]): T[] {
  const mixed = [...all]
  for (let at = mixed.length - 1; at > 0; at--) {
    const other = Math.floor(Math.random() * (at + 1))
    ;[mixed[at], mixed[other]] = [mixed[other] as T, mixed[at] as T]
  }
  return mixed
}
