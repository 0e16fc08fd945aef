/** A thousand random commits: HISTORY_SEED=<number> repeats a run. */

import { afterAll, describe, expect, test } from 'vitest'
import { History } from './history'
import { Chance } from './random'

const COMMITS = 1000
const seed = Number(process.env.HISTORY_SEED ?? crypto.getRandomValues(new Uint32Array(1))[0])
const short = Array.from({ length: 75 }, (_, at) => ({ at, limit: 3 + (at % 4), steps: 12 }))
const long = Array.from({ length: 2 }, (_, at) => ({ at: short.length + at, limit: 12, steps: 50 }))

const done: Record<string, number> = {}
const total = (): number => Object.values(done).reduce((sum, count) => sum + count, 0)

describe(`random histories, HISTORY_SEED=${seed}`, () => {
  afterAll(() => process.stdout.write(`HISTORY_SEED=${seed}: ${total()} commits ${JSON.stringify(done)}\n`))

  test.each([...short, ...long])('history $at: $steps changes with up to $limit devices', { timeout: 120_000 }, async ({ at, limit, steps }) => {
    const history = await History.begin(new Chance(seed + at), limit)
    for (let step = 0; step < steps; step++) await history.step()
    for (const [kind, count] of Object.entries(history.done)) done[kind] = (done[kind] ?? 0) + count
    expect(history.log).toHaveLength(steps)
  })

  test(`${COMMITS} commits of every kind were made`, () => {
    expect(total()).toBe(COMMITS)
    for (const kind of ['add', 'remove', 'removeAsked', 'addAndRemove', 'update', 'externalJoin', 'rejoin']) {
      expect(done[kind], kind).toBeGreaterThan(10)
    }
  })
})
