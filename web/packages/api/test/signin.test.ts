import { describe, expect, test } from 'vitest'
import { ApiError, type Connection, createApi, createSignIn, guarded, problemOf, sendPortrait, takePortrait } from '../src'

type Reply = [status: number, body: unknown]

/** A server that gives these answers by "METHOD path", and remembers what it was asked. */
function connection(replies: Record<string, Reply[]>): Connection & { asked: Request[] } {
  const asked: Request[] = []
  return {
    asked,
    origin: 'http://here',
    language: () => 'fr',
    async fetch(input, init) {
      const request = new Request(input, init)
      asked.push(request)
      const [status, body] = replies[`${request.method} ${new URL(request.url).pathname}`]?.shift() ?? [500, {}]
      if (status === 0) throw new TypeError('no network')
      const bytes = body instanceof Uint8Array
      return new Response(status === 204 ? null : bytes ? (body as Uint8Array<ArrayBuffer>) : JSON.stringify(body), { status })
    },
  }
}

const AUTH = '/_allauth/browser/v1'
const CSRF: Reply = [200, { token: 'one' }]
const TOO_OLD: Reply = [403, { errors: [{ code: 'csrf_failed' }] }]

describe('a request', () => {
  test('carries the token and the language', async () => {
    const there = connection({ 'GET /api/v1/csrf': [CSRF], 'DELETE /api/v1/me/portrait': [[204, '']] })
    await guarded(there)(`${there.origin}/api/v1/me/portrait`, { method: 'DELETE' })
    const sent = there.asked.at(-1)
    expect(sent?.headers.get('X-CSRFToken')).toBe('one')
    expect(sent?.headers.get('Accept-Language')).toBe('fr')
  })

  test('is made once more with a new token when the old one is too old', async () => {
    const again: Reply = [200, { token: 'two' }]
    const there = connection({ 'GET /api/v1/csrf': [CSRF, again], 'PUT /api/v1/me/portrait': [TOO_OLD, [200, { version: 'v' }]] })
    const api = createApi(there, guarded(there))
    const picture = new Blob([new Uint8Array([1, 2, 3])], { type: 'image/jpeg' })
    expect(await sendPortrait(api, picture)).toBe('v')
    const sent = there.asked.filter((one) => one.method === 'PUT')
    expect(sent.map((one) => one.headers.get('X-CSRFToken'))).toEqual(['one', 'two'])
    for (const one of sent) {
      expect(one.headers.get('Content-Type')).toBe('image/jpeg')
      expect(new Uint8Array(await one.arrayBuffer())).toEqual(new Uint8Array([1, 2, 3]))
    }
  })

  test('without a network says offline', async () => {
    const there = connection({ 'GET /api/v1/me': [[0, '']] })
    await expect(guarded(there)(`${there.origin}/api/v1/me`)).rejects.toMatchObject({ status: 0, code: 'offline' })
  })

  test('for a picture gives its bytes, or why not', async () => {
    const path = '/api/v1/accounts/a/portrait'
    const there = connection({ [`GET ${path}`]: [[200, new Uint8Array([9, 8])], [404, { errors: [{ code: 'absent' }] }]] })
    const api = createApi(there, guarded(there))
    expect(await takePortrait(api, 'a')).toEqual(new Uint8Array([9, 8]))
    await expect(takePortrait(api, 'a')).rejects.toMatchObject({ status: 404, code: 'absent' })
  })
})

describe('a problem', () => {
  test('is read in the shape of our API and in that of the sign-in library', () => {
    expect(problemOf(400, { errors: [{ code: 'blank', detail: 'Leeg', attr: 'name' }] })).toMatchObject({ code: 'blank', detail: 'Leeg', attr: 'name' })
    expect(problemOf(400, { errors: [{ code: 'x', message: 'Faux', param: 'phone' }] })).toMatchObject({ code: 'x', detail: 'Faux', attr: 'phone' })
    expect(problemOf(502, undefined)).toMatchObject({ status: 502, code: 'error', attr: null })
    expect(problemOf(409, { errors: [{ code: 'stale_epoch' }], epoch: 3 }).extra).toMatchObject({ epoch: 3 })
  })
})

describe('signing in', () => {
  const signIn = (replies: Record<string, Reply[]>) => {
    const there = connection({ 'GET /api/v1/csrf': [CSRF], ...replies })
    return createSignIn(there, guarded(there))
  }

  test('tells what is still asked', async () => {
    const flows = [{ id: 'login' }, { id: 'mfa_authenticate', is_pending: true }]
    const answer: Reply = [401, { status: 401, data: { flows }, meta: { is_authenticated: false } }]
    const state = await signIn({ [`POST ${AUTH}/auth/login`]: [answer] }).signIn({ username: 'jan', password: 'x' })
    expect(state).toEqual({ isIn: false, pending: ['mfa_authenticate'] })
  })

  test('tells that the password is asked again before something that matters', async () => {
    const flows = [{ id: 'reauthenticate' }]
    const answer: Reply = [401, { status: 401, data: { flows }, meta: { is_authenticated: true } }]
    const auth = signIn({ [`POST ${AUTH}/account/authenticators/totp`]: [answer] })
    await expect(auth.confirmTotp('123456')).rejects.toMatchObject({ code: 'reauthentication_required' })
  })

  test('throws what was wrong', async () => {
    const answer: Reply = [400, { status: 400, errors: [{ code: 'username_password_mismatch', param: 'password' }] }]
    const auth = signIn({ [`POST ${AUTH}/auth/login`]: [answer] })
    await expect(auth.signIn({ username: 'jan', password: 'x' })).rejects.toBeInstanceOf(ApiError)
  })
})
