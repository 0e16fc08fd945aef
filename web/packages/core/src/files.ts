/** Files of messages: sealed on this device, kept as ciphertext until they are at the server, opened when asked for. */

import { type Api, ApiError, dropFile, sendFile, takeFile } from '@prifora/api'
import { base64, type Bytes, decryptFile, encryptFile, FILE_MAX_BYTES, newFileKey, sealedSize, unbase64 } from '@prifora/crypto'
import { Failed } from './failed'
import type { StoredFile } from './messages'
import { type Draft, fileOf, type Outgoing } from './outgoing'
import { fromRows, inRows, rowsFor } from './pieces'
import type { Store } from './store'

const NAME_MAX = 255
const MIME_MAX = 127

const placeOf = (fileId: string): string => `file/${fileId}`

/** The rows that hold a draft's ciphertext. */
export function fileRows(draft: Draft): string[] {
  const file = fileOf(draft)
  return file ? rowsFor(placeOf(file.id), sealedSize(file.size)) : []
}

/** Seals a file; the rows keep its ciphertext until the message is in the log. */
export async function sealFile(content: Blob, name: string): Promise<{ file: StoredFile; rows: Record<string, unknown> }> {
  if (content.size > FILE_MAX_BYTES) throw new Failed('too_large')
  const [id, key] = [crypto.randomUUID(), newFileKey()]
  const sealed = await encryptFile(key, id, new Uint8Array(await content.arrayBuffer()))
  const file = { id, key: base64(key), name: name.slice(0, NAME_MAX), mime: content.type.slice(0, MIME_MAX), size: content.size }
  return { file, rows: inRows(placeOf(id), sealed) }
}

export class Files {
  constructor(
    private readonly api: Api,
    private readonly store: Store,
  ) {}

  /** Stores the ciphertext of a waiting message at the server; the same bytes again are no harm. */
  async bring({ conversationId, draft }: Outgoing): Promise<void> {
    const file = fileOf(draft)
    const sealed = file && (await this.kept(file.id))
    if (!file) return
    if (!sealed) throw new ApiError(404, 'absent')
    await sendFile(this.api, conversationId, file.id, sealed)
  }

  /** The opened file; undefined while it cannot be fetched. Throws forged when it is not what was sent. */
  async open(conversationId: string, file: StoredFile): Promise<Blob | undefined> {
    const sealed = (await this.kept(file.id)) ?? (await takeFile(this.api, conversationId, file.id).catch(() => undefined))
    if (!sealed) return undefined
    const plain = await decryptFile(unbase64(file.key), file.id, sealed)
    return new Blob([plain], { type: file.mime })
  }

  /** Takes a file of mine back from the server. */
  async drop(conversationId: string, fileId: string): Promise<void> {
    await dropFile(this.api, conversationId, fileId).catch((problem: unknown) => {
      if (!(problem instanceof ApiError) || problem.status !== 404) throw problem
    })
  }

  private kept(fileId: string): Promise<Bytes | undefined> {
    return fromRows(this.store, placeOf(fileId))
  }
}
