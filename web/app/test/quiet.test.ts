import { describe, expect, test } from 'vitest'
import { isQuiet, shifted } from '../src/lib/quiet'

const at = (text: string): number => Date.parse(text)
const night = { from: '22:00', to: '07:00', timeZone: 'Europe/Amsterdam' }

test.each([
  ['22:00', 30, '22:30'],
  ['23:45', 30, '00:15'],
  ['00:00', -30, '23:30'],
  ['07:00', -60, '06:00'],
])('%s moved by %i minutes is %s', (time, minutes, moved) => {
  expect(shifted(time, minutes)).toBe(moved)
})

describe('quiet hours', () => {
  test.each([
    ['2026-01-10T20:59:59Z', false],
    ['2026-01-10T21:00:00Z', true],
    ['2026-01-11T05:59:59Z', true],
    ['2026-01-11T06:00:00Z', false],
    ['2026-07-10T19:59:59Z', false],
    ['2026-07-10T20:00:00Z', true],
    ['2026-07-11T05:00:00Z', false],
  ])('over midnight, in winter and summer: %s', (moment, quiet) => {
    expect(isQuiet(night, at(moment))).toBe(quiet)
  })

  test('are those of who is quiet, wherever this device is', () => {
    const there = { ...night, timeZone: 'America/Paramaribo' }
    expect([isQuiet(night, at('2026-01-10T23:00Z')), isQuiet(there, at('2026-01-10T23:00Z'))]).toEqual([true, false])
    expect([isQuiet(night, at('2026-01-11T08:00Z')), isQuiet(there, at('2026-01-11T08:00Z'))]).toEqual([false, true])
  })

  test('within one day, and never', () => {
    const noon = { ...night, from: '13:00', to: '14:30' }
    expect(['11:59', '12:00', '13:29', '13:30'].map((time) => isQuiet(noon, at(`2026-01-10T${time}Z`)))).toEqual([false, true, true, false])
    const never = { ...night, from: '07:00', to: '07:00' }
    expect(['05:59', '06:00', '06:01', '22:00'].some((time) => isQuiet(never, at(`2026-01-10T${time}Z`)))).toBe(false)
  })

  test('in a time zone that this device does not know are by its own clock', () => {
    const here = new Date(2026, 0, 10, 23, 0).getTime()
    expect(isQuiet({ ...night, timeZone: 'Atlantis/Capital' }, here)).toBe(true)
    expect(isQuiet({ ...night, timeZone: '' }, here)).toBe(true)
  })
})
