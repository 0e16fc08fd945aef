/** Requests to our own server: typed from schema/openapi.yaml, with the CSRF token, one error type. */

import createClient, { type Client } from 'openapi-fetch'
import type { paths } from './schema'

/** The server said no, or could not be reached (`status` 0, code "offline"). */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail = '',
    readonly attr: string | null = null,
    readonly extra: Record<string, unknown> = {},
  ) {
    super(`${status} ${code}`)
  }
}

/** Nobody answered, or a server that cannot at the moment: what is stored here goes on meanwhile. */
export const isAway = (problem: unknown): boolean => problem instanceof ApiError && (problem.status === 0 || problem.status >= 500)

export interface Connection {
  origin: string
  fetch: typeof fetch
  language: () => string
}

interface Problem {
  errors?: { code: string; detail?: string; message?: string; attr?: string | null; param?: string }[]
}

export function problemOf(status: number, body: unknown): ApiError {
  const { errors = [], ...extra } = (body ?? {}) as Problem & Record<string, unknown>
  const first = errors[0]
  const said = first?.detail ?? first?.message ?? ''
  return new ApiError(status, first?.code ?? 'error', said, first?.attr ?? first?.param ?? null, { ...extra, errors })
}

/** Wraps fetch so that every writing request carries the token, fetched again when it is too old. */
export function guarded(connection: Connection): typeof fetch {
  let token = ''
  const fresh = async (): Promise<void> => {
    const answer = await connection.fetch(`${connection.origin}/api/v1/csrf`, { credentials: 'same-origin' })
    token = ((await answer.json()) as { token: string }).token
  }
  const once = async (request: Request): Promise<Response> => {
    if (request.method !== 'GET' && !token) await fresh()
    const headers = new Headers(request.headers)
    headers.set('Accept-Language', connection.language())
    if (request.method !== 'GET') headers.set('X-CSRFToken', token)
    return connection.fetch(new Request(request, { headers, credentials: 'same-origin' }))
  }
  return async (input, init) => {
    const request = new Request(input, init)
    try {
      const answer = await once(request.clone())
      if (answer.status !== 403 || request.method === 'GET') return answer
      const problem = (await answer.clone().json().catch(() => ({}))) as Problem
      if (problem.errors?.[0]?.code !== 'csrf_failed') return answer
      await fresh()
      return await once(request)
    } catch {
      throw new ApiError(0, 'offline')
    }
  }
}

export type Api = Client<paths>

/** The typed client. */
export const createApi = (connection: Connection, fetcher: typeof fetch): Api =>
  createClient<paths>({ baseUrl: connection.origin, fetch: fetcher })

/** The data of an answer; throws ApiError for anything but success. */
export async function take<T>(call: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data, error, response } = await call
  if (!response.ok) throw problemOf(response.status, error)
  return data as T
}
