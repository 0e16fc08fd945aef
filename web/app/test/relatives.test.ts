import type { Family, Person } from '@prifora/core'
import { describe, expect, test } from 'vitest'
import { trusted } from '../src/lib/relatives'

const person = (accountId: string, changes: Partial<Person> = {}): Person => ({ accountId, name: accountId, firstName: accountId, role: 'contact', isAdmin: false, isMe: false, favourite: false, blocked: false, seen: true, hasKeys: true, portrait: null, trust: 'invitation', ...changes })
const family = (...people: Person[]): Family => ({ id: 'f', name: 'F', isAdmin: true, isUser: false, userId: null, retentionDays: null, people })
const ids = (...families: Family[]): string[] => trusted(families).map((one) => one.accountId)

describe('who can be asked to help somebody come back', () => {
  test('are people of all families, each once', () => {
    expect(ids(family(person('jan'), person('sofie')), family(person('jan'), person('karel')))).toEqual(['jan', 'sofie', 'karel'])
  })

  test.each<[string, Partial<Person>]>([
    ['oneself', { isMe: true }],
    ['somebody without keys', { hasKeys: false }],
    ['somebody blocked', { blocked: true }],
    ['somebody whose key changed', { trust: 'changed' }],
    ['somebody who cannot be checked', { trust: 'unknown' }],
  ])('never %s', (_who, changes) => {
    expect(ids(family(person('jan', changes), person('sofie')))).toEqual(['sofie'])
  })
})
