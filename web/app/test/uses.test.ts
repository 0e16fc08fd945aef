import type { Consent } from '@prifora/core'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { forgetChoice, noteChoice, tellUse } from '../src/lib/uses'

const kept = new Map<string, string>()
vi.stubGlobal('localStorage', {
  getItem: (name: string) => kept.get(name) ?? null,
  setItem: (name: string, text: string) => kept.set(name, text),
  removeItem: (name: string) => kept.delete(name),
})

const consent = (purpose: string, allowed: boolean): Consent => ({ purpose, allowed, title: '', text: '', textHash: '', state: allowed ? 'given' : 'never', at: null })
const told: string[] = []
const tell = (what: string): Promise<void> => {
  told.push(what)
  return Promise.resolve()
}

beforeEach(() => {
  forgetChoice()
  told.length = 0
})

describe('what a device tells of its use', () => {
  test('is nothing before somebody agreed, or when they agreed to something else', async () => {
    await tellUse('slideshow', tell)
    noteChoice([consent('news_mail', true), consent('use_counts', false)])
    await tellUse('slideshow', tell)
    expect(told).toEqual([])
  })

  test('is each thing once a day', async () => {
    noteChoice([consent('use_counts', true)])
    for (const what of ['slideshow', 'read_aloud', 'slideshow'] as const) await tellUse(what, tell, 'Monday')
    expect(told).toEqual(['slideshow', 'read_aloud'])
    await tellUse('slideshow', tell, 'Tuesday')
    expect(told).toEqual(['slideshow', 'read_aloud', 'slideshow'])
  })

  test('is nothing from the moment they take it back, and after signing out', async () => {
    noteChoice([consent('use_counts', true)])
    noteChoice([consent('use_counts', false)])
    await tellUse('slideshow', tell)
    noteChoice([consent('use_counts', true)])
    forgetChoice()
    await tellUse('slideshow', tell)
    expect([told, kept.size]).toEqual([[], 0])
  })

  test('disturbs nobody when it cannot be told', async () => {
    noteChoice([consent('use_counts', true)])
    await expect(tellUse('slideshow', () => Promise.reject(new Error('off line')))).resolves.toBeUndefined()
  })
})
