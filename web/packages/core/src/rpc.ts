/** Between pages and the engine: several tabs, one engine, one socket. Calls and snapshots go over a BroadcastChannel. */

import { Failed } from './problem'
import type { Core, Failure, Snapshot } from './surface'

export const CHANNEL = 'prifora'

export type Ask = { kind: 'call'; id: string; method: string; args: unknown[] } | { kind: 'look' } | { kind: 'network'; online: boolean }
export type Say = { kind: 'answer'; id: string; result?: unknown; problem?: Failure } | { kind: 'snapshot'; snapshot: Snapshot }

export interface Client {
  core: Core
  subscribe(listener: (snapshot: Snapshot) => void): () => void
}

/** In a page: a stand-in for the engine, wherever it runs. Calls wait until an engine leads. */
export function connect(name: string): Client {
  const channel = new BroadcastChannel(`${CHANNEL}:${name}`)
  const waiting = new Map<string, { resolve: (value: unknown) => void; reject: (problem: Failure) => void }>()
  const listeners = new Set<(snapshot: Snapshot) => void>()
  let led: () => void
  const leads = new Promise<void>((resolve) => (led = resolve))
  channel.onmessage = ({ data }: MessageEvent<Say>) => {
    led()
    if (data.kind === 'snapshot') for (const listener of listeners) listener(data.snapshot)
    if (data.kind !== 'answer') return
    const call = waiting.get(data.id)
    waiting.delete(data.id)
    if (data.problem) call?.reject(new Failed(data.problem.code, data.problem.detail, data.problem.attr))
    else call?.resolve(data.result)
  }
  const ask = (message: Ask): void => channel.postMessage(message)
  const look = setInterval(() => ask({ kind: 'look' }), 250)
  void leads.then(() => clearInterval(look))
  addEventListener('online', () => ask({ kind: 'network', online: true }))
  addEventListener('offline', () => ask({ kind: 'network', online: false }))
  const core = new Proxy({} as Core, {
    get: (_target, method: string) => (...args: unknown[]) =>
      leads.then(
        () =>
          new Promise((resolve, reject) => {
            const id = crypto.randomUUID()
            waiting.set(id, { resolve, reject })
            ask({ kind: 'call', id, method, args: structuredClone(args) })
          }),
      ),
  })
  return {
    core,
    subscribe(listener) {
      listeners.add(listener)
      ask({ kind: 'look' })
      return () => listeners.delete(listener)
    },
  }
}
