import { describe, expect, it } from 'vitest'
import { derive, newAccountKeys, openRing, random, type Ring, seal, sealRing, utf8 } from '../src'
import { FAMILY, flipped, JAN, OMA } from './ids'

async function ring(): Promise<Ring> {
  const { aik } = await newAccountKeys()
  return {
    n: 3,
    roots: { [FAMILY]: { accountId: JAN, aik } },
    pins: [[OMA, { aik: random(32), how: 'compared', aekVersion: 2, listVersion: 7 }]],
    alerts: [{ id: 'a', kind: 'ghost-device' }],
  }
}

describe('a ring', () => {
  it('is read by the own devices only, and not for another account', async () => {
    const [masterKey, written] = [random(32), await ring()]
    const sealed = await sealRing(masterKey, JAN, written)
    expect(await openRing(masterKey, JAN, sealed)).toEqual(written)
    await expect(openRing(random(32), JAN, sealed)).rejects.toMatchObject({ code: 'not_readable' })
    await expect(openRing(masterKey, OMA, sealed)).rejects.toMatchObject({ code: 'not_readable' })
    await expect(openRing(masterKey, JAN, flipped(sealed))).rejects.toMatchObject({ code: 'not_readable' })
  })

  it('is refused in another form', async () => {
    const masterKey = random(32)
    const good = { v: 1, n: 1, roots: {}, pins: {}, alerts: [] }
    const pin = { aik: 'AAAA', how: 'own', aekVersion: 1, listVersion: 1 }
    for (const change of [{ v: 2 }, { n: 0 }, { roots: { x: {} } }, { pins: [] }, { pins: { [OMA]: pin } }, { alerts: {} }]) {
      const sealed = await seal(await derive(masterKey, 'ring'), utf8(JSON.stringify({ ...good, ...change })), `ring|${JAN}`)
      await expect(openRing(masterKey, JAN, sealed)).rejects.toMatchObject({ code: 'malformed' })
    }
  })
})
