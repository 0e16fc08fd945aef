import { beforeEach, describe, expect, test, vi } from 'vitest'
import { entered, grouped, readActivation, takeFromAddress, waiting } from '../src/lib/activation'

/** Made by the server's own rules (plans/rules.py). */
const CODES = ['DSRD-DGBM-JNHS-QSXS', 'GPZT-PVFC-BPNN-PMFC', 'JJJM-ZBLP-LBWR-GJFP', 'PQBB-QDVG-PTLT-MQNC']

describe('a code', () => {
  test.each(CODES)('%s is read as people write it', (code) => {
    expect(readActivation(` ${code.toLowerCase()} `)).toBe(code)
    expect(readActivation(code.replaceAll('-', ' '))).toBe(code)
    expect(readActivation([...code].join(' '))).toBe(code)
  })

  test.each(CODES)('%s with any one letter wrong is none', (code) => {
    const letters = code.replaceAll('-', '')
    for (const [place, right] of [...letters].entries()) {
      for (const wrong of 'BCDFGHJKLMNPQRSTVWXZ') {
        if (wrong !== right) expect(readActivation(letters.slice(0, place) + wrong + letters.slice(place + 1))).toBeUndefined()
      }
    }
  })

  test.each(['', 'BCDF', 'BCDF-GHJK-LMNP-QRS1', 'AAAA-AAAA-AAAA-AAAA', 'é'.repeat(16)])('%s is none', (typed) => {
    expect(readActivation(typed)).toBeUndefined()
  })

  test('is grouped while it is typed', () => {
    expect([grouped('b'), grouped('bcdfg'), grouped('bcdf-ghjk lmnpqrstvw')]).toEqual(['B', 'BCDF-G', 'BCDF-GHJK-LMNP-QRST'])
  })
})

describe('a link with a code', () => {
  const kept = new Map<string, string>()
  const replaceState = vi.fn()
  beforeEach(() => {
    kept.clear()
    replaceState.mockClear()
    vi.stubGlobal('sessionStorage', { getItem: (name: string) => kept.get(name) ?? null, setItem: (name: string, value: string) => kept.set(name, value), removeItem: (name: string) => kept.delete(name) })
    vi.stubGlobal('history', { replaceState })
  })

  test('leaves the code in this tab and takes it out of the address', () => {
    vi.stubGlobal('location', { hash: '#code=bcdf-ghjk-lmnp-qrst', pathname: '/plan' })
    takeFromAddress()
    expect(waiting()).toBe('BCDF-GHJK-LMNP-QRST')
    expect(replaceState).toHaveBeenCalledWith(null, '', '/plan')
    entered()
    expect(waiting()).toBe('')
  })

  test.each(['', '#', '#different', '#code=', '#code=<script>', `#code=${'B'.repeat(41)}`])('%s is none', (hash) => {
    vi.stubGlobal('location', { hash, pathname: '/join' })
    takeFromAddress()
    expect(waiting()).toBe('')
    expect(replaceState).not.toHaveBeenCalled()
  })
})
