/** Short codes that one person reads out to another: pairing a Home Station, linking a device, coming back.
 *
 * Both sides stretch the code by Argon2id; the server gets only `lookup`. To put itself between them it would have to
 * try 2^34 codes (recovery: 2^51) at about a second each within the time the code lasts.
 */

import { derive } from './aead'
import { type Bytes, equal, random, type Sealed, sealed, utf8 } from './bytes'
import { CryptoError } from './errors'
import { FLOOR, stretch } from './password'

const LETTERS = 'BCDFGHJKLMNPQRSTVWXZ'
const SALT = utf8('prifora pairing!')
const LENGTH = { pairing: 8, link: 8, recovery: 12 }

export type CodeUse = keyof typeof LENGTH

export interface CodeSecret {
  /** What the server finds a pairing or a link by: 16 bytes. A recovery is found by its account instead. */
  lookup: Sealed
  macKey: Bytes
}

/** A new code in groups of four; letters that cannot be confused and spell no word. */
export function newCode(use: CodeUse): string {
  let letters = ''
  while (letters.length < LENGTH[use]) {
    const byte = random(1)[0] ?? 255
    if (byte < 240) letters += LETTERS[byte % LETTERS.length] ?? ''
  }
  return (letters.match(/.{4}/g) ?? []).join('-')
}

/** What a person typed, as letters; undefined when it cannot be a code. */
export function readCode(typed: string, use: CodeUse): string | undefined {
  const letters = typed.toUpperCase().replaceAll(/[^A-Z]/g, '')
  return letters.length === LENGTH[use] && [...letters].every((one) => LETTERS.includes(one)) ? letters : undefined
}

/** What both sides derive from a code. Takes about a second. */
export async function codeSecret(code: string, use: CodeUse): Promise<CodeSecret> {
  const letters = readCode(code, use)
  if (!letters) throw new CryptoError('malformed', 'code')
  const root = await stretch(letters, { salt: SALT, ...FLOOR })
  return { lookup: sealed(await derive(root, `${use} lookup`, 16)), macKey: await derive(root, `${use} mac`) }
}

/** Whether a proof is the expected one. */
export const proofHolds = (one: Uint8Array, other: Uint8Array): boolean => equal(one, other)
