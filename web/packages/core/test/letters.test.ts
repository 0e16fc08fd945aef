import { createApi } from '@prifora/api'
import { describe, expect, test } from 'vitest'
import { Letters } from '../src/letters'
import { partsOf } from '../src/parts'

const PAGE = 2

/** A server with letters, newest first, and a network that can be away. */
function setting(number: number) {
  const there = Array.from({ length: number }, (_, n) => ({ id: `l${n}`, kind: 'k', topic: 'privacy', title: `T${n}`, text: '', path: '', at: `2026-01-0${9 - n}T00:00:00Z`, read_at: null as string | null }))
  const asked: string[] = []
  const network = { away: false }
  let changes = 0
  const fetcher: typeof fetch = async (input) => {
    const request = input as Request
    const url = new URL(request.url)
    asked.push(`${request.method} ${url.pathname.split('/').slice(3).join('/')}${url.search}`)
    if (network.away) throw new TypeError('away')
    if (request.method === 'POST') {
      const { ids } = (await request.json()) as { ids?: string[] }
      for (const one of there) if (!ids || ids.includes(one.id)) one.read_at ??= '2026-02-01T00:00:00Z'
      return new Response(null, { status: 204 })
    }
    if (url.pathname.endsWith('/csrf')) return Response.json({ token: 't' })
    const from = there.findIndex((one) => one.id === url.searchParams.get('before')) + 1
    const items = there.slice(from, from + PAGE)
    return Response.json({ items, more: from + PAGE < there.length, unread: there.filter((one) => !one.read_at).length })
  }
  const connection = { origin: 'http://here', fetch: fetcher, language: () => 'nl' }
  return { there, asked, network, changes: () => changes, letters: new Letters(createApi(connection, fetcher), () => (changes += 1)) }
}

describe('letters', () => {
  test('say how many are new, and that they changed, only when they did', async () => {
    const { letters, there, changes } = setting(3)
    expect(letters.shown()).toEqual({ any: false, unread: 0, change: 0 })
    await letters.refresh()
    expect(letters.shown()).toEqual({ any: true, unread: 3, change: 1 })
    await letters.refresh()
    expect(changes()).toBe(1)
    const last = there.at(-1)
    if (last) last.read_at = '2026-02-02T00:00:00Z'
    await letters.refresh()
    expect(letters.shown()).toEqual({ any: true, unread: 2, change: 2 })
  })

  test('come page by page', async () => {
    const { letters } = setting(3)
    const first = await letters.page()
    expect([first.items.map((one) => one.id), first.more]).toEqual([['l0', 'l1'], true])
    const rest = await letters.page('l1')
    expect([rest.items.map((one) => one.id), rest.more]).toEqual([['l2'], false])
  })

  test('are there without a network once they were here', async () => {
    const { letters, network } = setting(3)
    await letters.refresh()
    network.away = true
    expect((await letters.page()).items).toHaveLength(2)
    await expect(letters.page('l1')).rejects.toThrow()
  })

  test('are marked as read one by one or all', async () => {
    const { letters } = setting(3)
    await letters.markRead(['l1'])
    expect(letters.shown().unread).toBe(2)
    expect((await letters.page()).items.map((one) => one.readAt !== null)).toEqual([false, true])
    await letters.markRead()
    expect(letters.shown().unread).toBe(0)
  })

  test('are fetched when the server says that they changed, and nothing else is', () => {
    expect(partsOf('notices.changed')).toEqual(['letters'])
  })
})
