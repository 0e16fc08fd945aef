/** Albums on a real server: two people and a Home Station share pictures and films. */

import { randomBytes } from 'node:crypto'
import { cookieJar } from '@prifora/headless'
import { itemKeys, unbase64 } from '@prifora/crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Album, AlbumItem, NewItem } from '../src'
import { type Film, filmBytes, type Films } from '../src/films'
import type { StoredAlbum } from '../src/albumrows'
import { Cutter } from './cutting'
import { PATIENCE, family, joined, signedIn, signedUp, Someone, stopAll } from './people'
import { type Server, startServer } from './server'

const MIB = 1024 * 1024

let server: Server
let cutter: Cutter
let familyId: string
let jan: Someone
let sofie: Someone
let station: Someone
let albumId: string

beforeAll(async () => {
  server = await startServer()
  cutter = new Cutter(server)
  await cutter.start()
  jan = await signedUp(server, 'Jan', 'contact')
  const host = await family(jan, 'oma.riet', '+31612345999')
  familyId = host.familyId
  sofie = await joined(server, jan, host, 'Sofie')
  station = new Someone(server, { station: true })
  void station.engine.start()
  await jan.engine.pairStation(familyId, await station.until('a code', (now) => now.pairingCode), 'Woonkamer')
  await station.until('ready', (now) => now.status === 'ready' && now.online, 60_000)
  await jan.until('Riet has keys', (now) => now.families.some((one) => one.people.some((other) => other.accountId === station.id && other.trust === 'pairing')))
}, 240_000)

afterAll(async () => {
  stopAll()
  await cutter.stop()
  await server.stop()
})

const bytesOf = async (picture: Blob | undefined): Promise<Buffer> => Buffer.from((await picture?.arrayBuffer()) ?? new ArrayBuffer(0))

const photo = (name: string, more: Partial<NewItem> = {}): NewItem => ({
  kind: 'photo',
  name,
  original: new Blob([randomBytes(300_000)], { type: 'image/jpeg' }),
  thumb: new Blob([randomBytes(5000)], { type: 'image/webp' }),
  ...more,
})

const albumOf = (of: Someone, title: string): Promise<Album> =>
  of.until(`the album ${title}`, (now) => now.albums.find((one) => one.title === title && one.isOpen))

/** What is in an album once `look` is content with it. */
async function inside(of: Someone, id: string, what: string, look: (items: AlbumItem[]) => boolean, ms = PATIENCE): Promise<AlbumItem[]> {
  let items: AlbumItem[] = []
  for (const end = Date.now() + ms; Date.now() < end; await new Promise((done) => setTimeout(done, 50))) {
    items = await of.engine.albumItems(id).catch(() => [])
    if (look(items)) return items
  }
  throw new Error(`never happened: ${what}; has ${JSON.stringify(items, null, 1)}; ${JSON.stringify(of.engine.snapshot().alerts)}; ${JSON.stringify(of.engine.snapshot().uploads)}`)
}

const named = (items: AlbumItem[], name: string): AlbumItem => {
  const found = items.find((one) => one.name === name)
  if (!found) throw new Error(`no ${name}`)
  return found
}

/** So many cuts at random bytes, three in a row before a piece passes. */
const someCuts = (count: number): number[] => Array.from({ length: count }, (_, at) => (at % 3 === 2 ? [Math.random(), 1] : [Math.random()])).flat()

const has = (name: string) => (items: AlbumItem[]): boolean => items.some((one) => one.name === name)

test('an album is shared with a relative and a Home Station', async () => {
  const shares = [{ accountId: sofie.id, role: 'contributor' as const }, { accountId: station.id, role: 'viewer' as const }]
  albumId = await jan.engine.createAlbum(familyId, { kind: 'album', title: 'Zomer', noForward: true, shares })
  for (const one of [jan, sofie, station]) expect((await albumOf(one, 'Zomer')).id).toBe(albumId)
  expect((await albumOf(sofie, 'Zomer')).role).toBe('contributor')
  expect((await albumOf(station, 'Zomer')).members.map((one) => one.name).sort()).toEqual(['Jan', 'Riet', 'Sofie'])
  await sofie.engine.changeAlbum(albumId, { title: 'Zomer op het eiland' })
  for (const one of [jan, station]) await albumOf(one, 'Zomer op het eiland')
})

test('a picture that one adds is seen by the others, byte for byte [PRI-53]', async () => {
  const zee = photo('zee.jpg', { caption: 'De zee', width: 4000, height: 3000, people: ['Oma'] })
  await sofie.engine.addToAlbum(albumId, [zee, photo('strand.jpg')])
  for (const one of [jan, station]) {
    const item = named(await inside(one, albumId, 'both pictures', (items) => items.length === 2), 'zee.jpg')
    expect(item).toMatchObject({ kind: 'photo', author: 'Sofie', mine: false, caption: 'De zee', people: ['Oma'], width: 4000, parts: { original: 300_000, thumb: 65_536 } })
    expect(await bytesOf(await one.engine.picture(albumId, item.id, 'original'))).toEqual(await bytesOf(zee.original))
    const thumb = await bytesOf(await one.engine.picture(albumId, item.id, 'thumb'))
    expect(thumb.subarray(0, 5000)).toEqual(await bytesOf(zee.thumb))
    expect(thumb.subarray(5000).every((byte) => byte === 0)).toBe(true)
  }
  await sofie.until('nothing on its way', (now) => now.uploads.length === 0)
  expect((await sofie.store.list('part/')).length + (await sofie.store.list('upload/')).length).toBe(0)
})

test('what others would not read is not added', async () => {
  await expect(jan.engine.addToAlbum(albumId, [photo('x.jpg', { width: 0.5 })])).rejects.toMatchObject({ code: 'malformed' })
  await expect(station.engine.addToAlbum(albumId, [photo('x.jpg')])).rejects.toMatchObject({ code: 'absent' })
  expect(jan.engine.snapshot().uploads).toEqual([])
})

test('a film arrives whole over a line that is cut twenty times, and over a closed app [PRI-53]', async () => {
  const film = randomBytes(40 * MIB)
  const phone = await signedIn(server, 'Jan', undefined, { jar: cutter.around(cookieJar(server.origin)) })
  await albumOf(phone, 'Zomer op het eiland')
  cutter.cuts = someCuts(9)
  const original = new File([film], 'strand.mp4', { type: 'video/mp4', lastModified: 1_700_000_000_000 })
  await phone.engine.addToAlbum(albumId, [{ kind: 'film', name: 'strand.mp4', original, seconds: 12 }])
  const begun = await phone.until('a part of it', (now) => now.uploads.find((one) => one.sent > 5 * MIB && cutter.fired >= 5), 120_000)
  expect(begun.size).toBeGreaterThan(film.length)
  const next = await phone.again()
  await next.until('the file is needed', (now) => now.uploads.find((one) => one.id === begun.id && one.state === 'file-needed'))
  cutter.cuts = someCuts(20 - cutter.fired)
  await next.engine.giveFile(begun.id, original)
  const item = named(await inside(station, albumId, 'the film', has('strand.mp4'), 180_000), 'strand.mp4')
  expect(cutter.fired).toBe(20)
  expect(item.id).toBe(begun.id)
  await next.until('nothing on its way', (now) => now.uploads.length === 0)
  expect((await bytesOf(await station.engine.picture(albumId, item.id, 'original'))).equals(film)).toBe(true)
  next.engine.stop()
}, 400_000)

test('another file than before is sent from its beginning, under another key', async () => {
  const [one, other] = [randomBytes(33 * MIB), randomBytes(33 * MIB)]
  const phone = await signedIn(server, 'Jan', undefined, { jar: cutter.around(cookieJar(server.origin)) })
  const { id } = await phone.engine.createAlbum(familyId, { kind: 'album', title: 'Films', noForward: false, shares: [] }).then(() => albumOf(phone, 'Films'))
  cutter.cuts = [1, 1, ...Array.from({ length: 1000 }, () => 0.01)]
  await phone.engine.addToAlbum(id, [{ kind: 'film', name: 'film.mp4', original: new Blob([one]) }])
  const begun = await phone.until('a part of it', (now) => now.uploads.find((each) => each.sent > 4 * MIB))
  const next = await phone.again()
  const before = (await next.store.get<{ parts: { id: string }[] }>((await next.store.list('upload/'))[0]?.[0] ?? ''))?.parts[0]?.id
  cutter.cuts = []
  await next.engine.giveFile(begun.id, new Blob([other]))
  const item = named(await inside(next, id, 'the film', has('film.mp4'), 120_000), 'film.mp4')
  expect((await bytesOf(await next.engine.picture(id, item.id, 'original'))).equals(other)).toBe(true)
  const kept = await next.store.get<{ meta: { parts: { original: { id: string } } } }>(`item/${id}/${item.id}`)
  expect(before).toBeDefined()
  expect(kept?.meta.parts.original.id).not.toBe(before)
  await next.engine.deleteAlbum(id)
  next.engine.stop()
}, 240_000)

test('an upload is taken back, with what is at the server of it', async () => {
  const before = (await jan.engine.storage(familyId)).used
  cutter.cuts = Array.from({ length: 1000 }, () => 0.1)
  const phone = await signedIn(server, 'Jan', undefined, { jar: cutter.around(cookieJar(server.origin)) })
  await albumOf(phone, 'Zomer op het eiland')
  const batch = await phone.engine.addToAlbum(albumId, [photo('nooit.jpg'), photo('ook-niet.jpg')])
  await phone.until('on its way', (now) => now.uploads.length === 2 && now.uploads.every((one) => one.batch === batch))
  const fired = cutter.fired
  await phone.until('cut', () => cutter.fired > fired)
  cutter.cuts = []
  await phone.engine.cancelUpload(batch)
  await phone.until('gone', (now) => now.uploads.length === 0)
  await jan.eventually('the room is free again', async () => (await jan.engine.storage(familyId)).used === before)
  expect((await phone.store.list('part/')).length).toBe(0)
  phone.engine.stop()
})

test('captions and remarks reach everybody, and are taken back', async () => {
  const item = named(await inside(jan, albumId, 'a picture', has('zee.jpg')), 'zee.jpg')
  await jan.engine.setCaption(albumId, item.id, 'De zee bij Texel')
  await station.engine.remark(albumId, item.id, 'heart')
  await jan.engine.remark(albumId, item.id, 'comment', 'Wat mooi!')
  const said = (items: AlbumItem[]): string[] => named(items, 'zee.jpg').remarks.map((one) => `${one.author}: ${one.type} ${one.text}`.trim())
  const seen = await inside(sofie, albumId, 'two remarks', (items) => said(items).length === 2 && named(items, 'zee.jpg').caption === 'De zee bij Texel')
  expect(said(seen)).toEqual(['Riet: heart', 'Jan: comment Wat mooi!'])
  expect(named(seen, 'zee.jpg')).toMatchObject({ author: 'Sofie', people: ['Oma'] })
  await expect(station.engine.setCaption(albumId, item.id, 'Van mij')).rejects.toMatchObject({ code: 'absent' })
  const heart = named(await station.engine.albumItems(albumId), 'zee.jpg').remarks.find((one) => one.mine)
  await station.engine.removeRemark(albumId, heart?.id ?? '')
  await inside(sofie, albumId, 'one remark', (items) => said(items).length === 1)
  for (const one of [jan, sofie, station]) expect(one.engine.snapshot().alerts).toEqual([])
})

test('a slideshow plays what lies in albums', async () => {
  const item = named(await inside(jan, albumId, 'a picture', has('zee.jpg')), 'zee.jpg')
  const id = await jan.engine.createAlbum(familyId, { kind: 'slideshow', title: 'Voor oma', noForward: false, shares: [{ accountId: station.id, role: 'viewer' }] })
  const order = [{ album: albumId, item: item.id, caption: 'Texel' }]
  await jan.engine.changeAlbum(id, { order, interval: 8, shuffle: true, cover: item.id })
  await station.until('the slideshow', (now) => now.albums.find((one) => one.id === id && one.interval === 8))
  expect((await albumOf(station, 'Voor oma'))).toMatchObject({ kind: 'slideshow', order, shuffle: true, cover: item.id, music: null })
  await jan.engine.changeAlbum(id, { cover: null, interval: null })
  await station.until('no cover', (now) => now.albums.find((one) => one.id === id && one.cover === null && one.interval === null))
})

test('a picture is copied to another album by its author, and by nobody else where the album forbids it', async () => {
  const item = named(await inside(sofie, albumId, 'a picture', has('zee.jpg')), 'zee.jpg')
  const mine = await jan.engine.createAlbum(familyId, { kind: 'album', title: 'Het beste', noForward: false, shares: [{ accountId: sofie.id, role: 'contributor' }] })
  await albumOf(sofie, 'Het beste')
  await expect(jan.engine.copyItem(albumId, item.id, mine)).rejects.toMatchObject({ code: 'no_forward' })
  const copy = await sofie.engine.copyItem(albumId, item.id, mine)
  const [copied] = await inside(jan, mine, 'the copy', (items) => items.length === 1)
  expect(copied).toMatchObject({ id: copy, author: 'Sofie', caption: 'De zee bij Texel' })
  const [one, other] = [await jan.engine.picture(mine, copy, 'original'), await jan.engine.picture(albumId, item.id, 'original')]
  expect(await bytesOf(one)).toEqual(await bytesOf(other))
  await jan.engine.deleteAlbum(mine)
  await sofie.until('gone', (now) => !now.albums.some((each) => each.id === mine))
  expect(await bytesOf(await jan.engine.picture(albumId, item.id, 'original'))).toEqual(await bytesOf(other))
})

test('an owner says later that a picture may be passed on, and that it may not', async () => {
  const item = named(await inside(jan, albumId, 'a picture', has('zee.jpg')), 'zee.jpg')
  const mine = await sofie.engine.createAlbum(familyId, { kind: 'album', title: 'Sofies keuze', noForward: false, shares: [] })
  const [of] = [named(await inside(jan, albumId, 'the film', has('strand.mp4')), 'strand.mp4')]
  await expect(sofie.engine.copyItem(albumId, of.id, mine)).rejects.toMatchObject({ code: 'no_forward' })
  await jan.engine.setNoForward(albumId, false)
  await sofie.until('it may', (now) => now.albums.some((one) => one.id === albumId && !one.noForward))
  await sofie.engine.copyItem(albumId, of.id, mine)
  await inside(sofie, mine, 'the copy', has('strand.mp4'))
  await jan.engine.setNoForward(albumId, true)
  await sofie.until('it may not', (now) => now.albums.some((one) => one.id === albumId && one.noForward))
  await expect(sofie.engine.copyItem(albumId, of.id, mine)).rejects.toMatchObject({ code: 'no_forward' })
  await sofie.engine.deleteAlbum(mine)
  expect(named(await sofie.engine.albumItems(albumId), 'zee.jpg').id).toBe(item.id)
})

test('a film is played by a key whose bytes nobody can read [PRI-53]', async () => {
  const kept = new Map<string, Film>()
  const films: Films = {
    put: async (film) => void kept.set(film.partId, film),
    drop: async () => undefined,
    keep: async (parts) => parts.filter((part) => part.sealedSize > part.size).map((part) => part.partId),
    clear: async () => kept.clear(),
  }
  const laptop = await signedIn(server, 'Jan', undefined, { films })
  await albumOf(laptop, 'Zomer op het eiland')
  const item = named(await inside(laptop, albumId, 'the film', has('strand.mp4')), 'strand.mp4')
  const film = kept.get(await laptop.engine.film(albumId, item.id, 'original'))
  if (!film) throw new Error('no film')
  expect(film).toMatchObject({ size: 40 * MIB, mime: 'video/mp4' })
  await expect(crypto.subtle.exportKey('raw', film.key)).rejects.toThrow()
  const whole = await bytesOf(await laptop.engine.picture(albumId, item.id, 'original'))
  const part = await filmBytes(film, laptop.jar.fetch, server.origin, 33 * MIB + 5, 34 * MIB)
  expect(whole.subarray(33 * MIB + 5, 34 * MIB).equals(Buffer.from(part))).toBe(true)
  const picture = named(await laptop.engine.albumItems(albumId), 'zee.jpg')
  const [here, gone] = [{ album: albumId, item: picture.id }, { album: albumId, item: albumId }]
  expect(await laptop.engine.keepShots([here, gone], MIB)).toEqual([here])
  laptop.engine.stop()
})

test('who is put out gets nothing new, and a new device of who stays reads everything', async () => {
  const rows = await sofie.store.get<StoredAlbum>(`album/${albumId}`)
  const oldKey = unbase64(rows?.keys[1] ?? '')
  await jan.engine.unshareAlbum(albumId, sofie.id)
  await sofie.until('no album', (now) => !now.albums.some((one) => one.id === albumId))
  expect((await sofie.ask(`albums/${albumId}`)).status).toBe(404)
  expect((await sofie.ask(`albums/${albumId}/items`)).status).toBe(404)
  expect((await sofie.store.list(`item/${albumId}/`)).length).toBe(0)

  await jan.engine.addToAlbum(albumId, [photo('daarna.jpg')])
  const item = named(await inside(station, albumId, 'a picture under the new key', has('daarna.jpg')), 'daarna.jpg')
  expect(await bytesOf(await station.engine.picture(albumId, item.id, 'original'))).toHaveLength(300_000)
  const listed = (await jan.ask(`albums/${albumId}/items`)).body.items as { id: string; version: number; sealed_key: string }[]
  expect(listed).toHaveLength(4)
  for (const { id, version, sealed_key } of listed) {
    expect(version).toBe(2)
    for (const tried of [1, 2]) await expect((await itemKeys(oldKey, albumId, tried)).open(id, unbase64(sealed_key))).rejects.toMatchObject({ code: 'not_readable' })
  }

  const laptop = await signedIn(server, 'Jan')
  const all = await inside(laptop, albumId, 'everything', (items) => items.length === 4 && named(items, 'zee.jpg').remarks.length === 1)
  expect(named(all, 'zee.jpg').remarks[0]).toMatchObject({ author: 'Jan', type: 'comment', text: 'Wat mooi!' })
  for (const one of [jan, station, laptop]) expect(one.engine.snapshot().alerts).toEqual([])
  laptop.engine.stop()
})

test('who is let in again sees what is there, the old remarks too', async () => {
  await jan.engine.shareAlbum(albumId, sofie.id, 'viewer')
  expect((await albumOf(sofie, 'Zomer op het eiland')).role).toBe('viewer')
  await inside(sofie, albumId, 'everything', (items) => items.length === 4 && named(items, 'zee.jpg').remarks.length === 1)
  expect(sofie.engine.snapshot().alerts).toEqual([])
})

test('who leaves an album makes a new version due, and the owner’s device makes it', async () => {
  await sofie.engine.unshareAlbum(albumId, sofie.id)
  await jan.eventually('version 3', async () => ((await jan.ask(`albums/${albumId}`)).body as { version: number; stale: boolean }).version === 3)
  await albumOf(station, 'Zomer op het eiland')
  await inside(station, albumId, 'everything', (items) => items.length === 4)
})

test('a device that gave the key is ended, and another one gives a new key', async () => {
  const phone = await signedIn(server, 'Jan')
  await albumOf(phone, 'Zomer op het eiland')
  const made = await phone.engine.createAlbum(familyId, { kind: 'album', title: 'Van de telefoon', noForward: false, shares: [{ accountId: station.id, role: 'viewer' }] })
  await phone.engine.addToAlbum(made, [photo('telefoon.jpg')])
  await inside(station, made, 'the picture', has('telefoon.jpg'))
  const gone = (await phone.engine.devices()).find((one) => one.this)
  await albumOf(jan, 'Van de telefoon')
  await jan.engine.revokeDevice(gone?.id ?? '')
  await jan.eventually('version 2', async () => ((await jan.ask(`albums/${made}`)).body as { version: number }).version === 2)
  const later = await signedIn(server, 'Jan')
  await inside(later, made, 'the picture of the ended phone', has('telefoon.jpg'))
  await inside(station, made, 'the picture', has('telefoon.jpg'))
  expect(later.engine.snapshot().alerts).toEqual([])
  later.engine.stop()
})

test('an album is deleted with everything in it', async () => {
  const before = (await jan.engine.storage(familyId)).used
  await jan.engine.deleteAlbum(albumId)
  await station.until('gone', (now) => !now.albums.some((one) => one.id === albumId))
  expect((await jan.engine.storage(familyId)).used).toBeLessThan(before - 40 * MIB)
  expect((await station.store.list(`item/${albumId}/`)).length).toBe(0)
})
