/** Answers that get lost at every request that changes keys: asked again, the result is as if nothing had happened. */

import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { Losing } from './losing'
import { secretsOf } from './operator'
import { family, joined, PASSWORD, signedIn, signedUp, Someone, stopAll } from './people'
import { type Server, startServer } from './server'

vi.setConfig({ testTimeout: 180_000 })

let server: Server
let jan: Someone
let sofie: Someone
let place: { familyId: string; talk: string }
const line = new Losing()
const OFFLINE = { code: 'offline' }

beforeAll(async () => {
  server = await startServer()
  jan = await signedUp(server, 'Jan', 'contact', '', { through: line.through })
  place = await family(jan, 'oma.riet', '+31612345999')
  sofie = await joined(server, jan, place, 'Sofie')
  await jan.engine.send(place.talk, 'Uit het begin')
  await sofie.hears(place.talk, 'Uit het begin')
}, 240_000)

afterAll(async () => {
  stopAll()
  await server.stop()
})

/** Everything still opens, for this device and for a new one. */
async function allIsWell(someone: Someone, name: string, password = PASSWORD): Promise<void> {
  await someone.engine.refresh()
  const later = await signedIn(server, name, password)
  await later.isIn(place.talk)
  await later.hears(place.talk, 'Uit het begin')
  expect(later.engine.snapshot().alerts).toEqual([])
  await later.engine.signOut()
  const { length } = await someone.engine.devices()
  await someone.eventually('the list of the devices there are', async () => (await secretsOf(someone)).ownList?.devices.length === length)
  expect(someone.engine.snapshot().alerts).toEqual([])
}

/** Does it again. The session may have ended with the password: then the new one signs in. */
async function orSignIn(someone: Someone, again: () => Promise<void>, password: string): Promise<void> {
  await again().catch(() => undefined)
  const is = await someone.until('in or out', ({ status }) => (status === 'ready' || status === 'signed-out') && status)
  if (is === 'signed-out') await someone.engine.signIn('jan', password)
  await someone.isIn(place.talk)
}

describe('an answer that is lost', () => {
  test('when a new account stores its vault', async () => {
    const own = new Losing()
    own.lose('PUT', /\/vault$/)
    const someone = new Someone(server, { through: own.through })
    await someone.engine.start()
    const form = { kind: 'contact', phone: '+31612349001', username: 'eerste', first_name: 'Eerste', last_name: 'V', email: '', password: PASSWORD, language: 'nl' } as const
    await someone.engine.signUp(form)
    await expect(someone.engine.verify('phone', server.textCode())).rejects.toMatchObject(OFFLINE)
    await someone.engine.unlock(PASSWORD)
    await someone.until('ready', (now) => now.status === 'ready')
    expect(own.lost).toEqual(['PUT 201'])
  })

  test('when a new device is registered', async () => {
    const own = new Losing()
    own.lose('POST', /\/me\/devices$/)
    const laptop = new Someone(server, { through: own.through })
    await laptop.engine.start()
    await expect(laptop.engine.signIn('jan', PASSWORD)).rejects.toMatchObject(OFFLINE)
    await laptop.engine.unlock(PASSWORD)
    await laptop.isIn(place.talk)
    await laptop.engine.refresh()
    expect(own.lost).toEqual(['POST 201'])
    expect((await jan.engine.devices()).length).toBe(2)
    expect(laptop.engine.snapshot().alerts).toEqual([])
    await laptop.engine.signOut()
  })

  test('when a sheet is made, and when it is dropped', async () => {
    for (const work of [() => jan.engine.makeSheet(), () => jan.engine.makeSheet(), () => jan.engine.dropSheet()]) {
      line.lose('POST', /\/vault\/change$/)
      await expect(work()).rejects.toMatchObject(OFFLINE)
      await work()
    }
    expect((await jan.engine.ways()).sheet).toBe(false)
    await allIsWell(jan, 'Jan')
  })

  test('when a device is revoked', async () => {
    const laptop = await signedIn(server, 'Jan')
    await laptop.isIn(place.talk)
    const { deviceId } = (await secretsOf(laptop)).device.identity
    line.lose('POST', /\/revoke$/)
    await expect(jan.engine.revokeDevice(deviceId)).rejects.toMatchObject(OFFLINE)
    await jan.engine.revokeDevice(deviceId)
    await laptop.until('out', (now) => now.status === 'signed-out')
    await allIsWell(jan, 'Jan')
  })

  test('when the password changes', async () => {
    line.lose('POST', /\/me\/password$/)
    await expect(jan.engine.changePassword(PASSWORD, 'een tweede wachtwoord')).rejects.toBeDefined()
    await orSignIn(jan, () => jan.engine.changePassword(PASSWORD, 'een tweede wachtwoord'), 'een tweede wachtwoord')
    await allIsWell(jan, 'Jan', 'een tweede wachtwoord')
    await jan.engine.changePassword('een tweede wachtwoord', PASSWORD).catch(() => undefined)
    await orSignIn(jan, () => Promise.resolve(), PASSWORD)
  })

  test('when a link is asked for, approved, and taken', async () => {
    const own = new Losing()
    const tablet = new Someone(server, { through: own.through })
    await tablet.engine.start()
    own.lose('POST', /\/links$/)
    await expect(tablet.engine.askForLink()).rejects.toMatchObject(OFFLINE)
    await tablet.engine.askForLink()
    const first = await tablet.until('a code', (now) => now.waiting?.code)
    own.lose('POST', /\/poll$/)
    line.lose('POST', /\/approve$/)
    await tablet.until('asked on', () => own.lost.length === 2)
    await expect(jan.engine.approveLink(first)).rejects.toMatchObject(OFFLINE)
    await jan.engine.approveLink(first).catch(() => undefined)
    await tablet.isIn(place.talk)
    await tablet.engine.signOut()

    await tablet.engine.askForLink()
    const second = await tablet.until('another code', (now) => now.waiting?.code)
    await jan.engine.approveLink(second)
    own.lose('POST', /\/poll$/)
    await tablet.until('ended, because it signs in only once', (now) => now.waiting?.state === 'ended' || now.status === 'ready')
    await tablet.engine.stopWaiting()
  })

  test('when relatives are chosen, asked, help, and are dropped', async () => {
    const piet = await joined(server, jan, place, 'Piet')
    line.lose('PUT', /\/recovery\/relatives$/)
    await expect(jan.engine.setRelatives([sofie.id, piet.id], 24)).rejects.toMatchObject(OFFLINE)
    await jan.engine.setRelatives([sofie.id, piet.id], 24)
    line.lose('POST', /\/relatives\/end$/)
    await expect(jan.engine.dropRelatives()).rejects.toMatchObject(OFFLINE)
    await jan.engine.dropRelatives()
    expect((await jan.engine.ways()).relatives).toBeNull()
    await jan.engine.setRelatives([sofie.id, piet.id], 24)

    const own = new Losing()
    const browser = new Someone(server, { through: own.through })
    await browser.engine.start()
    own.lose('POST', /\/recovery\/requests$/)
    await expect(browser.engine.askRelatives('jan')).rejects.toMatchObject(OFFLINE)
    await browser.engine.askRelatives('jan')
    const code = await browser.until('a code', (now) => now.waiting?.code)
    for (const relative of [sofie, piet]) {
      let helped = 0
      for (const { id } of await relative.until('both requests', (now) => now.recoveries.length === 2 && now.recoveries)) {
        helped += await relative.engine.approveRecovery(id, code).then(() => 1, () => 0)
      }
      expect(helped).toBe(1)
    }
    server.waitingIsOver()
    own.lose('POST', /\/poll$/)
    await browser.until('recovered', (now) => now.status === 'recovered')
    own.lose('POST', /\/me\/password$/)
    await expect(browser.engine.choosePassword('na het verlies gekozen')).rejects.toMatchObject(OFFLINE)
    await orSignIn(browser, () => browser.engine.choosePassword('na het verlies gekozen'), 'na het verlies gekozen')
    await browser.isIn(place.talk)
    await browser.hears(place.talk, 'Uit het begin')
    expect(own.lost).toEqual(['POST 201', 'POST 200', 'POST 204'])
    jan = browser
    await allIsWell(browser, 'Jan', 'na het verlies gekozen')
  })

  test('when a sheet signs in', async () => {
    const sheet = await sofie.engine.makeSheet()
    const own = new Losing()
    const browser = new Someone(server, { through: own.through })
    await browser.engine.start()
    own.lose('POST', /\/recovery\/sign-in$/)
    await expect(browser.engine.recoverWithSheet('sofie', sheet)).rejects.toMatchObject(OFFLINE)
    await browser.engine.recoverWithSheet('sofie', sheet)
    await browser.engine.choosePassword('sofies nieuwe wachtwoord')
    await browser.isIn(place.talk)
    await browser.hears(place.talk, 'Uit het begin')
  })
})
