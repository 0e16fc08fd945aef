/** Somebody who rewrites the log between one person and the server: it is noticed, said, and breaks nothing. */

import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Cast, group, threePeople, warned } from './cast'
import { type Frame, Liar } from './liar'
import { signedIn, Someone, stopAll } from './people'
import { type Server, startServer } from './server'

let server: Server
let cast: Cast
let liar: Liar
let victim: Someone

beforeAll(async () => {
  server = await startServer()
  cast = await threePeople(server)
  liar = new Liar()
  const { jar } = new Someone(server)
  victim = await signedIn(server, 'Karel', undefined, { jar: liar.around(jar) })
  await victim.until('keys', (now) => now.conversations.find((one) => one.id === cast.talk && one.isOpen))
}, 240_000)

afterAll(async () => {
  stopAll()
  await server.stop()
})

afterEach(() => {
  expect(liar.fired).toBeGreaterThan(0)
  liar.fired = 0
  expect(victim.engine.snapshot().status).toBe('ready')
})

/** A conversation of its own for one lie, in which all have spoken. */
async function quiet(title: string): Promise<string> {
  const { jan, sofie, karel, familyId } = cast
  const id = await group(jan, familyId, title, [sofie, karel])
  await victim.until('keys', (now) => now.conversations.find((one) => one.id === id && one.isOpen))
  for (const one of [jan, sofie]) {
    await one.engine.send(id, `Hier is ${one.id}`)
    await victim.hears(id, `Hier is ${one.id}`)
    await (one === jan ? sofie : jan).hears(id, `Hier is ${one.id}`)
  }
  return id
}

const isLine = (frame: Frame, id: string): boolean => frame.t === 'log' && frame.c === id && frame.kind === 'message'
const here = (kind: string, id: string): boolean => victim.engine.snapshot().alerts.some((one) => one.kind === kind && one.conversationId === id)

/** The same lie about the lines of one conversation on the socket and in what is fetched. */
function rewrite(id: string, change: (lines: Frame[]) => Frame[]): () => void {
  const stops = [
    liar.hear((frame) => (isLine(frame, id) ? change([frame]) : undefined)),
    liar.answer('GET', new RegExp(`${id}/log$`), (body) => ({ ...body, items: change(body.items as Frame[]) })),
  ]
  return () => stops.forEach((stop) => stop())
}

test('a line that comes a second time is heard once', async () => {
  const id = await quiet('Herhaald')
  let last: Frame | undefined
  const stop = liar.hear((frame) => {
    if (isLine(frame, id)) last = frame
    return undefined
  })
  await cast.jan.engine.send(id, 'Ik betaal')
  await victim.hears(id, 'Ik betaal')
  stop()
  if (!last) throw new Error('no line')
  liar.insert({ ...last, seq: Number(last.seq) + 1 })
  await warned(victim, 'history-differs')
  await cast.sofie.engine.send(id, 'Dank je')
  await victim.hears(id, 'Dank je')
  expect((await victim.says(id)).filter((line) => line === 'Jan: Ik betaal')).toHaveLength(1)
  expect(here('history-differs', id)).toBe(true)
})

test('a line that is left out is missed at the next one', async () => {
  const id = await quiet('Verzwegen')
  const dropped = new Set<unknown>()
  const stop = rewrite(id, (lines) =>
    lines.flatMap((line) => {
      if (dropped.size === 0 && line.account === cast.jan.id && isLine({ ...line, t: 'log', c: id }, id)) dropped.add(line.ident)
      if (dropped.has(line.ident)) return []
      return [dropped.size > 0 ? { ...line, seq: Number(line.seq) - 1 } : line]
    }),
  )
  await cast.jan.engine.send(id, 'Kom niet, ik ben ziek')
  await cast.sofie.hears(id, 'Kom niet, ik ben ziek')
  await cast.sofie.engine.send(id, 'Beterschap')
  await victim.until('the gap is noticed', () => here('history-differs', id))
  stop()
  await victim.hears(id, 'Kom niet, ik ben ziek')
})

test('two lines in another order are noticed', async () => {
  const id = await quiet('Omgedraaid')
  const order = new Map<unknown, number>()
  let first = 0
  const stop = rewrite(id, (lines) => {
    const told = lines.map((line) => {
      if (line.account === cast.jan.id && !order.has(line.ident)) {
        first ||= Number(line.seq)
        order.set(line.ident, order.size === 0 ? first + 1 : order.size === 1 ? first : Number(line.seq))
      }
      return { ...line, seq: order.get(line.ident) ?? line.seq }
    })
    return told.sort((one, other) => Number(one.seq) - Number(other.seq))
  })
  await cast.jan.engine.send(id, 'Zullen we stoppen?')
  await cast.jan.engine.send(id, 'Zullen we doorgaan?')
  await cast.sofie.hears(id, 'Zullen we doorgaan?')
  await cast.sofie.engine.send(id, 'Ja')
  await victim.until('the order is noticed', () => here('history-differs', id))
  stop()
})

test('other bytes under a true number are fetched again', async () => {
  const id = await quiet('Verminkt')
  const stop = liar.hear((frame) => {
    if (!isLine(frame, id)) return undefined
    const body = String(frame.body)
    return [{ ...frame, body: body.slice(0, -6) + (body.at(-6) === 'A' ? 'B' : 'A') + body.slice(-5) }]
  })
  await cast.jan.engine.send(id, 'Onversneden')
  await victim.hears(id, 'Onversneden')
  stop()
})

test('other bytes from everywhere are never shown, and found in the archive', async () => {
  const id = await quiet('Overal verminkt')
  const stop = rewrite(id, (lines) => lines.map((line) => (line.account === cast.jan.id ? { ...line, body: String(lines[0]?.body).slice(0, 400) } : line)))
  await cast.jan.engine.send(id, 'Toch gelezen')
  await victim.until('the bytes are noticed', () => here('forged', id))
  await victim.hears(id, 'Toch gelezen')
  stop()
})

test('a log that ends before what was seen is a rollback', async () => {
  const id = await quiet('Teruggedraaid')
  const stop = liar.answer('GET', new RegExp(`${id}/log$`), (body) => ({ ...body, items: [], last_seq: 1 }))
  await victim.engine.refresh()
  await victim.until('the rollback is noticed', () => here('rolled-back', id))
  stop()
  await cast.jan.engine.send(id, 'Weer gewoon')
  await victim.hears(id, 'Weer gewoon')
})
