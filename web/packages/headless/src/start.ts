/** Starts an engine in a folder: what it learned is there after a restart, the session too. */

import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Core, Snapshot } from '@prifora/core'
import { Engine, Store } from '@prifora/core/engine'
import { cookieJar, type KeptCookies } from './cookies'
import { FileStore } from './filestore'

export interface HeadlessOptions {
  /** The server, for example https://prifora.example. */
  origin: string
  /** Everything this device keeps; one process at a time. */
  folder: string
  deviceName: string
  language?: 'nl' | 'fr' | 'en'
  /** Makes this a Home Station: it shows a pairing code instead of asking for a password. */
  station?: { mac?: string; model: string; network: () => 'ethernet' | 'wifi' | 'offline' | 'unknown' }
  /** 32 bytes that seal the folder, from a safer place than the folder itself. */
  secret?: Uint8Array
  /** Called whenever something changed. */
  onSnapshot?: (snapshot: Snapshot) => void
}

export interface Headless {
  /** Everything the app can do. */
  core: Core
  snapshot(): Snapshot
  /** The device heard that it is on or off line. */
  network(isOnline: boolean): void
  stop(): void
}

/** Starts; the promise resolves at once, and the snapshots say how far it is. */
export function startHeadless(options: HeadlessOptions): Headless {
  const { origin, folder, deviceName, language = 'nl', station, secret, onSnapshot = () => undefined } = options
  const rows = new FileStore(folder, secret)
  const { fetch, openSocket, empty } = cookieJar(origin, cookieFile(join(folder, 'cookies')))
  const store = new Store(rows)
  const place = station ? { station: { ...station, mac: station.mac } } : {}
  const forget = (): Promise<void> => Promise.resolve(empty())
  const engine = new Engine({ origin, fetch, openSocket, store, deviceName, language, forget, ...place }, onSnapshot)
  void engine.start()
  return {
    core: engine,
    snapshot: () => engine.snapshot(),
    network: (isOnline) => engine.network(isOnline),
    stop: () => {
      engine.stop()
      rows.close()
    },
  }
}

function cookieFile(path: string): KeptCookies {
  return {
    read: () => (existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as [string, string][]) : []),
    write: (cookies) => {
      if (cookies.length === 0) return rmSync(path, { force: true })
      writeFileSync(`${path}.new`, JSON.stringify(cookies), { mode: 0o600 })
      renameSync(`${path}.new`, path)
    },
  }
}
