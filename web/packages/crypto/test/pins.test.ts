/** A key the server swaps is never taken, and an older statement never over a newer one. */

import { describe, expect, it } from 'vitest'
import { newAccountKeys, PinBook, readPins, writePins } from '../src'
import { OMA, SOFIE } from './ids'

describe('a pin book', () => {
  it('refuses another identity key', async () => {
    const [hers, other] = [await newAccountKeys(), await newAccountKeys()]
    const pins = new PinBook()
    expect(pins.check(SOFIE, hers.aik)).toBe('new')
    expect(pins.learn(SOFIE, hers.aik, 'family')).toBe(true)
    expect(pins.learn(SOFIE, other.aik, 'compared')).toBe(false)
    expect(pins.check(SOFIE, other.aik)).toBe('changed')
    expect(pins.check(SOFIE, hers.aik)).toBe('known')
  })

  it('is strengthened and never weakened: own, compared, invitation, pairing, family', async () => {
    const { aik } = await newAccountKeys()
    const pins = new PinBook()
    const after = (['family', 'pairing', 'invitation', 'family', 'compared', 'invitation', 'own', 'compared'] as const).map((how) => {
      pins.learn(SOFIE, aik, how)
      return pins.how(SOFIE)
    })
    expect(after).toEqual(['family', 'pairing', 'invitation', 'invitation', 'compared', 'compared', 'own', 'own'])
  })

  it('remembers the newest versions, and takes no older ones', async () => {
    const { aik } = await newAccountKeys()
    const pins = new PinBook()
    expect(pins.noteKey(SOFIE, 1)).toBe(false)
    pins.learn(SOFIE, aik, 'family')
    expect([1, 3, 3, 2].map((version) => pins.noteKey(SOFIE, version))).toEqual([true, true, true, false])
    expect([5, 4].map((version) => pins.noteList(SOFIE, version))).toEqual([true, false])
    expect(pins.pin(SOFIE)).toMatchObject({ aekVersion: 3, listVersion: 5 })
  })

  it('takes over what another device knows, but no other key', async () => {
    const [hers, grandmas, other] = [await newAccountKeys(), await newAccountKeys(), await newAccountKeys()]
    const pins = new PinBook()
    pins.learn(SOFIE, hers.aik, 'family')
    pins.noteKey(SOFIE, 4)
    const differing = pins.merge([
      [SOFIE, { aik: hers.aik, how: 'compared', aekVersion: 2, listVersion: 9 }],
      [OMA, { aik: grandmas.aik, how: 'pairing', aekVersion: 1, listVersion: 1 }],
    ])
    expect(differing).toEqual([])
    expect(pins.pin(SOFIE)).toEqual({ aik: hers.aik, how: 'compared', aekVersion: 4, listVersion: 9 })
    expect(pins.merge([[OMA, { aik: other.aik, how: 'own', aekVersion: 9, listVersion: 9 }]])).toEqual([OMA])
    expect(pins.pin(OMA)).toMatchObject({ aik: grandmas.aik, how: 'pairing', aekVersion: 1 })
    expect(readPins(JSON.parse(JSON.stringify(writePins(pins.entries()))))).toEqual(pins.entries())
  })
})
