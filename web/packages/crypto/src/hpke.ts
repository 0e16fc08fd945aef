/** Sealing to a public key: HPKE base mode, X25519, HKDF-SHA256, AES-256-GCM (RFC 9180). A box is enc || ciphertext.
 *
 * Where a box belongs (`boundTo`) is the info of HPKE; the additional data is empty. A box says nothing about who made it.
 */

import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from '@hpke/core'
import { type Bytes, concat, own, type Sealed, sealed, unbase64, utf8 } from './bytes'
import { CryptoError } from './errors'

const ENC_BYTES = 32
const PKCS8_HEAD = Uint8Array.from([0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x6e, 4, 0x22, 4, 0x20])
const suite = new CipherSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() })

export interface BoxPair {
  publicKey: Bytes
  privateKey: Bytes
}

/** Makes a new pair. */
export const newBoxPair = async (): Promise<BoxPair> => rawPair(await suite.kem.generateKeyPair())

/** The pair that follows from a secret (DeriveKeyPair, RFC 9180 section 7.1.3). */
export const deriveBoxPair = async (seed: Uint8Array): Promise<BoxPair> =>
  rawPair(await suite.kem.deriveKeyPair(own(seed).buffer))

/** The pair of a private key. */
export async function boxPairOf(privateKey: Uint8Array): Promise<BoxPair> {
  const key = await crypto.subtle.importKey('pkcs8', concat(PKCS8_HEAD, privateKey), 'X25519', true, ['deriveBits'])
  const { x } = await crypto.subtle.exportKey('jwk', key)
  return { publicKey: unbase64(x ?? ''), privateKey: own(privateKey) }
}

async function rawPair(pair: CryptoKeyPair): Promise<BoxPair> {
  return {
    publicKey: new Uint8Array(await suite.kem.serializePublicKey(pair.publicKey)),
    privateKey: new Uint8Array(await suite.kem.serializePrivateKey(pair.privateKey)),
  }
}

/** Seals `plain` for who holds the private key; opens only with the same `boundTo`. */
export async function box(publicKey: Uint8Array, plain: Uint8Array, boundTo: string): Promise<Sealed> {
  const key = await suite.kem.deserializePublicKey(own(publicKey).buffer)
  const sender = await suite.createSenderContext({ recipientPublicKey: key, info: utf8(boundTo).buffer })
  const body = await sender.seal(own(plain).buffer)
  return sealed(concat(new Uint8Array(sender.enc), new Uint8Array(body)))
}

/** Opens a box; throws not_readable. */
export async function unbox(privateKey: Uint8Array, sealedBox: Uint8Array, boundTo: string): Promise<Bytes> {
  try {
    const key = await suite.kem.deserializePrivateKey(own(privateKey).buffer)
    const recipient = await suite.createRecipientContext({
      recipientKey: key,
      enc: own(sealedBox.subarray(0, ENC_BYTES)).buffer,
      info: utf8(boundTo).buffer,
    })
    return new Uint8Array(await recipient.open(own(sealedBox.subarray(ENC_BYTES)).buffer))
  } catch {
    throw new CryptoError('not_readable')
  }
}

/** Opens a box that was made for one of several keys; throws not_readable. */
export async function unboxAny(keys: { privateKey: Uint8Array }[], sealedBox: Uint8Array, boundTo: string): Promise<Bytes> {
  for (const { privateKey } of keys) {
    const opened = await unbox(privateKey, sealedBox, boundTo).catch(() => undefined)
    if (opened) return opened
  }
  throw new CryptoError('not_readable')
}
