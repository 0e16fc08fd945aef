/** Invitations: one code of 80 bits, spoken, typed or in a link, from which everything else follows.
 *
 * The server gets only `lookup`. Inviter and invited person each prove their keys with a MAC under the code,
 * so that a server cannot put itself between them at first contact, and for which family, whose founder is named with
 * them: MAC over side || family (16) || account (16) || AIK || founder (16) || founder's AIK. The AEK is not in it: it changes
 * while an invitation is open, and the AIK states it.
 */

import type { Root } from './admission'
import { derive, mac, open, seal } from './aead'
import { base64, type Bytes, concat, equal, random, type Sealed, sealed, utf8, uuidBytes } from './bytes'
import { CryptoError } from './errors'
import { optional, readJson, textOf } from './shape'

const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ' // Crockford base32
const LENGTH = 16
const KEY_BYTES = 32
const NAME_MAX = 200

export interface Note {
  familyName: string
  inviter: string
  invitee?: string
}

/** A new code, sixteen letters in four groups. */
export function newInvitationCode(): string {
  const letters = Array.from(random(LENGTH), (byte) => LETTERS[byte & 31])
  return (letters.join('').match(/.{4}/g) ?? []).join('-')
}

/** What a person typed, as the 16 letters; undefined when it cannot be a code. */
export function readInvitationCode(typed: string): string | undefined {
  const letters = typed.toUpperCase().replaceAll('O', '0').replaceAll(/[IL]/g, '1').replaceAll(/[^0-9A-Z]/g, '')
  return letters.length === LENGTH && [...letters].every((one) => LETTERS.includes(one)) ? letters : undefined
}

/** What everything about an invitation is derived from. */
export function invitationSecret(code: string): Bytes {
  const letters = readInvitationCode(code)
  if (!letters) throw new CryptoError('malformed')
  return utf8(letters)
}

/** What the server finds an invitation by: 16 bytes. */
export const invitationLookup = async (code: string): Promise<Sealed> =>
  sealed(await derive(invitationSecret(code), 'invitation lookup', 16))

/** The proof that these keys are the inviter's or the invited person's: 32 bytes. */
export async function invitationProof(
  code: string,
  side: 'inviter' | 'invitee',
  familyId: string,
  accountId: string,
  keys: { aik: Uint8Array },
  founder: Root,
): Promise<Sealed> {
  if ([keys.aik, founder.aik].some((one) => one.length !== KEY_BYTES)) throw new CryptoError('malformed', 'key')
  const key = await derive(invitationSecret(code), 'invitation mac')
  const root = concat(uuidBytes(founder.accountId), founder.aik)
  const message = concat(utf8(side), uuidBytes(familyId), uuidBytes(accountId), keys.aik, root)
  return sealed(await mac(key, message))
}

/** Whether a proof holds. */
export async function invitationProofHolds(
  proof: Uint8Array,
  ...what: Parameters<typeof invitationProof>
): Promise<boolean> {
  return equal(proof, await invitationProof(...what))
}

/** What only who has the code may read: from whom, to which family. */
export const sealNote = async (code: string, note: Note): Promise<Sealed> =>
  seal(await derive(invitationSecret(code), 'invitation note'), utf8(JSON.stringify(note)), 'invitation note')

/** Opens a note; throws not_readable or malformed. */
export async function openNote(code: string, box: Uint8Array): Promise<Note> {
  const raw = readJson(await open(await derive(invitationSecret(code), 'invitation note'), box, 'invitation note'))
  const name = (value: unknown): string => textOf(value, NAME_MAX)
  return { familyName: name(raw.familyName), inviter: name(raw.inviter), ...optional('invitee', raw.invitee, name) }
}

/** The code at the end of an invitation link, /join#CODE. */
export const linkOf = (origin: string, code: string): string => `${origin}/join#${code}`

/** For the inviter to check later who accepted: the code's MAC key, kept on the device only. */
export const rememberedCode = (code: string): string => base64(invitationSecret(code))
