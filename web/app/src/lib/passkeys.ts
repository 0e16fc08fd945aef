/** Passkeys: the browser's own dialogs, with options and answers as the server writes them. */

import { PASSKEY_SALT } from '@prifora/core'

/** What a passkey answers, and the secret it derives where it can. The secret never goes to the server. */
export interface Answer {
  credential: unknown
  prf: Uint8Array | undefined
}

type Prf = { enabled?: boolean; results?: { first?: BufferSource } }
type Withheld = { clientExtensionResults?: { prf?: unknown } }

const CHALLENGE_BYTES = 32
const salt = (): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(PASSKEY_SALT.replaceAll('-', '+').replaceAll('_', '/')), (one) => one.charCodeAt(0))
const asking = () => ({ prf: { eval: { first: salt() } } })
const answered = (from: PublicKeyCredential): Prf | undefined => (from.getClientExtensionResults() as { prf?: Prf }).prf

function secret(from: PublicKeyCredential): Uint8Array | undefined {
  const first = answered(from)?.results?.first
  if (!first) return undefined
  return first instanceof ArrayBuffer ? new Uint8Array(first) : new Uint8Array(first.buffer, first.byteOffset, first.byteLength).slice()
}

/** What goes to the server: everything but the secret. */
function told(from: PublicKeyCredential): unknown {
  const credential = from.toJSON() as Withheld
  delete credential.clientExtensionResults?.prf
  return credential
}

/** Asks the browser for a new passkey. Some derive their secret only when they are used: those are asked once more. */
export async function makePasskey(options: unknown): Promise<Answer> {
  const { publicKey } = options as { publicKey: PublicKeyCredentialCreationOptionsJSON }
  const wanted = PublicKeyCredential.parseCreationOptionsFromJSON(publicKey)
  wanted.extensions = { ...wanted.extensions, ...asking() }
  const made = (await navigator.credentials.create({ publicKey: wanted })) as PublicKeyCredential
  const later = answered(made)?.enabled && !secret(made)
  return { credential: told(made), prf: later ? await useOnce(made.rawId, publicKey.rp.id) : secret(made) }
}

async function useOnce(id: ArrayBuffer, rpId: string | undefined): Promise<Uint8Array | undefined> {
  const challenge = crypto.getRandomValues(new Uint8Array(CHALLENGE_BYTES))
  const publicKey = { challenge, allowCredentials: [{ type: 'public-key' as const, id }], extensions: asking(), ...(rpId ? { rpId } : {}) }
  const used = (await navigator.credentials.get({ publicKey }).catch(() => null)) as PublicKeyCredential | null
  return used ? secret(used) : undefined
}

/** Asks the browser to sign in with one. */
export async function getPasskey(options: unknown): Promise<Answer> {
  const { publicKey } = options as { publicKey: PublicKeyCredentialRequestOptionsJSON }
  const wanted = PublicKeyCredential.parseRequestOptionsFromJSON(publicKey)
  wanted.extensions = { ...wanted.extensions, ...asking() }
  const found = (await navigator.credentials.get({ publicKey: wanted })) as PublicKeyCredential
  return { credential: told(found), prf: secret(found) }
}
