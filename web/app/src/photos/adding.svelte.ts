/** Files on their way into albums: made ready one by one, then given to the engine. Goes on while one looks elsewhere. */

import type { Failure, NewItem } from '@prifora/core'
import type { Preparing } from '@prifora/media/preparing'
import { app } from '../app.svelte'

type Prepared = Awaited<ReturnType<Preparing['prepare']>>

export interface Job {
  id: number
  albumId: string
  /** What is chosen in one go is told to others in one go. */
  batch: string
  name: string
  file: File | undefined
  keepAll: boolean
  state: 'waiting' | 'preparing' | 'given' | 'refused'
  /** From 0 to 1. */
  done: number
  code: string
  stop: AbortController
}

class Adding {
  jobs = $state.raw<Job[]>([])
  private next = 1
  /** The last of which was said that it is there. */
  private readonly told = new Map<string, number>()
  private running = false
  private worker: Preparing | undefined

  /** Takes files up for an album. */
  add(albumId: string, files: File[], keepAll: boolean): void {
    const finished = this.of(albumId).every((one) => one.state === 'given')
    const before = finished && !app.now.uploads.some((one) => one.albumId === albumId) ? this.jobs.filter((one) => one.albumId !== albumId) : this.jobs
    const batch = before.findLast((one) => one.albumId === albumId && one.state !== 'refused')?.batch ?? app.now.uploads.findLast((one) => one.albumId === albumId)?.batch ?? crypto.randomUUID()
    const jobs = files.map((file): Job => ({ id: this.next++, albumId, batch, name: file.name, file, keepAll, state: 'waiting', done: 0, code: '', stop: new AbortController() }))
    this.jobs = [...before, ...jobs]
    void this.run()
  }

  of(albumId: string): Job[] {
    return this.jobs.filter((one) => one.albumId === albumId)
  }

  /** Stops what is not sent yet. */
  async stop(albumId: string): Promise<void> {
    for (const one of this.of(albumId)) one.stop.abort()
    this.jobs = this.jobs.filter((one) => one.albumId !== albumId || one.state === 'refused')
    await Promise.all(app.now.uploads.filter((one) => one.albumId === albumId).map((one) => app.core.cancelUpload(one.id)))
  }

  /** Whether it is still to be said that what was added is there; once. */
  isNews(albumId: string): boolean {
    const last = this.of(albumId).findLast((one) => one.state === 'given')?.id
    if (last === undefined || this.told.get(albumId) === last) return false
    this.told.set(albumId, last)
    return true
  }

  /** Puts away what was refused, once it is read. */
  dismiss(albumId: string): void {
    this.jobs = this.jobs.filter((one) => one.albumId !== albumId || one.state !== 'refused')
  }

  private change(id: number, changes: Partial<Job>): void {
    this.jobs = this.jobs.map((one) => (one.id === id ? { ...one, ...changes } : one))
  }

  private async run(): Promise<void> {
    if (this.running) return
    this.running = true
    for (let job = this.waiting(); job; job = this.waiting()) await this.take(job)
    this.worker?.close()
    this.worker = undefined
    this.running = false
  }

  private waiting(): Job | undefined {
    return this.jobs.find((one) => one.state === 'waiting')
  }

  private async take({ id, albumId, batch, name, file, keepAll, stop }: Job): Promise<void> {
    this.change(id, { state: 'preparing' })
    try {
      this.worker ??= (await import('../lib/preparing')).startPreparing()
      const how = { name, keepAll, signal: stop.signal, progress: (done: number) => this.change(id, { done }) }
      const prepared = await this.worker.prepare(file as File, how)
      if (stop.signal.aborted) return
      await app.core.addToAlbum(albumId, [itemOf(prepared)], batch)
      this.change(id, { state: 'given', done: 1, file: undefined })
    } catch (problem) {
      this.change(id, { state: 'refused', code: (problem as Failure).code ?? 'unexpected', file: undefined })
    }
  }
}

export function itemOf({ kind, name, taken, width, height, seconds, parts }: Prepared): NewItem {
  const moment = taken ? Date.parse(taken) : NaN
  const known = Object.fromEntries(Object.entries({ width, height, seconds }).filter(([, value]) => value !== undefined))
  return { kind, name, ...parts, ...known, ...(Number.isFinite(moment) ? { taken: moment } : {}) }
}

export const adding = new Adding()
