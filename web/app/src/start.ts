/** Starts the engine's worker for this page, and the service worker. */

import { connect, type Client, type Language } from '@prifora/core'
import workerUrl from './engine.worker.ts?worker&url'
import { scriptUrl } from './trusted'

const SYSTEMS = ['Android', 'iPhone', 'iPad', 'Windows', 'Macintosh', 'Linux']
const BROWSERS = ['Edg', 'Firefox', 'Chrome', 'Safari']

/** For example "Firefox, Windows": to recognise this device in a list. */
export function deviceName(agent: string): string {
  const find = (names: string[]): string => names.find((name) => agent.includes(name)) ?? ''
  const browser = find(BROWSERS).replace('Edg', 'Edge')
  return [browser, find(SYSTEMS).replace('Macintosh', 'Mac')].filter(Boolean).join(', ') || 'Browser'
}

export function start(name: 'app' | 'station', language: Language): Client {
  const client = connect(name)
  const worker = new Worker(scriptUrl.createScriptURL(workerUrl), { type: 'module' })
  const mac = new URLSearchParams(location.search).get('mac')?.toLowerCase()
  worker.postMessage({ name, deviceName: deviceName(navigator.userAgent), language, ...(mac ? { mac } : {}) })
  if ('serviceWorker' in navigator && import.meta.env.PROD) {
    void navigator.serviceWorker.register(scriptUrl.createScriptURL('/sw.js')).catch(() => undefined)
  }
  void navigator.storage?.persist?.()
  return client
}
