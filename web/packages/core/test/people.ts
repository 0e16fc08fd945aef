/** People and Home Stations on a real server, as tests drive them. */

import { cookieJar, type Jar } from '@prifora/headless'
import type { Snapshot } from '../src'
import { Engine, MemoryStore, type RawStore, Store } from '../src/engine'
import type { Films } from '../src/films'
import type { Server } from './server'

/** How requests leave. */
export type Fetch = typeof globalThis.fetch

const engines: Engine[] = []

/** Stops everybody; call it before the server stops. */
export function stopAll(): void {
  for (const engine of engines) engine.stop()
}

/** How long something may take that comes by itself, on a machine that has other work, in ms. */
export const PATIENCE = 60_000

let homes = 0

/** Everybody sits at home: limits for an address are not the others'. */
function fromHome(fetch: Fetch): Fetch {
  homes += 1
  const address = `10.1.${homes >> 8}.${homes & 255}`
  return (input, init) => {
    const request = new Request(input, init)
    const headers = new Headers(request.headers)
    headers.set('X-Forwarded-For', address)
    return fetch(new Request(request, { headers }))
  }
}

interface How {
  station?: boolean
  through?: (fetch: Fetch) => Fetch
  /** Where it keeps its rows, to start a second time with them. */
  rows?: RawStore
  /** The profile of a browser that was closed. */
  jar?: Jar
  /** Where keys of films are put. */
  films?: Films
}

export class Someone {
  seen: Snapshot | undefined
  readonly rows: RawStore
  readonly store: Store
  readonly jar: Jar
  readonly engine: Engine

  constructor(
    private readonly server: Server,
    { station = false, through = (fetch) => fetch, rows = new MemoryStore(), jar = cookieJar(server.origin), films }: How = {},
  ) {
    this.rows = rows
    this.store = new Store(rows)
    this.jar = jar
    const { fetch, openSocket } = jar
    const surroundings = { mac: 'aa:bb:cc:dd:ee:0f', model: 'Test station', network: () => 'wifi' as const }
    this.engine = new Engine(
      {
        origin: server.origin,
        fetch: through(fromHome(fetch)),
        openSocket,
        store: this.store,
        deviceName: 'Node',
        language: 'nl',
        ...(station ? { station: surroundings } : {}),
        ...(films ? { films } : {}),
      },
      (snapshot) => (this.seen = snapshot),
    )
    engines.push(this.engine)
  }

  get id(): string {
    return this.engine.snapshot().profile?.id ?? ''
  }

  /** What the server answers to this profile itself, past the engine. */
  async ask(path: string): Promise<{ status: number; body: Record<string, unknown> }> {
    const answer = await this.jar.fetch(`${this.server.origin}/api/v1/${path}`)
    return { status: answer.status, body: (await answer.json().catch(() => ({}))) as Record<string, unknown> }
  }

  /** Closes this browser and opens it again, with what it kept. */
  async again(): Promise<Someone> {
    this.engine.stop()
    const next = new Someone(this.server, { rows: this.rows, jar: this.jar })
    await next.engine.start()
    return next
  }

  async until<T>(what: string, look: (snapshot: Snapshot) => T | undefined | false | null, ms = PATIENCE): Promise<T> {
    for (const end = Date.now() + ms; Date.now() < end; ) {
      const found = look(this.engine.snapshot())
      if (found) return found
      await new Promise((done) => setTimeout(done, 50))
    }
    throw new Error(`never happened: ${what}\n${JSON.stringify(this.engine.snapshot(), null, 1).slice(0, 3000)}`)
  }

  /** Waits until the engine has taken something over, and kept it. */
  async eventually(what: string, look: () => Promise<boolean>): Promise<void> {
    for (const end = Date.now() + PATIENCE; Date.now() < end; await new Promise((done) => setTimeout(done, 100))) {
      if (await look()) return
    }
    throw new Error(`never happened: ${what}`)
  }

  async says(conversationId: string): Promise<string[]> {
    return (await this.engine.messages(conversationId)).map((one) => `${one.author}: ${one.text}`)
  }

  /** Has come in, with keys to a conversation. */
  async isIn(conversationId: string): Promise<void> {
    await this.until('ready', (now) => now.status === 'ready' && now.online)
    await this.until('keys', (now) => now.conversations.find((one) => one.id === conversationId && one.isOpen))
  }

  async hears(conversationId: string, text: string): Promise<void> {
    for (const end = Date.now() + PATIENCE; Date.now() < end; await new Promise((done) => setTimeout(done, 50))) {
      if ((await this.engine.messages(conversationId)).some((one) => one.text === text)) return
    }
    throw new Error(`never heard: ${text}; has ${(await this.says(conversationId)).join(' | ')}`)
  }
}

let numbers = 0
export const PASSWORD = 'een lang genoeg wachtwoord'

/** Somebody who has an account and sits at their first browser. */
export async function signedUp(server: Server, name: string, kind: 'user' | 'contact', email = '', how: How = {}): Promise<Someone> {
  const someone = new Someone(server, how)
  await someone.engine.start()
  numbers += 1
  const form = {
    kind,
    phone: `+3161234${String(5000 + numbers)}`,
    username: name.toLowerCase(),
    first_name: name,
    last_name: 'de Vries',
    email,
    password: PASSWORD,
    language: 'nl' as const,
  }
  await someone.engine.signUp(form)
  await someone.engine.verify('phone', server.textCode())
  if (email) await someone.engine.verify('email', server.mailCode())
  await someone.until('ready', (now) => now.status === 'ready' && now.online)
  return someone
}

/** Signs in once more, in a browser that has nothing yet. */
export async function signedIn(server: Server, name: string, password = PASSWORD, how: How = {}): Promise<Someone> {
  const someone = new Someone(server, how)
  await someone.engine.start()
  await someone.engine.signIn(name.toLowerCase(), password)
  return someone
}

/** The family of Riet, whose account Jan looks after; the talk of everyone is open at Jan's. */
export async function family(host: Someone, username: string, phone: string): Promise<{ familyId: string; talk: string }> {
  const familyId = await host.engine.createFamily('Familie de Vries', {
    first_name: 'Riet',
    last_name: 'de Vries',
    username,
    phone,
    phone_via_relative: true,
    email: 'jan@devries.example',
    email_via_relative: true,
    language: 'nl',
  })
  const talk = await host.until('the family talk', (now) => now.conversations.find((one) => one.familyId === familyId && one.everyone && one.isOpen))
  return { familyId, talk: talk.id }
}

/** Somebody new accepts an invitation of `host` and has keys in the talk of everyone. */
export async function joined(server: Server, host: Someone, { familyId, talk }: { familyId: string; talk: string }, name: string): Promise<Someone> {
  const { code } = await host.engine.invite(familyId, name, 'start')
  const someone = await signedUp(server, name, 'contact')
  await someone.engine.acceptInvitation(code)
  await someone.until('keys', (now) => now.conversations.find((one) => one.id === talk && one.isOpen))
  await host.until(`${name} is trusted`, (now) => now.families.some((one) => one.people.some((other) => other.accountId === someone.id && other.trust === 'invitation')))
  return someone
}
