/** Everything the server holds of me: bytes as they come, not read here. */

import { type Api, take } from './http'

/** `password`: the authKey; null for who signed in a moment ago. */
export async function takeExport(api: Api, password: string | null): Promise<Blob> {
  return await take(api.POST('/api/v1/me/export', { body: { password }, parseAs: 'blob' }))
}
