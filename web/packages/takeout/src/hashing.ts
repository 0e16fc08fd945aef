/** SHA-256 of what goes by: nothing is held. */

import { sha256 } from '@noble/hashes/sha2.js'

export interface Hashed {
  stream: ReadableStream<Uint8Array>
  /** Once the stream has ended: its SHA-256 in hex, and its bytes. */
  found(): { sha256: string; size: number }
}

export function hashed(input: Blob | ReadableStream<Uint8Array>): Hashed {
  const hash = sha256.create()
  let size = 0
  const through = new TransformStream<Uint8Array, Uint8Array>({
    transform(piece, controller) {
      hash.update(piece)
      size += piece.length
      controller.enqueue(piece)
    },
  })
  const stream = (input instanceof Blob ? (input.stream() as ReadableStream<Uint8Array>) : input).pipeThrough(through as ReadableWritablePair<Uint8Array, Uint8Array>)
  const hex = (bytes: Uint8Array): string => [...bytes].map((one) => one.toString(16).padStart(2, '0')).join('')
  return { stream, found: () => ({ sha256: hex(hash.digest()), size }) }
}
