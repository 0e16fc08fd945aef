import { afterEach, describe, expect, it, vi } from 'vitest'
import { keepSpoken } from '../src/lib/spoken'
import { sentence, tell } from '../src/sw/telling'

describe('sentence', () => {
  it('is in the first of the languages that we speak', () => {
    expect(sentence(['de-DE', 'fr-BE', 'nl'])).toBe('Il y a du nouveau sur PRIFORA.')
    expect(sentence(['en-GB'])).toBe('There is something new at PRIFORA.')
    expect(sentence(['nl-BE', 'fr'])).toBe('Er is iets nieuws bij PRIFORA.')
  })
  it('is Dutch where we speak none of them', () => {
    expect(sentence(['de', 'pl'])).toBe('Er is iets nieuws bij PRIFORA.')
    expect(sentence([])).toBe('Er is iets nieuws bij PRIFORA.')
  })
})

describe('tell', () => {
  afterEach(() => vi.unstubAllGlobals())

  /** A service worker of a browser that speaks Dutch; what it showed. */
  function told() {
    const shown: string[] = []
    const showNotification = (_title: string, { body }: { body: string }) => Promise.resolve(void shown.push(body))
    const worker = { navigator: { languages: ['nl-BE'] }, registration: { showNotification } } as unknown as ServiceWorkerGlobalScope
    return { shown, worker }
  }

  it('speaks the language of the app, not that of the browser', async () => {
    const kept = new Map<string, Response>()
    const put = (row: string, one: Response) => Promise.resolve(void kept.set(row, one))
    vi.stubGlobal('caches', { open: () => Promise.resolve({ put }), match: (row: string) => Promise.resolve(kept.get(row)) })
    const { shown, worker } = told()
    await tell(worker)
    await keepSpoken('fr')
    await tell(worker)
    expect(shown).toEqual(['Er is iets nieuws bij PRIFORA.', 'Il y a du nouveau sur PRIFORA.'])
  })
  it('tells also when the language cannot be read', async () => {
    vi.stubGlobal('caches', { match: () => Promise.reject(new Error('no room')) })
    const { shown, worker } = told()
    await tell(worker)
    expect(shown).toEqual(['Er is iets nieuws bij PRIFORA.'])
  })
})
