/** The archive: what a person's later devices can read.
 *
 * Each epoch of a group has a history key, exported from MLS. Who makes an epoch boxes its key to every
 * member account; each message is once more sealed under it and signed by the sending device.
 * A record holds {a: account, d: device, k: its signature key, c: its certificate, e: envelope, p: {seq, hash} of the
 * newest record its sender knew}, filled up with spaces: it can be checked long after the device is gone, and a reader who
 * has the keys of that line notices when it is missing.
 */

import { derive, digest, open, seal } from './aead'
import type { BoxKey } from './account'
import { base64, type Bytes, type Sealed, sealed } from './bytes'
import { type LogPoint, pointOf, writePoint } from './chain'
import { isCertified } from './device'
import { CryptoError } from './errors'
import { box, unboxAny } from './hpke'
import { bytesOf, idOf, optional, padded, readJson } from './shape'
import { sign, verify } from './signing'

export const EXPORT_LABEL = 'prifora history'
const PAD_TO = 1024

export interface RecordContent {
  accountId: string
  deviceId: string
  signatureKey: Bytes
  certificate: Bytes
  envelope: Bytes
  /** The line and the hash of the newest record its sender knew in the conversation; absent for the first. */
  previous?: LogPoint
}

export interface ReadRecord {
  signatureKey: Bytes
  envelope: Bytes
  previous?: LogPoint
  hash: Bytes
}

export interface ArchiveRecord {
  id: string
  record: Sealed
  signature: Sealed
  /** Goes into the live message, so that the archived copy cannot be swapped or dropped unseen. */
  hash: Bytes
}

const place = (conversationId: string, epoch: number, id: string): string => `archive|${conversationId}|${epoch}|${id}`

/** An epoch's history key, for one account. */
export const boxHistoryKey = (
  aek: Uint8Array,
  historyKey: Uint8Array,
  conversationId: string,
  epoch: number,
  accountId: string,
): Promise<Sealed> => box(aek, historyKey, `history|${conversationId}|${epoch}|${accountId}`)

/** Opens it with whichever of the account's keys it was made for. */
export const openHistoryKey = (
  aeks: BoxKey[],
  sealedBox: Uint8Array,
  conversationId: string,
  epoch: number,
  accountId: string,
): Promise<Bytes> => unboxAny(aeks, sealedBox, `history|${conversationId}|${epoch}|${accountId}`)

/** Seals a message for the archive and signs it with the device's key. */
export async function writeRecord(
  historyKey: Bytes,
  conversationId: string,
  epoch: number,
  id: string,
  content: RecordContent,
  signatureSeed: Bytes,
): Promise<ArchiveRecord> {
  const { accountId, deviceId, signatureKey, certificate, envelope, previous } = content
  const device = { a: accountId, d: deviceId, k: base64(signatureKey), c: base64(certificate) }
  const plain = padded({ ...device, e: base64(envelope), ...(previous ? { p: writePoint(previous) } : {}) }, PAD_TO)
  const record = await seal(await derive(historyKey, `record|${id}`), plain, place(conversationId, epoch, id))
  return { id, record, signature: sealed(await sign(signatureSeed, record)), hash: await digest(record) }
}

/** Opens a record, when a device that its account certified signed it, and it is by whom the server says. */
export async function readRecord(
  historyKey: Bytes,
  conversationId: string,
  epoch: number,
  id: string,
  record: Uint8Array,
  signature: Uint8Array,
  sender: { accountId: string; deviceId: string; aik: Bytes },
): Promise<ReadRecord> {
  const raw = readJson(await open(await derive(historyKey, `record|${id}`), record, place(conversationId, epoch, id)))
  const signatureKey = bytesOf(raw.k, 32)
  const identity = { accountId: idOf(raw.a), deviceId: idOf(raw.d), aik: sender.aik, certificate: bytesOf(raw.c, 64) }
  if (identity.accountId !== sender.accountId || identity.deviceId !== sender.deviceId) throw new CryptoError('forged', 'sender')
  if (!(await isCertified(identity, signatureKey))) throw new CryptoError('forged', 'certificate')
  if (!(await verify(signatureKey, signature, record))) throw new CryptoError('forged', 'signature')
  const previous = optional('previous', raw.p, pointOf)
  return { signatureKey, envelope: bytesOf(raw.e), ...previous, hash: await digest(record) }
}
