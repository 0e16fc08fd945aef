/** Our formats, held to the vectors in schema/vectors: what was written once is opened for ever, what is bad never. */

import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { CryptoError } from '../../src'
import { inJson, operations } from './ops'

const FOLDER = new URL('../../../../../schema/vectors/', import.meta.url)

/** How many good and bad cases each file must have. */
const COUNTS: Record<string, [good: number, bad: number]> = {
  vault: [11, 18],
  identity: [8, 17],
  sheet: [6, 5],
  code: [12, 14],
  relatives: [13, 15],
  admission: [23, 22],
  ring: [2, 9],
  chain: [6, 5],
  archive: [6, 23],
  envelope: [16, 39],
  media: [16, 18],
  safety: [3, 1],
  album: [10, 74],
}

interface Case {
  name: string
  op: string
  in: unknown
  out?: unknown
}

interface Vectors {
  counts: { good: number; bad: number }
  good: Case[]
  bad: Case[]
}

const read = (name: string): Vectors => JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), 'utf8')) as Vectors

const run = async (one: Case): Promise<unknown> => {
  const operation = operations[one.op]
  if (!operation) throw new TypeError(`no operation ${one.op}`)
  return inJson(await operation(one.in))
}

test('every file of vectors is known here', () => {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -5))
  expect(names.sort()).toEqual(Object.keys(COUNTS).sort())
})

describe.each(Object.entries(COUNTS))('%s', (name, [good, bad]) => {
  const vectors = read(name)

  test('has all its cases', () => {
    expect(vectors.counts).toEqual({ good, bad })
    expect([vectors.good.length, vectors.bad.length]).toEqual([good, bad])
    expect(new Set([...vectors.good, ...vectors.bad].map((one) => one.name)).size).toBe(good + bad)
  })

  test.each(vectors.good)('$op: $name', async (one) => {
    expect(await run(one)).toEqual(one.out)
  })

  test.each(vectors.bad)('$op refuses: $name', async (one) => {
    await expect(run(one)).rejects.toBeInstanceOf(CryptoError)
  })
})
