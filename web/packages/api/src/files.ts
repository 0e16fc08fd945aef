/** Sealed files of a conversation: bytes, not JSON. */

import { type Api, take } from './http'

/** Stores a sealed file; the same id with the same bytes again is no harm. */
export async function sendFile(api: Api, conversationId: string, fileId: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  const path = { conversation_id: conversationId, file_id: fileId }
  const headers = { 'Content-Type': 'application/octet-stream' }
  const sent = { params: { path }, body: bytes as unknown as string, bodySerializer: () => bytes, headers }
  await take(api.PUT('/api/v1/conversations/{conversation_id}/files/{file_id}', sent))
}

/** The sealed file as it was stored. */
export async function takeFile(api: Api, conversationId: string, fileId: string): Promise<Uint8Array<ArrayBuffer>> {
  const path = { conversation_id: conversationId, file_id: fileId }
  const where = { params: { path }, parseAs: 'arrayBuffer' as const }
  return new Uint8Array(await take(api.GET('/api/v1/conversations/{conversation_id}/files/{file_id}', where)))
}

/** Takes a file back: it is gone for everybody. */
export async function dropFile(api: Api, conversationId: string, fileId: string): Promise<void> {
  const path = { conversation_id: conversationId, file_id: fileId }
  await take(api.DELETE('/api/v1/conversations/{conversation_id}/files/{file_id}', { params: { path } }))
}
