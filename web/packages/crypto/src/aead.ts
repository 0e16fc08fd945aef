/** Symmetric sealing: AES-256-GCM with a random 96-bit nonce in front (NIST SP 800-38D), and HKDF (RFC 5869). */

import { type Bytes, concat, own, random, type Sealed, sealed, utf8 } from './bytes'
import { CryptoError } from './errors'

export const KEY_BYTES = 32
const NONCE_BYTES = 12

/** Encrypts `plain` under a 32-byte key; it opens only with the same `boundTo`. */
export async function seal(key: Uint8Array, plain: Uint8Array, boundTo: string): Promise<Sealed> {
  const imported = await crypto.subtle.importKey('raw', own(key), 'AES-GCM', false, ['encrypt'])
  return sealWith(imported, plain, boundTo)
}

/** The same with a key the platform keeps to itself. */
export async function sealWith(key: CryptoKey, plain: Uint8Array, boundTo: string): Promise<Sealed> {
  const iv = random(NONCE_BYTES)
  const body = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: utf8(boundTo) }, key, own(plain))
  return sealed(concat(iv, new Uint8Array(body)))
}

/** Opens what `seal` made; throws not_readable when key, place or bytes differ. */
export async function open(key: Uint8Array, box: Uint8Array, boundTo: string): Promise<Bytes> {
  const imported = await crypto.subtle.importKey('raw', own(key), 'AES-GCM', false, ['decrypt'])
  return openWith(imported, box, boundTo)
}

/** The same with a key the platform keeps to itself. */
export async function openWith(key: CryptoKey, box: Uint8Array, boundTo: string): Promise<Bytes> {
  try {
    const iv = own(box.subarray(0, NONCE_BYTES))
    const body = own(box.subarray(NONCE_BYTES))
    return new Uint8Array(
      await crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData: utf8(boundTo) }, key, body),
    )
  } catch {
    throw new CryptoError('not_readable')
  }
}

/** Derives `size` bytes from a secret for one purpose. */
export async function derive(secret: Uint8Array, purpose: string, size = KEY_BYTES): Promise<Bytes> {
  const key = await crypto.subtle.importKey('raw', own(secret), 'HKDF', false, ['deriveBits'])
  const info = utf8(`prifora/1 ${purpose}`)
  const bits = await crypto.subtle.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info }, key, size * 8)
  return new Uint8Array(bits)
}

/** HMAC-SHA-256 (32 bytes). */
export async function mac(key: Uint8Array, message: Uint8Array): Promise<Bytes> {
  const imported = await crypto.subtle.importKey('raw', own(key), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  return new Uint8Array(await crypto.subtle.sign('HMAC', imported, own(message)))
}

/** SHA-256 (32 bytes). */
export const digest = async (message: Uint8Array): Promise<Bytes> =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', own(message)))
