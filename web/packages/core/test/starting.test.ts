/** A conversation that is being started while this device looks at the list of all of them. */

import { afterAll, beforeAll, expect, test } from 'vitest'
import { family, type Fetch, signedUp, type Someone, stopAll } from './people'
import { type Server, startServer } from './server'

const LATE_MS = 3000
let server: Server

beforeAll(async () => {
  server = await startServer()
})

afterAll(async () => {
  stopAll()
  await server.stop()
})

/** The answer to a new conversation comes later than the news of it, on which everything is looked at. */
const answeredLate =
  (asked: string[], meanwhile: () => void) =>
  (fetch: Fetch): Fetch =>
  async (input, init) => {
    const { method, url } = input instanceof Request ? input : new Request(input, init)
    asked.push(`${method} ${url.split('/api/v1/')[1] ?? ''}`)
    const answer = await fetch(input, init)
    if (method !== 'POST' || !url.endsWith('/api/v1/conversations')) return answer
    meanwhile()
    await new Promise((done) => setTimeout(done, LATE_MS))
    asked.push('answered')
    return answer
  }

test('whose start is answered late is in once, and says something', async () => {
  const asked: string[] = []
  const jan: Someone = await signedUp(server, 'Jan', 'contact', '', { through: answeredLate(asked, () => void jan.engine.refresh()) })
  const { talk } = await family(jan, 'oma.riet', '+31612345999')
  const meanwhile = asked.slice(asked.indexOf('POST conversations') + 1, asked.indexOf('answered'))
  expect(meanwhile).toContain('GET conversations')
  expect(meanwhile.filter((one) => one.includes(talk))).toEqual([])
  await jan.engine.send(talk, 'Dag!')
  await jan.hears(talk, 'Dag!')
  await jan.until('sent', (now) => now.queued === 0)
  const { body } = await jan.ask(`conversations/${talk}/log?after=0&limit=100`)
  expect((body.items as { kind: string }[]).map(({ kind }) => kind)).toEqual(['message'])
})

test('that a list on its way does not know is not forgotten', async () => {
  let isStarted = (): void => undefined
  let isListed = (): void => undefined
  const started = new Promise<void>((done) => (isStarted = done))
  const listed = new Promise<void>((done) => (isListed = done))
  let waits = false
  const listedLate = (fetch: Fetch): Fetch => async (input, init) => {
    const { method, url } = input instanceof Request ? input : new Request(input, init)
    const answer = await fetch(input, init)
    if (waits && method === 'GET' && url.endsWith('/api/v1/conversations')) {
      waits = false
      isListed()
      await started
    }
    return answer
  }
  const sofie = await signedUp(server, 'Sofie', 'contact', '', { through: listedLate })
  await sofie.until('at rest', (now) => now.online && now.fresh)
  waits = true
  void sofie.engine.refresh()
  await listed
  const made = family(sofie, 'oma.mia', '+31612345998')
  await sofie.until('started', (now) => now.conversations.some((one) => one.isOpen))
  isStarted()
  const { talk } = await made
  await sofie.engine.send(talk, 'Dag!')
  await sofie.hears(talk, 'Dag!')
})
