import { describe, expect, test } from 'vitest'
import { missingIn, type Opened } from '../src/dropped'

/** Records 1 to `count`, each in the epoch that `epochOf` says and naming the one before it. */
function chain(count: number, epochOf: (seq: number) => number): Opened[] {
  return Array.from({ length: count }, (_, at) => ({ seq: at + 1, epoch: epochOf(at + 1), hash: `h${at + 1}`, previous: { seq: at, hash: `h${at}` } }))
}

const upTo = (count: number): Set<number> => new Set(Array.from({ length: count + 1 }, (_, at) => at))
const without = (records: Opened[], ...seqs: number[]): Opened[] => records.filter((one) => !seqs.includes(one.seq))

describe('records that were dropped', () => {
  const records = chain(60, (seq) => Math.floor(seq / 10))

  test('are missed, in whichever order the others are read', () => {
    expect(missingIn({ records: without(records, 30), deletions: 0 }, upTo(6))).toEqual(['h30'])
    expect(missingIn({ records: without(records, 30, 45).reverse(), deletions: 0 }, upTo(6))).toEqual(['h45', 'h30'])
  })

  test('are missed also among the oldest, but for the very oldest, which may have ended', () => {
    expect(missingIn({ records: without(records, 2), deletions: 0 }, upTo(6))).toEqual(['h2'])
    expect(missingIn({ records: without(records, 1), deletions: 0 }, upTo(6))).toEqual([])
  })

  test('are none of what somebody knew last who was away longer than this account', () => {
    const late = records.map((one) => (one.seq === 55 ? { ...one, previous: { seq: 8, hash: 'h8' } } : one))
    expect(missingIn({ records: late.slice(20), deletions: 0 }, new Set([2, 3, 4, 5, 6]))).toEqual([])
  })

  test('are none where all are there, and none for each message that was taken back', () => {
    expect(missingIn({ records, deletions: 0 }, upTo(6))).toEqual([])
    expect(missingIn({ records: without(records, 30), deletions: 1 }, upTo(6))).toEqual([])
  })

  test('are none of what was said before the first that this account may read', () => {
    expect(missingIn({ records: records.slice(20), deletions: 0 }, new Set([2, 3, 4, 5, 6]))).toEqual([])
  })

  test('are none of what was said while this account was out', () => {
    const epochs = new Set([0, 1, 2, 4, 5, 6])
    const read = records.filter((one) => one.epoch !== 3)
    expect(missingIn({ records: read, deletions: 0 }, epochs)).toEqual([])
    expect(missingIn({ records: without(read, 55), deletions: 0 }, epochs)).toEqual(['h55'])
  })
})
