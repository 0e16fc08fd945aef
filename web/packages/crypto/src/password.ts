/** From a password to two secrets: one signs in, one opens the vault. The server sees only the first. */

import { argon2id } from 'hash-wasm'
import { derive } from './aead'
import { base64, type Bytes, utf8 } from './bytes'
import { CryptoError } from './errors'
import { passwordSlot, type SlotSecret } from './slots'

/** Argon2id (RFC 9106): the weakest parameters we accept from a server. */
export const FLOOR = { memoryKib: 64 * 1024, passes: 3, lanes: 1 }
const SALT_BYTES = 16

export interface KdfParameters {
  salt: Bytes
  memoryKib: number
  passes: number
  lanes: number
}

export interface PasswordKeys {
  /** Goes to the server in place of the password: 43 characters. */
  authKey: string
  /** Opens the password slot; never leaves the device. */
  slot: SlotSecret
}

/** Stretches a password (NFC) by Argon2id; throws weak_parameters when the server asks for less than FLOOR. */
export async function stretch(secret: string, kdf: KdfParameters): Promise<Bytes> {
  if (kdf.salt.length !== SALT_BYTES || kdf.memoryKib < FLOOR.memoryKib || kdf.passes < FLOOR.passes || kdf.lanes < 1) {
    throw new CryptoError('weak_parameters')
  }
  return (await argon2id({
    password: utf8(secret.normalize('NFC')),
    salt: kdf.salt,
    memorySize: kdf.memoryKib,
    iterations: kdf.passes,
    parallelism: kdf.lanes,
    hashLength: 32,
    outputType: 'binary',
  })) as Bytes
}

/** Derives both from a password. Takes about a second. */
export async function passwordKeys(password: string, kdf: KdfParameters): Promise<PasswordKeys> {
  const root = await stretch(password, kdf)
  return { authKey: base64(await derive(root, 'auth')), slot: await passwordSlot(root) }
}
