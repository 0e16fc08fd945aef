/** An account's encryption key: its identity key says which one it is, and how new.
 *
 * AIK signs "prifora/1 encryption key" || account (16) || version (u32) || AEK (32)
 */

import { type Bytes, concat, number, type Sealed, sealed, utf8, uuidBytes } from './bytes'
import { sign, verify } from './signing'

const LABEL = utf8('prifora/1 encryption key')
const KEY_BYTES = 32

export interface KeyStatement {
  /** From 1 up; never goes down. */
  version: number
  aek: Bytes
  signature: Bytes
}

const body = (accountId: string, version: number, aek: Uint8Array): Bytes =>
  concat(LABEL, uuidBytes(accountId), number(version, 4), aek)

/** States an account's encryption key. */
export const signKeyStatement = async (aikSeed: Bytes, accountId: string, version: number, aek: Bytes): Promise<Sealed> =>
  sealed(await sign(aikSeed, body(accountId, version, aek)))

/** Whether the identity key states this encryption key. Whether it is new enough, PinBook knows. */
export async function keyStatementHolds(aik: Uint8Array, accountId: string, statement: KeyStatement): Promise<boolean> {
  const { version, aek, signature } = statement
  if (!Number.isInteger(version) || version < 1 || version >= 2 ** 32 || aek.length !== KEY_BYTES) return false
  return verify(aik, signature, body(accountId, version, aek))
}
