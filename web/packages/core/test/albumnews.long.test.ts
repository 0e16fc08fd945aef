/** What others added to an album is said once for each batch, however long it takes to come and however often it is cut. */

import { randomBytes } from 'node:crypto'
import { cookieJar } from '@prifora/headless'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AlbumNews, NewItem } from '../src'
import { type Cast, threePeople } from './cast'
import { Cutter } from './cutting'
import { signedIn, type Someone, stopAll } from './people'
import { type Server, startServer } from './server'

const MIB = 1024 * 1024

let server: Server
let cutter: Cutter
let cast: Cast
let albumId: string

beforeAll(async () => {
  server = await startServer()
  cutter = new Cutter(server)
  await cutter.start()
  cast = await threePeople(server)
  const { jan, sofie, karel, familyId } = cast
  const shares = [sofie, karel].map((one) => ({ accountId: one.id, role: 'contributor' as const }))
  albumId = await jan.engine.createAlbum(familyId, { kind: 'album', title: 'Texel', noForward: false, shares })
  for (const one of [sofie, karel]) await opened(one)
}, 240_000)

afterAll(async () => {
  stopAll()
  await cutter.stop()
  await server.stop()
})

const opened = (of: Someone): Promise<unknown> => of.until('the album', (now) => now.albums.find((one) => one.id === albumId && one.isOpen && one.isWhole))

const photo = (name: string, size = 200): NewItem => ({ kind: 'photo', name, original: new Blob([randomBytes(size)], { type: 'image/jpeg' }) })
const photos = (count: number, name: string): NewItem[] => Array.from({ length: count }, (_, at) => photo(`${name}-${at}.jpg`))

const said = (of: Someone): string[] => of.engine.snapshot().news.map(({ author, count, only, title }) => `${author} ${count} ${only} ${title}`)
const arrived = (of: Someone, count: number): Promise<unknown> => of.until(`${count} in it`, (now) => now.albums.some((one) => one.id === albumId && one.count === count && one.isWhole))

/** Every news this device ever showed of an album, as it came. */
function heard(of: Someone): AlbumNews[][] {
  const all: AlbumNews[][] = []
  const look = setInterval(() => all.push(of.engine.snapshot().news), 20)
  afterAll(() => clearInterval(look))
  return all
}

test('fifty photos in one go are one piece of news for every other member, and none for who added them', async () => {
  const { jan, sofie, karel } = cast
  const all = heard(karel)
  const batch = crypto.randomUUID()
  for (const one of photos(50, 'strand')) await sofie.engine.addToAlbum(albumId, [one], batch)
  for (const one of [jan, karel]) {
    await arrived(one, 50)
    expect(said(one)).toEqual(['Sofie 50 photo Texel'])
  }
  await arrived(sofie, 50)
  expect(said(sofie)).toEqual([])
  expect(Math.max(...all.map((news) => news.length))).toBe(1)
})

test('what was looked at is no news, also after a restart; the rest of the same batch is quiet', async () => {
  const { jan, sofie, karel } = cast
  await karel.engine.seeAlbum(albumId)
  expect([said(karel), said(jan)]).toEqual([[], ['Sofie 50 photo Texel']])
  const batch = await sofie.engine.addToAlbum(albumId, photos(2, 'duin'))
  await arrived(karel, 52)
  expect(said(karel)).toEqual(['Sofie 2 photo Texel'])
  await karel.engine.seeAlbum(albumId)
  await sofie.engine.addToAlbum(albumId, [photo('duin-later.jpg')], batch)
  await arrived(karel, 53)
  expect(said(karel)).toEqual([])
  const again = await karel.again()
  await arrived(again, 53)
  expect(said(again)).toEqual([])
  cast = { ...cast, karel: again }
})

test('a batch that is cut, with an app that is closed and opened again, is one piece of news', async () => {
  const { jan, karel } = cast
  await jan.engine.seeAlbum(albumId)
  const phone = await signedIn(server, 'Sofie', undefined, { jar: cutter.around(cookieJar(server.origin)) })
  await opened(phone)
  const film: NewItem = { kind: 'film', name: 'film.mp4', original: new File([randomBytes(6 * MIB)], 'film.mp4') }
  cutter.cuts = [1, 1, 0.5, 1, 0.3, ...Array.from({ length: 1000 }, () => 0.01)]
  await phone.engine.addToAlbum(albumId, [photo('boot.jpg'), film, photo('zee.jpg')])
  await jan.until('the first', () => said(jan).length > 0)
  await phone.until('the film is on its way', (now) => now.uploads.some((one) => one.name === 'film.mp4' && one.sent > 0))
  const next = await phone.again()
  cutter.cuts = []
  for (const one of [jan, karel]) {
    await arrived(one, 56)
    expect(said(one)).toEqual(['Sofie 3 null Texel'])
  }
  next.engine.stop()
})

test('what is removed before anybody looked is no news, and what was there before somebody came is none', async () => {
  const { jan, karel } = cast
  await jan.engine.seeAlbum(albumId)
  await karel.engine.addToAlbum(albumId, [photo('mislukt.jpg')])
  await jan.until('it', () => said(jan).length === 1)
  await arrived(karel, 57)
  const { id } = (await karel.engine.albumItems(albumId)).find((one) => one.name === 'mislukt.jpg') ?? { id: '' }
  await karel.engine.removeItem(albumId, id)
  await jan.until('nothing', () => said(jan).length === 0)
  const fresh = await signedIn(server, 'Jan')
  await arrived(fresh, 56)
  expect(said(fresh)).toEqual([])
  await karel.engine.addToAlbum(albumId, [photo('nieuw.jpg')])
  await fresh.until('what came since', () => said(fresh)[0] === 'Karel 1 photo Texel')
  fresh.engine.stop()
})
