/** Signing up and in: the server's headless sign-in API. */

import { ApiError, type Connection, problemOf } from './http'

export interface Flow {
  id: string
  is_pending?: boolean
}

/** Where a sign-in stands: in, or what is still asked. */
export interface SignInState {
  isIn: boolean
  /** For example verify_phone, verify_email, mfa_authenticate. Empty when nothing was begun. */
  pending: string[]
  accountId?: string
}

interface Answer {
  status: number
  data?: { flows?: Flow[]; user?: { id: string } } & Record<string, unknown>
  meta?: { is_authenticated?: boolean }
}

export type SignIn = ReturnType<typeof createSignIn>

/** The calls the app needs. Every one resolves to where the sign-in stands, or throws ApiError. */
export function createSignIn(connection: Connection, fetcher: typeof fetch) {
  async function call(method: string, path: string, body?: object): Promise<Answer> {
    const answer = await fetcher(`${connection.origin}/_allauth/browser/v1${path}`, {
      method,
      ...(body ? { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } } : {}),
    })
    const parsed = (await answer.json().catch(() => ({ status: answer.status }))) as Answer
    const asksMore = answer.status === 401 && parsed.data?.flows
    if (asksMore && parsed.meta?.is_authenticated) throw new ApiError(401, 'reauthentication_required')
    if (!answer.ok && !asksMore && answer.status !== 410) throw problemOf(answer.status, parsed)
    return { ...parsed, status: answer.status }
  }

  const state = ({ status, data }: Answer): SignInState => ({
    isIn: status === 200,
    pending: (data?.flows ?? []).filter((flow) => flow.is_pending).map((flow) => flow.id),
    ...(data?.user ? { accountId: data.user.id } : {}),
  })

  return {
    session: async () => state(await call('GET', '/auth/session')),
    signUp: async (form: Record<string, string>) => state(await call('POST', '/auth/signup', form)),
    signIn: async (login: Record<string, string>) => state(await call('POST', '/auth/login', login)),
    verifyPhone: async (code: string) => state(await call('POST', '/auth/phone/verify', { code })),
    verifyEmail: async (key: string) => state(await call('POST', '/auth/email/verify', { key })),
    resend: (what: 'phone' | 'email') => call('POST', `/auth/${what}/verify/resend`),
    secondFactor: async (code: string) => state(await call('POST', '/auth/2fa/authenticate', { code })),
    changePhone: (phone: string) => call('POST', '/account/phone', { phone }),
    changeEmail: (email: string) => call('POST', '/account/email', { email }),
    removeEmail: (email: string) => call('DELETE', '/account/email', { email }),
    reauthenticate: (password: string) => call('POST', '/auth/reauthenticate', { password }),
    signOut: () => call('DELETE', '/auth/session').catch((error: unknown) => ignoreRefusal(error)),
    factors: async () => ((await call('GET', '/account/authenticators')).data ?? []) as unknown as Factor[],
    startTotp: () => totpSecret(fetcher, connection),
    confirmTotp: (code: string) => call('POST', '/account/authenticators/totp', { code }),
    endTotp: () => call('DELETE', '/account/authenticators/totp'),
    recoveryCodes: async () =>
      ((await call('GET', '/account/authenticators/recovery-codes')).data?.unused_codes ?? []) as string[],
    newRecoveryCodes: async () =>
      ((await call('POST', '/account/authenticators/recovery-codes')).data?.unused_codes ?? []) as string[],
    passkeyOptions: async () =>
      (await call('GET', '/account/authenticators/webauthn?passwordless')).data?.creation_options as object,
    addPasskey: (name: string, credential: object) => call('POST', '/account/authenticators/webauthn', { name, credential }),
    dropPasskey: (id: number) => call('DELETE', '/account/authenticators/webauthn', { authenticators: [id] }),
    passkeySignInOptions: async () => (await call('GET', '/auth/webauthn/login')).data?.request_options as object,
    passkeySignIn: async (credential: object) => state(await call('POST', '/auth/webauthn/login', { credential })),
  }
}

export interface Factor {
  id?: number
  type: 'totp' | 'webauthn' | 'recovery_codes'
  name?: string
  created_at: number
}

function ignoreRefusal(error: unknown): void {
  if (!(error instanceof ApiError)) throw error
}

/** The secret for an authenticator app: the server gives it with its 404 "not activated". */
async function totpSecret(fetcher: typeof fetch, connection: Connection): Promise<{ secret: string; url: string }> {
  const answer = await fetcher(`${connection.origin}/_allauth/browser/v1/account/authenticators/totp`)
  const body = (await answer.json()) as { meta?: { secret: string; totp_url: string } }
  if (answer.status !== 404 || !body.meta) throw problemOf(answer.status, body)
  return { secret: body.meta.secret, url: body.meta.totp_url }
}
