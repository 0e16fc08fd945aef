import { encryptFile, newFileKey, openingKey } from '@prifora/crypto'
import { rowOf } from '@prifora/media/rows'
import { IDBFactory } from 'fake-indexeddb'
import { beforeEach, expect, test } from 'vitest'
import { BrowserFilms, type Film, filmBytes, filmPath } from '../src/films'

const ID = '5a0f3c11-0008-4000-8000-0000000000b3'
const SIZE = 700_000
const plain = Uint8Array.from({ length: SIZE }, (_, at) => (at * 7 + (at >> 8)) & 255)
const fileKey = newFileKey()

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory()
})

const film = async (): Promise<Film> => ({ partId: ID, albumId: 'a', itemId: 'i', name: 'original', size: SIZE, mime: 'video/mp4', key: await openingKey(fileKey, ID) })

test('a film is found by the service worker, with a key that gives no bytes', async () => {
  await new BrowserFilms().put(await film())
  await new BrowserFilms().put({ ...(await film()), name: 'view' })
  const found = await rowOf('i', 'original')
  expect(found).toMatchObject({ id: ID, size: SIZE, mime: 'video/mp4', url: '/api/v1/albums/a/items/i/parts/original' })
  expect(await rowOf('i', 'view')).toMatchObject({ mime: 'image/webp', url: '/api/v1/albums/a/items/i/parts/view' })
  if (!found) throw new Error('no film')
  expect(found.key.extractable).toBe(false)
  await expect(crypto.subtle.exportKey('raw', found.key)).rejects.toThrow()
})

test('a range of a film is opened from the chunks it needs, also where the server sends the whole', async () => {
  const container = await encryptFile(fileKey, ID, plain)
  const asked: string[] = []
  const ranged: typeof fetch = async (input, init) => {
    const range = new Request(input, init).headers.get('Range') ?? ''
    asked.push(`${new URL(new Request(input, init).url).pathname} ${range}`)
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(range) ?? []
    return new Response(container.slice(Number(from), Number(to) + 1), { status: 206 })
  }
  const one = await film()
  expect(await filmBytes(one, ranged, 'http://here', 300_000, 300_010)).toEqual(plain.slice(300_000, 300_010))
  const path = filmPath(one)
  expect(path).toBe('/api/v1/albums/a/items/i/parts/original')
  expect(asked).toEqual([`${path} bytes=0-31`, `${path} bytes=${32 + 2 ** 18 + 16}-${32 + 2 * (2 ** 18 + 16) - 1}`])
  const whole: typeof fetch = async () => new Response(container)
  expect(await filmBytes(one, whole, 'http://here', SIZE - 5, SIZE + 5)).toEqual(plain.slice(-5))
  const gone: typeof fetch = async () => new Response(JSON.stringify({ errors: [{ code: 'absent' }] }), { status: 404 })
  await expect(filmBytes(one, gone, 'http://here', 0, 1)).rejects.toMatchObject({ status: 404, code: 'absent' })
})
