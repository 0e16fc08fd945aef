/** Who signed out everywhere and comes back still knows whom to trust. */

import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Fetch, family, joined, signedIn, signedUp, Someone, stopAll } from './people'
import { type Server, startServer } from './server'

let server: Server
let jan: Someone
let sofie: Someone
let place: { familyId: string; talk: string }
const NEXT = 'negen groene boten op het meer'

beforeAll(async () => {
  server = await startServer()
  jan = await signedUp(server, 'Jan', 'contact')
  place = await family(jan, 'oma.riet', '+31612345999')
  sofie = await joined(server, jan, place, 'Sofie')
}, 240_000)

afterAll(async () => {
  stopAll()
  await server.stop()
})

test('the last device that signs out hands on whom it trusts', async () => {
  await sofie.until('Jan is trusted', (now) => now.families.some(({ people }) => people.some((one) => one.trust === 'invitation')))
  await sofie.engine.refresh()
  await sofie.engine.signOut()
  const later = await signedIn(server, 'Sofie')
  await later.until('keys', (now) => now.conversations.find((one) => one.id === place.talk && one.isOpen))
  const now = later.engine.snapshot()
  expect(now.alerts).toEqual([])
  expect(now.families[0]?.people.find((one) => one.firstName === 'Jan')?.trust).toBe('invitation')
})

test('who comes back by a sheet while everybody is away gets in', async () => {
  await jan.engine.refresh()
  await jan.engine.signOut()
  const first = await signedIn(server, 'Sofie')
  await first.until('keys', (now) => now.conversations.find((one) => one.id === place.talk && one.isOpen))
  const letters = await first.engine.makeSheet()
  first.engine.stop()
  const again = new Someone(server)
  await again.engine.start()
  await again.engine.recoverWithSheet('sofie', letters)
  await again.engine.choosePassword(NEXT)
  await again.until('keys', (now) => now.conversations.find((one) => one.id === place.talk && one.isOpen))
  expect(again.engine.snapshot().alerts).toEqual([])
  again.engine.stop()
})

/** From the moment the keys have changed for the `times`th time nothing reaches the server any more. */
function fallsAfterChange(times: number): (fetch: Fetch) => Fetch {
  let changes = 0
  return (fetch) => async (input, init) => {
    if (changes === times) throw new TypeError('network')
    const { url } = input instanceof Request ? input : new Request(input, init)
    const answer = await fetch(input, init)
    if (url.endsWith('/vault/change') && answer.ok) changes += 1
    return answer
  }
}

test('a device that falls the moment it changed the keys takes nobody it knows with it', async () => {
  const falling = new Someone(server, { through: fallsAfterChange(1) })
  await falling.engine.start()
  await falling.engine.signIn('sofie', NEXT)
  await falling.until('keys', (now) => now.conversations.find((one) => one.id === place.talk && one.isOpen))
  await falling.engine.refresh()
  await falling.engine.makeSheet() // The second one: every key changes with it.
  falling.engine.stop()
  const next = new Someone(server)
  await next.engine.start()
  await next.engine.signIn('sofie', NEXT)
  await next.until('keys', (now) => now.conversations.find((one) => one.id === place.talk && one.isOpen))
  const now = next.engine.snapshot()
  expect(now.alerts).toEqual([])
  expect(now.families[0]?.people.find((one) => one.firstName === 'Jan')?.trust).toBe('invitation')
})
