/** Ed25519 (RFC 8032) with raw keys: 32-byte public keys and 32-byte seeds. */

import { type Bytes, concat, own, unbase64 } from './bytes'

const PKCS8_HEAD = Uint8Array.from([0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20])

export interface SigningPair {
  publicKey: Bytes
  seed: Bytes
}

/** Makes a new pair. */
export async function newSigningPair(): Promise<SigningPair> {
  const pair = (await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])) as CryptoKeyPair
  const publicKey = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey))
  const pkcs8 = new Uint8Array(await crypto.subtle.exportKey('pkcs8', pair.privateKey))
  return { publicKey, seed: pkcs8.slice(-32) }
}

/** The pair of a seed. */
export async function signingPairOf(seed: Uint8Array): Promise<SigningPair> {
  const key = await crypto.subtle.importKey('pkcs8', concat(PKCS8_HEAD, seed), 'Ed25519', true, ['sign'])
  const { x } = await crypto.subtle.exportKey('jwk', key)
  return { publicKey: unbase64(x ?? ''), seed: own(seed) }
}

/** Signs with a seed (64 bytes). */
export async function sign(seed: Uint8Array, message: Uint8Array): Promise<Bytes> {
  const key = await crypto.subtle.importKey('pkcs8', concat(PKCS8_HEAD, seed), 'Ed25519', false, ['sign'])
  return new Uint8Array(await crypto.subtle.sign('Ed25519', key, own(message)))
}

/** Whether a signature holds; false for anything malformed. */
export async function verify(publicKey: Uint8Array, signature: Uint8Array, message: Uint8Array): Promise<boolean> {
  try {
    const key = await crypto.subtle.importKey('raw', own(publicKey), 'Ed25519', false, ['verify'])
    return await crypto.subtle.verify('Ed25519', key, own(signature), own(message))
  } catch {
    return false
  }
}
