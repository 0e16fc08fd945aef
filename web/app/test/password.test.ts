import { describe, expect, test } from 'vitest'
import { LEAST, MOST, weakness } from '../src/lib/password'

const SOFIE = ['Sofie', 'de Vries', 'sofie.v']

describe('a password', () => {
  test.each(['vier gewone woorden samen', 'zes gele fietsen in een rij', 'čtyři obyčejná slova', '私の家族は七人で猫も二匹います。'])('of ordinary words is good: %s', (one) => {
    expect(weakness(one, SOFIE)).toBeUndefined()
  })

  test('is measured in characters, not in bytes', () => {
    expect(weakness('é'.repeat(LEAST - 1), [])).toBe('too_short')
    expect(weakness('🐝🌷🐈🏡🚲'.repeat(3), [])).toBeUndefined()
  })

  test(`has at least ${LEAST} and at most ${MOST} characters`, () => {
    const words = 'vier gewone woorden samen op een lange rij achter elkaar gezet en nog meer'
    expect(weakness(words.slice(0, LEAST - 1), [])).toBe('too_short')
    expect(weakness(words.slice(0, LEAST), [])).toBeUndefined()
    expect(weakness(words.slice(0, MOST), [])).toBeUndefined()
    expect(weakness(words.slice(0, MOST + 1), [])).toBe('too_long')
  })

  test('counts a letter with its accent as one, however it was typed', () => {
    expect(weakness('e\u0301'.repeat(10), [])).toBe('too_short')
  })

  test.each([
    ['aaaaaaaaaaaaaaaa', 'repeats'],
    ['abababababababab', 'repeats'],
    ['wachtwoord wachtwoord', 'common'],
    ['Password123456!', 'common'],
    ['motdepasse1234567', 'common'],
    ['prifora prifora 1', 'common'],
    ['sofie de vries 12', 'about_you'],
    ['DeVriesSofieSofie', 'about_you'],
  ])('is not good when it is easy to guess: %s', (one, why) => {
    expect(weakness(one, SOFIE)).toBe(why)
  })

  test('may hold a name when there is enough besides it', () => {
    expect(weakness('sofie fietst naar zee', SOFIE)).toBeUndefined()
  })

  test('has no rules about its letters', () => {
    expect(weakness('alleenkleineletters', [])).toBeUndefined()
    expect(weakness('MET SPATIES EN ÉÉN TEKEN', [])).toBeUndefined()
  })
})
