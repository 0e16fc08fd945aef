/** Linking a further device of the same person: the new one shows eight letters (or a QR code), one they have takes them. */

import { digest, mac } from './aead'
import { base64, type Bytes, concat, hex, type Sealed, sealed, utf8 } from './bytes'
import type { CodeSecret } from './code'
import { CryptoError } from './errors'
import { box, unbox } from './hpke'
import { bytesOf, idOf, readJson } from './shape'

const KEY_BYTES = 32

/** What the device they have gives to the new one. */
export interface LinkContent {
  accountId: string
  masterKey: Bytes
}

/** The address in the QR code, /link#CODE. */
export const linkUrl = (origin: string, code: string): string => `${origin}/link#${code}`

/** The new device's proof that these keys are its own. */
export async function linkDeviceProof(secret: CodeSecret, boxKey: Uint8Array, authKey: Uint8Array): Promise<Sealed> {
  if (boxKey.length !== KEY_BYTES) throw new CryptoError('malformed', 'key')
  return sealed(await mac(secret.macKey, concat(utf8('device'), boxKey, authKey)))
}

/** The proof of who approves that the box is theirs. */
export const linkOwnerProof = async (secret: CodeSecret, content: Uint8Array): Promise<Sealed> =>
  sealed(await mac(secret.macKey, concat(utf8('owner'), await digest(content))))

/** Seals the account for the new device. */
export const sealLink = (boxKey: Uint8Array, lookup: Uint8Array, { accountId, masterKey }: LinkContent): Promise<Sealed> =>
  box(boxKey, utf8(JSON.stringify({ accountId, masterKey: base64(masterKey) })), `link|${hex(lookup)}`)

/** Opens it on the new device; throws not_readable or malformed. */
export async function openLink(privateKey: Uint8Array, lookup: Uint8Array, content: Uint8Array): Promise<LinkContent> {
  const { accountId, masterKey } = readJson(await unbox(privateKey, content, `link|${hex(lookup)}`))
  return { accountId: idOf(accountId), masterKey: bytesOf(masterKey, KEY_BYTES) }
}
