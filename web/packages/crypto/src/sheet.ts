/** The recovery sheet: 26 letters on paper (130 bits) that open the vault and sign in, and two letters that catch mistakes. */

import { derive, digest } from './aead'
import { type Bytes, random, type Sealed, sealed, utf8 } from './bytes'
import { CryptoError } from './errors'
import { recoverySlot, type SlotSecret } from './slots'
import { sign, signingPairOf } from './signing'

const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ' // Crockford base32
const LENGTH = 26

export interface SheetSecret {
  slot: SlotSecret
  /** What the server checks a sign-in by: Ed25519, 32 bytes. */
  authKey: Bytes
  authSeed: Bytes
}

/** A new sheet's letters, seven groups of four, check letters included. */
export async function newSheet(): Promise<string> {
  const letters = Array.from(random(LENGTH), (byte) => LETTERS[byte & 31]).join('')
  return writeSheet(letters)
}

/** The 26 letters as they are printed. */
export async function writeSheet(letters: string): Promise<string> {
  return ((letters + (await checkOf(letters))).match(/.{4}/g) ?? []).join('-')
}

/** What a person typed, as the 26 letters; undefined when a letter is wrong. */
export async function readSheet(typed: string): Promise<string | undefined> {
  const all = typed.toUpperCase().replaceAll('O', '0').replaceAll(/[IL]/g, '1').replaceAll(/[^0-9A-Z]/g, '')
  const letters = all.slice(0, LENGTH)
  if (all.length !== LENGTH + 2 || ![...all].every((one) => LETTERS.includes(one))) return undefined
  return all === letters + (await checkOf(letters)) ? letters : undefined
}

/** The first ten bits of the hash of the letters. */
async function checkOf(letters: string): Promise<string> {
  const [first = 0, second = 0] = await digest(utf8(letters))
  return `${LETTERS[first >> 3] ?? ''}${LETTERS[((first & 7) << 2) | (second >> 6)] ?? ''}`
}

/** What follows from the 26 letters. */
export async function sheetSecret(letters: string): Promise<SheetSecret> {
  if (letters.length !== LENGTH || ![...letters].every((one) => LETTERS.includes(one))) throw new CryptoError('malformed', 'sheet')
  const pair = await signingPairOf(await derive(utf8(letters), 'recovery sign-in'))
  return { slot: await recoverySlot(letters), authKey: pair.publicKey, authSeed: pair.seed }
}

/** The signature that signs in with a sheet. */
export const signSheetSignIn = async (authSeed: Bytes, login: string, nonce: string): Promise<Sealed> =>
  sealed(await sign(authSeed, utf8(`prifora recovery|${login.trim().toLowerCase()}|${nonce}`)))
