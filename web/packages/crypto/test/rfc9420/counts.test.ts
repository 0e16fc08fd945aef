/** How many of the public vectors of RFC 9420 are here. */

import { readdirSync } from 'node:fs'
import { afterAll, expect, test } from 'vitest'
import { COUNTS, FOLDER, SUITE_ID, vectors } from './vectors'

const names = Object.keys(COUNTS) as (keyof typeof COUNTS)[]
const here = names.filter((name) => COUNTS[name][0] > 0)
const sum = (which: 0 | 1): number => names.reduce((total, name) => total + COUNTS[name][which], 0)

afterAll(() => process.stdout.write(`RFC 9420: ${sum(0)} of the ${sum(1)} public vectors are here\n`))

test('every file is known, and whole', () => {
  expect(readdirSync(FOLDER).filter((name) => name.endsWith('.json')).sort()).toEqual(here.map((name) => `${name}.json`).sort())
  for (const name of here) expect(vectors(name), name).toHaveLength(COUNTS[name][0])
  expect(sum(1)).toBe(785)
})

test('only our own suite is carried over', () => {
  const suites = here.flatMap((name) => vectors<{ cipher_suite?: number }>(name).map((one) => one.cipher_suite ?? SUITE_ID))
  expect(new Set(suites)).toEqual(new Set([SUITE_ID]))
})
