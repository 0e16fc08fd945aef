/** Whom people's devices trust when the server says otherwise; somebody who lies stands before one of them. */

import { base64, newAccountKeys, signKeyStatement } from '@prifora/crypto'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Cast, group, message, threePeople, warned } from './cast'
import { Liar } from './liar'
import { signedIn, Someone, stopAll } from './people'
import { type Server, startServer } from './server'

type Listed = { id: string; people: Record<string, unknown>[] }

let server: Server
let cast: Cast
let liar: Liar
let victim: Someone
let stop: () => void = () => undefined

beforeAll(async () => {
  server = await startServer()
  cast = await threePeople(server)
  liar = new Liar()
  const { jar } = new Someone(server)
  victim = await signedIn(server, 'Jan', undefined, { jar: liar.around(jar) })
  await victim.until('keys', (now) => now.conversations.find((one) => one.id === cast.talk && one.isOpen))
}, 240_000)

afterEach(() => stop())

afterAll(async () => {
  stopAll()
  await server.stop()
})

const trustIn = (of: Someone, accountId: string): string | undefined =>
  of.engine.snapshot().families[0]?.people.find((one) => one.accountId === accountId)?.trust

/** Lies about one person in the list of the family. */
function aboutPerson(accountId: string, change: (person: Record<string, unknown>) => Record<string, unknown>): () => void {
  return liar.answer('GET', /\/families$/, (body) => {
    const families = body.items as Listed[]
    return { ...body, items: families.map((one) => ({ ...one, people: one.people.map((person) => (person.account_id === accountId ? change(person) : person)) })) }
  })
}

test('everybody is trusted by who let them in', () => {
  expect(trustIn(cast.jan, cast.sofie.id)).toBe('invitation')
  expect(trustIn(victim, cast.sofie.id)).toBe('invitation')
  expect(trustIn(cast.karel, cast.sofie.id)).toBe('family')
  expect(trustIn(cast.sofie, cast.jan.id)).toBe('invitation')
  for (const one of [cast.jan, cast.sofie, cast.karel, victim]) expect(one.engine.snapshot().alerts).toEqual([])
})

test('a safety number is the same on both sides, and comparing it is remembered by every own device', async () => {
  const { sofie, karel } = cast
  const [one, other] = [await sofie.engine.safetyNumber(karel.id), await karel.engine.safetyNumber(sofie.id)]
  expect(one).toEqual(other)
  expect(one.groups).toHaveLength(8)
  const wrong = (await sofie.engine.safetyNumber(cast.jan.id)).qr
  await expect(sofie.engine.markCompared(karel.id, wrong)).rejects.toMatchObject({ code: 'safety_number_differs' })
  await sofie.engine.markCompared(karel.id, one.qr)
  expect(trustIn(sofie, karel.id)).toBe('compared')
  const laptop = await signedIn(server, 'Sofie')
  await laptop.until('compared there too', () => trustIn(laptop, karel.id) === 'compared')
  laptop.engine.stop()
})

test('a person without an admission is named, and gets nothing', async () => {
  const { familyId } = cast
  const ghostId = crypto.randomUUID()
  const { aik, aikSeed, aek } = await newAccountKeys()
  const statement = base64(await signKeyStatement(aikSeed, ghostId, 1, aek))
  const keys = { aik: base64(aik), aek: base64(aek), aek_version: 1, aek_signature: statement, device_list: null }
  stop = liar.answer('GET', /\/families$/, (told) => {
    const families = told.items as Listed[]
    const [model] = families[0]?.people ?? []
    const ghost = { ...model, account_id: ghostId, first_name: 'Neef', admission: null, ...keys }
    return { ...told, items: families.map((one) => (one.id === familyId ? { ...one, people: [...one.people, ghost] } : one)) }
  })
  await victim.engine.refresh()
  const alert = await warned(victim, 'ghost-person')
  expect(alert.person).toBe('Neef')
  await victim.until('unknown', () => trustIn(victim, ghostId) === 'unknown')
  await victim.engine.send(cast.talk, 'Onder ons')
  await cast.sofie.hears(cast.talk, 'Onder ons')
  await victim.engine.dismissAlert(alert.id)
  await victim.engine.refresh()
  expect(victim.engine.snapshot().alerts.some((one) => one.id === alert.id)).toBe(false)
})

test('a key that changed is not taken', async () => {
  const { karel, sofie } = cast
  const other = (await sofie.ask('vault')).body
  stop = aboutPerson(karel.id, (person) => ({ ...person, aik: other.aik }))
  await victim.engine.refresh()
  expect((await warned(victim, 'key-changed')).person).toBe('Karel')
  await victim.until('changed', () => trustIn(victim, karel.id) === 'changed')
  stop()
  await victim.engine.refresh()
  await victim.until('the true key is theirs', () => trustIn(victim, karel.id) === 'invitation')
})

test('an encryption key without its owner’s word stops everything with them', async () => {
  const { karel, sofie } = cast
  const other = (await sofie.ask('vault')).body
  stop = aboutPerson(karel.id, (person) => ({ ...person, aek: other.aek, aek_signature: other.aek_signature }))
  await victim.engine.refresh()
  await victim.until('unknown', () => trustIn(victim, karel.id) === 'unknown')
})

test('a list of devices that is older than one seen before is a rollback', async () => {
  const { sofie } = cast
  let old: unknown
  const look = liar.answer('GET', /\/families$/, (body) => {
    old ??= (body.items as Listed[])[0]?.people.find((one) => one.account_id === sofie.id)?.device_list
    return body
  })
  await victim.engine.refresh()
  await victim.until('the old list', () => old)
  look()
  const laptop = await signedIn(server, 'Sofie')
  await laptop.until('keys', (now) => now.conversations.find((one) => one.id === cast.talk && one.isOpen))
  await victim.engine.refresh()
  stop = aboutPerson(sofie.id, (person) => ({ ...person, device_list: old }))
  await victim.engine.refresh()
  expect((await warned(victim, 'rolled-back')).person).toBe('Sofie')
  expect(trustIn(victim, sofie.id)).toBe('invitation')
  await laptop.engine.signOut()
})

test('somebody whom only the server put into a group is named and gets no keys', async () => {
  const { sofie, karel, familyId } = cast
  const id = await group(victim, familyId, 'Wij twee', [sofie])
  stop = liar.answer('GET', /\/conversations(\/[^/]+)?$/, (body) => {
    const put = (one: Record<string, unknown>): Record<string, unknown> =>
      one.id === id ? { ...one, member_ids: [...(one.member_ids as string[]), karel.id], missing_ids: [karel.id] } : one
    return Array.isArray(body.items) ? { ...body, items: (body.items as Record<string, unknown>[]).map(put) } : put(body)
  })
  await victim.engine.refresh()
  await victim.until('Karel is named', (now) => now.alerts.some((one) => one.kind === 'ghost-person' && one.conversationId === id && one.person === 'Karel'))
  await victim.engine.send(id, 'Niet voor Karel')
  await message(sofie, id, (one) => one.text === 'Niet voor Karel')
})

test('a removal that the server only pretends is named, and nothing more is said to them', async () => {
  const { karel, sofie, familyId } = cast
  const id = await group(victim, familyId, 'Straks zonder Karel', [sofie, karel])
  liar.swallow('DELETE', new RegExp(`/members/${karel.id}$`))
  await victim.engine.removeFromGroup(id, karel.id)
  await victim.until('it is named', (now) => now.alerts.some((one) => one.kind === 'removal-ignored' && one.conversationId === id))
  await victim.engine.send(id, 'Karel hoort dit niet')
  await new Promise((done) => setTimeout(done, 2000))
  expect(await karel.says(id)).not.toContain('Jan: Karel hoort dit niet')
  expect(victim.engine.snapshot().queued).toBe(1)
})
