/** What is known about oneself, while an older answer is still on its way. */

import { afterAll, beforeAll, expect, test } from 'vitest'
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

test('a language chosen while the app starts stays, though an answer from before comes after it', async () => {
  let isAsked = (): void => undefined
  let isChosen = (): void => undefined
  const asked = new Promise<void>((done) => (isAsked = done))
  const chosen = new Promise<void>((done) => (isChosen = done))
  const answeredLate = (fetch: Fetch): Fetch => async (input, init) => {
    const { method, url } = input instanceof Request ? input : new Request(input, init)
    const answer = await fetch(input, init)
    if (method !== 'GET' || !url.endsWith('/api/v1/me')) return answer
    isAsked()
    await chosen
    return answer
  }
  const jan = await signedUp(server, 'Jan', 'contact')
  jan.engine.stop()
  const again = new Someone(server, { rows: jan.rows, jar: jan.jar, through: answeredLate })
  const started = again.engine.start()
  await asked
  await again.engine.setLanguage('fr')
  isChosen()
  await started
  expect(again.engine.snapshot().profile?.language).toBe('fr')
  expect((await again.ask('me')).body.language).toBe('fr')
})
