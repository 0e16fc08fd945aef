/** Somebody of the demo family, at a browser of their own that keeps nothing unless it is told where. */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Conversation, Snapshot } from '@prifora/core'
import { Engine, MemoryStore, Store } from '@prifora/core/engine'
import { cookieJar, type KeptCookies } from '@prifora/headless'

export const FAMILY = 'Verbeek'
const PASSWORD = 'demo-demo-demo-demo'
const PATIENCE_MS = 180_000
const LOOK_MS = 50

/** A server on this machine, and the folder where it keeps its data. */
export interface Place {
  origin: string
  folder: string
}

export class Someone {
  readonly engine: Engine

  constructor(
    private readonly place: Place,
    readonly name: string,
    private readonly phone: string = `+31611${String(numberOf(name)).padStart(6, '0')}`,
    cookies?: KeptCookies,
  ) {
    const { origin } = place
    const { fetch, openSocket } = cookieJar(origin, cookies)
    const store = new Store(new MemoryStore())
    this.engine = new Engine({ origin, fetch: from(name, fetch), openSocket, store, deviceName: 'Demo', language: 'nl' }, () => undefined)
  }

  get id(): string {
    return this.engine.snapshot().profile?.id ?? ''
  }

  private get username(): string {
    return this.name.toLowerCase().replaceAll('-', '')
  }

  /** Makes an account with keys. */
  async signUp(): Promise<void> {
    const { engine, name, phone, username } = this
    await engine.start()
    const about = { kind: 'contact', first_name: name, last_name: FAMILY, email: '', language: 'nl' } as const
    await engine.signUp({ ...about, phone, username, password: PASSWORD })
    await engine.verify('phone', this.textCode())
    await this.isReady()
  }

  async signIn(): Promise<void> {
    await this.engine.start()
    await this.engine.signIn(this.username, PASSWORD)
    await this.isReady()
  }

  /** Waits until what is looked for is so. */
  async until<T>(what: string, look: (now: Snapshot) => T | undefined | false): Promise<T> {
    for (const end = Date.now() + PATIENCE_MS; Date.now() < end; ) {
      const found = look(this.engine.snapshot())
      if (found) return found
      await new Promise((done) => setTimeout(done, LOOK_MS))
    }
    throw new Error(`${this.name} waited too long: ${what}\n${JSON.stringify(this.engine.snapshot())}`)
  }

  /** The talk of everybody, once this device can read and write in it. */
  talk(): Promise<Conversation> {
    return this.until('the talk of everybody', (now) => now.conversations.find((one) => one.everyone && one.isOpen))
  }

  /** Says something, which then is at the server. */
  async says(talk: string, text: string): Promise<void> {
    await this.engine.send(talk, text)
    await this.until('what was said leaves', (now) => now.queued === 0)
  }

  async hears(talk: string, text: string): Promise<void> {
    for (const end = Date.now() + PATIENCE_MS; Date.now() < end; ) {
      if ((await this.engine.messages(talk)).some((one) => one.text === text)) return
      await new Promise((done) => setTimeout(done, LOOK_MS))
    }
    throw new Error(`${this.name} never heard: ${text}`)
  }

  /** Leaves as the app does: this device is ended, and knows no key that comes after it. */
  async leave(): Promise<void> {
    await this.engine.refresh()
    await this.engine.signOut()
    this.engine.stop()
  }

  private async isReady(): Promise<void> {
    await this.until('being in', (now) => now.status === 'ready' && now.online && now.fresh)
  }

  private textCode(): string {
    const folder = join(this.place.folder, 'sms')
    const texts = readdirSync(folder).sort().map((name) => readFileSync(join(folder, name), 'utf8'))
    const mine = texts.filter((text) => text.startsWith(`${this.phone}\n`)).at(-1) ?? ''
    return /\b([A-Z0-9-]{6,12})\./.exec(mine)?.[1] ?? ''
  }
}

/** The same number for the same name. */
function numberOf(name: string): number {
  let number = 0
  for (const letter of name) number = (number * 31 + (letter.codePointAt(0) ?? 0)) % 1_000_000
  return number
}

/** Requests from an address of one's own, as people have at home: a server believes it from its own machine. */
function from(name: string, fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  const number = numberOf(name)
  const address = `10.${number >> 16}.${(number >> 8) & 255}.${number & 255}`
  return (input, init) => {
    const request = new Request(input, init)
    const headers = new Headers(request.headers)
    headers.set('X-Forwarded-For', address)
    return fetch(new Request(request, { headers }))
  }
}
