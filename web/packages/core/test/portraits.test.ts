import { createApi } from '@prifora/api'
import { describe, expect, test } from 'vitest'
import { Portraits } from '../src/portraits'
import { MemoryStore, Store } from '../src/store'

function setting() {
  const asked: string[] = []
  const there = new Map([['jan', new Uint8Array([1, 2, 3])]])
  const fetcher: typeof fetch = async (input) => {
    const id = new URL((input as Request).url).pathname.split('/').at(-2) ?? ''
    asked.push(id)
    const bytes = there.get(id)
    return bytes ? new Response(bytes) : new Response('{"errors":[{"code":"absent"}]}', { status: 404 })
  }
  const connection = { origin: 'http://here', fetch: fetcher, language: () => 'nl' }
  const store = new Store(new MemoryStore())
  return { asked, there, store, portraits: new Portraits(createApi(connection, fetcher), store) }
}
const bytesOf = async (picture: Blob | undefined): Promise<number[]> => [...new Uint8Array((await picture?.arrayBuffer()) ?? [])]

describe('pictures of people', () => {
  test('are fetched once for each version', async () => {
    const { asked, there, portraits } = setting()
    expect(await bytesOf(await portraits.get('jan', 'v1'))).toEqual([1, 2, 3])
    there.clear()
    expect(await bytesOf(await portraits.get('jan', 'v1'))).toEqual([1, 2, 3])
    expect(asked).toEqual(['jan'])
    there.set('jan', new Uint8Array([4]))
    expect(await bytesOf(await portraits.get('jan', 'v2'))).toEqual([4])
  })

  test('that cannot be had are no picture, and are asked for again', async () => {
    const { asked, portraits } = setting()
    expect(await portraits.get('sofie', 'v1')).toBeUndefined()
    expect(await portraits.get('sofie', 'v1')).toBeUndefined()
    expect(asked).toHaveLength(2)
  })

  test('of who is gone or shows another one leave this device', async () => {
    const { there, store, portraits } = setting()
    there.set('sofie', new Uint8Array([5]))
    there.set('karel', new Uint8Array([6]))
    for (const id of ['jan', 'sofie', 'karel']) await portraits.get(id, 'v1')
    await portraits.keepOnly(new Map([['jan', 'v1'], ['sofie', 'v2']]))
    expect((await store.list('portrait/')).map(([name]) => name)).toEqual(['portrait/jan'])
  })
})
