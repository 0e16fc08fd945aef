/** The service worker: keeps the app's own files, so that it starts without a network, and opens sealed photos and films for
 * the page, and shows that something is new when the server pushes. Never keeps an answer of the API. */

import { PARTS_CACHE } from '@prifora/media/offline'
import { CHOICES_CACHE } from '../lib/spoken'
import { answerMedia, MEDIA_PATH } from './playing'
import { open, tell } from './telling'

declare const __SHELL__: string[]
declare const __VERSION__: string

const worker = self as unknown as ServiceWorkerGlobalScope

async function cacheName(): Promise<string> {
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(__VERSION__))
  return `shell-${Array.from(new Uint8Array(bytes).slice(0, 8), (byte) => byte.toString(16)).join('')}`
}

worker.addEventListener('install', (event) => {
  event.waitUntil(
    cacheName()
      .then((name) => caches.open(name))
      .then((cache) => cache.addAll(__SHELL__))
      .then(() => worker.skipWaiting()),
  )
})

worker.addEventListener('activate', (event) => {
  event.waitUntil(
    cacheName()
      .then(async (present) => {
        for (const name of await caches.keys()) if (![present, PARTS_CACHE, CHOICES_CACHE].includes(name)) await caches.delete(name)
      })
      .then(() => worker.clients.claim()),
  )
})

worker.addEventListener('fetch', (event) => {
  const { pathname, origin } = new URL(event.request.url)
  if (event.request.method !== 'GET') return
  if (origin === location.origin && pathname.startsWith(MEDIA_PATH)) {
    event.respondWith(answerMedia(event.request))
  } else if (pathname.startsWith('/assets/')) {
    event.respondWith(caches.match(event.request).then((kept) => kept ?? fetch(event.request)))
  } else if (event.request.mode === 'navigate' && !/^\/(admin|api|_allauth|privacy|shop)(\/|$)/.test(pathname)) {
    const shell = pathname.startsWith('/station') ? '/station' : '/'
    event.respondWith(fetch(event.request).catch(async () => (await caches.match(shell)) ?? Response.error()))
  }
})

worker.addEventListener('push', (event) => event.waitUntil(tell(worker)))

worker.addEventListener('notificationclick', (event) => {
  event.notification.close()
  event.waitUntil(open(worker))
})
