/** The worker's side of preparing files: one at a time, so that two large photos are never in memory together. */

import { codeOf } from './errors'
import { prepare } from './prepare'
import type { Order, Word } from './preparing'

/** Answers the page of this worker. */
export function serve(): void {
  const stops = new Map<number, AbortController>()
  let turn: Promise<void> = Promise.resolve()
  addEventListener('message', ({ data }: MessageEvent<Order>) => {
    if ('stop' in data) return stops.get(data.id)?.abort()
    const stop = new AbortController()
    stops.set(data.id, stop)
    turn = turn.then(() => answer(data, stop.signal)).finally(() => stops.delete(data.id))
  })
}

async function answer({ id, file, name, keepAll }: Extract<Order, { file: Blob }>, signal: AbortSignal): Promise<void> {
  const say = (word: Word): void => postMessage(word)
  try {
    say({ id, prepared: await prepare(file, { name, keepAll, signal, progress: (done) => say({ id, done }) }) })
  } catch (problem) {
    say({ id, code: codeOf(problem, 'picture_not_readable'), detail: String(problem) })
  }
}
