import { describe, expect, it } from 'vitest'
import { sentence } from '../src/sw/telling'

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
