/** One device of somebody: its engine can fall and start again with what was stored. */

import { cookieJar, type Jar } from '@prifora/headless'
import type { Snapshot } from '../../src'
import { Engine, MemoryStore, type RawStore, Store } from '../../src/engine'
import { Line, type Traffic } from './line'
import type { Fall } from './steps'

const LOOK_MS = 40
export const PATIENCE_MS = 90_000

/** Waits until something is so; what it is not is said. */
export async function until<T>(what: () => string, look: () => T | undefined | false | Promise<T | undefined | false>, ms = PATIENCE_MS): Promise<T> {
  for (const end = Date.now() + ms; ; ) {
    const found = await look()
    if (found) return found
    if (Date.now() > end) throw new Error(`never happened: ${what()}`)
    await new Promise((done) => setTimeout(done, LOOK_MS))
  }
}

export class Device {
  engine!: Engine
  isOn = true
  private line!: Line
  private readonly rows: RawStore = new MemoryStore()
  private readonly jar: Jar

  constructor(
    readonly name: string,
    private readonly origin: string,
    address: string,
    private readonly traffic: Traffic,
  ) {
    const jar = cookieJar(origin)
    this.jar = { ...jar, fetch: from(address, jar.fetch) }
    this.build()
  }

  get now(): Snapshot {
    return this.engine.snapshot()
  }

  get accountId(): string {
    return this.now.profile?.id ?? ''
  }

  /** What the server answers to this profile, whatever its engine does. */
  async ask<T>(path: string): Promise<{ status: number; body: T }> {
    const answer = await this.jar.fetch(`${this.origin}/api/v1/${path}`)
    return { status: answer.status, body: (await answer.json().catch(() => ({}))) as T }
  }

  start(): Promise<void> {
    return this.engine.start()
  }

  stop(): void {
    this.line.cut()
    this.engine.stop()
  }

  /** Is there and knows what the server knows. */
  isReady(): Promise<boolean> {
    return until(() => `${this.name} is ready (${this.now.status}, ${this.now.online ? 'on' : 'off'} line)`, () => {
      const { status, online, fresh } = this.now
      return status === 'ready' && (!this.isOn || (online && fresh))
    })
  }

  goOff(): void {
    this.isOn = false
    this.line.on = false
    this.engine.network(false)
  }

  goOn(): void {
    this.isOn = true
    this.line.on = true
    this.engine.network(true)
  }

  /** Falls without warning, and starts again with what was stored. */
  async fall(): Promise<void> {
    this.stop()
    this.build()
    await this.start()
    await this.isReady()
  }

  /** Does something during which it falls at a request. Returns whether it came to that. */
  async falling(fall: Fall, work: () => Promise<unknown>): Promise<boolean> {
    const sprung = new Promise<true>((done) => this.line.setTrap(fall, () => done(true)))
    const hasFallen = await Promise.race([sprung, work().then(() => false)])
    this.line.clearTrap()
    if (hasFallen) await this.fall()
    return hasFallen
  }

  /** Promises this device still has to keep. */
  async promises(): Promise<number> {
    return (await this.rows.list('todo/')).length
  }

  private build(): void {
    this.line = new Line(this.traffic)
    this.line.on = this.isOn
    const { fetch, openSocket } = this.line.around(this.jar)
    const store = new Store(this.line.over(this.rows))
    this.engine = new Engine({ origin: this.origin, fetch, openSocket, store, deviceName: this.name, language: 'nl' }, () => undefined)
  }
}

/** Requests from an address of one's own, as people have at home: a server believes it from its own machine. */
function from(address: string, fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return (input, init) => {
    const request = new Request(input, init)
    const headers = new Headers(request.headers)
    headers.set('X-Forwarded-For', address)
    return fetch(new Request(request, { headers }))
  }
}
