import { describe, expect, test } from 'vitest'
import { daysAgo } from '../src/lib/days'
import { fitted } from '../src/lib/pictures'

const at = (text: string): number => new Date(text).getTime()

describe('days ago', () => {
  test.each([
    ['2026-03-10T00:01', '2026-03-10T23:59', 0],
    ['2026-03-09T23:59', '2026-03-10T00:01', 1],
    ['2026-03-28T12:00', '2026-03-30T12:00', 2],
    ['2026-10-24T23:30', '2026-10-26T00:30', 2],
    ['2025-12-31T23:00', '2026-01-01T01:00', 1],
  ])('%s is so many midnights before %s', (then, now, days) => {
    expect(daysAgo(at(then), at(now))).toBe(days)
  })
})

describe('a picture that leaves the device', () => {
  test.each([
    [4032, 3024, { width: 1024, height: 768 }],
    [3024, 4032, { width: 768, height: 1024 }],
    [200, 100, { width: 200, height: 100 }],
    [100_000, 1, { width: 1024, height: 1 }],
  ])('of %i by %i is small, never stretched', (width, height, small) => {
    expect(fitted(width, height)).toEqual(small)
  })
})
