import { describe, expect, it } from 'vitest'
import { newSheet, readSheet, sheetSecret, signSheetSignIn, utf8, verify } from '../src'

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

describe('a recovery sheet', () => {
  it('is read back however it is typed', async () => {
    const sheet = await newSheet()
    expect(sheet).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){6}[0-9A-HJKMNP-TV-Z]{4}$/)
    const letters = await readSheet(sheet)
    expect(letters).toBe(sheet.replaceAll('-', '').slice(0, 26))
    expect(await readSheet(sheet.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l'))).toBe(letters)
  })

  it('catches almost every wrong letter, and every missing one', async () => {
    const sheet = (await newSheet()).replaceAll('-', '')
    let unnoticed = 0
    for (let at = 0; at < sheet.length; at++) {
      const other = ALPHABET[(ALPHABET.indexOf(sheet[at] ?? '0') + 1) % 32]
      if (await readSheet(sheet.slice(0, at) + other + sheet.slice(at + 1))) unnoticed++
    }
    expect(unnoticed).toBeLessThan(4)
    expect(await readSheet(sheet.slice(0, 27))).toBeUndefined()
    expect(await readSheet(`${sheet}0`)).toBeUndefined()
    expect(await readSheet('')).toBeUndefined()
  })

  it('signs in under the name as typed', async () => {
    const { authKey, authSeed } = await sheetSecret((await readSheet(await newSheet())) ?? '')
    const signature = await signSheetSignIn(authSeed, ' Jan ', 'n0nce')
    expect(await verify(authKey, signature, utf8('prifora recovery|jan|n0nce'))).toBe(true)
    expect(await verify(authKey, signature, utf8('prifora recovery|jan|other'))).toBe(false)
    await expect(sheetSecret('KORT')).rejects.toMatchObject({ code: 'malformed' })
  })

  it('opens with its letters only', async () => {
    const [one, other] = [await sheetSecret('0'.repeat(26)), await sheetSecret('1'.repeat(26))]
    expect(one.slot.pair.publicKey).not.toEqual(other.slot.pair.publicKey)
    expect((await sheetSecret('0'.repeat(26))).slot).toEqual(one.slot)
  })
})
