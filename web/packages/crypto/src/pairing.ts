/** Pairing a Home Station: it shows eight letters, a relative types them. */

import { digest, mac } from './aead'
import { base64, concat, hex, type Sealed, sealed, utf8 } from './bytes'
import { codeSecret, type CodeSecret, newCode, readCode } from './code'
import { CryptoError } from './errors'
import { box, unbox } from './hpke'
import { bytesOf, fieldsOf, idOf, optional, readJson, textOf } from './shape'

const KEY_BYTES = 32
const NAME_MAX = 200

interface KnownKey {
  accountId: string
  /** base64url. */
  aik: string
}

/** What the relative's device tells the station. */
export interface PairingContent {
  familyId: string
  accountId: string
  familyName: string
  approver: KnownKey
  /** Who founded the family: everybody in it is known from there. */
  founder: KnownKey
  /** Only when the person who types the code is the one the station is for. */
  masterKey?: string
}

/** A new code, eight letters in two groups. */
export const newPairingCode = (): string => newCode('pairing')

/** What a person typed, as the eight letters; undefined when it cannot be a code. */
export const readPairingCode = (typed: string): string | undefined => readCode(typed, 'pairing')

/** What both sides derive from the code. Takes about a second. */
export const pairingSecret = (code: string): Promise<CodeSecret> => codeSecret(code, 'pairing')

/** The station's proof that these keys are its own, and the identity key it proposes for its user, where it does. */
export async function stationProof(
  secret: CodeSecret,
  boxKey: Uint8Array,
  authKey: Uint8Array,
  aik: Uint8Array = new Uint8Array(KEY_BYTES),
): Promise<Sealed> {
  if (boxKey.length !== KEY_BYTES || aik.length !== KEY_BYTES) throw new CryptoError('malformed', 'key')
  return sealed(await mac(secret.macKey, concat(utf8('station'), boxKey, authKey, aik)))
}

/** The relative's proof that the box is theirs. */
export const boxProof = async (secret: CodeSecret, content: Uint8Array): Promise<Sealed> =>
  sealed(await mac(secret.macKey, concat(utf8('approver'), await digest(content))))

/** Seals what the station needs to know. */
export const sealForStation = (boxKey: Uint8Array, lookup: Uint8Array, content: PairingContent): Promise<Sealed> =>
  box(boxKey, utf8(JSON.stringify(content)), `pairing|${hex(lookup)}`)

/** Opens it on the station; throws not_readable or malformed. */
export async function openOnStation(privateKey: Uint8Array, lookup: Uint8Array, content: Uint8Array): Promise<PairingContent> {
  const raw = readJson(await unbox(privateKey, content, `pairing|${hex(lookup)}`))
  return {
    familyId: idOf(raw.familyId),
    accountId: idOf(raw.accountId),
    familyName: textOf(raw.familyName, NAME_MAX),
    approver: knownKey(raw.approver),
    founder: knownKey(raw.founder),
    ...optional('masterKey', raw.masterKey, keyText),
  }
}

const keyText = (value: unknown): string => base64(bytesOf(value, KEY_BYTES))

function knownKey(value: unknown): KnownKey {
  const { accountId, aik } = fieldsOf(value)
  return { accountId: idOf(accountId), aik: keyText(aik) }
}
