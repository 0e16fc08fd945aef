/** Large bytes in rows of the store, a piece each. */

import { base64, type Bytes, concat, unbase64 } from '@prifora/crypto'
import type { Store } from './store'

/** Bytes in one row. */
const PIECE_BYTES = 1 << 20

const pieceRow = (prefix: string, at: number): string => `${prefix}/${String(at).padStart(3, '0')}`

/** The names of the rows that hold so many bytes. */
export const rowsFor = (prefix: string, size: number): string[] =>
  Array.from({ length: Math.ceil(size / PIECE_BYTES) }, (_, at) => pieceRow(prefix, at))

/** The rows that hold these bytes. */
export function inRows(prefix: string, bytes: Uint8Array): Record<string, string> {
  const names = rowsFor(prefix, bytes.length)
  return Object.fromEntries(names.map((name, at) => [name, base64(bytes.subarray(at * PIECE_BYTES, (at + 1) * PIECE_BYTES))]))
}

/** What lies there; undefined when nothing does. */
export async function fromRows(store: Store, prefix: string): Promise<Bytes | undefined> {
  const pieces = await store.list<string>(`${prefix}/`)
  return pieces.length > 0 ? concat(...pieces.map(([, piece]) => unbase64(piece))) : undefined
}
