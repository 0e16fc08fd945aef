/** What runs in the worker: the first tab's worker leads; when its tab closes, another takes over. */

import { Engine } from './core'
import { BrowserFilms } from './films'
import { serve } from './serve'
import { BrowserStore, Store } from './store'
import type { Language } from './surface'

export interface Start {
  name: 'app' | 'station'
  deviceName: string
  language: Language
  mac?: string
}

/** Runs the engine while this worker holds the lock of its name. */
export function run({ name, deviceName, language, mac }: Start): void {
  void navigator.locks.request(`prifora:${name}`, async () => {
    const store = new Store(new BrowserStore(`prifora-${name}`))
    const network = (): 'offline' | 'unknown' => (navigator.onLine ? 'unknown' : 'offline')
    const station = name === 'station' ? { station: { mac, model: deviceName, network } } : {}
    const options = { origin: location.origin, fetch: fetch.bind(globalThis), store, deviceName, language, films: new BrowserFilms(), forget: forgetCaches, ...station }
    const engine = serve(name, (publish) => new Engine(options, publish)) as Engine
    await engine.start()
    await new Promise(() => undefined)
  })
}

/** Whatever was cached, except the app's own files, which are the same for everybody. */
async function forgetCaches(): Promise<void> {
  const names = await caches.keys()
  await Promise.all(names.filter((name) => !name.startsWith('shell-')).map((name) => caches.delete(name)))
}
