/** Coming back with the help of relatives, for a person and for a Home Station that was replaced; on a real server. */

import { combineShares, openShare, openVault, relativesSlot, unbase64 } from '@prifora/crypto'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { bytesOf, type VaultOut } from '../src/vaultform'
import { secretsOf } from './operator'
import { family, joined, signedIn, signedUp, Someone, stopAll } from './people'
import { type Server, startServer } from './server'

vi.setConfig({ testTimeout: 180_000 })

let server: Server
let jan: Someone
let sofie: Someone
let piet: Someone
let anna: Someone
let place: { familyId: string; talk: string }

beforeAll(async () => {
  server = await startServer()
  jan = await signedUp(server, 'Jan', 'contact')
  place = await family(jan, 'oma.riet', '+31612345999')
  sofie = await joined(server, jan, place, 'Sofie')
  piet = await joined(server, jan, place, 'Piet')
  anna = await joined(server, jan, place, 'Anna')
  await jan.engine.send(place.talk, 'Uit het begin')
}, 240_000)

afterAll(async () => {
  stopAll()
  await server.stop()
})

/** A browser that has nothing asks; returns it and the code it shows. */
async function asking(login: string): Promise<{ browser: Someone; code: string }> {
  const browser = new Someone(server)
  await browser.engine.start()
  await browser.engine.askRelatives(login)
  const { code } = await browser.until('a code', (now) => now.waiting)
  return { browser, code }
}

/** The request as a relative's device shows it. */
async function request(relative: Someone, about: Someone) {
  await relative.engine.refresh()
  return relative.until('the request', (now) => now.recoveries.find((one) => one.accountId === about.id && !one.approvedByMe))
}

describe('two of three relatives', () => {
  test('hold shares of which one alone opens nothing', async () => {
    await anna.engine.setRelatives([jan.id, sofie.id], 24)
    const { items } = (await jan.ask('recovery/held')).body as { items: { account_id: string; set_id: string; box: string }[] }
    const held = items.find((one) => one.account_id === anna.id)
    if (!held) throw new Error('no share')
    const { keys } = await secretsOf(jan)
    const { share, k } = await openShare(keys.aeks, anna.id, held.set_id, jan.id, unbase64(held.box))
    expect(k).toBe(2)
    await expect(combineShares([share], k)).rejects.toMatchObject({ code: 'malformed' })
    const vault = bytesOf((await anna.ask('vault')).body as unknown as VaultOut)
    for (const guess of [share.slice(0, 32), share.slice(-32)]) {
      await expect(openVault(vault, await relativesSlot(guess), anna.id)).rejects.toBeDefined()
    }
    await expect(openShare((await secretsOf(sofie)).keys.aeks, anna.id, held.set_id, jan.id, unbase64(held.box))).rejects.toBeDefined()
  })

  test('are not asked any more after a veto', async () => {
    await anna.engine.setRelatives([jan.id, sofie.id], 24)
    const { browser, code } = await asking('anna')
    const asked = await request(jan, anna)
    await jan.engine.approveRecovery(asked.id, code)
    const mine = await anna.until('told', (now) => now.recoveries.find((one) => one.mine))
    await anna.engine.vetoRecovery(mine.id)
    await browser.until('vetoed', (now) => now.waiting?.state === 'vetoed')
    await expect(sofie.engine.approveRecovery(asked.id, code)).rejects.toMatchObject({ code: 'absent' })
    server.waitingIsOver()
    expect((await browser.ask('me')).status).toBe(401)
    await browser.engine.stopWaiting()
    expect(browser.engine.snapshot().waiting).toBeNull()
  })

  test('are dropped again, and then nobody can ask them', async () => {
    await anna.engine.setRelatives([jan.id, sofie.id], 72)
    await anna.engine.dropRelatives()
    await anna.engine.dropRelatives()
    expect((await anna.engine.ways()).relatives).toBeNull()
    await jan.until('nobody asks any more', (now) => now.recoveries.length === 0)
    const { browser } = await asking('anna')
    await jan.engine.refresh()
    expect(jan.engine.snapshot().recoveries).toEqual([])
    expect(browser.engine.snapshot().waiting).toMatchObject({ state: 'waiting', approvals: 0, needed: 2 })
    await browser.engine.stopWaiting()
  })

  test('bring somebody back who lost everything; one alone cannot', async () => {
    await anna.hears(place.talk, 'Uit het begin')
    await anna.engine.setRelatives([jan.id, sofie.id, piet.id], 24)
    const { relatives } = await anna.engine.ways()
    expect(relatives).toMatchObject({ threshold: 2, waitHours: 24 })
    expect(relatives?.names.sort()).toEqual(['Jan', 'Piet', 'Sofie'])
    const old = (await secretsOf(anna)).keys

    const { browser, code } = await asking('anna')
    await anna.until('told', (now) => now.recoveries.find((one) => one.mine))
    const asked = await request(jan, anna)
    expect(asked).toMatchObject({ name: 'Anna', mine: false, deviceName: 'Node', approvals: 0, needed: 2 })
    await expect(jan.engine.approveRecovery(asked.id, 'BBBB-BBBB-BBBB')).rejects.toMatchObject({ code: 'code_wrong' })
    await expect(jan.engine.approveRecovery(asked.id, 'geen code')).rejects.toMatchObject({ code: 'code_wrong' })
    await jan.engine.approveRecovery(asked.id, code)
    await jan.engine.approveRecovery(asked.id, code)
    await browser.until('one helped', (now) => now.waiting?.approvals === 1)
    server.waitingIsOver()
    await sofie.engine.refresh()
    expect(browser.engine.snapshot()).toMatchObject({ status: 'signed-out', waiting: { state: 'waiting', approvals: 1, needed: 2 } })
    expect((await browser.ask('me')).status).toBe(401)

    const reopened = await browser.again()
    expect(reopened.engine.snapshot().waiting?.code).toBe(code)
    await sofie.engine.approveRecovery((await request(sofie, anna)).id, code)
    await reopened.until('recovered', (now) => now.status === 'recovered')
    await reopened.engine.choosePassword('een nieuw wachtwoord van anna')
    await reopened.isIn(place.talk)
    await reopened.hears(place.talk, 'Uit het begin')
    expect((await secretsOf(reopened)).keys.aekVersion).toBeGreaterThan(old.aekVersion)
    await reopened.engine.send(place.talk, 'Ik ben er weer')
    await jan.hears(place.talk, 'Ik ben er weer')
    await jan.until('nobody asks', (now) => now.recoveries.length === 0)
    await (await signedIn(server, 'Anna', 'een nieuw wachtwoord van anna')).isIn(place.talk)
  })
})

describe('a Home Station', () => {
  test('that replaces a broken one gets its messages back through the relative who was chosen on it', async () => {
    const first = new Someone(server, { station: true })
    void first.engine.start()
    await jan.engine.pairStation(place.familyId, await first.until('a code', (now) => now.pairingCode), 'Woonkamer')
    await first.isIn(place.talk)
    await first.hears(place.talk, 'Uit het begin')
    await first.engine.send(place.talk, 'Dag jongen')
    await jan.hears(place.talk, 'Dag jongen')
    await first.engine.setRelatives([jan.id], 0)
    const old = await secretsOf(first)
    first.engine.stop()

    const { id } = await jan.until('the station', (now) => now.stations[0])
    await jan.engine.unpairStation(place.familyId, id)
    const next = new Someone(server, { station: true })
    void next.engine.start()
    await jan.engine.pairStation(place.familyId, await next.until('a code', (now) => now.pairingCode), 'Woonkamer')
    const { code } = await next.until('it asks by itself', (now) => now.status === 'locked' && now.waiting)
    const asked = await jan.until('the request', (now) => now.recoveries.find((one) => !one.mine))
    await jan.engine.approveRecovery(asked.id, code)
    await next.isIn(place.talk)
    for (const text of ['Uit het begin', 'Dag jongen']) await next.hears(place.talk, text)
    await next.engine.send(place.talk, 'Nieuw scherm')
    for (const one of [jan, sofie]) await one.hears(place.talk, 'Nieuw scherm')

    await next.eventually('new keys', async () => !(await secretsOf(next)).mustRotate)
    const { keys, ownList, mustRotate } = await secretsOf(next)
    expect(keys.aik).toEqual(old.keys.aik)
    expect(keys.masterKey).not.toEqual(old.keys.masterKey)
    expect(mustRotate).toBe(false)
    expect(ownList?.devices.length).toBe(1)
    expect(Object.keys(keys.slots)).not.toContain(`device:${old.device.identity.deviceId}`)
    expect(next.engine.snapshot()).toMatchObject({ waiting: null, alerts: [] })
  })
})
