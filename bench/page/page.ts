/** What the bench calls: `measure(name)` runs one of the works in a worker, as the app runs its engine in one. */

import type { Answer } from './worker'

declare global {
  var measure: (name: string) => Promise<unknown>
}

globalThis.measure = (name) =>
  new Promise((done, failed) => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
    worker.onerror = (event) => failed(new Error(event.message))
    worker.onmessage = ({ data }: MessageEvent<Answer>) => {
      worker.terminate()
      if ('problem' in data) failed(new Error(data.problem))
      else done(data.result)
    }
    worker.postMessage(name)
  })
