import { describe, expect, test } from 'vitest'
import { distance, length, position, size } from '../src/lib/amounts'

describe('how large a file is', () => {
  test.each([
    [0, 'nl', '1 kB'],
    [2048, 'en', '2 kB'],
    [3_565_158, 'nl', '3,4 MB'],
    [3_565_158, 'fr', '3,4 Mo'],
    [32 * 1024 * 1024, 'en', '32 MB'],
    [50 * 1024 ** 3, 'fr', '50 Go'],
  ] as const)('%i bytes in %s: %s', (bytes, language, words) => {
    expect(size(bytes, language)).toBe(words)
  })
})

describe('how long a voice message is', () => {
  test.each([
    [-1, '0:00'],
    [5.4, '0:05'],
    [59.6, '1:00'],
    [300, '5:00'],
  ])('%d seconds: %s', (seconds, words) => {
    expect(length(seconds)).toBe(words)
  })
})

describe('how near a place is', () => {
  test('is said in metres, far away in kilometres', () => {
    expect(distance(23, 'nl')).toBe('23 m')
    expect(distance(2400, 'en')).toBe('2 km')
  })

  test('a place has five decimals, a metre or so', () => {
    expect(position(52.367_312_9, -4.9)).toBe('52.36731, -4.90000')
  })
})
