/** What may go wrong between a device and the server, and how people come out of it: nothing lost, nothing twice. */

import { DatabaseSync } from 'node:sqlite'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { MemoryStore } from '../src/engine'
import { type Cast, group, threePeople, warned } from './cast'
import { Liar } from './liar'
import { signedIn, Someone, stopAll } from './people'
import { type Server, startServer } from './server'

/** By then everything that happened has been answered to, and what looks once more has looked. */
const QUIET_MS = 8000

let server: Server
let cast: Cast

beforeAll(async () => {
  server = await startServer()
  cast = await threePeople(server)
}, 240_000)

afterAll(async () => {
  stopAll()
  await server.stop()
})

/** Sends in turn until everybody has heard everybody. */
async function allTalk(id: string, people: Someone[], what: string): Promise<void> {
  for (const one of people) await one.engine.send(id, `${what} ${one.id}`)
  for (const one of people) for (const other of people) await one.hears(id, `${what} ${other.id}`)
}

function database(work: (database: DatabaseSync) => void): void {
  const opened = new DatabaseSync(join(server.folder, 'prifora.sqlite3'))
  opened.exec('PRAGMA busy_timeout = 10000')
  work(opened)
  opened.close()
}

const cursorOf = async (one: Someone, id: string): Promise<number | undefined> => (await one.store.get<{ cursor: number }>(`room/${id}`))?.cursor

function lastLine(id: string): number {
  let last = 0
  database((rows) => (last = Number(rows.prepare('SELECT last_seq FROM chat_conversation WHERE id = ?').get(id.replaceAll('-', ''))?.last_seq)))
  return last
}

/** Jan once more, on a browser between which and the server somebody may lie. */
async function throughLiar(): Promise<{ liar: Liar; someone: Someone }> {
  const liar = new Liar()
  const { jar } = new Someone(server)
  const someone = await signedIn(server, 'Jan', undefined, { jar: liar.around(jar) })
  await someone.until('keys', (now) => now.conversations.find((one) => one.id === cast.talk && one.isOpen))
  return { liar, someone }
}

test('two members change the conversation at once', async () => {
  const { jan, sofie, karel, familyId } = cast
  const id = await group(jan, familyId, 'Tegelijk', [sofie])
  await Promise.all([jan.engine.renameGroup(id, 'Van Jan'), sofie.engine.renameGroup(id, 'Van Sofie'), jan.engine.addToGroup(id, karel.id, 'today')])
  await karel.until('keys', (now) => now.conversations.find((one) => one.id === id && one.isOpen))
  await allTalk(id, [jan, sofie, karel], 'na het dringen')
  const title = (await jan.until('a title', (now) => now.conversations.find((one) => one.id === id))).title
  for (const one of [sofie, karel]) await one.until('the same title', (now) => now.conversations.find((each) => each.id === id)?.title === title)
})

test('the answer to a commit is lost, and the device falls', async () => {
  const { jan, sofie, familyId } = cast
  const { liar, someone } = await throughLiar()
  const id = await group(someone, familyId, 'Gevallen', [sofie])
  await allTalk(id, [someone, jan, sofie], 'voor de val') // Nobody else changes it meanwhile.
  liar.lose('POST', /\/commits$/)
  await someone.engine.renameGroup(id, 'Toch gelukt').catch(() => undefined)
  expect(liar.fired).toBe(1)
  const next = await someone.again()
  await next.until('the title', (now) => now.conversations.find((one) => one.id === id)?.title === 'Toch gelukt')
  await allTalk(id, [next, sofie], 'na de val')
  next.engine.stop()
})

test('what could not be fetched for a conversation is fetched in a while, though nothing happens there', async () => {
  const { sofie, jan, familyId } = cast
  const { liar, someone } = await throughLiar()
  const stops = [liar.lose('GET', /\/log$/, Infinity), liar.hear((frame) => (frame.t === 'log' ? [] : undefined))]
  const id = await group(sofie, familyId, 'Later', [jan])
  await sofie.engine.send(id, 'Staat er al')
  await jan.hears(id, 'Staat er al')
  await new Promise((done) => setTimeout(done, QUIET_MS))
  expect(await someone.engine.messages(id)).toEqual([])
  for (const stop of stops) stop()
  await someone.hears(id, 'Staat er al')
  someone.engine.stop()
})

test('the answer to a message is lost, and it is there once', async () => {
  const { sofie, talk } = cast
  const { liar, someone } = await throughLiar()
  const stop = liar.hear((frame) => (frame.t === 'ack' || frame.t === 'log' ? [] : undefined))
  await someone.engine.send(talk, 'Maar één keer')
  await sofie.hears(talk, 'Maar één keer')
  stop()
  const next = await someone.again()
  await next.until('sent', (now) => now.queued === 0)
  await allTalk(talk, [next, sofie], 'daarna')
  for (const one of [next, sofie]) expect((await one.says(talk)).filter((line) => line === 'Jan: Maar één keer')).toHaveLength(1)
  next.engine.stop()
})

test('a device comes back when the lines it missed are gone', async () => {
  const { jan, sofie, karel, familyId } = cast
  const id = await group(jan, familyId, 'Op reis', [sofie, karel])
  await allTalk(id, [jan, sofie, karel], 'voor de reis')
  await karel.eventually('up to date', async () => ((await karel.store.get<{ upToDateAt: number }>(`room/${id}`))?.upToDateAt ?? 0) > 0)
  karel.engine.stop()
  for (let count = 0; count < 5; count++) await jan.engine.send(id, `Ansicht ${count}`)
  await sofie.hears(id, 'Ansicht 4')
  for (const one of [jan, sofie]) await one.eventually('no line is missing here', async () => (await cursorOf(one, id)) === lastLine(id))
  database((rows) => expect(rows.prepare('DELETE FROM chat_entry WHERE conversation_id = ?').run(id.replaceAll('-', '')).changes).toBeGreaterThan(5))
  const back = await karel.again()
  cast.karel = back
  for (let count = 0; count < 5; count++) await back.hears(id, `Ansicht ${count}`)
  await warned(back, 'history-differs')
  await allTalk(id, [jan, sofie, back], 'na de reis')
})

test('a device that slept while its person was out and let in again reads what everybody reads', async () => {
  const { jan, sofie, familyId } = cast
  const id = await group(jan, familyId, 'Eruit en erin', [sofie])
  const laptop = await signedIn(server, 'Sofie')
  await laptop.until('keys', (now) => now.conversations.find((one) => one.id === id && one.isOpen))
  await allTalk(id, [jan, sofie, laptop], 'voordien')
  laptop.engine.stop()
  await jan.engine.removeFromGroup(id, sofie.id)
  await sofie.until('out', (now) => !now.conversations.some((one) => one.id === id))
  await jan.engine.send(id, 'Terwijl Sofie eruit is')
  await jan.engine.addToGroup(id, sofie.id, 'start')
  await sofie.hears(id, 'Terwijl Sofie eruit is')
  const again = await laptop.again()
  await again.hears(id, 'Terwijl Sofie eruit is')
  await allTalk(id, [jan, sofie, again], 'nadien')
  for (const one of [jan, sofie, again]) expect(one.engine.snapshot().alerts).toEqual([])
  await again.engine.signOut()
})

test('a device whose store was put back to an older one joins anew', async () => {
  const { jan, sofie, karel, familyId } = cast
  const id = await group(jan, familyId, 'Oude kopie', [sofie, karel])
  await allTalk(id, [jan, sofie, karel], 'voor de kopie')
  const rows = sofie.rows as MemoryStore
  const copy = new MemoryStore()
  Object.assign(copy, structuredCloneOf(rows))
  await sofie.engine.send(id, 'Sinds de kopie')
  await jan.hears(id, 'Sinds de kopie')
  sofie.engine.stop()
  const older = new Someone(server, { rows: copy, jar: sofie.jar })
  cast.sofie = older
  await older.engine.start()
  await older.hears(id, 'Sinds de kopie')
  await allTalk(id, [jan, older, karel], 'na de kopie')
})

test('a full device says so, goes on, and has kept everything when there is room again', async () => {
  const { jan, familyId } = cast
  class Full extends MemoryStore {
    isFull = false
    override write(...rows: Parameters<MemoryStore['write']>): Promise<void> {
      return this.isFull ? Promise.reject(new DOMException('full', 'QuotaExceededError')) : super.write(...rows)
    }
  }
  const rows = new Full()
  const small = await signedIn(server, 'Sofie', undefined, { rows })
  const id = await group(jan, familyId, 'Vol', [cast.sofie])
  await small.until('keys', (now) => now.conversations.find((one) => one.id === id && one.isOpen))
  rows.isFull = true
  await allTalk(id, [jan, small], 'terwijl het vol is')
  await small.until('it says so', (now) => now.full)
  rows.isFull = false
  await allTalk(id, [jan, small], 'met ruimte')
  await small.until('it is over', (now) => !now.full)
  const again = await small.again()
  for (const one of [jan, small]) for (const what of ['terwijl het vol is', 'met ruimte']) await again.hears(id, `${what} ${one.id}`)
  await allTalk(id, [jan, again], 'na het herstarten')
  expect(again.engine.snapshot().alerts).toEqual([])
  await again.engine.signOut()
})

test('keys of a conversation change about once a week, also when nobody comes or goes', async () => {
  const { jan, sofie, familyId } = cast
  const id = await group(jan, familyId, 'Elke week', [sofie])
  await allTalk(id, [jan, sofie], 'deze week')
  const epoch = async (): Promise<number> => Number((await jan.ask(`conversations/${id}`)).body.epoch)
  const before = await epoch()
  const row = `room/${id}`
  await sofie.eventually('a day to renew', async () => Number((await sofie.store.get<{ renewAt: number }>(row))?.renewAt) > Date.now())
  sofie.engine.stop()
  await new Promise((done) => setTimeout(done, 1000)) // What was under way may still write.
  await sofie.store.write({ [row]: { ...(await sofie.store.get<object>(row)), renewAt: Date.now() - 1 } })
  const later = await sofie.again()
  cast.sofie = later
  await later.eventually('new keys', async () => (await epoch()) > before)
  await allTalk(id, [jan, later], 'volgende week')
  const { renewAt } = (await later.store.get<{ renewAt: number }>(row)) ?? { renewAt: 0 }
  const days = (renewAt - Date.now()) / 86_400_000
  expect(days > 5 && days < 9).toBe(true)
})

/** The rows of a store as they are now, with the key that opens them. */
function structuredCloneOf(rows: MemoryStore): object {
  const { rows: map, ...rest } = rows as unknown as { rows: Map<string, Uint8Array> }
  return { ...rest, rows: new Map(map) }
}

test('a commit that cannot be used is answered by joining anew; three of them are an alarm', async () => {
  const { jan, sofie, familyId } = cast
  const { liar, someone } = await throughLiar()
  const id = await group(jan, familyId, 'Kapot', [sofie])
  await someone.until('keys', (now) => now.conversations.find((one) => one.id === id && one.isOpen))
  await allTalk(id, [jan, sofie], 'heel')
  const spoil = (frame: Record<string, unknown>): void => {
    if (frame.kind === 'commit' && frame.c === id && frame.account === sofie.id) frame.body = ''
  }
  liar.hear((frame) => {
    if (frame.t !== 'log' || frame.c !== id || frame.kind !== 'commit' || frame.account !== sofie.id) return undefined
    spoil(frame)
    return [frame]
  })
  liar.answer('GET', /\/log$/, (body) => {
    for (const frame of body.items as Record<string, unknown>[]) spoil(frame)
    return body
  })
  for (const title of ['Een', 'Twee', 'Drie']) {
    await sofie.engine.renameGroup(id, title)
    if (title !== 'Drie') await someone.until(`the title ${title}`, (now) => now.conversations.find((one) => one.id === id && one.isOpen && one.title === title))
  }
  expect(liar.fired).toBeGreaterThan(0)
  await warned(someone, 'conversation-broken')
  await allTalk(id, [jan, sofie], 'voor de anderen heel')
  someone.engine.stop()
})
