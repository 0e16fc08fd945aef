/** The three languages; a sentence missing in one of them does not compile. A page loads only the one it speaks. */

import type { Language } from '@prifora/core'
import type { Messages } from './nl'

/** What each language calls itself. */
export const names: Record<Language, string> = { nl: 'Nederlands', fr: 'Français', en: 'English' }

export const catalogues: Record<Language, () => Promise<Messages>> = {
  nl: async () => (await import('./nl')).nl,
  fr: async () => (await import('./fr')).fr,
  en: async () => (await import('./en')).en,
}

export type { Messages }
