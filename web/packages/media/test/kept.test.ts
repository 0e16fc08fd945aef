import 'fake-indexeddb/auto'
import { beforeEach, describe, expect, it } from 'vitest'
import { plan, type Wanted } from '../src/offline'
import { dropItems, type PartRow, putRows, rowOf, wipeRows } from '../src/rows'

const [ONE, OTHER] = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222']

const row = async (itemId: string, part: PartRow['part'], extractable = false): Promise<PartRow> => ({
  itemId,
  part,
  id: crypto.randomUUID(),
  size: 5,
  mime: 'image/webp',
  key: await crypto.subtle.importKey('raw', new Uint8Array(32), 'AES-GCM', extractable, ['decrypt']),
  url: `/api/v1/albums/a/items/${itemId}/parts/${part}`,
})

describe('what the service worker may open', () => {
  beforeEach(wipeRows)

  it('is found by item and part, and its key cannot be read', async () => {
    const view = await row(ONE, 'view')
    await putRows([view, await row(ONE, 'thumb'), await row(OTHER, 'view')])
    const found = await rowOf(ONE, 'view')
    expect(found).toMatchObject({ id: view.id, size: 5, mime: 'image/webp', url: view.url })
    await expect(crypto.subtle.exportKey('raw', found!.key)).rejects.toThrow()
    expect(await rowOf(ONE, 'original')).toBeUndefined()
    await expect(putRows([await row(ONE, 'poster', true)])).rejects.toThrow('extractable')
    expect(await rowOf(ONE, 'poster')).toBeUndefined()
  })

  it('goes with its item, and all of it at once', async () => {
    await putRows([await row(ONE, 'view'), await row(ONE, 'thumb'), await row(OTHER, 'view')])
    await dropItems([ONE])
    expect([await rowOf(ONE, 'view'), await rowOf(ONE, 'thumb')]).toEqual([undefined, undefined])
    expect(await rowOf(OTHER, 'view')).toBeDefined()
    await wipeRows()
    expect(await rowOf(OTHER, 'view')).toBeUndefined()
  })
})

describe('what is kept for a time without a network', () => {
  const wanted = (id: string, bytes: number): Wanted => ({ id, url: `/${id}`, bytes })
  const fetched = (kept: [string, number][], want: Wanted[], limit: number) => {
    const { drop, fetch } = plan(kept.map(([id, bytes]) => ({ id, bytes })), want, limit)
    return { drop, fetch: fetch.map(({ id }) => id) }
  }

  it('is what the slideshow needs first, as far as the limit goes', () => {
    expect(fetched([], [wanted('a', 40), wanted('b', 40), wanted('c', 40)], 100)).toEqual({ drop: [], fetch: ['a', 'b'] })
    expect(fetched([], [wanted('film', 400), wanted('a', 40)], 100)).toEqual({ drop: [], fetch: ['a'] })
    expect(fetched([], [wanted('a', 40), wanted('a', 40), wanted('b', 60)], 100)).toEqual({ drop: [], fetch: ['a', 'b'] })
  })

  it('makes room for what is needed more', () => {
    expect(fetched([['a', 40], ['b', 40]], [wanted('c', 40), wanted('b', 40), wanted('a', 40)], 100)).toEqual({ drop: ['a'], fetch: ['c'] })
  })

  it('goes when it is no longer wanted, however much room there is', () => {
    expect(fetched([['a', 1], ['b', 1]], [wanted('a', 1)], 100)).toEqual({ drop: ['b'], fetch: [] })
    expect(fetched([['a', 1]], [], 100)).toEqual({ drop: ['a'], fetch: [] })
  })

  it('is fetched again when it is not as long as it should be', () => {
    expect(fetched([['a', 1]], [wanted('a', 2)], 100)).toEqual({ drop: ['a'], fetch: ['a'] })
  })
})
