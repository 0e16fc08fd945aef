/** A server that says who belongs: people, devices and keys it invents, swaps, brings back or keeps. docs/attacks.md */

import { base64, digest, newBoxPair, newSigningPair, openHistoryKey, type OwnDevice, random, readDeviceList, sealDetails, EXPORT_LABEL, engine, signDeviceList, unbase64 } from '@prifora/crypto'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Alert } from '../src'
import { type Cast, group, threePeople } from './cast'
import { Liar } from './liar'
import { allTalk, inventedDevice, inventedKeys, Operator, secretsOf } from './operator'
import { signedIn, signedUp, Someone, stopAll } from './people'
import { type Server, startServer } from './server'

type Json = Record<string, unknown>
type Listed = { id: string; people: Json[] }

let server: Server
let operator: Operator
let cast: Cast
/** Between Jan and the server; he is whom most of it is tried on. */
let liar: Liar
let stops: (() => void)[] = []
let known = new Set<string>()
/** Conversations that an attack left unusable: they end with it. */
const spoiled: string[] = []

beforeAll(async () => {
  server = await startServer()
  operator = new Operator(server)
  cast = await threePeople(server)
  liar = new Liar()
  cast.jan = await behind(liar, cast.jan)
}, 240_000)

afterEach(() => {
  for (const stop of stops) stop()
  stops = []
  for (const id of spoiled.splice(0)) operator.write("UPDATE chat_conversation SET ended_at = datetime('now') WHERE id = ?", id)
})

afterAll(async () => {
  stopAll()
  await server.stop()
})

/** The same device again, with somebody between it and the server. */
const behind = (one: Liar, someone: Someone): Promise<Someone> => again(someone, one.around(someone.jar))

/** The same device, started again. */
async function again(someone: Someone, jar = someone.jar): Promise<Someone> {
  someone.engine.stop()
  const next = new Someone(server, { rows: someone.rows, jar })
  await next.engine.start()
  await next.until('ready', (now) => now.status === 'ready' && now.online)
  return next
}

const lie = (...all: (() => void)[]): void => void stops.push(...all)

/** From here on only new alerts count. */
function quietNow(...people: Someone[]): void {
  known = new Set(people.flatMap((one) => one.engine.snapshot().alerts.map(({ id }) => id)))
}

/** A new alert of this kind, about this person. */
const noticed = (by: Someone, kind: Alert['kind'], person = ''): Promise<Alert> =>
  by.until(`${kind} ${person}`, (now) => now.alerts.find((one) => one.kind === kind && !known.has(one.id) && (person === '' || one.person === person)))

/** The same by whoever of them looks first: what that one mends, the others never see. */
const noticedBySome = (people: Someone[], kind: Alert['kind'], person: string): Promise<Alert> => Promise.any(people.map((one) => noticed(one, kind, person)))

const trustIn = (of: Someone, accountId: string): string | undefined =>
  of.engine.snapshot().families[0]?.people.find((one) => one.accountId === accountId)?.trust

const personIn = (someone: Someone, body: Json): Json => {
  const found = (body.items as Listed[])[0]?.people.find((one) => one.account_id === someone.id)
  if (!found) throw new Error('nobody')
  return found
}

/** Lies about one person in the list of the family. */
function aboutPerson(accountId: string, change: (person: Json) => Json): () => void {
  return liar.answer('GET', /\/families$/, (body) => {
    const items = (body.items as Listed[]).map((one) => ({ ...one, people: one.people.map((person) => (person.account_id === accountId ? change(person) : person)) }))
    return { ...body, items }
  })
}

/** Lies about one conversation wherever it is listed. */
function aboutConversation(id: string, change: (one: Json) => Json): () => void {
  return liar.answer('GET', /\/conversations(\/[^/]+)?$/, (body) => {
    const changed = (one: Json): Json => (one.id === id ? change(one) : one)
    return Array.isArray(body.items) ? { ...body, items: (body.items as Json[]).map(changed) } : changed(body)
  })
}

const listed = async (someone: Someone): Promise<Json> => personIn(someone, (await cast.sofie.ask('families')).body)

/** Somebody's second browser, which was stolen and then revoked; its keys are in the operator's hands. */
async function stolen(of: Someone, name: string): Promise<{ device: OwnDevice; list: unknown }> {
  const laptop = await signedIn(server, name)
  await laptop.until('keys', (now) => now.conversations.find((one) => one.id === cast.talk && one.isOpen))
  const { device } = await secretsOf(laptop)
  const { device_list: list } = await listed(of)
  laptop.engine.stop()
  await of.engine.revokeDevice(device.identity.deviceId)
  await seesNewest(cast.jan, of)
  await of.eventually('its keys are gone everywhere', () => Promise.resolve(isCarriedOut()))
  return { device, list }
}

/** Whether no removal that the server asked for waits for a commit. */
const isCarriedOut = (): boolean =>
  operator.read('SELECT 1 FROM chat_removal JOIN chat_conversation ON chat_conversation.id = conversation_id WHERE ended_at IS NULL').length === 0

/** Until somebody's device has taken over the newest list and key another one shows. */
async function seesNewest(by: Someone, other: Someone): Promise<void> {
  const { device_list: list, aek_version: version } = await listed(other)
  await by.eventually('the newest list', async () => {
    await by.engine.refresh()
    const pin = (await by.store.get<{ pins: Record<string, { listVersion: number; aekVersion: number }> }>('trust'))?.pins[other.id]
    return pin?.listVersion === (list as { version: number }).version && pin.aekVersion === version
  })
}

/** Somebody of the family lets themselves into a group with the server's help, and writes in its roster that they belong. */
async function intrudes(who: Someone, id: string, title: string, members: Someone[]): ReturnType<Operator['breakIn']> {
  const log = await operator.logPoint(id)
  const broken = await operator.breakIn(id, (await secretsOf(who)).device)
  const epoch = engine.epoch(broken.state)
  const key = await engine.exportSecret(broken.state, EXPORT_LABEL, 32)
  const entry = { by: members[0]?.id ?? '', history: 'start' as const }
  const roster = Object.fromEntries([...members, who].map((one) => [one.id, entry]))
  await operator.giveKey(id, epoch, key, members)
  operator.write('UPDATE chat_conversation SET details = ?, details_epoch = ? WHERE id = ?', await sealDetails(key, id, epoch, { title, roster, out: [], log }), epoch, id)
  operator.addMember(id, who.id)
  return broken
}

test('without an attack nobody is warned of anything', async () => {
  const { jan, sofie, karel, familyId, talk } = cast
  const id = await group(jan, familyId, 'Gewoon', [sofie])
  await allTalk(id, [jan, sofie], 'samen')
  await jan.engine.addToGroup(id, karel.id, 'start')
  await karel.until('keys', (now) => now.conversations.find((one) => one.id === id && one.isOpen))
  await allTalk(id, [jan, sofie, karel], 'met drie')
  await stolen(karel, 'Karel')
  await sofie.engine.renameGroup(id, 'Heel gewoon')
  await allTalk(talk, [jan, sofie, karel], 'na de diefstal')
  await jan.engine.removeFromGroup(id, karel.id)
  await allTalk(id, [jan, sofie], 'weer samen')
  for (const one of [jan, sofie, karel]) {
    await one.engine.refresh()
    expect(one.engine.snapshot().alerts).toEqual([])
  }
  expect(liar.fired).toBe(0)
})

test('attack: a ghost device in the signed list of a person', async () => {
  const { jan, karel, sofie, talk } = cast
  quietNow(jan)
  const invented = await inventedKeys(karel.id)
  const given = (await listed(karel)).device_list as { version: number; body: string }
  const list = readDeviceList(unbase64(given.body))
  if (!list) throw new Error('no list')
  const [ghost, boxes] = [await newSigningPair(), await newBoxPair()]
  const device = { deviceId: crypto.randomUUID(), signatureKey: ghost.publicKey, boxKey: boxes.publicKey }
  const signed = await signDeviceList(invented.keys.aikSeed, { ...list, version: list.version + 1, devices: [...list.devices, device] })
  lie(aboutPerson(karel.id, (person) => ({ ...person, device_list: { version: list.version + 1, body: base64(signed.body), signature: base64(signed.signature) } })))
  await jan.engine.refresh()
  await noticed(jan, 'ghost-device', 'Karel')
  expect(trustIn(jan, karel.id)).toBe('invitation')
  await allTalk(talk, [jan, sofie, karel], 'zonder spook')
})

test('attack: a ghost device among my own', async () => {
  const { jan } = cast
  quietNow(jan)
  const [ghost, boxes] = [await newSigningPair(), await newBoxPair()]
  const shown = { id: crypto.randomUUID(), name: 'Spookje', signature_key: base64(ghost.publicKey), box_key: base64(boxes.publicKey) }
  lie(liar.answer('GET', /\/me\/devices$/, (body) => ({ ...body, items: [...(body.items as Json[]), { ...(body.items as Json[])[0], ...shown, this: false }] })))
  await jan.engine.refresh()
  await noticed(jan, 'ghost-device')
  await jan.engine.makeSheet()
  expect(Object.keys((await secretsOf(jan)).keys.slots)).not.toContain(`device:${shown.id}`)
})

test('attack: a stolen and revoked device joins by external commit, and the server takes it', async () => {
  const { jan, sofie, karel, familyId } = cast
  const id = await group(jan, familyId, 'Inbraak', [sofie, karel])
  const { device } = await stolen(karel, 'Karel')
  quietNow(jan, sofie, karel)
  const broken = await operator.breakIn(id, device)
  await noticedBySome([jan, sofie, karel], 'ghost-device', 'Karel')
  await allTalk(id, [jan, sofie, karel], 'zonder dief')
  expect(await operator.overhears(id, broken)).toEqual([])
})

test('attack: the same, while the list of devices is rolled back to the one that names it', async () => {
  const { jan, sofie, karel, familyId } = cast
  const id = await group(jan, familyId, 'Inbraak met oude lijst', [sofie, karel])
  const { device, list } = await stolen(karel, 'Karel')
  quietNow(jan, sofie, karel)
  lie(aboutPerson(karel.id, (person) => ({ ...person, device_list: list })))
  const broken = await operator.breakIn(id, device)
  await jan.engine.refresh()
  await noticed(jan, 'rolled-back', 'Karel')
  await noticedBySome([jan, sofie, karel], 'ghost-device', 'Karel')
  await allTalk(id, [jan, sofie, karel], 'zonder oude lijst')
  expect(await operator.overhears(id, broken)).toEqual([])
})

test('attack: an uncertified device in the name of a person joins by external commit', async () => {
  const { jan, sofie, karel, familyId } = cast
  const id = await group(jan, familyId, 'Zonder bewijs', [sofie, karel])
  spoiled.push(id)
  const device = await inventedDevice(karel.id, (await secretsOf(karel)).keys.aik)
  const broken = await operator.breakIn(id, device)
  await jan.engine.send(id, 'Leest iemand mee?')
  await jan.until('the line was looked at', (now) => now.conversations.find((one) => one.id === id && !one.isOpen))
  await new Promise((done) => setTimeout(done, 2000))
  expect(await operator.overhears(id, broken)).toEqual([])
})

test('attack: a device under another identity key joins in the name of a person', async () => {
  const { jan, sofie, karel, familyId } = cast
  const id = await group(jan, familyId, 'Andere sleutel', [sofie, karel])
  spoiled.push(id)
  quietNow(jan)
  const broken = await operator.breakIn(id, await inventedDevice(karel.id))
  await jan.engine.send(id, 'Ben jij het, Karel?')
  await noticed(jan, 'key-changed', 'Karel')
  expect(await operator.overhears(id, broken)).toEqual([])
})

test('attack: a stranger with a certified device joins by external commit', async () => {
  const { jan, sofie, familyId } = cast
  const id = await group(jan, familyId, 'Vreemdeling', [sofie])
  spoiled.push(id)
  quietNow(jan, sofie)
  const stranger = await signedUp(server, 'Piet', 'contact')
  const broken = await operator.breakIn(id, (await secretsOf(stranger)).device)
  await jan.engine.send(id, 'Onder ons tweeën')
  await noticed(jan, 'ghost-person')
  expect(await operator.overhears(id, broken)).toEqual([])
})

test('attack: a person of the family joins a private group with the help of the server, and writes the roster', async () => {
  const { jan, sofie, karel, familyId } = cast
  const id = await group(jan, familyId, 'Verjaardag van Karel', [sofie])
  spoiled.push(id)
  quietNow(jan, sofie)
  const broken = await intrudes(karel, id, 'Verjaardag', [jan, sofie])
  await jan.engine.send(id, 'Niet verklappen')
  await noticedBySome([jan, sofie], 'ghost-person', 'Karel')
  await sofie.engine.send(id, 'Ik zwijg')
  expect(await operator.overhears(id, broken)).toEqual([])
})

test('attack: the same, while one of them is not told what its members agreed on, and would take the intruder for one of them', async () => {
  const { jan, sofie, karel, familyId } = cast
  const deaf = new Liar()
  const other = await behind(deaf, sofie)
  cast.sofie = other
  const stop = deaf.answer('GET', /\/conversations(\/[^/]+)?$/, (body) => {
    const hidden = (one: Json): Json => ({ ...one, details_epoch: -1 })
    return Array.isArray(body.items) ? { ...body, items: (body.items as Json[]).map(hidden) } : hidden(body)
  })
  const id = await group(jan, familyId, 'Verrassing voor Karel', [other])
  spoiled.push(id)
  quietNow(jan, other)
  jan.engine.stop()
  const broken = await intrudes(karel, id, 'Verrassing', [jan, other])
  stop()
  await other.engine.refresh()
  await noticed(other, 'ghost-person', 'Karel')
  cast.jan = await again(jan)
  await cast.jan.engine.refresh()
  await noticed(cast.jan, 'ghost-person', 'Karel')
  for (const one of [cast.jan, other]) await one.engine.send(id, 'Het blijft een verrassing')
  await new Promise((done) => setTimeout(done, 2000))
  expect(await operator.overhears(id, broken)).toEqual([])
})

test('attack: a device is made to join anew, and shown a roster that the server wrote', async () => {
  const { jan, sofie, karel, familyId } = cast
  const id = await group(jan, familyId, 'Nog steeds niet voor Karel', [sofie])
  await allTalk(id, [jan, sofie], 'met zijn tweeën')
  quietNow(jan)
  const [{ epoch } = {}] = operator.read('SELECT epoch FROM chat_conversation WHERE id = ?', id)
  const [key, log] = [random(32), await operator.logPoint(id)]
  const entry = { by: jan.id, history: 'start' as const }
  const details = await sealDetails(key, id, Number(epoch), { title: 'Voor Karel', roster: { [jan.id]: entry, [sofie.id]: entry, [karel.id]: entry }, out: [], log })
  await operator.giveKey(id, Number(epoch), key, [jan])
  operator.write('UPDATE chat_conversation SET details = ?, details_epoch = ? WHERE id = ?', details, Number(epoch), id)
  operator.addMember(id, karel.id)
  const body = random(300)
  const { deviceId } = (await secretsOf(jan)).device.identity
  operator.addLine(id, { kind: 'message', accountId: jan.id, deviceId, ident: await digest(body), body })
  await noticed(jan, 'ghost-person', 'Karel')
  await jan.engine.send(id, 'Karel hoort dit niet')
  await sofie.hears(id, 'Karel hoort dit niet')
  await karel.engine.refresh()
  expect(karel.engine.snapshot().conversations.find((one) => one.id === id)?.isOpen ?? false).toBe(false)
})

test('attack: a person of the family is put into a private group by the server', async () => {
  const { jan, sofie, karel, familyId } = cast
  const id = await group(jan, familyId, 'Ook niet voor Karel', [sofie])
  quietNow(jan, sofie)
  operator.addMember(id, karel.id)
  await Promise.all([jan.engine.refresh(), sofie.engine.refresh(), karel.engine.refresh()])
  await noticed(jan, 'ghost-person', 'Karel')
  await noticed(sofie, 'ghost-person', 'Karel')
  await allTalk(id, [jan, sofie], 'nog steeds samen')
  await karel.engine.refresh()
  expect(await karel.says(id)).toEqual([])
  expect(karel.engine.snapshot().conversations.find((one) => one.id === id)?.isOpen ?? false).toBe(false)
})

test('attack: the server proposes to remove a person who stays', async () => {
  const { jan, sofie, karel, familyId } = cast
  const id = await group(jan, familyId, 'Karel blijft', [sofie, karel])
  await allTalk(id, [jan, sofie, karel], 'voor het voorstel')
  const before = operator.read('SELECT seq FROM chat_entry WHERE conversation_id = ?', id).length
  operator.proposeRemoval(id, karel.id)
  const changes = (): number => operator.read("SELECT seq FROM chat_entry WHERE conversation_id = ? AND seq > ? AND kind = 'commit'", id, before).length
  await jan.eventually('out, and in again', () => Promise.resolve(changes() >= 2))
  await karel.until('keys again', (now) => now.conversations.find((one) => one.id === id && one.isOpen))
  await allTalk(id, [jan, sofie, karel], 'hij is er nog')
})

test('attack: a ghost person in the family and in a conversation, with key packages', async () => {
  const { jan, sofie, familyId } = cast
  const id = await group(jan, familyId, 'Met een spook', [sofie])
  quietNow(jan)
  const ghostId = crypto.randomUUID()
  const { shown } = await inventedKeys(ghostId)
  const device = await inventedDevice(ghostId)
  const [ghostPackage] = await engine.newKeyPackages(device, 1)
  const sealedFor: string[] = []
  lie(
    liar.watch('POST', /\/commits$/, ({ body }) => {
      for (const one of (body as { history_boxes: { account_id: string }[] }).history_boxes) sealedFor.push(one.account_id)
    }),
    liar.answer('GET', /\/families$/, (body) => ({
      ...body,
      items: (body.items as Listed[]).map((one) => ({ ...one, people: [...one.people, { ...one.people[0], account_id: ghostId, first_name: 'Neef', admission: null, ...shown }] })),
    })),
    aboutConversation(id, (one) => ({ ...one, member_ids: [...(one.member_ids as string[]), ghostId], missing_ids: [ghostId] })),
    liar.answer('POST', /\/claim$/, (body) => ({ ...body, items: [{ device_id: device.identity.deviceId, package: base64(ghostPackage?.packageBytes ?? random(1)) }] })),
  )
  await jan.engine.refresh()
  await noticed(jan, 'ghost-person', 'Neef')
  expect(trustIn(jan, ghostId)).toBe('unknown')
  await jan.engine.renameGroup(id, 'Zonder een spook')
  await allTalk(id, [jan, sofie], 'geen neef')
  expect(sealedFor).toContain(sofie.id)
  expect(sealedFor).not.toContain(ghostId)
})

test('attack: the identity key of a person is swapped', async () => {
  const { jan, sofie, karel } = cast
  quietNow(jan)
  const { shown } = await inventedKeys(karel.id)
  const stop = aboutPerson(karel.id, (person) => ({ ...person, ...shown, admission: { ...(person.admission as Json), aik: shown.aik } }))
  lie(stop)
  await jan.engine.refresh()
  await noticed(jan, 'key-changed', 'Karel')
  await jan.until('changed', () => trustIn(jan, karel.id) === 'changed')
  await expect(jan.engine.setRelatives([sofie.id, karel.id], 24)).rejects.toMatchObject({ code: 'not_trusted' })
  stop()
  await jan.engine.refresh()
  await jan.until('trusted again', () => trustIn(jan, karel.id) === 'invitation')
})

test.each(['without a statement', 'with the statement of another account'])('attack: the encryption key of a person is swapped, %s', async (how) => {
  const { jan, sofie, karel } = cast
  quietNow(jan)
  const { aek, aek_version, aek_signature } = how === 'without a statement' ? { ...(await listed(karel)), aek: (await inventedKeys(karel.id)).shown.aek } : await listed(sofie)
  const stop = aboutPerson(karel.id, (person) => ({ ...person, aek, aek_version, aek_signature }))
  lie(stop)
  await jan.engine.refresh()
  await noticed(jan, 'key-changed', 'Karel')
  await expect(jan.engine.setRelatives([sofie.id, karel.id], 24)).rejects.toMatchObject({ code: 'not_trusted' })
  stop()
  await jan.engine.refresh()
  await jan.until('trusted again', () => trustIn(jan, karel.id) === 'invitation')
})

test('attack: the encryption key of a person is rolled back to an older one', async () => {
  const { jan, sofie, karel, familyId } = cast
  const id = await group(jan, familyId, 'Oude sleutel', [sofie, karel])
  const { aek, aek_version, aek_signature } = await listed(karel)
  await stolen(karel, 'Karel')
  quietNow(jan)
  lie(aboutPerson(karel.id, (person) => ({ ...person, aek, aek_version, aek_signature })))
  await jan.engine.refresh()
  await noticed(jan, 'rolled-back', 'Karel')
  await jan.engine.renameGroup(id, 'Nieuwe sleutel')
  await karel.until('the title', (now) => now.conversations.find((one) => one.id === id && one.title === 'Nieuwe sleutel'))
  const { items } = (await karel.ask(`conversations/${id}/history-boxes`)).body as { items: { epoch: number; box: string }[] }
  const newest = items.reduce((one, other) => (other.epoch > one.epoch ? other : one))
  const [present, ...older] = (await secretsOf(karel)).keys.aeks
  await openHistoryKey(present ? [present] : [], unbase64(newest.box), id, newest.epoch, karel.id)
  await expect(openHistoryKey(older, unbase64(newest.box), id, newest.epoch, karel.id)).rejects.toBeDefined()
})

test('attack: a removal from a group is answered, and not done', async () => {
  const { jan, sofie, karel, familyId } = cast
  const id = await group(jan, familyId, 'Zonder Karel', [sofie, karel])
  quietNow(jan)
  liar.swallow('DELETE', new RegExp(`${id}/members/${karel.id}$`), Infinity)
  const before = liar.fired
  await jan.engine.removeFromGroup(id, karel.id)
  expect(liar.fired).toBeGreaterThan(before)
  await noticed(jan, 'removal-ignored', 'Karel')
  await jan.engine.send(id, 'Karel hoort dit niet')
  await new Promise((done) => setTimeout(done, 2000))
  expect(await karel.says(id)).toEqual([])
})

test('attack: a removal from the family is answered, and not done', async () => {
  const { jan, sofie, karel, familyId, talk } = cast
  quietNow(jan, sofie)
  liar.swallow('DELETE', new RegExp(`/people/${karel.id}$`), Infinity)
  await jan.engine.removePerson(familyId, karel.id)
  await noticed(jan, 'removal-ignored', 'Karel')
  await sofie.engine.refresh()
  await noticed(sofie, 'removal-ignored', 'Karel')
  for (const one of [jan, sofie]) await one.engine.send(talk, 'Karel hoort ook dit niet')
  await new Promise((done) => setTimeout(done, 2000))
  expect((await karel.says(talk)).filter((line) => line.includes('ook dit niet'))).toEqual([])
})
