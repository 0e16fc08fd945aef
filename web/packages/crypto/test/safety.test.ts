import { describe, expect, it } from 'vitest'
import { newAccountKeys, safetyMatches, safetyNumber } from '../src'
import { JAN, OMA } from './ids'

describe('a safety number', () => {
  it('is the same from both sides, and another for another key or person', async () => {
    const [jan, oma, other] = [await newAccountKeys(), await newAccountKeys(), await newAccountKeys()]
    const [mine, hers] = [{ accountId: JAN, aik: jan.aik }, { accountId: OMA, aik: oma.aik }]
    const number = await safetyNumber(mine, hers)
    expect(await safetyNumber(hers, mine)).toEqual(number)
    expect(number.groups).toHaveLength(8)
    expect(number.groups.every((group) => /^\d{5}$/.test(group))).toBe(true)
    expect(safetyMatches(` ${number.qr}\n`, number)).toBe(true)
    for (const wrong of [await safetyNumber(mine, { ...hers, aik: other.aik }), await safetyNumber(mine, { ...hers, accountId: JAN })]) {
      expect(wrong.groups).not.toEqual(number.groups)
      expect(safetyMatches(wrong.qr, number)).toBe(false)
    }
  })
})
