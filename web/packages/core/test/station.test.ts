/** A Home Station whose network fails at the worst moment: its only keys must not be lost. */

import { afterAll, beforeAll, expect, test } from 'vitest'
import { Line } from './model/line'
import { type Fetch, signedUp, Someone, stopAll } from './people'
import { type Server, startServer } from './server'

let server: Server

beforeAll(async () => {
  server = await startServer()
})

afterAll(async () => {
  stopAll()
  await server.stop()
})

/** The server stores the vault, the answer is lost, and so is the next question about it. */
function cutOffAfterTheVault(cuts: string[]): (fetch: Fetch) => Fetch {
  return (fetch) => async (input, init) => {
    const { method, url } = input instanceof Request ? input : new Request(input, init)
    const isVault = url.endsWith('/api/v1/vault')
    if (isVault && method === 'GET' && cuts.length === 1) {
      cuts.push('GET')
      throw new TypeError('network')
    }
    const answer = await fetch(input, init)
    if (!isVault || method !== 'PUT' || !answer.ok || cuts.length > 0) return answer
    cuts.push(`PUT ${answer.status}`)
    throw new TypeError('network')
  }
}

/** Jan and his family, with Riet's Home Station not yet paired. */
async function familyOf(jan: Someone, riet: string, phone: string): Promise<string> {
  return jan.engine.createFamily('Familie de Vries', {
    first_name: 'Riet',
    last_name: 'de Vries',
    username: riet,
    phone,
    phone_via_relative: true,
    email: 'jan@devries.example',
    email_via_relative: true,
    language: 'nl',
  })
}

async function pairedBy(jan: Someone, familyId: string, station: Someone): Promise<void> {
  void station.engine.start()
  const code = await station.until('a code', (now) => now.pairingCode)
  await jan.engine.pairStation(familyId, code, 'Woonkamer')
  await station.until('ready', (now) => now.status === 'ready', 40_000)
}

test('opens the vault it made before the network failed', async () => {
  const jan = await signedUp(server, 'Jan', 'contact')
  const familyId = await familyOf(jan, 'oma.riet', '+31612345999')
  const cuts: string[] = []
  const station = new Someone(server, { station: true, through: cutOffAfterTheVault(cuts) })
  await pairedBy(jan, familyId, station)
  expect(cuts).toEqual(['PUT 201', 'GET'])
})

test('starts without a network with what it kept, and goes on when it is back', async () => {
  const jan = await signedUp(server, 'Jan2', 'contact')
  const familyId = await familyOf(jan, 'oma.riet2', '+31612345998')
  const station = new Someone(server, { station: true })
  await pairedBy(jan, familyId, station)
  const talk = await station.until('the talk of everyone', (now) => now.conversations.find((one) => one.everyone && one.isOpen)?.id)
  await jan.isIn(talk)
  await jan.engine.send(talk, 'Dag mam')
  await station.hears(talk, 'Dag mam')
  station.engine.stop()

  const line = new Line({ commits: 0, lostRaces: 0 })
  line.on = false
  const again = new Someone(server, { station: true, rows: station.rows, jar: line.around(station.jar) })
  void again.engine.start()
  await again.until('ready', (now) => now.status === 'ready')
  expect(await again.says(talk)).toContain('Jan2: Dag mam')
  expect(again.engine.snapshot().online).toBe(false)

  line.on = true
  again.engine.network(true)
  await jan.engine.send(talk, 'Ben je er weer?')
  await again.hears(talk, 'Ben je er weer?')
})
