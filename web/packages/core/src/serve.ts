/** The engine's side of the channel between pages and engine. */

import { failure } from './failed'
import { type Ask, CHANNEL, type Say } from './rpc'
import type { Core, Snapshot } from './surface'

interface Served {
  snapshot(): Snapshot
  network(online: boolean): void
}

/** In the worker that leads: answers every page, and tells all of them what changed. */
export function serve(name: string, make: (publish: (snapshot: Snapshot) => void) => Core & Served): Core & Served {
  const channel = new BroadcastChannel(`${CHANNEL}:${name}`)
  const publish = (snapshot: Snapshot): void => channel.postMessage({ kind: 'snapshot', snapshot } satisfies Say)
  const core = make(publish)
  channel.onmessage = ({ data }: MessageEvent<Ask>) => {
    if (data.kind === 'look') publish(core.snapshot())
    else if (data.kind === 'network') core.network(data.online)
    else if (data.kind === 'call') void answer(data)
  }
  async function answer({ id, method, args }: Extract<Ask, { kind: 'call' }>): Promise<void> {
    try {
      const work = core[method as keyof Core] as (...given: unknown[]) => Promise<unknown>
      const result = await work.apply(core, args)
      channel.postMessage({ kind: 'answer', id, result } satisfies Say)
    } catch (problem) {
      channel.postMessage({ kind: 'answer', id, problem: failure(problem) } satisfies Say)
    }
  }
  return core
}
