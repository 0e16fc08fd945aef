/** What a device shows when the server pushed: one fixed sentence, whatever there is. */

import { spoken } from '../lib/spoken'

const sentences = { nl: 'Er is iets nieuws bij PRIFORA.', fr: 'Il y a du nouveau sur PRIFORA.', en: 'There is something new at PRIFORA.' } as const

/** The sentence in the first of these languages that we speak. */
export function sentence(languages: readonly string[]): string {
  for (const one of languages) {
    const spoken = one.slice(0, 2).toLowerCase()
    if (spoken === 'nl' || spoken === 'fr' || spoken === 'en') return sentences[spoken]
  }
  return sentences.nl
}

/** One notice, however often was pushed, in the language of the app; the browser's only before the app spoke any. */
export async function tell(worker: ServiceWorkerGlobalScope): Promise<void> {
  const language = await spoken().catch(() => undefined)
  const body = sentence([...(language ? [language] : []), ...worker.navigator.languages])
  await worker.registration.showNotification('PRIFORA', { body, icon: '/icon.svg', tag: 'new' })
}

/** Shows the app where it is open, and opens it where not. */
export async function open(worker: ServiceWorkerGlobalScope): Promise<void> {
  const [shown] = await worker.clients.matchAll({ type: 'window' })
  await (shown ? shown.focus() : worker.clients.openWindow('/'))
}
