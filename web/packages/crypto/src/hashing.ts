/** SHA-256 of what is too large for memory: piece by piece, and going on where it stopped. */

import { createSHA256 } from 'hash-wasm'
import { type Bytes, own } from './bytes'
import { CryptoError } from './errors'

export interface Hashing {
  add(piece: Uint8Array): void
  /** What it knows so far, to go on with later. As secret as what was hashed: its last bytes are in it. */
  save(): Bytes
  /** 32 bytes; nothing can be added after it. */
  end(): Bytes
}

/** Starts, or goes on from what `save` gave; throws malformed. */
export async function startHashing(saved?: Uint8Array): Promise<Hashing> {
  const hasher = await createSHA256()
  try {
    if (saved) hasher.load(saved)
    else hasher.init()
  } catch {
    throw new CryptoError('malformed', 'hash')
  }
  return {
    add: (piece) => void hasher.update(piece),
    save: () => own(hasher.save()),
    end: () => own(hasher.digest('binary')),
  }
}
