import { createApi } from '@prifora/api'
import { describe, expect, test } from 'vitest'
import { partsOf } from '../src/parts'
import { Plans } from '../src/plans'

const TRIAL = { phase: 'active', kind: 'trial', station: true, paid_until: '2026-12-30', grace_until: '2027-01-29', pieces: [{ kind: 'trial', station: true, begins_on: '2026-11-30', ends_on: '2026-12-30' }] }
const SHOWN = { phase: 'active', kind: 'trial', station: true, paidUntil: '2026-12-30', graceUntil: '2027-01-29', pieces: [{ kind: 'trial', station: true, beginsOn: '2026-11-30', endsOn: '2026-12-30' }] }
const YEAR = { ...TRIAL, paid_until: '2027-12-30' }

/** A server that knows one code, and what it was asked. */
function setting() {
  const asked: { path: string; body: unknown }[] = []
  const plans: Record<string, unknown> = { f: TRIAL, g: { ...TRIAL, phase: 'read_only' } }
  let changes = 0
  const fetcher: typeof fetch = async (input) => {
    const request = input as Request
    const path = new URL(request.url).pathname
    if (path.endsWith('/csrf')) return Response.json({ token: 't' })
    const body = request.method === 'POST' ? ((await request.json()) as { code: string }) : undefined
    asked.push({ path: path.split('/').slice(3).join('/'), body })
    const family = path.split('/')[4] ?? ''
    if (!body) return Response.json(plans[family])
    if (body.code !== 'right') return Response.json({ type: 'client_error', errors: [{ code: 'activation_unknown', detail: 'no', attr: null }] }, { status: 404 })
    plans[family] = YEAR
    return Response.json(YEAR)
  }
  const connection = { origin: 'http://here', fetch: fetcher, language: () => 'nl' }
  return { asked, changes: () => changes, plans: new Plans(createApi(connection, fetcher), () => (changes += 1)) }
}

describe('plans', () => {
  test('are known by family, and say that they changed, only when they did', async () => {
    const { plans, changes } = setting()
    expect(plans.shown()).toEqual({})
    await plans.refresh(['f', 'g'])
    expect(plans.shown()).toEqual({ f: SHOWN, g: { ...SHOWN, phase: 'read_only' } })
    await plans.refresh(['f', 'g'])
    expect(changes()).toBe(1)
  })

  test('of families I left are forgotten', async () => {
    const { plans } = setting()
    await plans.refresh(['f', 'g'])
    await plans.refresh(['f'])
    expect(Object.keys(plans.shown())).toEqual(['f'])
  })

  test('become longer by a code, and are shown at once', async () => {
    const { plans, asked, changes } = setting()
    await plans.refresh(['f'])
    expect((await plans.redeem('f', 'right', true)).paidUntil).toBe('2027-12-30')
    expect(plans.shown().f?.paidUntil).toBe('2027-12-30')
    expect(changes()).toBe(2)
    expect(asked.at(-1)).toEqual({ path: 'families/f/plan/codes', body: { code: 'right', at_once: true } })
  })

  test('stay as they are by a wrong one', async () => {
    const { plans } = setting()
    await plans.refresh(['f'])
    await expect(plans.redeem('f', 'wrong', false)).rejects.toMatchObject({ code: 'activation_unknown' })
    expect(plans.shown().f).toEqual(SHOWN)
  })

  test('are fetched when the server says that they changed, and nothing else is', () => {
    expect(partsOf('plan.changed')).toEqual(['plans'])
  })
})
