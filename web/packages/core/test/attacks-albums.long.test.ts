/** Albums when the server lies: what it exchanges, invents or brings back is not shown, and people are told. */

import { base64, boxAlbumKey, newAlbumKey, newSigningPair, openAlbumDetails, openItemMeta, sealAlbumDetails, signAlbumRule, unbase64 } from '@prifora/crypto'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { AlbumItem, NewItem } from '../src'
import type { StoredAlbum, StoredItem } from '../src/albumrows'
import { type Cast, threePeople, warned } from './cast'
import { Liar } from './liar'
import { signedIn, Someone, stopAll } from './people'
import { type Server, startServer } from './server'

interface Item extends Record<string, unknown> {
  id: string
  sealed_key: string
  sealed_meta: string
}
interface Listed extends Record<string, unknown> {
  id: string
  my: { boxes: Record<string, unknown>[] }
  members: Record<string, unknown>[]
}

const LIST = /\/albums$/
const ONE = /\/albums\/[0-9a-f-]{36}$/
const ITEMS = /\/items$/
const REMARKS = /\/remarks$/

let server: Server
let cast: Cast
let liar: Liar
let victim: Someone
let albumId: string
let stops: (() => void)[] = []

beforeAll(async () => {
  server = await startServer()
  cast = await threePeople(server)
  const { jan, sofie, karel, familyId } = cast
  const shares = [{ accountId: sofie.id, role: 'contributor' as const }, { accountId: karel.id, role: 'viewer' as const }]
  albumId = await jan.engine.createAlbum(familyId, { kind: 'album', title: 'Zomer', noForward: false, shares })
  liar = new Liar()
  const { jar } = new Someone(server)
  victim = await signedIn(server, 'Karel', undefined, { jar: liar.around(jar) })
  await victim.until('the album', (now) => now.albums.find((one) => one.id === albumId && one.isOpen))
  await sofie.until('the album', (now) => now.albums.find((one) => one.id === albumId && one.isOpen))
}, 240_000)

afterEach(() => {
  for (const stop of stops) stop()
  stops = []
})

afterAll(async () => {
  stopAll()
  await server.stop()
})

const photo = (name: string): NewItem => ({ kind: 'photo', name, original: new Blob([`a picture called ${name}`.repeat(100)], { type: 'image/jpeg' }) })

const names = async (of: Someone, id = albumId): Promise<string[]> => (await of.engine.albumItems(id).catch(() => [] as AlbumItem[])).map((one) => one.name)

async function shows(of: Someone, name: string, id = albumId): Promise<AlbumItem> {
  await of.eventually(`${name} is there`, async () => (await names(of, id)).includes(name))
  return (await of.engine.albumItems(id)).find((one) => one.name === name) as AlbumItem
}

/** The number of a finding of this kind grows. */
async function caught(of: Someone, kind: Parameters<typeof warned>[1], work: () => Promise<unknown>): Promise<void> {
  const count = (): number => of.engine.snapshot().alerts.filter((one) => one.kind === kind).length
  const before = count()
  await work()
  await of.until(`warned of ${kind}`, () => count() > before)
}

const lie = (path: RegExp, change: Parameters<Liar['answer']>[2]): void => void stops.push(liar.answer('GET', path, change))

const inItems = (change: (items: Item[]) => Item[]) => (body: Record<string, unknown>) => ({ ...body, items: change(body.items as Item[]) })

const inAlbum = (id: string, change: (album: Listed) => Listed): void => {
  lie(LIST, (body) => ({ ...body, items: (body.items as Listed[]).map((one) => (one.id === id ? change(one) : one)) }))
  lie(ONE, (body) => (body.id === id ? change(body as Listed) : undefined))
}

test('a picture in the place of another is not shown, and the right one is once the server says the truth', async () => {
  const { sofie } = cast
  let first: Item | undefined
  lie(ITEMS, inItems((items) => items.map((one) => {
    first ??= one
    return one.id === first.id ? one : { ...one, sealed_key: first.sealed_key, sealed_meta: first.sealed_meta }
  })))
  await caught(victim, 'forged', () => sofie.engine.addToAlbum(albumId, [photo('een.jpg'), photo('twee.jpg')]))
  await shows(cast.karel, 'twee.jpg')
  await shows(victim, 'een.jpg')
  expect(await names(victim)).toEqual(['een.jpg'])
  for (const stop of stops) stop()
  victim = await victim.again()
  await shows(victim, 'een.jpg')
  await shows(victim, 'twee.jpg')
})

test('what an item is cannot be said by who did not add it', async () => {
  const { sofie, jan } = cast
  lie(ITEMS, inItems((items) => items.map((one) => (one.author_id === sofie.id ? { ...one, author_id: jan.id } : one))))
  await caught(victim, 'forged', () => sofie.engine.addToAlbum(albumId, [photo('van-wie.jpg')]))
  expect(await names(victim)).not.toContain('van-wie.jpg')
})

test('an older caption does not come back', async () => {
  const { sofie, karel } = cast
  await sofie.engine.addToAlbum(albumId, [photo('tekst.jpg')])
  const item = await shows(victim, 'tekst.jpg')
  const old = ((await karel.ask(`albums/${albumId}/items`)).body.items as Item[]).find((one) => one.id === item.id)
  await sofie.engine.setCaption(albumId, item.id, 'Nieuw')
  await victim.eventually('the caption', async () => (await shows(victim, 'tekst.jpg')).caption === 'Nieuw')
  lie(ITEMS, inItems((items) => items.map((one) => (one.id === item.id && old ? { ...one, sealed_meta: old.sealed_meta } : one))))
  await caught(victim, 'rolled-back', () => sofie.engine.setCaption(albumId, item.id, 'Nieuwer'))
  expect((await shows(victim, 'tekst.jpg')).caption).toBe('Nieuw')
})

test('older details do not come back', async () => {
  const { sofie } = cast
  let old: Listed | undefined
  inAlbum(albumId, (album) => (old ??= album))
  await victim.engine.refresh()
  await victim.until('the old one', () => old)
  for (const stop of stops) stop()
  await sofie.engine.changeAlbum(albumId, { title: 'Zomer aan zee' })
  await victim.until('the title', (now) => now.albums.find((one) => one.title === 'Zomer aan zee'))
  inAlbum(albumId, (album) => old ?? album)
  await caught(victim, 'rolled-back', () => victim.engine.refresh())
  expect(victim.engine.snapshot().albums.find((one) => one.id === albumId)?.title).toBe('Zomer aan zee')
})

test('whether it may be passed on is the owner’s word: not the server’s, not an older one, not another member’s', async () => {
  const { jan, sofie, familyId } = cast
  const isKept = (of: Someone): boolean | undefined => of.engine.snapshot().albums.find((one) => one.id === albumId)?.noForward
  const rowOf = async (of: Someone): Promise<StoredAlbum> => {
    const row = await of.store.get<StoredAlbum>(`album/${albumId}`)
    if (!row) throw new Error('no album')
    return row
  }
  const first = (await rowOf(sofie)).rule
  if (!first) throw new Error('no rule')
  await expect(sofie.engine.setNoForward(albumId, true)).rejects.toMatchObject({ code: 'absent' })
  await jan.engine.setNoForward(albumId, true)
  for (const one of [sofie, victim]) await one.until('it stays here', () => isKept(one) === true)

  inAlbum(albumId, (album) => ({ ...album, no_forward: false }))
  await victim.engine.refresh()
  expect([isKept(victim), liar.fired > 0]).toEqual([true, true])
  for (const stop of stops) stop()

  // Sofie may write details: an older rule of the owner, one of her own, none.
  const writes = async (change: object): Promise<void> => {
    const { version, detailsRev, keys } = await rowOf(sofie)
    const key = unbase64(keys[version] ?? '')
    const listed = (await sofie.ask(`albums/${albumId}`)).body as unknown as Listed
    const present = await openAlbumDetails(key, albumId, version, detailsRev, unbase64(String(listed.details)))
    delete present.rule
    const details = base64(await sealAlbumDetails(key, albumId, version, detailsRev + 1, { ...present, ...change }))
    const { token } = (await sofie.ask('csrf')).body
    const headers = { 'Content-Type': 'application/json', 'X-CSRFToken': String(token), Origin: server.origin }
    const body = JSON.stringify({ version, details_rev: detailsRev + 1, details })
    expect((await sofie.jar.fetch(`${server.origin}/api/v1/albums/${albumId}/details`, { method: 'PUT', headers, body })).status).toBe(200)
    await sofie.eventually('her own details', async () => (await rowOf(sofie)).detailsRev === detailsRev + 1)
    await victim.eventually('the details', async () => (await rowOf(victim)).detailsRev === detailsRev + 1)
  }
  await caught(victim, 'rolled-back', () => writes({ rule: first }))
  const pair = await newSigningPair()
  const signer = { accountId: jan.id, deviceId: first.device, signatureKey: pair.publicKey, certificate: unbase64(first.certificate) }
  const forged = await signAlbumRule({ familyId, albumId }, { n: 9, noForward: false }, signer, pair.seed)
  await caught(victim, 'ghost-device', () => writes({ rule: forged }))
  await caught(victim, 'forged', () => writes({ rule: { ...first, n: 10 } }))
  await writes({})
  for (const one of [sofie, victim]) expect(isKept(one)).toBe(true)
  expect((await rowOf(victim)).rule?.n).toBe(2)

  await jan.engine.changeAlbum(albumId, { title: 'Zomer' })
  const laptop = await signedIn(server, 'Karel')
  await laptop.until('as its owner said', () => isKept(laptop) === true)
  laptop.engine.stop()
  await jan.engine.setNoForward(albumId, false)
  for (const one of [sofie, victim]) await one.until('it may be passed on', () => isKept(one) === false)
})

test('a remark in another’s name is not shown', async () => {
  const { jan, sofie } = cast
  const item = await shows(victim, 'een.jpg')
  lie(REMARKS, (body) => ({ ...body, items: (body.items as Item[]).map((one) => ({ ...one, author_id: jan.id })) }))
  await caught(victim, 'forged', () => sofie.engine.remark(albumId, item.id, 'comment', 'Lelijk'))
  expect((await shows(victim, 'een.jpg')).remarks).toEqual([])
  for (const stop of stops) stop()
  victim = await victim.again()
  await victim.eventually('the remark', async () => (await shows(victim, 'een.jpg')).remarks[0]?.author === 'Sofie')
})

test('the key of another album, or one the server made, opens nothing', async () => {
  const { jan, karel, familyId } = cast
  const newest = (): { id: string } | undefined => jan.engine.snapshot().albums.find((one) => one.title === 'Nieuw album')
  const other = (await karel.ask(`albums/${albumId}`)).body as unknown as Listed
  const isNew = (album: Listed): boolean => album.id !== albumId
  lie(LIST, (body) => ({ ...body, items: (body.items as Listed[]).map((one) => (isNew(one) ? { ...one, my: { ...one.my, boxes: other.my.boxes } } : one)) }))
  await caught(victim, 'box-wrong', () => jan.engine.createAlbum(familyId, { kind: 'album', title: 'Nieuw album', noForward: false, shares: [{ accountId: karel.id, role: 'viewer' }] }))
  expect(victim.engine.snapshot().albums.find((one) => one.id === newest()?.id)?.isOpen).toBe(false)
  for (const stop of stops) stop()
  await victim.engine.refresh()
  await victim.until('the true key', (now) => now.albums.find((one) => one.title === 'Nieuw album' && one.isOpen))

  const id = crypto.randomUUID()
  const [key, pair, { body: vault }] = [newAlbumKey(), await newSigningPair(), await karel.ask('vault')]
  const { device_id } = other.my.boxes[0] ?? {}
  const place = { familyId, albumId: id, version: 1, accountId: karel.id, by: jan.id, deviceId: String(device_id) }
  const giver = { signatureKey: pair.publicKey, certificate: new Uint8Array(64), seed: pair.seed }
  const { box, signature } = await boxAlbumKey(unbase64(String(vault.aek)), key, place, giver)
  const members = { [jan.id]: 'owner' as const, [karel.id]: 'viewer' as const }
  const details = await sealAlbumDetails(key, id, 1, 1, { title: 'Van de server', members, out: [], past: [] })
  const my = { role: 'viewer', boxes: [{ ...other.my.boxes[0], version: 1, box: base64(box), signature: base64(signature) }] }
  const made: Listed = { ...other, id, my, version: 1, rev: 0, details_rev: 1, details: base64(details) }
  lie(LIST, (body) => ({ ...body, items: [...(body.items as Listed[]), made] }))
  await caught(victim, 'ghost-device', () => victim.engine.refresh())
  expect(victim.engine.snapshot().albums.find((one) => one.id === id)).toMatchObject({ isOpen: false, title: '' })
})

test('a picture whose bytes were changed is not opened', async () => {
  const { sofie } = cast
  await sofie.engine.addToAlbum(albumId, [photo('bytes.jpg')])
  const item = await shows(victim, 'bytes.jpg')
  stops.push(liar.swap(/\/parts\/original$/, (bytes) => bytes.map((byte, at) => (at === 100 ? byte ^ 1 : byte))))
  await expect(victim.engine.picture(albumId, item.id, 'original')).rejects.toMatchObject({ code: 'not_readable' })
  for (const stop of stops) stop()
  expect((await victim.engine.picture(albumId, item.id, 'original'))?.size).toBe(photo('bytes.jpg').original.size)
})

test('whom the server adds to an album gets no key, and neither does whom it keeps in', async () => {
  const { jan, sofie, karel, familyId } = cast
  const mine = new Liar()
  const { jar } = new Someone(server)
  const laptop = await signedIn(server, 'Jan', undefined, { jar: mine.around(jar) })
  await laptop.until('the album', (now) => now.albums.find((one) => one.id === albumId && one.isOpen))
  jan.engine.stop()
  const id = await laptop.engine.createAlbum(familyId, { kind: 'album', title: 'Voor Sofie', noForward: false, shares: [{ accountId: sofie.id, role: 'viewer' }] })
  const versions: unknown[] = []
  mine.watch('POST', /\/versions$/, (asked) => versions.push(asked.body))
  const added = (album: Listed): Listed => ({ ...album, members: [...album.members, { account_id: karel.id, role: 'viewer' }] })
  const stop = mine.answer('GET', ONE, (body) => (body.id === id ? added(body as Listed) : undefined))
  await caught(laptop, 'removal-ignored', () => laptop.engine.unshareAlbum(id, sofie.id))
  const ofKarel = (): string => laptop.engine.snapshot().alerts.filter((one) => one.person === 'Karel').map((one) => one.kind).sort().join()
  await laptop.until('both are named', () => ofKarel() === 'ghost-person,removal-ignored')
  expect(versions).toEqual([])
  stop()
  await laptop.engine.refresh()
  await laptop.until('a new version', () => versions.length === 1)
  expect((versions[0] as { boxes: { account_id: string }[] }).boxes.map((one) => one.account_id)).toEqual([laptop.id])
  laptop.engine.stop()
})

test('the answer to an added picture is lost, and it is there once', async () => {
  const { sofie } = cast
  const mine = new Liar()
  const { jar } = new Someone(server)
  const laptop = await signedIn(server, 'Sofie', undefined, { jar: mine.around(jar) })
  await laptop.until('the album', (now) => now.albums.find((one) => one.id === albumId && one.isOpen))
  mine.lose('POST', ITEMS)
  await laptop.engine.addToAlbum(albumId, [photo('eenmaal.jpg')])
  await laptop.until('lost', () => mine.fired === 1)
  await laptop.until('nothing on its way', (now) => now.uploads.length === 0)
  await shows(laptop, 'eenmaal.jpg')
  await shows(sofie, 'eenmaal.jpg')
  expect((await names(sofie)).filter((one) => one === 'eenmaal.jpg')).toHaveLength(1)
  laptop.engine.stop()
})

test('this device keeps nothing of an item in the clear, and its key opens only what it is', async () => {
  const rows = await victim.rows.list('item/')
  expect(rows.length).toBeGreaterThan(0)
  for (const [, row] of rows) expect(Buffer.from(row).toString('latin1')).not.toContain('.jpg')
  const item = await shows(victim, 'een.jpg')
  const kept = await victim.store.get<StoredItem>(`item/${albumId}/${item.id}`)
  const listed = (await cast.karel.ask(`albums/${albumId}/items`)).body.items as Item[]
  for (const one of listed) {
    const opened = openItemMeta(unbase64(kept?.fileKey ?? ''), { albumId, itemId: one.id }, unbase64(one.sealed_meta))
    if (one.id === item.id) expect((await opened).meta.name).toBe('een.jpg')
    else await expect(opened).rejects.toMatchObject({ code: 'not_readable' })
  }
})
