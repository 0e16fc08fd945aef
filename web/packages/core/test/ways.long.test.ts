/** Ways into an account on a real server: another device, a sheet, a password; and out of it again. */

import { base64, deviceSlot, openHistoryKey, openVault, openVaultWith, unbase64 } from '@prifora/crypto'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { bytesOf, type VaultOut } from '../src/vaultform'
import { secretsOf } from './operator'
import { family, joined, PASSWORD, signedIn, signedUp, Someone, stopAll } from './people'
import { type Server, startServer } from './server'

vi.setConfig({ testTimeout: 180_000 })

let server: Server
let jan: Someone
let sofie: Someone
let place: { familyId: string; talk: string }

beforeAll(async () => {
  server = await startServer()
  jan = await signedUp(server, 'Jan', 'contact')
  place = await family(jan, 'oma.riet', '+31612345999')
  sofie = await joined(server, jan, place, 'Sofie')
  await jan.engine.send(place.talk, 'Uit het begin')
  await sofie.hears(place.talk, 'Uit het begin')
}, 240_000)

afterAll(async () => {
  stopAll()
  await server.stop()
})

/** Two devices of one account come to the same keys. */
async function agree(one: Someone, other: Someone): Promise<void> {
  await one.eventually('the same keys', async () => {
    const [mine, theirs] = await Promise.all([secretsOf(one), secretsOf(other)])
    return mine.vaultRevision === theirs.vaultRevision && base64(mine.keys.masterKey) === base64(theirs.keys.masterKey)
  })
}

const vaultOf = async (someone: Someone): Promise<VaultOut> => (await someone.ask('vault')).body as unknown as VaultOut

const deviceOf = async (someone: Someone): Promise<string> => (await secretsOf(someone)).device.identity.deviceId

/** A second browser of Jan's, let in by his first. */
async function linked(): Promise<Someone> {
  const tablet = new Someone(server)
  await tablet.engine.start()
  await tablet.engine.askForLink()
  const { code, link } = await tablet.until('a code', (now) => now.waiting)
  expect(link).toBe(`${server.origin}/link#${code}`)
  expect((await jan.engine.findLink(code)).name).toBe('Node')
  await jan.engine.approveLink(code)
  await tablet.isIn(place.talk)
  return tablet
}

describe('another device', () => {
  test('is let in by one I have, without a password, and reads what was said before', async () => {
    const tablet = await linked()
    expect(tablet.engine.snapshot()).toMatchObject({ waiting: null, alerts: [] })
    await tablet.hears(place.talk, 'Uit het begin')
    await tablet.engine.send(place.talk, 'Van de tablet')
    for (const one of [jan, sofie]) await one.hears(place.talk, 'Van de tablet')
    expect((await jan.engine.devices()).length).toBe(2)
    await jan.engine.revokeDevice(await deviceOf(tablet))
  })

  test('is not found under a code nobody showed', async () => {
    await expect(jan.engine.findLink('BBBB-BBBB')).rejects.toMatchObject({ code: 'link_unknown' })
    await expect(jan.engine.approveLink('geen code')).rejects.toMatchObject({ code: 'link_unknown' })
  })

  test('waits no longer when told so', async () => {
    const browser = new Someone(server)
    await browser.engine.start()
    await browser.engine.askForLink()
    await browser.engine.stopWaiting()
    expect(browser.engine.snapshot().waiting).toBeNull()
    expect(await browser.store.get('asking')).toBeUndefined()
  })

  test('that is revoked reads nothing any more, and the others go on with new keys', async () => {
    const tablet = await linked()
    await tablet.hears(place.talk, 'Uit het begin')
    const stolen = await secretsOf(tablet)
    const before = (await secretsOf(jan)).keys
    await jan.engine.revokeDevice(await deviceOf(tablet))
    await tablet.until('out', (now) => now.status === 'signed-out')

    await jan.engine.send(place.talk, 'Na de diefstal')
    await sofie.engine.send(place.talk, 'Gelukkig')
    await sofie.hears(place.talk, 'Na de diefstal')
    await jan.hears(place.talk, 'Gelukkig')
    expect((await tablet.ask('vault')).status).toBe(401)

    const { accountId, deviceId } = stolen.device.identity
    const vault = bytesOf(await vaultOf(jan))
    await expect(openVaultWith(vault, stolen.keys.masterKey, accountId)).rejects.toMatchObject({ code: 'not_readable' })
    await expect(openVault(vault, await deviceSlot(deviceId, stolen.boxes), accountId)).rejects.toMatchObject({ code: 'not_readable' })
    const { keys, ownList } = await secretsOf(jan)
    expect(keys.aekVersion).toBe(before.aekVersion + 1)
    expect(ownList?.devices.some((one) => one.deviceId === deviceId)).toBe(false)

    // Even with the boxes that hold the archive's keys, which the server would have to give it: the new ones stay shut.
    const { items } = (await jan.ask(`conversations/${place.talk}/history-boxes`)).body as { items: { epoch: number; box: string }[] }
    const newest = items.reduce((one, other) => (other.epoch > one.epoch ? other : one))
    await openHistoryKey(keys.aeks, unbase64(newest.box), place.talk, newest.epoch, accountId)
    await expect(openHistoryKey(stolen.keys.aeks, unbase64(newest.box), place.talk, newest.epoch, accountId)).rejects.toMatchObject({ code: 'not_readable' })

    const later = await signedIn(server, 'Jan')
    await later.isIn(place.talk)
    for (const text of ['Uit het begin', 'Na de diefstal', 'Gelukkig']) await later.hears(place.talk, text)
    await later.engine.signOut()
  })

  test('follows when the keys change while it sleeps', async () => {
    const laptop = await signedIn(server, 'Jan')
    await laptop.isIn(place.talk)
    laptop.engine.network(false)
    const tablet = await linked()
    await jan.engine.revokeDevice(await deviceOf(tablet))
    laptop.engine.network(true)
    await agree(laptop, jan)
    expect(laptop.engine.snapshot().alerts).toEqual([])
    await laptop.engine.signOut()
  })

  test('and another change the keys at the same time, and both end with the same', async () => {
    const laptop = await signedIn(server, 'Jan')
    await laptop.isIn(place.talk)
    const [one, other] = [await jan.engine.makeSheet(), await laptop.engine.ways()]
    expect(one).toMatch(/^(\w{4}-){6}\w{4}$/)
    expect(other.sheet).toBe(true)
    await Promise.all([jan.engine.makeSheet(), laptop.engine.makeSheet(), laptop.engine.dropSheet()])
    await agree(laptop, jan)
    await laptop.engine.signOut()
  })
})

describe('a browser', () => {
  test('keeps nothing after signing out, and is no device any more [PIM-08]', async () => {
    const laptop = await signedIn(server, 'Jan')
    await laptop.isIn(place.talk)
    await laptop.hears(place.talk, 'Uit het begin')
    const id = await deviceOf(laptop)
    await laptop.engine.signOut()
    expect(await laptop.rows.list('')).toEqual([])
    expect(laptop.engine.snapshot()).toMatchObject({ status: 'signed-out', profile: null, conversations: [] })
    expect((await jan.engine.devices()).map((one) => one.id)).not.toContain(id)
    await jan.eventually('the list without it', async () => !(await secretsOf(jan)).ownList?.devices.some((one) => one.deviceId === id))
  })

  test('that was the only one of somebody is followed by another, who reads what was said meanwhile', async () => {
    const wim = await joined(server, jan, place, 'Wim')
    await wim.engine.signOut()
    await jan.engine.send(place.talk, 'Terwijl Wim er niet is')
    await jan.engine.renameGroup(place.talk, 'Andere naam')
    await sofie.hears(place.talk, 'Terwijl Wim er niet is')
    await sofie.engine.send(place.talk, 'En nog iets')
    await jan.hears(place.talk, 'En nog iets')
    const back = await signedIn(server, 'Wim')
    await back.isIn(place.talk)
    for (const text of ['Uit het begin', 'Terwijl Wim er niet is', 'En nog iets']) await back.hears(place.talk, text)
    expect(back.engine.snapshot().alerts).toEqual([])
    await back.engine.signOut()
  })

  test('whose storage was taken away asks for the password and goes on', async () => {
    const laptop = await signedIn(server, 'Jan')
    await laptop.isIn(place.talk)
    await laptop.rows.clear()
    const again = await laptop.again()
    await again.until('locked', (now) => now.status === 'locked')
    await again.engine.unlock(PASSWORD)
    await again.isIn(place.talk)
    await again.hears(place.talk, 'Uit het begin')
    await again.engine.signOut()
  })

  test('whose storage lost its key starts again empty', async () => {
    const laptop = await signedIn(server, 'Jan')
    await laptop.isIn(place.talk)
    const rows = await laptop.rows.list('')
    await laptop.rows.clear()
    await laptop.rows.write(rows.map(([name, row]) => [name, row.map((byte) => byte ^ 1)]), [])
    const again = await laptop.again()
    await again.until('locked', (now) => now.status === 'locked')
    await again.engine.unlock(PASSWORD)
    await again.isIn(place.talk)
    await again.engine.signOut()
  })

  test('says so when the server shows it an older vault than before', async () => {
    let old: string | undefined
    const laptop = await signedIn(server, 'Jan', PASSWORD, {
      through: (fetch) => async (input, init) => {
        const { method, url } = input instanceof Request ? input : new Request(input, init)
        if (old && method === 'GET' && url.endsWith('/api/v1/vault')) return new Response(old, { headers: { 'Content-Type': 'application/json' } })
        return fetch(input, init)
      },
    })
    await laptop.isIn(place.talk)
    const shown = JSON.stringify(await vaultOf(laptop))
    await laptop.engine.makeSheet()
    old = shown
    await laptop.engine.refresh()
    await laptop.until('an alert', (now) => now.alerts.find((one) => one.kind === 'rolled-back'))
    await expect(laptop.engine.makeSheet()).rejects.toMatchObject({ code: 'rolled_back' })
    old = undefined
    await laptop.engine.signOut()
  })
})

describe('a password', () => {
  test('is changed: the old one and the other browsers are out, everything else goes on', async () => {
    const piet = await joined(server, jan, place, 'Piet')
    const laptop = await signedIn(server, 'Piet')
    await laptop.isIn(place.talk)
    await expect(piet.engine.changePassword('een heel ander wachtwoord', 'nog een nieuw wachtwoord')).rejects.toMatchObject({ code: 'wrong_password' })
    await piet.engine.changePassword(PASSWORD, 'nog een nieuw wachtwoord')
    await laptop.until('out', (now) => now.status === 'signed-out')
    await expect(signedIn(server, 'Piet')).rejects.toBeDefined()
    const later = await signedIn(server, 'Piet', 'nog een nieuw wachtwoord')
    await later.isIn(place.talk)
    await later.hears(place.talk, 'Uit het begin')
    await piet.engine.send(place.talk, 'Met nieuw wachtwoord')
    await later.hears(place.talk, 'Met nieuw wachtwoord')
  })
})

describe('a recovery sheet', () => {
  test('brings somebody back who has nothing else, and a new password is chosen first', async () => {
    const kees = await joined(server, jan, place, 'Kees')
    const sheet = await kees.engine.makeSheet()
    expect(await kees.engine.ways()).toMatchObject({ password: true, sheet: true, relatives: null, devices: 1 })
    const old = (await secretsOf(kees)).keys
    kees.engine.stop()

    const found = new Someone(server)
    await found.engine.start()
    await expect(found.engine.recoverWithSheet('kees', sheet.replace(/^./, (letter) => (letter === 'A' ? 'B' : 'A')))).rejects.toMatchObject({ code: 'sheet_wrong' })
    const others = await jan.engine.makeSheet()
    await expect(found.engine.recoverWithSheet('kees', others)).rejects.toMatchObject({ code: 'signature_refused' })
    await expect(found.engine.recoverWithSheet('niemand', sheet)).rejects.toMatchObject({ code: 'signature_refused' })
    await found.engine.recoverWithSheet('Kees', sheet.toLowerCase().replaceAll('-', ' '))
    await found.until('recovered', (now) => now.status === 'recovered')

    const again = await found.again()
    await again.until('still recovered', (now) => now.status === 'recovered')
    await again.engine.choosePassword('teruggekomen wachtwoord')
    await again.isIn(place.talk)
    await again.hears(place.talk, 'Uit het begin')
    expect((await secretsOf(again)).keys.aekVersion).toBeGreaterThan(old.aekVersion)
    await expect(signedIn(server, 'Kees')).rejects.toBeDefined()
    await (await signedIn(server, 'Kees', 'teruggekomen wachtwoord')).isIn(place.talk)
  })

  test('that was replaced or dropped opens nothing', async () => {
    const first = await jan.engine.makeSheet()
    const second = await jan.engine.makeSheet()
    const browser = new Someone(server)
    await browser.engine.start()
    await expect(browser.engine.recoverWithSheet('jan', first)).rejects.toMatchObject({ code: 'signature_refused' })
    await jan.engine.dropSheet()
    await expect(browser.engine.recoverWithSheet('jan', second)).rejects.toMatchObject({ code: 'signature_refused' })
    expect((await jan.engine.ways()).sheet).toBe(false)
  })
})
