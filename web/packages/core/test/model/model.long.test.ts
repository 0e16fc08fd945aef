/**
 * Random schedules of five people with two devices each on the real server, against a simple model (docs/testing.md). Here
 * a few; `./run faults model` sets FAULTS_SCHEDULES, FAULTS_SEED and FAULTS_REPORT for as many as one likes.
 */

import { writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { type Figures, runAll } from './run'

const { FAULTS_SCHEDULES, FAULTS_SEED = '1', FAULTS_REPORT } = process.env
const SHORT = { schedules: 6, within: 50_000 }
const DAY_MS = 24 * 3_600_000

test('whatever happens, everybody reads exactly what they should', async () => {
  const wish = FAULTS_SCHEDULES ? { schedules: Number(FAULTS_SCHEDULES), within: DAY_MS } : SHORT
  const said = (line: string, figures: Figures): void => {
    if (FAULTS_SCHEDULES) process.stderr.write(`${line}\n`)
    if (FAULTS_REPORT) writeFileSync(FAULTS_REPORT, JSON.stringify(figures))
  }
  const figures = await runAll({ ...wish, seed: Number(FAULTS_SEED), said })
  expect(figures.failures.map(({ why }) => why).join('\n\n')).toBe('')
  expect(figures.schedules).toBeGreaterThan(0)
}, DAY_MS)
