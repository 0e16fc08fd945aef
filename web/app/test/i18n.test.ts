import { describe, expect, test } from 'vitest'
import { catalogues as loaders } from '../src/i18n/load'

const catalogues = { nl: await loaders.nl(), fr: await loaders.fr(), en: await loaders.en() }
type Entry = [path: string, value: unknown]

function entries(value: unknown, path = ''): Entry[] {
  if (typeof value !== 'object' || value === null) return [[path, value]]
  return Object.entries(value).flatMap(([name, one]) => entries(one, path ? `${path}.${name}` : name))
}

const all = Object.fromEntries(Object.entries(catalogues).map(([language, messages]) => [language, new Map(entries(messages))]))
const dutch = all.nl as Map<string, unknown>
const others = Object.entries(all).filter(([language]) => language !== 'nl')
/** Names of products, and words that are the same. */
const SAME = new Set(['Code', 'Passkeys', 'Home Station', 'Privacy', 'Notes', 'Messages', 'Normal', 'Photo', 'Postcode', 'Stop'])

describe.each(others)('in %s', (_language, messages) => {
  test('there are the same sentences as in Dutch', () => {
    expect([...messages.keys()].sort()).toEqual([...dutch.keys()].sort())
  })

  test('each sentence is of the same kind and takes as much', () => {
    for (const [path, value] of dutch) {
      const other = messages.get(path)
      expect(typeof other, path).toBe(typeof value)
      if (typeof value === 'function') expect((other as () => string).length, path).toBe(value.length)
    }
  })

  test('nothing was left in Dutch', () => {
    const left = [...messages].filter(([path, value]) => typeof value === 'string' && value === dutch.get(path) && !SAME.has(value))
    expect(left.map(([path]) => path)).toEqual([])
  })
})

describe.each(Object.entries(all))('every sentence in %s', (language, messages) => {
  test('says something', () => {
    for (const [path, value] of messages) if (typeof value === 'string') expect(value.trim(), path).not.toBe('')
  })

  test('says what it was given', () => {
    for (const [path, value] of messages) {
      if (typeof value !== 'function') continue
      const given = ['kiekeboe', 'koekoek'].slice(0, value.length)
      const numbers = [7, 8].slice(0, value.length)
      const say = value as (...words: unknown[]) => string
      const said = [say(...given), say(...numbers)]
      const tells = (words: unknown[], sentence: string | undefined): boolean => words.every((word) => sentence?.includes(String(word)))
      expect(tells(given, said[0]) || tells(numbers, said[1]), `${path}: ${said.join(' / ')}`).toBe(true)
    }
  })

  test('counts one as one', () => {
    const { offline, kiosk } = catalogues[language as 'nl']
    expect(offline(1)).not.toContain('1')
    expect(offline(0)).not.toContain('0')
    expect(kiosk.unread(1)).not.toBe(kiosk.unread(2).replace('2', '1'))
  })

  test('has no straight apostrophes, double spaces or codes', () => {
    for (const [path, value] of messages) {
      if (typeof value !== 'string') continue
      expect(value, path).not.toMatch(/\w'\w| {2}|_|undefined/)
    }
  })
})

describe('French', () => {
  test('keeps a space before double punctuation', () => {
    for (const [path, value] of all.fr ?? []) {
      if (typeof value === 'string' && !value.includes('//')) expect(value, path).not.toMatch(/[^\s\u00a0\u202f][?!:;]( |$)/)
    }
  })

  test('says vous', () => {
    for (const [path, value] of all.fr ?? []) if (typeof value === 'string') expect(value, path).not.toMatch(/(?<!\p{L})(tu|ton|ta|tes|toi)(?!\p{L})/iu)
  })
})
