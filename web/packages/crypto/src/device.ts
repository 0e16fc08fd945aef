/** Devices: each has a signature key that the account's identity key certifies.
 *
 * certificate = AIK signature over "prifora/1 device certificate" || account (16) || device (16) || signature key (32)
 * identity    = 0x01 || account (16) || device (16) || AIK (32) || certificate (64), the MLS BasicCredential
 */

import { type Bytes, concat, own, utf8, uuidBytes, uuidText } from './bytes'
import { sign, verify } from './signing'

const LABEL = utf8('prifora/1 device certificate')
const VERSION = 1
export const IDENTITY_BYTES = 129

export interface Identity {
  accountId: string
  deviceId: string
  aik: Bytes
  certificate: Bytes
}

const body = (accountId: string, deviceId: string, signatureKey: Uint8Array): Bytes =>
  concat(LABEL, uuidBytes(accountId), uuidBytes(deviceId), signatureKey)

/** Certifies a device's signature key. */
export const certify = (aikSeed: Bytes, accountId: string, deviceId: string, signatureKey: Bytes): Promise<Bytes> =>
  sign(aikSeed, body(accountId, deviceId, signatureKey))

/** Writes an identity down. */
export const writeIdentity = (one: Identity): Bytes =>
  concat(Uint8Array.of(VERSION), uuidBytes(one.accountId), uuidBytes(one.deviceId), one.aik, one.certificate)

/** Reads an identity; undefined when it is not of our form. */
export function readIdentity(bytes: Uint8Array): Identity | undefined {
  if (bytes.length !== IDENTITY_BYTES || bytes[0] !== VERSION) return undefined
  return {
    accountId: uuidText(bytes.subarray(1, 17)),
    deviceId: uuidText(bytes.subarray(17, 33)),
    aik: own(bytes.subarray(33, 65)),
    certificate: own(bytes.subarray(65, 129)),
  }
}

/** Whether the identity's own key certified this signature key. Whose key that is, PinBook knows. */
export const isCertified = (one: Identity, signatureKey: Uint8Array): Promise<boolean> =>
  verify(one.aik, one.certificate, body(one.accountId, one.deviceId, signatureKey))
