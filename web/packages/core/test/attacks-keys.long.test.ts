/** A server between a person and their own keys: passwords, vaults, relatives, links, pairings, first contact. docs/attacks.md */

import { cookieJar } from '@prifora/headless'
import { type AccountKeys, asReceived, base64, deviceSlot, linkDeviceProof, newAccountKeys, newBoxPair, openVault, random, sealLink, unbase64, writeVault } from '@prifora/crypto'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { bytesOf, type VaultOut } from '../src/vaultform'
import { Liar } from './liar'
import { secretsOf, spoilt } from './operator'
import { family, joined, PASSWORD, signedIn, signedUp, Someone, stopAll } from './people'
import { type Server, startServer } from './server'

type Json = Record<string, unknown>

let server: Server
/** Between the server and who has a device: Jan and Karel. */
let liar: Liar
/** Between the server and a browser that has nothing yet. */
let atBrowser: Liar
let jan: Someone
let sofie: Someone
let karel: Someone
let place: { familyId: string; talk: string }
let stops: (() => void)[] = []

/** A profile that has nothing yet, with somebody between it and the server. */
const profile = (one: Liar) => one.around(cookieJar(server.origin))

beforeAll(async () => {
  server = await startServer()
  liar = new Liar()
  atBrowser = new Liar()
  jan = await signedUp(server, 'Jan', 'contact', '', { jar: profile(liar) })
  place = await family(jan, 'oma.riet', '+31612345999')
  sofie = await joined(server, jan, place, 'Sofie')
  karel = await signedUp(server, 'Karel', 'contact', '', { jar: profile(liar) })
}, 240_000)

afterEach(() => {
  for (const stop of stops) stop()
  stops = []
  expect(liar.fired + atBrowser.fired).toBeGreaterThan(0)
  liar.fired = atBrowser.fired = 0
})

afterAll(async () => {
  stopAll()
  await server.stop()
})

const lie = (...all: (() => void)[]): void => void stops.push(...all)
const vaultOf = async (someone: Someone): Promise<VaultOut> => (await someone.ask('vault')).body as unknown as VaultOut

/** Jan signs in on a browser that has nothing. */
const newBrowser = (): Promise<Someone> => signedIn(server, 'Jan', PASSWORD, { jar: profile(atBrowser) })

/** What the server was told meanwhile under a path. */
function told(method: string, path: RegExp, through = liar): unknown[] {
  const all: unknown[] = []
  lie(through.watch(method, path, ({ body }) => all.push(body)))
  return all
}

async function asking(login: string): Promise<{ browser: Someone; code: string }> {
  const browser = new Someone(server, { jar: profile(atBrowser) })
  await browser.engine.start()
  await browser.engine.askRelatives(login)
  const { code } = await browser.until('a code', (now) => now.waiting)
  return { browser, code }
}

async function requested(relative: Someone): Promise<string> {
  const { items } = (await relative.ask('recovery/requests')).body as { items: { id: string; mine: boolean; approved_by_me: boolean }[] }
  const found = items.find((one) => !one.mine && !one.approved_by_me)
  if (!found) throw new Error('nobody asks')
  return found.id
}

/** Ends what was asked, so that the next one is alone. */
async function ended(browser: Someone, id: string): Promise<void> {
  await browser.engine.stopWaiting()
  await sofie.engine.vetoRecovery(id)
}

test.each(['inviter', 'founder'])('attack: at first contact the %s has another key', async (who) => {
  const { code } = await jan.engine.invite(place.familyId, 'Karel', 'start')
  const accepted = told('POST', /\/invitations\/accept$/)
  const other = base64((await newAccountKeys()).aik)
  lie(liar.answer('POST', /\/invitations\/look$/, (body) => ({ ...body, [who]: { ...(body[who] as Json), aik: other } })))
  await expect(karel.engine.acceptInvitation(code)).rejects.toMatchObject({ code: 'invitation_forged' })
  expect(accepted).toEqual([])
  expect(karel.engine.snapshot().families).toEqual([])
})

test('without an attack the same play ends well, and nobody is warned of anything', async () => {
  const { code } = await jan.engine.invite(place.familyId, 'Karel', 'start')
  await karel.engine.acceptInvitation(code)
  for (const one of [jan, sofie, karel]) await one.until('trusted', (now) => now.families[0]?.people.every((each) => each.trust !== 'unknown') && now.families[0].people.length === 4)
  await karel.until('keys', (now) => now.conversations.find((one) => one.id === place.talk && one.isOpen))
  const tablet = await newBrowser()
  await tablet.until('keys', (now) => now.conversations.find((one) => one.id === place.talk && one.isOpen))
  await jan.engine.makeSheet()
  await jan.engine.setRelatives([sofie.id, karel.id], 24)
  const linked = new Someone(server, { jar: profile(atBrowser) })
  await linked.engine.start()
  await linked.engine.askForLink()
  const shown = await linked.until('a code', (now) => now.waiting)
  await jan.engine.approveLink(shown.code)
  await linked.until('ready', (now) => now.status === 'ready')
  for (const one of [linked, tablet]) await one.engine.signOut()
  for (const one of [jan, sofie, karel]) {
    await one.engine.refresh()
    expect(one.engine.snapshot().alerts).toEqual([])
  }
  expect(liar.fired + atBrowser.fired).toBe(0)
  liar.fired = 1 // for the look after every test
})

test('attack: the server asks for weaker hashing of the password', async () => {
  const sent = told('POST', /\/auth\//, atBrowser)
  lie(atBrowser.answer('GET', /\/kdf$/, (body) => ({ ...body, memory_kib: 8, passes: 1 })))
  await expect(newBrowser()).rejects.toMatchObject({ code: 'weak_parameters' })
  expect(sent).toEqual([])
})

/** Somebody signs in while the vault they are shown is another one; nothing of theirs may come of it. */
async function refusesVault(change: (vault: VaultOut) => VaultOut): Promise<void> {
  const devices = told('POST', /\/me\/devices$/, atBrowser)
  const changes = told('PUT', /\/vault/, atBrowser)
  lie(atBrowser.answer('GET', /\/vault$/, (body) => change(body as unknown as VaultOut) as unknown as Json))
  await expect(newBrowser()).rejects.toBeDefined()
  expect([...devices, ...changes]).toEqual([])
}

const withSlot = (vault: VaultOut, name: string, change: Json): VaultOut => ({
  ...vault,
  slots: vault.slots.map((one) => (one.name === name ? { ...one, ...change } : one)),
})

test('attack: the password slot is another account’s', async () => {
  const other = (await vaultOf(sofie)).slots.find((one) => one.name === 'password')
  await refusesVault((vault) => withSlot(vault, 'password', { public_key: other?.public_key, sealed: other?.sealed }))
})

test('attack: the password slot holds what another slot held', async () => {
  await refusesVault((vault) => withSlot(vault, 'password', { sealed: vault.slots.find((one) => one.name !== 'password')?.sealed }))
})

test('attack: the password slot has a public key of the server’s own', async () => {
  const { publicKey } = await newBoxPair()
  await refusesVault((vault) => withSlot(vault, 'password', { public_key: base64(publicKey) }))
})

test('attack: an invented vault is sealed to the true public key of the password slot', async () => {
  const invented = await newAccountKeys()
  const { slots } = await vaultOf(jan)
  const key = unbase64(slots.find((one) => one.name === 'password')?.public_key ?? '')
  const keys: AccountKeys = { ...invented, slots: { password: { key, proof: random(32) } } }
  const written = await writeVault(keys, jan.id)
  const [slot] = written.slots
  await refusesVault((vault) => ({
    ...vault,
    aik: base64(written.aik),
    aek: base64(written.aek),
    aek_version: 1,
    aek_signature: base64(written.aekSignature),
    sealed_keys: base64(written.sealedKeys),
    slots: [{ name: 'password', public_key: base64(key), sealed: base64(slot?.sealed ?? random(1)) }],
  }))
})

test('attack: the vault is rolled back to an older revision', async () => {
  const old = await vaultOf(jan)
  const { keys: before } = await secretsOf(jan)
  await jan.engine.makeSheet()
  const { keys: after } = await secretsOf(jan)
  expect(after.aekVersion).toBe(before.aekVersion + 1)
  lie(liar.answer('GET', /\/vault$/, () => old as unknown as Json))
  await jan.engine.refresh()
  await jan.until('an alert', (now) => now.alerts.find((one) => one.kind === 'rolled-back'))
  await expect(jan.engine.makeSheet()).rejects.toMatchObject({ code: 'rolled_back' })
  expect((await secretsOf(jan)).keys.aekVersion).toBe(after.aekVersion)
})

test('attack: the key of a link is swapped on the way to who approves it', async () => {
  const browser = new Someone(server)
  await browser.engine.start()
  await browser.engine.askForLink()
  const { code } = await browser.until('a code', (now) => now.waiting)
  const approved = told('POST', /\/approve$/)
  const { publicKey } = await newBoxPair()
  lie(liar.answer('POST', /\/links\/find$/, (body) => ({ ...body, box_key: base64(publicKey) })))
  await expect(jan.engine.findLink(code)).rejects.toMatchObject({ code: 'link_forged' })
  await expect(jan.engine.approveLink(code)).rejects.toMatchObject({ code: 'link_forged' })
  expect(approved).toEqual([])
  await browser.engine.stopWaiting()
})

test('attack: the server itself lets a waiting browser in, with keys of its own', async () => {
  const browser = new Someone(server, { jar: profile(atBrowser) })
  await browser.engine.start()
  let asked: Json = {}
  lie(atBrowser.watch('POST', /\/links$/, ({ body }) => (asked = body as Json)))
  await browser.engine.askForLink()
  const box = await sealLink(unbase64(String(asked.box_key)), unbase64(String(asked.lookup)), { accountId: jan.id, masterKey: random(32) })
  const secret = { lookup: asReceived(unbase64(String(asked.lookup))), macKey: random(32) }
  const proof = base64(await linkDeviceProof(secret, unbase64(String(asked.box_key)), unbase64(String(asked.auth_key))))
  lie(atBrowser.answer('POST', /\/poll$/, (body) => ({ ...body, state: 'approved', box: base64(box), proof })))
  await browser.until('refused', (now) => now.waiting?.state === 'refused')
  expect(browser.engine.snapshot().status).toBe('signed-out')
  await browser.engine.stopWaiting()
})

test('attack: the key of a Home Station is swapped on the way to who approves it', async () => {
  const station = new Someone(server, { station: true })
  void station.engine.start()
  const code = await station.until('a code', (now) => now.pairingCode)
  const { publicKey } = await newBoxPair()
  const approved = told('POST', /\/stations$/)
  for (const swapped of [{ box_key: base64(publicKey) }, { aik: base64((await newAccountKeys()).aik) }]) {
    const stop = liar.answer('POST', /\/pairings\/find$/, (body) => ({ ...body, ...swapped }))
    await expect(jan.engine.findStation(code)).rejects.toMatchObject({ code: 'pairing_forged' })
    await expect(jan.engine.pairStation(place.familyId, code, 'Woonkamer')).rejects.toMatchObject({ code: 'pairing_forged' })
    stop()
  }
  expect(approved).toEqual([])
  station.engine.stop()
})

test('attack: the key of who asks relatives is swapped on the way to a relative', async () => {
  await sofie.engine.setRelatives([jan.id, karel.id], 24)
  const { browser, code } = await asking('sofie')
  const id = await requested(jan)
  const approved = told('POST', /\/approve$/)
  const { publicKey } = await newBoxPair()
  lie(liar.answer('GET', /\/recovery\/requests$/, (body) => ({ ...body, items: (body.items as Json[]).map((one) => ({ ...one, box_key: base64(publicKey) })) })))
  await expect(jan.engine.approveRecovery(id, code)).rejects.toMatchObject({ code: 'code_wrong' })
  expect(approved).toEqual([])
  await ended(browser, id)
})

test('attack: the share a relative holds is changed, or of another set', async () => {
  await sofie.engine.setRelatives([jan.id, karel.id], 24)
  const older = ((await jan.ask('recovery/held')).body.items as Json[]).find((one) => one.account_id === sofie.id)
  await sofie.engine.setRelatives([jan.id, karel.id], 24)
  const { browser, code } = await asking('sofie')
  const id = await requested(jan)
  const approved = told('POST', /\/approve$/)
  for (const change of [(one: Json) => ({ box: spoilt(one.box) }), () => ({ box: older?.box, signature: older?.signature })]) {
    const stop = liar.answer('GET', /\/recovery\/held$/, (body) => ({ ...body, items: (body.items as Json[]).map((one) => ({ ...one, ...change(one) })) }))
    await expect(jan.engine.approveRecovery(id, code)).rejects.toMatchObject({ code: 'forged' })
    stop()
  }
  expect(approved).toEqual([])
  await ended(browser, id)
})

test('attack: a share is changed on its way back to who asked', async () => {
  await sofie.engine.setRelatives([jan.id, karel.id], 24)
  const { browser, code } = await asking('sofie')
  for (const relative of [jan, karel]) await relative.engine.approveRecovery(await requested(relative), code)
  lie(atBrowser.answer('POST', /\/recovery\/requests\/[^/]+\/poll$/, (body) => {
    const [first, ...rest] = (body.shares as Json[] | undefined) ?? []
    return first ? { ...body, shares: [{ ...first, box: spoilt(first.box) }, ...rest] } : undefined
  }))
  server.waitingIsOver()
  await browser.until('refused', (now) => now.waiting?.state === 'refused')
  expect(browser.engine.snapshot().status).not.toBe('ready')
  expect(await browser.store.get('given')).toBeUndefined()
  await browser.engine.stopWaiting()
})

test('attack: the revocation of a device is answered, and not done', async () => {
  const laptop = await signedIn(server, 'Karel')
  await laptop.until('ready', (now) => now.status === 'ready')
  const stolen = await secretsOf(laptop)
  laptop.engine.stop()
  const before = (await secretsOf(karel)).keys
  liar.swallow('POST', /\/revoke$/)
  await karel.engine.revokeDevice(stolen.device.identity.deviceId)
  await karel.engine.refresh()
  await karel.until('an alert', (now) => now.alerts.find((one) => one.kind === 'rolled-back'))
  const { keys } = await secretsOf(karel)
  expect(keys.aekVersion).toBe(before.aekVersion + 1)
  const slot = await deviceSlot(stolen.device.identity.deviceId, stolen.boxes)
  const opened = await openVault(bytesOf(await vaultOf(karel)), slot, karel.id)
  expect(base64(opened.masterKey)).not.toBe(base64(keys.masterKey))
})
