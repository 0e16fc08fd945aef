/** What lies between one device and the rest: a network that may be away, and a power cord. */

import type { Jar } from '@prifora/headless'
import type { RawStore } from '../../src/engine'
import type { Fall } from './steps'

/** What passed all lines of a run. */
export interface Traffic {
  commits: number
  lostRaces: number
}

const never = <T>(): Promise<T> => new Promise<T>(() => undefined)
const NETWORK = 'network'

export class Line {
  private isOn = true
  private hasPower = true
  private trap: { fall: Fall; done: () => void } | undefined

  constructor(private readonly traffic: Traffic) {}

  set on(isOn: boolean) {
    this.isOn = isOn
  }

  /** Nothing is written, sent or heard any more, in the middle of whatever is going on. */
  cut(): void {
    this.hasPower = false
  }

  /** Cuts the power at the next such request; `done` is told when that happened. */
  setTrap(fall: Fall, done: () => void): void {
    this.trap = { fall, done }
  }

  clearTrap(): void {
    this.trap = undefined
  }

  /** A browser profile behind this line. */
  around(jar: Jar): Jar {
    return {
      fetch: (input, init) => this.pass(jar.fetch, new Request(input, init)),
      openSocket: (url) => (this.isOn && this.hasPower ? jar.openSocket(url) : closedSocket()),
      empty: () => jar.empty(),
    }
  }

  /** A store that ends with the power; what was written before stays. */
  over(rows: RawStore): RawStore {
    const powered = <T>(work: () => Promise<T>): Promise<T> => (this.hasPower ? work() : never<T>())
    return {
      key: () => powered(() => rows.key()),
      get: (name) => powered(() => rows.get(name)),
      list: (prefix) => powered(() => rows.list(prefix)),
      write: (puts, deletes) => powered(() => rows.write(puts, deletes)),
      clear: () => powered(() => rows.clear()),
      signingKey: (make) => powered(() => rows.signingKey(make)),
    }
  }

  private async pass(fetch: typeof globalThis.fetch, request: Request): Promise<Response> {
    if (!this.hasPower) return never()
    if (!this.isOn) throw new TypeError(NETWORK)
    const { pathname } = new URL(request.url)
    const isTrapped = request.method === 'POST' && this.trap && pathname.endsWith(`/${this.trap.fall.request}`)
    if (isTrapped && this.trap?.fall.is === 'asked') return this.spring()
    const answer = await fetch(request)
    if (request.method === 'POST' && pathname.endsWith('/commits')) {
      if (answer.ok) this.traffic.commits += 1
      else if (answer.status === 409) this.traffic.lostRaces += 1
    }
    if (isTrapped && answer.ok) return this.spring()
    if (!this.hasPower) return never()
    if (!this.isOn) throw new TypeError(NETWORK)
    return answer
  }

  private spring(): Promise<Response> {
    const { trap } = this
    this.trap = undefined
    this.cut()
    trap?.done()
    return never()
  }
}

/** A socket that never opened. */
function closedSocket(): WebSocket {
  const socket: Partial<Record<'onclose', (event: { code: number }) => void>> & { readyState: number; close(): void; send(): void } = {
    readyState: 3,
    close: () => undefined,
    send: () => undefined,
  }
  setTimeout(() => socket.onclose?.({ code: 1006 }))
  return socket as unknown as WebSocket
}
