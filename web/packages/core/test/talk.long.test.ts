/** Everything people can say to each other, on a real server, between three of them and on a further device. */

import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Cast, group, message, threePeople } from './cast'
import { signedIn, type Someone, stopAll } from './people'
import { type Server, startServer } from './server'

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

const bytesOf = async (file: Blob | undefined): Promise<number[]> => [...new Uint8Array((await file?.arrayBuffer()) ?? [])]
const everybody = (): Someone[] => [cast.jan, cast.sofie, cast.karel]

/** Turns back the time of a stored message; returns the name of its row. */
async function rewritten(of: Someone, conversationId: string, seq: number, times: { at: number } | { until: number }): Promise<string> {
  const look = async () => (await of.store.list<object>(`message/${conversationId}/${String(seq).padStart(12, '0')}/`))[0]
  let found = await look()
  for (; !found; found = await look()) await new Promise((done) => setTimeout(done, 50))
  const [name, row] = found
  await of.store.write({ [name]: { ...row, ...times } })
  return name
}

test('messages are answered, mended, taken back and liked', async () => {
  const { jan, sofie, karel, talk } = cast
  await jan.engine.send(talk, 'Wie komt er zondag?')
  const asked = await message(sofie, talk, (one) => one.text === 'Wie komt er zondag?')
  await sofie.engine.send(talk, 'Ik', { reply: asked.id })
  const answer = await message(karel, talk, (one) => one.text === 'Ik')
  expect(answer.reply).toEqual({ id: asked.id, author: 'Jan', text: 'Wie komt er zondag?' })

  await jan.engine.edit(talk, asked.id, 'Wie komt er zaterdag?')
  for (const one of everybody()) await message(one, talk, ({ id, text, edited }) => id === asked.id && text === 'Wie komt er zaterdag?' && edited)
  await expect(sofie.engine.edit(talk, asked.id, 'Niemand')).rejects.toMatchObject({ code: 'absent' })

  await sofie.engine.react(talk, asked.id, '👍')
  await message(karel, talk, ({ id, reactions }) => id === asked.id && reactions.length === 1)
  await karel.engine.react(talk, asked.id, '👍')
  const liked = await message(jan, talk, ({ id, reactions }) => id === asked.id && reactions[0]?.names.length === 2)
  expect(liked.reactions).toEqual([{ emoji: '👍', names: ['Sofie', 'Karel'], mine: false }])
  await sofie.engine.react(talk, asked.id, '')
  await message(jan, talk, ({ id, reactions }) => id === asked.id && reactions[0]?.names.join() === 'Karel')

  await sofie.engine.takeBack(talk, answer.id)
  for (const one of everybody()) {
    const gone = await message(one, talk, ({ id, gone: isGone }) => id === answer.id && isGone)
    expect(gone).toMatchObject({ text: '', reply: null })
  }
  await sofie.until('the server forgot it', (now) => now.queued === 0)
  await jan.eventually('the server has nothing of it', async () => {
    const view = await jan.engine.serverView(talk, answer.seq)
    return view.bodyBytes === 0 && view.archive === null
  })
})

test('files, voices and places travel sealed [PRI-58] [PIM-09 in part]', async () => {
  const { jan, sofie, talk } = cast
  const content = crypto.getRandomValues(new Uint8Array(30_000))
  await jan.engine.sendFile(talk, new Blob([content], { type: 'image/png' }), 'strand.png', { text: 'Aan zee' })
  const sent = await message(sofie, talk, (one) => one.kind === 'file')
  expect(sent).toMatchObject({ text: 'Aan zee', file: { name: 'strand.png', mime: 'image/png', size: 30_000 } })
  expect(await bytesOf(await sofie.engine.file(talk, sent.id))).toEqual([...content])

  await sofie.engine.sendVoice(talk, new Blob([content.slice(0, 500)], { type: 'audio/webm' }), 3.5)
  const voice = await message(jan, talk, (one) => one.kind === 'voice')
  expect(voice.seconds).toBe(3.5)
  expect(await bytesOf(await jan.engine.file(talk, voice.id))).toEqual([...content.slice(0, 500)])

  await jan.engine.sendLocation(talk, { lat: 52.1, lon: 4.3, accuracy: 12, label: 'Bij de kerk' })
  const place = await message(sofie, talk, (one) => one.kind === 'location')
  expect(place.place).toEqual({ lat: 52.1, lon: 4.3, accuracy: 12, label: 'Bij de kerk' })
  expect(place.until).toBeGreaterThan(Date.now())
  const view = await jan.engine.serverView(talk, place.seq)
  expect(view.archive).toBeNull()
  expect(view.expiresAt).not.toBeNull()
})

test('a message that disappears is in no archive, and goes from the device [PIM-10 in part]', async () => {
  const { jan, sofie, talk } = cast
  await jan.engine.send(talk, 'Alleen vandaag', { ttl: 3600 })
  const seen = await message(sofie, talk, (one) => one.text === 'Alleen vandaag')
  expect(seen.until).toBeGreaterThan(Date.now() + 3_500_000)
  expect((await jan.engine.serverView(talk, seen.seq)).archive).toBeNull()
  const name = await rewritten(sofie, talk, seen.seq, { until: Date.now() - 1 })
  cast.sofie = await sofie.again()
  const gone = await message(cast.sofie, talk, ({ id, gone: isGone }) => id === seen.id && isGone)
  expect(gone.text).toBe('')
  await cast.sofie.eventually('off the device', async () => !JSON.stringify(await cast.sofie.store.get(name)).includes('Alleen vandaag'))
})

test('one message to several people is a direct message to each [PIM-17 in part]', async () => {
  const { jan, sofie, karel, familyId } = cast
  await jan.engine.broadcast(familyId, [sofie.id, karel.id], 'Ik ben er pas om acht uur')
  for (const one of [sofie, karel]) {
    const direct = await one.until('a direct talk', (now) => now.conversations.find((each) => each.kind === 'direct' && each.last?.text === 'Ik ben er pas om acht uur'))
    expect(direct.memberIds.toSorted()).toEqual([jan.id, one.id].toSorted())
  }
})

test('a further device reads all of it, as it is now', async () => {
  const { jan, talk } = cast
  const laptop = await signedIn(server, 'Jan')
  await laptop.until('keys', (now) => now.conversations.find((one) => one.id === talk && one.isOpen))
  await laptop.hears(talk, 'Wie komt er zaterdag?')
  const all = async (of: Someone): Promise<unknown[]> =>
    (await of.engine.messages(talk))
      .filter((one) => one.until === null && !one.gone)
      .map(({ id, seq, author, text, kind, edited, reactions, reply, file, seconds }) => ({ id, seq, author, text, kind, edited, reactions, reply: reply?.id, file, seconds }))
  await laptop.eventually('complete', async () => (await all(laptop)).length >= (await all(jan)).length)
  expect(await all(laptop)).toEqual(await all(jan))
  const voice = await message(laptop, talk, (one) => one.kind === 'voice')
  expect((await laptop.engine.file(talk, voice.id))?.size).toBe(500)
  expect(laptop.engine.snapshot().alerts).toEqual([])
  laptop.engine.stop()
})

test('a newcomer reads from today or from the start, as was chosen', async () => {
  const { jan, sofie, karel, familyId } = cast
  const id = await group(jan, familyId, 'Verjaardag', [])
  await jan.engine.send(id, 'Het begin')
  await message(jan, id, (one) => one.text === 'Het begin' && one.state === 'sent')
  await jan.engine.addToGroup(id, sofie.id, 'today')
  await jan.engine.addToGroup(id, karel.id, 'start')
  for (const one of [sofie, karel]) await one.until('keys', (now) => now.conversations.find((each) => each.id === id && each.isOpen))
  await karel.hears(id, 'Het begin')
  await jan.engine.send(id, 'Nu allemaal')
  for (const one of [sofie, karel]) await one.hears(id, 'Nu allemaal')
  expect(await sofie.says(id)).toEqual(['Jan: Nu allemaal'])
  const laptop = await signedIn(server, 'Sofie')
  await laptop.until('keys', (now) => now.conversations.find((each) => each.id === id && each.isOpen))
  await laptop.hears(id, 'Nu allemaal')
  expect(await laptop.says(id)).toEqual(['Jan: Nu allemaal'])
  laptop.engine.stop()
})

test('who was removed reads nothing new [PRI-60]', async () => {
  const { jan, sofie, karel, familyId } = cast
  const id = await group(jan, familyId, 'Zonder Karel', [sofie, karel])
  await jan.engine.send(id, 'Met z’n drieën')
  await karel.hears(id, 'Met z’n drieën')
  await jan.engine.removeFromGroup(id, karel.id)
  await karel.until('Karel is out', (now) => !now.conversations.some((one) => one.id === id))
  await jan.engine.send(id, 'Met z’n tweeën')
  await sofie.hears(id, 'Met z’n tweeën')
  expect((await karel.ask(`conversations/${id}/log`)).status).toBe(404)
  expect(await karel.engine.messages(id)).toEqual([])
})

test('a family keeps its messages as long as it chose [PIM-10 in part]', async () => {
  const { jan, sofie, familyId, talk } = cast
  await jan.engine.send(talk, 'Van vroeger')
  const old = await message(sofie, talk, (one) => one.text === 'Van vroeger')
  const name = await rewritten(sofie, talk, old.seq, { at: Date.now() - 31 * 24 * 3_600_000 })
  cast.sofie = await sofie.again()
  await cast.sofie.hears(talk, 'Van vroeger')
  await jan.engine.setRetention(familyId, 30)
  await cast.sofie.until('the choice', (now) => now.families[0]?.retentionDays === 30)
  await cast.sofie.eventually('off the device', async () => (await cast.sofie.store.get(name)) === undefined)
  expect(await cast.sofie.says(talk)).not.toContain('Jan: Van vroeger')
})

test('none of this was any cause for alarm', () => {
  for (const one of everybody()) expect(one.engine.snapshot().alerts).toEqual([])
})
