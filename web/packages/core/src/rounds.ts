/** Fetching in rounds, one after the other: what is wanted meanwhile waits for the next; what could not be fetched stays wanted. */

import { ALL, type Part } from './parts'

const SOON_MS = 60
const AGAIN_MS = 5000
const PROMISED_MS = 10_000
const WHOLE_MS = 10 * 60_000

export interface Around {
  /** Fetches these parts. */
  round(parts: Set<Part>): Promise<void>
  isOnline(): boolean
  /** Something is promised and not done: it is tried again, also when nothing happens. */
  isPromised(): boolean
  /** Everything is looked at anew. */
  whole(): void
  changed(): void
}

export class Rounds {
  /** Everything wanted was fetched at least once. */
  fresh = false
  /** The last round failed. */
  troubled = false
  private wanted = new Set<Part>()
  private isRunning = false
  private isOver = false
  private next: ReturnType<typeof setTimeout> | undefined
  private promised: ReturnType<typeof setTimeout> | undefined
  private whole: ReturnType<typeof setInterval> | undefined

  constructor(private readonly around: Around) {}

  /** A hint of the server may get lost while the line is there: now and then everything is fetched. */
  start(): void {
    this.whole = setInterval(() => {
      if (!this.around.isOnline()) return
      this.around.whole()
      void this.run()
    }, WHOLE_MS)
  }

  stop(): void {
    this.isOver = true
    clearTimeout(this.next)
    clearTimeout(this.promised)
    clearInterval(this.whole)
  }

  /** Fetches these parts in a moment, together with what else is wanted by then. */
  want(parts: readonly Part[]): void {
    for (const part of parts) this.wanted.add(part)
    this.plan(SOON_MS)
  }

  /** Fetches these parts now, everything if none are named. While a round is under way, the next one does. */
  async run(parts: readonly Part[] = ALL): Promise<void> {
    for (const part of parts) this.wanted.add(part)
    if (this.isRunning) return
    this.isRunning = true
    try {
      while (this.wanted.size > 0) await this.one()
      this.fresh = true
      this.troubled = false
    } catch {
      this.troubled = true
      if (this.around.isOnline()) this.plan(AGAIN_MS)
    } finally {
      this.isRunning = false
      this.around.changed()
    }
  }

  /** Comes back to what is promised in a while. */
  comeBack(): void {
    clearTimeout(this.promised)
    if (!this.isOver && this.around.isPromised()) this.promised = setTimeout(() => void this.run(['rooms']), PROMISED_MS)
  }

  private async one(): Promise<void> {
    const now = this.wanted
    this.wanted = new Set()
    try {
      await this.around.round(now)
    } catch (problem) {
      for (const part of now) this.wanted.add(part)
      throw problem
    }
    this.comeBack()
  }

  private plan(ms: number): void {
    clearTimeout(this.next)
    if (!this.isOver) this.next = setTimeout(() => void this.run([]), ms)
  }
}
