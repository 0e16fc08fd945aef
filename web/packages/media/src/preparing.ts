/** Preparing files from a page: what the page sends its worker and hears from it. Small: the work is in `serving`. */

import { type MediaCode, MediaError } from './errors'
import type { How, Prepared } from './prepare'

/** From the page to the worker. */
export type Order =
  | { id: number; file: Blob; name: string; keepAll: boolean }
  | { id: number; stop: true }

/** From the worker to the page. */
export type Word = { id: number; done: number } | { id: number; prepared: Prepared } | { id: number; code: MediaCode; detail: string }

interface Waiting {
  progress: ((done: number) => void) | undefined
  done(prepared: Prepared): void
  refuse(problem: MediaError): void
}

/** Prepares files in a worker, one after the other. */
export class Preparing {
  private readonly waiting = new Map<number, Waiting>()
  private next = 1

  constructor(private readonly worker: Worker) {
    worker.addEventListener('message', ({ data }: MessageEvent<Word>) => this.hear(data))
    worker.addEventListener('error', () => this.giveUp())
  }

  /** As `prepare`, elsewhere. */
  prepare(file: Blob, { name, keepAll = false, signal, progress }: How): Promise<Prepared> {
    const id = this.next++
    const stop = (): void => this.stop(id)
    return new Promise<Prepared>((done, refuse) => {
      if (signal?.aborted) return refuse(new MediaError('cancelled'))
      signal?.addEventListener('abort', stop, { once: true })
      this.waiting.set(id, { progress, done, refuse })
      this.worker.postMessage({ id, file, name, keepAll } satisfies Order)
    }).finally(() => signal?.removeEventListener('abort', stop))
  }

  /** Ends the worker and everything that waits for it. */
  close(): void {
    this.worker.terminate()
    for (const { refuse } of this.waiting.values()) refuse(new MediaError('cancelled'))
    this.waiting.clear()
  }

  private stop(id: number): void {
    this.worker.postMessage({ id, stop: true } satisfies Order)
    this.waiting.get(id)?.refuse(new MediaError('cancelled'))
    this.waiting.delete(id)
  }

  private hear(word: Word): void {
    const waiting = this.waiting.get(word.id)
    if (!waiting) return
    if ('done' in word) return waiting.progress?.(word.done)
    this.waiting.delete(word.id)
    if ('prepared' in word) waiting.done(word.prepared)
    else waiting.refuse(new MediaError(word.code, word.detail))
  }

  /** The worker is broken: out of memory, most likely. */
  private giveUp(): void {
    for (const { refuse } of this.waiting.values()) refuse(new MediaError('too_large', 'worker'))
    this.waiting.clear()
  }
}
