/** The language the app speaks on this device, kept where the service worker finds it too while the app is closed. */

export const CHOICES_CACHE = 'choices'
const ROW = '/language'

/** Without a secure page there is neither a cache nor a service worker. */
export async function keepSpoken(language: string): Promise<void> {
  if (!('caches' in globalThis)) return
  await (await caches.open(CHOICES_CACHE)).put(ROW, new Response(language))
}

export const spoken = async (): Promise<string | undefined> => (await caches.match(ROW, { cacheName: CHOICES_CACHE }))?.text()
