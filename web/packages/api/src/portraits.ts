/** Pictures of people: bytes, not JSON. */

import { type Api, take } from './http'

/** Shows a picture of me to my families; returns its version. The kind of file is the blob's type. */
export async function sendPortrait(api: Api, picture: Blob): Promise<string> {
  const sent = { body: picture as unknown as string, bodySerializer: () => picture, headers: { 'Content-Type': picture.type } }
  return (await take(api.PUT('/api/v1/me/portrait', sent))).version
}

/** The picture of somebody I share a family with (WebP). */
export async function takePortrait(api: Api, accountId: string): Promise<Uint8Array<ArrayBuffer>> {
  const where = { params: { path: { account_id: accountId } }, parseAs: 'arrayBuffer' as const }
  return new Uint8Array(await take(api.GET('/api/v1/accounts/{account_id}/portrait', where)))
}
