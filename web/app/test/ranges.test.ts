import { describe, expect, test } from 'vitest'
import { rangeOf } from '../src/sw/ranges'

describe('what a player asks for', () => {
  test.each([
    ['bytes=0-', { from: 0, to: 100 }],
    ['bytes=0-0', { from: 0, to: 1 }],
    ['bytes=10-19', { from: 10, to: 20 }],
    ['bytes=90-500', { from: 90, to: 100 }],
    ['bytes=-10', { from: 90, to: 100 }],
    ['bytes=-500', { from: 0, to: 100 }],
    ['bytes=99-', { from: 99, to: 100 }],
    ['bytes=100-', 'beyond'],
    ['bytes=-0', 'beyond'],
    ['bytes=20-10', undefined],
    ['bytes=-', undefined],
    ['bytes=0-1,5-6', undefined],
    ['pages=1-2', undefined],
    ['bytes=1e1-', undefined],
    [null, undefined],
  ])('%s of a hundred bytes', (header, range) => {
    expect(rangeOf(header, 100)).toEqual(range)
  })
})
