/** The chain over a conversation's log, by which members notice a log that is not everybody's.
 *
 * H0 = SHA-256("prifora/1 log" || conversation (16))
 * Hn = SHA-256(Hn-1 || seq (u64) || kind (u8: 1 message, 2 commit, 3 proposal) || ident (32))
 */

import { digest } from './aead'
import { base64, type Bytes, concat, equal, number, utf8, uuidBytes } from './bytes'
import { CryptoError } from './errors'
import { bytesOf, fieldsOf, wholeOf } from './shape'

const KINDS = { message: 1, commit: 2, proposal: 3 }
const HASH_BYTES = 32

export type LineKind = keyof typeof KINDS

/** How far a log goes, and what it was up to there. */
export interface LogPoint {
  seq: number
  hash: Bytes
}

/** Before the first line. */
export const chainStart = async (conversationId: string): Promise<LogPoint> => ({
  seq: 0,
  hash: await digest(concat(utf8('prifora/1 log'), uuidBytes(conversationId))),
})

/** After one line more; throws malformed unless it is the next one. */
export async function chainNext(
  point: LogPoint,
  { seq, kind, ident }: { seq: number; kind: LineKind; ident: Uint8Array },
): Promise<LogPoint> {
  if (seq !== point.seq + 1 || ident.length !== HASH_BYTES) throw new CryptoError('malformed', 'line')
  return { seq, hash: await digest(concat(point.hash, number(seq, 8), number(KINDS[kind], 1), ident)) }
}

/** Whether two points are the same. */
export const samePoint = (one: LogPoint, other: LogPoint): boolean => one.seq === other.seq && equal(one.hash, other.hash)

/** A point as JSON. */
export const writePoint = ({ seq, hash }: LogPoint): { seq: number; hash: string } => ({ seq, hash: base64(hash) })

/** Reads a point; undefined when it is not of our form. */
export function readPoint(raw: unknown): LogPoint | undefined {
  try {
    return pointOf(raw)
  } catch {
    return undefined
  }
}

/** The same, throwing malformed. */
export function pointOf(raw: unknown): LogPoint {
  const { seq, hash } = fieldsOf(raw)
  return { seq: wholeOf(seq), hash: bytesOf(hash, HASH_BYTES) }
}
