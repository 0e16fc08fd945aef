/** What is removed from albums leaves nothing on the devices it was on: no row, no key, no cached part, nothing on its way. */

import { randomBytes } from 'node:crypto'
import { cookieJar } from '@prifora/headless'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AlbumItem, NewItem } from '../src'
import type { Film, Films } from '../src/films'
import { Cutter } from './cutting'
import { type Fetch, family, joined, signedIn, signedUp, Someone, stopAll } from './people'
import { type Server, startServer } from './server'

/** What plays films, as far as an engine sees it: rows with keys, by item and part. */
class Shelf implements Films {
  readonly rows = new Map<string, Film>()
  async put(film: Film): Promise<void> {
    this.rows.set(`${film.itemId}/${film.name}`, film)
  }
  async drop(itemIds: string[]): Promise<void> {
    for (const [name, { itemId }] of this.rows) if (itemIds.includes(itemId)) this.rows.delete(name)
  }
  async keep(parts: (Film & { sealedSize: number })[]): Promise<string[]> {
    for (const part of parts) await this.put(part)
    return parts.map((part) => part.partId)
  }
  async clear(): Promise<void> {
    this.rows.clear()
  }
}

/** Thumbnails that are fetched arrive only when this is over. */
let held: { asked: () => void; over: Promise<void> } | undefined

const holding = (fetch: Fetch): Fetch => async (input, init) => {
  const { url } = input instanceof Request ? input : new Request(input, init)
  const answer = await fetch(input, init)
  if (!held || !url.endsWith('/parts/thumb')) return answer
  held.asked()
  await held.over
  return answer
}

const ALBUM_ROWS = ['album/', 'item/', 'remark/', 'thumb/', 'upload/', 'part/']

let server: Server
let cutter: Cutter
let familyId: string
let jan: Someone
let sofie: Someone
let station: Someone
let ours: string
let hers: string
const onStation = new Shelf()
const onSofies = new Shelf()

beforeAll(async () => {
  server = await startServer()
  cutter = new Cutter(server)
  await cutter.start()
  jan = await signedUp(server, 'Jan', 'contact', '', { through: holding })
  const host = await family(jan, 'oma.riet', '+31612345999')
  familyId = host.familyId
  const first = await joined(server, jan, host, 'Sofie')
  first.engine.stop()
  sofie = await signedIn(server, 'Sofie', undefined, { jar: cutter.around(cookieJar(server.origin)), films: onSofies })
  await sofie.isIn(host.talk)
  station = new Someone(server, { station: true, films: onStation })
  void station.engine.start()
  await jan.engine.pairStation(familyId, await station.until('a code', (now) => now.pairingCode), 'Woonkamer')
  await station.until('ready', (now) => now.status === 'ready' && now.online, 60_000)
  await jan.until('Riet has keys', (now) => now.families.some((one) => one.people.some((other) => other.accountId === station.id && other.trust === 'pairing')))
  await sofie.until('Riet is trusted', (now) => now.families.some((one) => one.people.some((other) => other.accountId === station.id && other.trust === 'family')))
  const shares = [{ accountId: sofie.id, role: 'contributor' as const }, { accountId: station.id, role: 'contributor' as const }]
  ours = await jan.engine.createAlbum(familyId, { kind: 'album', title: 'Zomer', noForward: false, shares })
  hers = await sofie.engine.createAlbum(familyId, { kind: 'album', title: 'Van Sofie', noForward: false, shares: [{ accountId: jan.id, role: 'contributor' }, { accountId: station.id, role: 'viewer' }] })
  for (const one of [jan, sofie, station]) await one.until('both albums', (now) => now.albums.length === 2 && now.albums.every((album) => album.isOpen))
}, 240_000)

afterAll(async () => {
  stopAll()
  await cutter.stop()
  await server.stop()
})

const photo = (name: string): NewItem => ({
  kind: 'photo',
  name,
  caption: `bij ${name}`,
  original: new Blob([randomBytes(9000)], { type: 'image/jpeg' }),
  thumb: new Blob([randomBytes(500)], { type: 'image/webp' }),
})

/** Adds a picture and has everybody look at it; returns its id. */
async function shown(by: Someone, albumId: string, name: string): Promise<string> {
  await by.engine.addToAlbum(albumId, [photo(name)])
  const found = async (of: Someone): Promise<AlbumItem | undefined> => (await of.engine.albumItems(albumId)).find((one) => one.name === name)
  for (const one of [jan, sofie, station]) {
    await one.eventually(`${name} is there`, async () => (await found(one)) !== undefined)
    const item = await found(one)
    await one.engine.picture(albumId, item?.id ?? '', 'thumb')
    if (one !== jan) await one.engine.keepShots([{ album: albumId, item: item?.id ?? '' }], 1 << 30)
  }
  return (await found(by))?.id ?? ''
}

/** Everything of albums this device keeps, by name. */
async function kept(of: Someone): Promise<string[]> {
  const names = (await of.rows.list('')).map(([name]) => name).filter((name) => ALBUM_ROWS.some((prefix) => name.startsWith(prefix)))
  const films = of === station ? onStation : of === sofie ? onSofies : new Shelf()
  return [...names, ...films.rows.keys()]
}

const about = async (of: Someone, ...ids: string[]): Promise<string[]> => (await kept(of)).filter((name) => ids.some((id) => name.includes(id)))

test('of a removed picture nothing is left, and what is still being fetched of it does not bring it back', async () => {
  const id = await shown(sofie, ours, 'weg.jpg')
  await station.engine.remark(ours, id, 'comment', 'Mooi')
  const said = async (): Promise<string> => (await sofie.engine.albumItems(ours)).find((one) => one.id === id)?.remarks[0]?.id ?? ''
  await sofie.eventually('the comment', async () => (await said()) !== '')
  const remark = await said()
  for (const one of [sofie, station]) expect((await about(one, id)).sort()).toEqual([`${id}/thumb`, `item/${ours}/${id}`, `thumb/${ours}/${id}`])
  await sofie.engine.removeItem(ours, id)
  for (const one of [jan, sofie, station]) await one.eventually('nothing of it', async () => (await about(one, id, remark)).length === 0)

  const late = await shown(jan, ours, 'laat.jpg')
  await jan.store.write({}, [`thumb/${ours}/${late}`])
  const [asked, over] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  held = { asked: asked.resolve, over: over.promise }
  const looking = jan.engine.picture(ours, late, 'thumb')
  await asked.promise
  held = undefined
  await jan.engine.removeItem(ours, late)
  over.resolve()
  expect(await looking).toBeDefined()
  expect(await about(jan, late)).toEqual([])
})

test('of a removed album nothing is left, also of what was on its way to it', async () => {
  const id = await jan.engine.createAlbum(familyId, { kind: 'album', title: 'Even', noForward: false, shares: [{ accountId: sofie.id, role: 'contributor' }, { accountId: station.id, role: 'viewer' }] })
  for (const one of [sofie, station]) await one.until('the album', (now) => now.albums.some((album) => album.id === id && album.isOpen))
  const item = await shown(jan, id, 'even.jpg')
  cutter.cuts = Array.from({ length: 1000 }, () => 0.1)
  await sofie.engine.addToAlbum(id, [photo('onderweg.jpg')])
  await sofie.until('on its way', (now) => now.uploads.some((one) => one.albumId === id && one.state === 'sending'))
  expect((await kept(sofie)).some((name) => name.startsWith('part/'))).toBe(true)
  await jan.engine.deleteAlbum(id)
  for (const one of [jan, sofie, station]) await one.eventually('nothing of it', async () => (await about(one, id, item)).length === 0)
  cutter.cuts = []
  await sofie.until('nothing on its way', (now) => now.uploads.length === 0)
  expect((await kept(sofie)).filter((name) => /^(upload|part)\//.test(name))).toEqual([])
})

test('who is put out of the family keeps nothing, and of what they shared nobody does', async () => {
  const [mine, theirs, inHers] = [await shown(jan, ours, 'blijft.jpg'), await shown(sofie, ours, 'van-haar.jpg'), await shown(jan, hers, 'in-haar.jpg')]
  cutter.cuts = Array.from({ length: 1000 }, () => 0.1)
  await sofie.engine.addToAlbum(ours, [photo('te-laat.jpg')])
  await sofie.until('on its way', (now) => now.uploads.length === 1)
  await jan.engine.removePerson(familyId, sofie.id)
  await sofie.eventually('nothing of albums', async () => (await kept(sofie)).length === 0)
  for (const one of [jan, station]) {
    await one.eventually('nothing of hers', async () => (await about(one, hers, theirs, inHers)).length === 0)
    expect(await about(one, mine)).toContain(`item/${ours}/${mine}`)
  }
  const again = await sofie.again()
  await again.until('no family', (now) => now.status === 'ready' && now.fresh && now.families.length === 0)
  expect([again.engine.snapshot().albums, again.engine.snapshot().uploads, await kept(sofie)]).toEqual([[], [], []])
  again.engine.stop()
})
