/** A server that rewrites what was said: lines, order, histories, the archive, receipts, files, keys of it. docs/attacks.md */

import { asReceived, base64, boxHistoryKey, openHistoryKey, random, unbase64, writeEnvelope, writeRecord } from '@prifora/crypto'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Alert, Message } from '../src'
import { type Cast, group, message, threePeople } from './cast'
import { type Frame, Liar } from './liar'
import { Operator, secretsOf, spoilt } from './operator'
import { signedIn, Someone, stopAll } from './people'
import { type Server, startServer } from './server'

type Json = Record<string, unknown>

let server: Server
let operator: Operator
let cast: Cast
/** Between Sofie and the server; what she is shown may be another history than Jan's. */
let liar: Liar
let stops: (() => void)[] = []

beforeAll(async () => {
  server = await startServer()
  operator = new Operator(server)
  cast = await threePeople(server)
  liar = new Liar()
  cast.sofie.engine.stop()
  cast.sofie = new Someone(server, { rows: cast.sofie.rows, jar: liar.around(cast.sofie.jar) })
  await cast.sofie.engine.start()
  await cast.sofie.until('ready', (now) => now.status === 'ready' && now.online)
}, 240_000)

afterEach(() => {
  for (const stop of stops) stop()
  stops = []
})

afterAll(async () => {
  stopAll()
  await server.stop()
})

const lie = (...all: (() => void)[]): void => void stops.push(...all)

const noticed = (by: Someone, kind: Alert['kind'], id: string): Promise<Alert> =>
  by.until(`${kind} in ${id}`, (now) => now.alerts.find((one) => one.kind === kind && one.conversationId === id))

const isLine = (frame: Frame, id: string): boolean => frame.t === 'log' && frame.c === id

/** The same lie about the lines of one conversation on the socket and in what is fetched. */
function rewrite(id: string, change: (lines: Frame[]) => Frame[]): void {
  lie(
    liar.hear((frame) => (isLine(frame, id) ? change([frame]) : undefined)),
    liar.answer('GET', new RegExp(`${id}/log$`), (body) => ({ ...body, items: change(body.items as Frame[]) })),
  )
}

const isBy = (frame: Frame, someone: Someone): boolean => frame.kind === 'message' && frame.account === someone.id

/** A conversation of its own for one attack, in which Jan and Karel have spoken. */
async function talking(title: string): Promise<string> {
  const { jan, sofie, karel, familyId } = cast
  const id = await group(jan, familyId, title, [sofie, karel])
  await say(id, jan, 'Is iedereen er?')
  await say(id, karel, 'Iedereen is er')
  return id
}

/** Says something that everybody hears. */
async function say(id: string, by: Someone, text: string): Promise<void> {
  await by.engine.send(id, text)
  for (const one of [cast.jan, cast.sofie, cast.karel]) await one.hears(id, text)
}

const textsOf = async (of: Someone, id: string): Promise<string[]> => (await of.engine.messages(id)).map((one) => one.text)
const times = async (of: Someone, id: string, text: string): Promise<number> => (await textsOf(of, id)).filter((one) => one === text).length

/** What happens between Sofie and the server while nothing is changed. */
function watched(id: string): Frame[] {
  const frames: Frame[] = []
  lie(liar.hear((frame) => void (isLine(frame, id) && frames.push(frame))))
  return frames
}

test('without an attack nobody is warned of anything', async () => {
  const { jan, sofie, karel } = cast
  const id = await talking('Gewoon')
  for (const one of [jan, sofie, karel]) await say(id, one, `Van ${one.id}`)
  await sofie.engine.renameGroup(id, 'Heel gewoon')
  await jan.until('the title', (now) => now.conversations.find((one) => one.id === id && one.title === 'Heel gewoon'))
  await jan.engine.sendFile(id, new Blob(['inhoud'], { type: 'text/plain' }), 'brief.txt')
  const sent = await message(sofie, id, (one) => one.file !== null)
  expect(await (await sofie.engine.file(id, sent.id))?.text()).toBe('inhoud')
  await sofie.engine.markSeen(id)
  await message(jan, id, (one) => one.text === `Van ${jan.id}` && one.state === 'seen')
  const laptop = await signedIn(server, 'Karel')
  await laptop.hears(id, `Van ${karel.id}`)
  await laptop.engine.signOut()
  for (const one of [jan, sofie, karel]) {
    await one.engine.refresh()
    expect(one.engine.snapshot().alerts).toEqual([])
  }
  expect(liar.fired).toBe(0)
})

test('attack: a line is replayed under a new number', async () => {
  const { jan, sofie } = cast
  const id = await talking('Herhaald')
  const frames = watched(id)
  await say(id, jan, 'Ik betaal')
  const last = frames.at(-1)
  if (!last) throw new Error('no line')
  liar.insert({ ...last, seq: Number(last.seq) + 1 })
  await noticed(sofie, 'history-differs', id)
  await say(id, jan, 'Dank je')
  expect(await times(sofie, id, 'Ik betaal')).toBe(1)
})

test('attack: two messages change places', async () => {
  const { jan, sofie, karel } = cast
  const id = await talking('Omgedraaid')
  const order = new Map<unknown, number>()
  let first = 0
  rewrite(id, (lines) => {
    for (const line of lines) {
      if (!isBy(line, jan) || order.has(line.ident)) continue
      first ||= Number(line.seq)
      order.set(line.ident, order.size === 0 ? first + 1 : order.size === 1 ? first : Number(line.seq))
    }
    return lines.map((line) => ({ ...line, seq: order.get(line.ident) ?? line.seq })).sort((one, other) => Number(one.seq) - Number(other.seq))
  })
  await jan.engine.send(id, 'Zullen we stoppen?')
  await jan.engine.send(id, 'Zullen we doorgaan?')
  await karel.hears(id, 'Zullen we doorgaan?')
  await karel.engine.send(id, 'Ja')
  await noticed(sofie, 'history-differs', id)
})

test('attack: a message in the middle is left out', async () => {
  const { jan, sofie, karel } = cast
  const id = await talking('Verzwegen')
  hide(id, jan)
  await jan.engine.send(id, 'Kom niet, ik ben ziek')
  await karel.hears(id, 'Kom niet, ik ben ziek')
  await karel.engine.send(id, 'Beterschap')
  await noticed(sofie, 'history-differs', id)
  await sofie.hears(id, 'Kom niet, ik ben ziek')
  expect(await textsOf(sofie, id)).toContain('Beterschap')
})

/** Sofie is not shown the next message of somebody; the lines after it move up. */
function hide(id: string, by: Someone): void {
  let hidden: { ident: unknown; seq: number } | undefined
  rewrite(id, (lines) =>
    lines.flatMap((line) => {
      if (!hidden && isBy(line, by)) hidden = { ident: line.ident, seq: Number(line.seq) }
      if (hidden?.ident === line.ident) return []
      return [hidden && Number(line.seq) > hidden.seq ? { ...line, seq: Number(line.seq) - 1 } : line]
    }),
  )
}

test('attack: two people are shown different histories', async () => {
  const { jan, sofie, karel } = cast
  const id = await talking('Gespleten')
  const forked = random(300)
  const ident = base64(new Uint8Array(await crypto.subtle.digest('SHA-256', forked)))
  let swapped: unknown
  rewrite(id, (lines) =>
    lines.map((line) => {
      if (isBy(line, karel)) swapped ??= line.ident
      return line.ident === swapped ? { ...line, ident, body: base64(forked) } : line
    }),
  )
  lie(liar.answer('GET', new RegExp(`${id}/archive$`), (body) => ({ ...body, items: (body.items as Json[]).filter((one) => one.account_id !== karel.id) })))
  await karel.engine.send(id, 'Alleen Jan ziet dit')
  await jan.hears(id, 'Alleen Jan ziet dit')
  await jan.engine.send(id, 'Goed')
  await noticed(sofie, 'history-differs', id)
  await sofie.engine.send(id, 'Wat is goed?')
  await noticed(jan, 'history-differs', id)
})

test('attack: the log is put back to an older state of the database', async () => {
  const { jan, sofie, karel } = cast
  const id = await talking('Teruggezet')
  const before = operator.read('SELECT last_seq FROM chat_conversation WHERE id = ?', id)
  await say(id, jan, 'Dit is gezegd')
  await say(id, karel, 'En gehoord')
  const last = Number(before[0]?.last_seq)
  operator.write('DELETE FROM chat_entry WHERE conversation_id = ? AND seq > ?', id, last)
  operator.write('DELETE FROM chat_archiverecord WHERE conversation_id = ? AND seq > ?', id, last)
  operator.write('UPDATE chat_conversation SET last_seq = ? WHERE id = ?', last, id)
  await Promise.all([jan, sofie, karel].map((one) => one.engine.refresh()))
  for (const one of [jan, sofie, karel]) {
    await noticed(one, 'rolled-back', id)
    expect(await textsOf(one, id)).toContain('Dit is gezegd')
  }
})

test('attack: a line of one conversation is put into another', async () => {
  const { jan, sofie } = cast
  const [id, other] = [await talking('Hier'), await talking('Daar')]
  const [frames, others] = [watched(id), watched(other)]
  await say(id, jan, 'Alleen hier gezegd')
  await say(other, jan, 'Daar gezegd')
  const [line, last] = [frames.at(-1), others.at(-1)]
  if (!line || !last) throw new Error('no line')
  liar.insert({ ...line, c: other, seq: Number(last.seq) + 1 })
  await noticed(sofie, 'history-differs', other)
  expect(await textsOf(sofie, other)).not.toContain('Alleen hier gezegd')
})

test('attack: a message of an older epoch is delivered late', async () => {
  const { jan, sofie, karel } = cast
  const id = await talking('Te laat')
  let late: Frame | undefined
  let commit: Frame | undefined
  rewrite(id, (lines) => {
    for (const line of lines) {
      if (!late && isBy(line, jan)) late = line
      if (late && !commit && line.kind === 'commit' && Number(line.seq) > Number(late.seq)) commit = line
    }
    const [held, changed] = [late, commit]
    return lines.flatMap((line) => {
      if (held && line.ident === held.ident) return []
      if (held && changed && line.ident === changed.ident) return [{ ...line, seq: held.seq }, { ...held, t: 'log', c: id, seq: line.seq }]
      return [line]
    })
  })
  await jan.engine.send(id, 'Ja, doe maar')
  await karel.hears(id, 'Ja, doe maar')
  // what he agrees on names the newest line he knows: his own must be one of them
  await message(jan, id, (one) => one.text === 'Ja, doe maar' && one.state !== 'waiting')
  await jan.engine.refresh()
  await jan.engine.renameGroup(id, 'Nu is het anders')
  await noticed(sofie, 'history-differs', id)
  await sofie.until('she is in', (now) => now.conversations.find((one) => one.id === id && one.isOpen))
  expect(await times(sofie, id, 'Ja, doe maar')).toBeLessThanOrEqual(1)
})

/** What a device sees that has nothing yet. */
async function newcomer(id: string, last: string): Promise<Someone> {
  const laptop = await signedIn(server, 'Karel')
  await laptop.hears(id, last)
  return laptop
}

const recordOf = (id: string, seq: number): Json => {
  const [found] = operator.read('SELECT * FROM chat_archiverecord WHERE conversation_id = ? AND seq = ?', id, seq)
  if (!found) throw new Error('no record')
  return found
}

const said = (id: string, text: string): Promise<Message> => message(cast.jan, id, (one) => one.text === text && one.seq < Number.MAX_SAFE_INTEGER)

test('attack: an archive record is changed, and signed by nobody', async () => {
  const { jan, karel } = cast
  const id = await talking('Veranderd archief')
  await say(id, jan, 'Tien euro')
  await say(id, karel, 'Goed')
  const { seq } = await said(id, 'Tien euro')
  const changed = unbase64(spoilt(base64(new Uint8Array(recordOf(id, seq).record as Uint8Array))))
  expect(operator.write('UPDATE chat_archiverecord SET record = ? WHERE conversation_id = ? AND seq = ?', changed, id, seq)).toBe(1)
  const laptop = await newcomer(id, 'Goed')
  await noticed(laptop, 'forged', id)
  expect(await textsOf(laptop, id)).not.toContain('Tien euro')
  await laptop.engine.signOut()
})

test('attack: an archive record is written anew by another member’s device, in the name of its author', async () => {
  const { jan, karel } = cast
  const id = await talking('Nagemaakt archief')
  await say(id, karel, 'Tien euro')
  await say(id, jan, 'Goed')
  const one = await said(id, 'Tien euro')
  const row = recordOf(id, one.seq)
  const { keys, device } = await secretsOf(jan)
  const epoch = Number(row.epoch)
  const { items } = (await jan.ask(`conversations/${id}/history-boxes`)).body as { items: { epoch: number; box: string }[] }
  const box = items.find((each) => each.epoch === epoch)?.box ?? ''
  const key = await openHistoryKey(keys.aeks, unbase64(box), id, epoch, jan.id)
  const log = { seq: one.seq - 1, hash: random(32) }
  const envelope = writeEnvelope({ id: one.id, at: one.at, log, type: 'text', body: 'Duizend euro' })
  const { identity } = (await secretsOf(karel)).device
  const content = { accountId: karel.id, deviceId: identity.deviceId, envelope, signatureKey: device.signatureKey, certificate: device.identity.certificate }
  const made = await writeRecord(key, id, epoch, one.id, content, device.signatureSeed)
  operator.write('UPDATE chat_archiverecord SET record = ?, signature = ? WHERE conversation_id = ? AND seq = ?', made.record, made.signature, id, one.seq)
  const laptop = await newcomer(id, 'Goed')
  await noticed(laptop, 'forged', id)
  expect(await textsOf(laptop, id)).not.toContain('Duizend euro')
  await laptop.engine.signOut()
})

test('attack: an archive record is left out', async () => {
  const { jan } = cast
  const id = await talking('Gat in het archief')
  for (let count = 0; count < 14; count++) await jan.engine.send(id, `Regel ${count}`)
  for (const one of [cast.sofie, cast.karel]) await one.hears(id, 'Regel 13')
  const { seq } = await said(id, 'Regel 12')
  expect(operator.write('DELETE FROM chat_archiverecord WHERE conversation_id = ? AND seq = ?', id, seq)).toBe(1)
  const laptop = await newcomer(id, 'Regel 0')
  await noticed(laptop, 'forged', id)
  await laptop.engine.signOut()
})

test('attack: two archive records are swapped', async () => {
  const { jan, karel } = cast
  const id = await talking('Verwisseld archief')
  await say(id, jan, 'Voor Piet')
  await say(id, jan, 'Voor Anna')
  await say(id, karel, 'Goed')
  const [one, other] = [recordOf(id, (await said(id, 'Voor Piet')).seq), recordOf(id, (await said(id, 'Voor Anna')).seq)]
  for (const [to, from] of [[one, other], [other, one]] as const) {
    const values = [from.record, from.signature, to.id] as [Uint8Array, Uint8Array, string]
    expect(operator.write('UPDATE chat_archiverecord SET record = ?, signature = ? WHERE id = ?', ...values)).toBe(1)
  }
  const laptop = await newcomer(id, 'Goed')
  await noticed(laptop, 'forged', id)
  expect(await textsOf(laptop, id)).not.toContain('Voor Piet')
  await laptop.engine.signOut()
})

test('attack: receipts are invented', async () => {
  const { jan, sofie, karel } = cast
  const [id, other] = [await talking('Niet gelezen'), await talking('Wel gelezen')]
  const frames = watched(other)
  await say(other, jan, 'Lees dit')
  for (let count = 0; count < 3; count++) await say(other, jan, `En dit ${count}`)
  const before = frames.length
  await karel.engine.markSeen(other)
  await message(jan, other, (one) => one.text === 'En dit 2' && one.state === 'seen')
  await sofie.engine.send(id, 'Heeft iemand dit gelezen?')
  await jan.hears(id, 'Heeft iemand dit gelezen?')
  const receipt = frames.slice(before).find((frame) => isBy(frame, karel))
  if (!receipt) throw new Error('no receipt')
  liar.insert({ t: 'got', c: id, at: { [karel.id]: 9999 } })
  const { seq } = await message(sofie, id, (one) => one.text === 'Heeft iemand dit gelezen?' && one.state === 'delivered')
  liar.insert({ ...receipt, c: id, seq: seq + 1 })
  await noticed(sofie, 'history-differs', id)
  expect((await message(sofie, id, (one) => one.text === 'Heeft iemand dit gelezen?')).state).not.toBe('seen')
})

test('attack: the bytes of a file are changed, or another file is given in its place', async () => {
  const { jan, sofie } = cast
  const id = await talking('Foto’s')
  for (const name of ['een', 'twee']) await jan.engine.sendFile(id, new Blob([`inhoud ${name}`], { type: 'text/plain' }), `${name}.txt`)
  const [one, other] = [await message(sofie, id, (each) => each.file?.name === 'een.txt'), await message(sofie, id, (each) => each.file?.name === 'twee.txt')]
  let kept: Uint8Array<ArrayBuffer> | undefined
  lie(
    liar.swap(new RegExp(`/files/${other.file?.id}$`), (bytes) => {
      kept = bytes
      return undefined
    }),
  )
  expect(await (await sofie.engine.file(id, other.id))?.text()).toBe('inhoud twee')
  const path = new RegExp(`/files/${one.file?.id}$`)
  const spoil = liar.swap(path, (bytes) => bytes.with(bytes.length - 1, (bytes.at(-1) ?? 0) ^ 1))
  await expect(sofie.engine.file(id, one.id)).rejects.toMatchObject({ code: 'not_readable' })
  spoil()
  const swap = liar.swap(path, () => kept)
  await expect(sofie.engine.file(id, one.id)).rejects.toMatchObject({ code: 'not_readable' })
  swap()
  expect(await (await sofie.engine.file(id, one.id))?.text()).toBe('inhoud een')
})

test('attack: what members agreed on is taken from another conversation, or from an older epoch', async () => {
  const { jan, sofie } = cast
  const [id, other] = [await talking('Echte titel'), await talking('Andere titel')]
  const details = (of: string): string => base64(new Uint8Array(operator.read('SELECT details FROM chat_conversation WHERE id = ?', of)[0]?.details as Uint8Array))
  for (const told of [details(other), details(id)]) {
    const { epoch } = operator.read('SELECT epoch FROM chat_conversation WHERE id = ?', id)[0] ?? {}
    const stop = liar.answer('GET', /\/conversations(\/[^/]+)?$/, (body) => {
      const changed = (one: Json): Json => (one.id === id && Number(one.epoch) > Number(epoch) ? { ...one, details: told } : one)
      return Array.isArray(body.items) ? { ...body, items: (body.items as Json[]).map(changed) } : changed(body)
    })
    lie(stop)
    await jan.engine.renameGroup(id, `Nieuw na ${String(epoch)}`)
    await sofie.until('it is noticed', (now) => now.alerts.some((one) => one.kind === 'forged' && one.conversationId === id && one.id.endsWith(`details ${Number(epoch) + 1}`)))
    expect(sofie.engine.snapshot().conversations.find((one) => one.id === id)?.title).toBe('Echte titel')
    stop()
    await sofie.until('the true title', (now) => now.conversations.some((one) => one.id === id && one.title === 'Echte titel'))
  }
})

test('attack: the box of an archive key holds another key', async () => {
  const { jan, sofie } = cast
  const id = await talking('Verkeerde sleutel')
  const { aek } = (await secretsOf(sofie)).keys
  const { epoch } = operator.read('SELECT epoch FROM chat_conversation WHERE id = ?', id)[0] ?? {}
  const next = Number(epoch) + 1
  const box = base64(asReceived(await boxHistoryKey(aek, random(32), id, next, sofie.id)))
  lie(
    liar.answer('GET', new RegExp(`${id}/history-boxes$`), (body) => ({
      ...body,
      items: (body.items as { epoch: number }[]).map((one) => (one.epoch === next ? { ...one, box } : one)),
    })),
  )
  await jan.engine.renameGroup(id, 'Toch verkeerd')
  await noticed(sofie, 'box-wrong', id)
})
