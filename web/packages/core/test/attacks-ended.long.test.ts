/** A device of a member is stolen and ended; its keys and the server's help open nothing that is added to albums afterwards. */

import { base64, boxAlbumKey, type Bytes, CryptoError, itemKeys, newAlbumKey, openAlbumBox, sealAlbumDetails, unbase64 } from '@prifora/crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { NewItem } from '../src'
import type { StoredAlbum } from '../src/albumrows'
import { type Cast, threePeople } from './cast'
import { Liar } from './liar'
import { secretsOf } from './operator'
import { signedIn, Someone, stopAll } from './people'
import { type Server, startServer } from './server'

interface Listed {
  id: string
  version: number
  details_rev: number
  stale: boolean
  my: { boxes: { version: number; box: string; signature: string; by: string; device_id: string }[] }
  members: { account_id: string; role: string }[]
}

let server: Server
let cast: Cast
let albumId: string

beforeAll(async () => {
  server = await startServer()
  cast = await threePeople(server)
  const { jan, sofie, karel, familyId } = cast
  const shares = [{ accountId: sofie.id, role: 'viewer' as const }, { accountId: karel.id, role: 'contributor' as const }]
  albumId = await jan.engine.createAlbum(familyId, { kind: 'album', title: 'Zomer', noForward: false, shares })
  for (const one of [sofie, karel]) await opened(one)
  await karel.engine.addToAlbum(albumId, [photo('eerst.jpg')])
  for (const one of [jan, sofie, karel]) await has(one, 'eerst.jpg')
}, 240_000)

afterAll(async () => {
  stopAll()
  await server.stop()
})

const photo = (name: string): NewItem => ({ kind: 'photo', name, original: new Blob([`a picture called ${name}`.repeat(50)], { type: 'image/jpeg' }) })

const opened = (of: Someone): Promise<unknown> => of.until('the album', (now) => now.albums.find((one) => one.id === albumId && one.isOpen))

const has = (of: Someone, name: string): Promise<void> =>
  of.eventually(name, async () => (await of.engine.albumItems(albumId).catch(() => [])).some((one) => one.name === name))

const listed = async (by: Someone): Promise<Listed> => (await by.ask(`albums/${albumId}`)).body as unknown as Listed

/** Everything a thief has: the keys of the album, and those that open what is boxed for the account. */
interface Stolen {
  aeks: Awaited<ReturnType<typeof secretsOf>>['keys']['aeks']
  keys: Bytes[]
}

/** Takes a second browser of Sofie's with all it knows, then ends it. */
async function stolen(): Promise<Stolen> {
  const phone = await signedIn(server, 'Sofie')
  await opened(phone)
  const row = await phone.store.get<StoredAlbum>(`album/${albumId}`)
  const { keys, device } = await secretsOf(phone)
  phone.engine.stop()
  await cast.sofie.engine.revokeDevice(device.identity.deviceId)
  return { aeks: keys.aeks, keys: Object.values(row?.keys ?? {}).map(unbase64) }
}

/** What of the album a thief opens with the help of the server, which shows everything of every member: ids of items. */
async function openedBy({ aeks, keys }: Stolen): Promise<string[]> {
  const { familyId } = cast
  const found = [...keys]
  for (const one of [cast.jan, cast.sofie, cast.karel]) {
    for (const { version, box, signature, by, device_id: deviceId } of (await listed(one)).my.boxes) {
      const place = { familyId, albumId, version, accountId: one.id, by, deviceId }
      await openAlbumBox(aeks, place, unbase64(box), unbase64(signature)).then(({ albumKey }) => found.push(albumKey), expected)
    }
  }
  const items = (await cast.sofie.ask(`albums/${albumId}/items`)).body.items as { id: string; version: number; sealed_key: string }[]
  const ids: string[] = []
  for (const { id, version, sealed_key: sealed } of items) {
    for (const key of found) await (await itemKeys(key, albumId, version)).open(id, unbase64(sealed)).then(() => ids.push(id), expected)
  }
  return [...new Set(ids)]
}

function expected(problem: unknown): void {
  if (!(problem instanceof CryptoError)) throw problem
}

const versionIs = (number: number): Promise<void> =>
  cast.karel.eventually(`version ${number}`, async () => ((one) => one.version === number && !one.stale)(await listed(cast.karel)))

test('attack: an ended device of a viewer, while the owner is there', async () => {
  const { jan, karel } = cast
  const before = await openedBy({ aeks: [], keys: [unbase64((await jan.store.get<StoredAlbum>(`album/${albumId}`))?.keys[1] ?? '')] })
  expect(before).toHaveLength(1) // What was there is opened by whoever has the key.
  const thief = await stolen()
  await versionIs(2)
  await jan.engine.addToAlbum(albumId, [photo('tweede.jpg')])
  for (const one of [karel, cast.sofie]) await has(one, 'tweede.jpg')
  expect((await listed(jan)).my.boxes.at(-1)?.by).toBe(jan.id)
  expect(await openedBy(thief)).toEqual([])
})

test('attack: an ended device of a viewer, while the owner is away: who may add makes the new key', async () => {
  const { jan, sofie, karel } = cast
  jan.engine.stop()
  const thief = await stolen()
  await versionIs(3)
  expect((await listed(sofie)).my.boxes.at(-1)?.by).toBe(karel.id)
  await karel.engine.addToAlbum(albumId, [photo('derde.jpg')])
  await has(sofie, 'derde.jpg')
  await has(sofie, 'eerst.jpg')
  expect(await openedBy(thief)).toEqual([])

  const fresh = await signedIn(server, 'Sofie')
  await fresh.until('the album, still shut', (now) => now.albums.find((one) => one.id === albumId && !one.isOpen))
  const back = await jan.again()
  await versionIs(4)
  for (const one of [fresh, back]) {
    await has(one, 'derde.jpg')
    await has(one, 'eerst.jpg')
  }
  expect((await listed(sofie)).my.boxes.at(-1)?.by).toBe(jan.id)
  for (const one of [fresh, back, sofie, karel]) expect(one.engine.snapshot().alerts).toEqual([])
  fresh.engine.stop()
  cast = { ...cast, jan: back }
})

test('the owner’s device that gave the key is ended before another one could: a new one takes it over', async () => {
  const { jan, sofie, karel } = cast
  const { version } = await listed(sofie)
  const lost = (await secretsOf(jan)).device.identity.deviceId
  for (const one of [jan, karel]) one.engine.stop()
  const falling = new Liar()
  const { jar } = new Someone(server)
  const first = await signedIn(server, 'Jan', undefined, { jar: falling.around(jar) })
  await opened(first)
  falling.swallow('POST', /\/versions$/, 1000)
  await first.engine.revokeDevice(lost)
  first.engine.stop()
  expect((await listed(sofie)).version).toBe(version)
  const only = await signedIn(server, 'Jan')
  await only.eventually('a new version', async () => ((one) => one.version === version + 1 && !one.stale)(await listed(only)))
  await has(only, 'derde.jpg')
  const back = await karel.again()
  for (const one of [only, sofie, back]) {
    await has(one, 'derde.jpg')
    expect(one.engine.snapshot().alerts).toEqual([])
  }
  cast = { ...cast, jan: only, karel: back }
})

test('attack: a version by a viewer whom the server calls more', async () => {
  const { sofie, karel, familyId } = cast
  const mine = new Liar()
  const { jar } = new Someone(server)
  const victim = await signedIn(server, 'Karel', undefined, { jar: mine.around(jar) })
  await opened(victim)
  const now = await listed(karel)
  const [key, { device }] = [newAlbumKey(), await secretsOf(sofie)]
  const version = now.version + 1
  const place = { familyId, albumId, version, accountId: karel.id, by: sofie.id, deviceId: device.identity.deviceId }
  const giver = { signatureKey: device.signatureKey, certificate: device.identity.certificate, seed: device.signatureSeed }
  const { box, signature } = await boxAlbumKey((await secretsOf(karel)).keys.aek, key, place, giver)
  const members = { [cast.jan.id]: 'owner' as const, [sofie.id]: 'contributor' as const, [karel.id]: 'contributor' as const }
  const details = base64(await sealAlbumDetails(key, albumId, version, now.details_rev + 1, { title: 'Van Sofie', members, out: [], past: [] }))
  const lying = (one: Listed): Listed & Record<string, unknown> => ({
    ...one,
    version,
    details,
    details_rev: now.details_rev + 1,
    members: one.members.map((each) => (each.account_id === sofie.id ? { ...each, role: 'contributor' } : each)),
    my: { ...one.my, boxes: [...one.my.boxes, { version, box: base64(box), signature: base64(signature), by: sofie.id, device_id: device.identity.deviceId }] },
  })
  const stops = [
    mine.answer('GET', /\/albums$/, (body) => ({ ...body, items: (body.items as Listed[]).map((one) => (one.id === albumId ? lying(one) : one)) })),
    mine.answer('GET', /\/albums\/[0-9a-f-]{36}$/, (body) => (body.id === albumId ? { ...lying(body as unknown as Listed) } : undefined)),
  ]
  await victim.engine.refresh()
  await victim.until('a warning', (seen) => seen.alerts.some((one) => one.kind === 'box-wrong'))
  expect(victim.engine.snapshot().albums.find((one) => one.id === albumId)?.title).not.toBe('Van Sofie')
  for (const stop of stops) stop()
  victim.engine.stop()
})
