/** Telling on this device that something is new while PRIFORA is closed: what the browser can do, and its address. */

import { app } from '../app.svelte'

/** `absent`: this server tells nobody. `impossible`: not in this browser. `refused`: the person said no to the browser. */
export type Standing = 'absent' | 'impossible' | 'refused' | 'off' | 'on'

async function registered(): Promise<ServiceWorkerRegistration | undefined> {
  if (!('serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window)) return undefined
  return await navigator.serviceWorker.getRegistration()
}

/** What holds for this device. It is on only when server and browser both say so. */
export async function standing(): Promise<Standing> {
  const { key, on } = await app.core.pushState()
  if (!key) return 'absent'
  const worker = await registered()
  if (!worker) return 'impossible'
  if (Notification.permission === 'denied') return 'refused'
  return on && (await worker.pushManager.getSubscription()) ? 'on' : 'off'
}

/** Asks the person and the browser, and gives the address to the server. What does not work out shows in `standing`. */
export async function startPush(): Promise<void> {
  const allowed = await Notification.requestPermission()
  const worker = await registered()
  const { key } = await app.core.pushState()
  if (allowed !== 'granted' || !worker || !key) return
  await (await worker.pushManager.getSubscription())?.unsubscribe()
  const address = (await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key })).toJSON()
  const { p256dh = '', auth = '' } = address.keys ?? {}
  await app.core.startPush({ endpoint: address.endpoint ?? '', p256dh, auth })
}

export async function stopPush(): Promise<void> {
  await app.core.stopPush()
  await (await (await registered())?.pushManager.getSubscription())?.unsubscribe()
}
