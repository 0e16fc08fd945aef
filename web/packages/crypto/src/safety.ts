/** The safety number of two people: the same on both sides exactly when each knows the other's identity key.
 *
 * SHA-256 of "prifora/1 safety number" || the two (account (16) || AIK (32)), sorted by their bytes.
 */

import type { Root } from './admission'
import { digest } from './aead'
import { base64, concat, order, readNumber, utf8, uuidBytes } from './bytes'

const GROUPS = 8

export interface SafetyNumber {
  /** Eight groups of five digits. */
  groups: string[]
  /** The text of the QR code. */
  qr: string
}

/** The number of two people. */
export async function safetyNumber(one: Root, other: Root): Promise<SafetyNumber> {
  const people = [one, other].map(({ accountId, aik }) => concat(uuidBytes(accountId), aik)).sort(order)
  const hash = await digest(concat(utf8('prifora/1 safety number'), ...people))
  const groups = Array.from({ length: GROUPS }, (_, at) => readNumber(hash.subarray(at * 4, at * 4 + 4)) % 100_000)
  return { groups: groups.map((group) => String(group).padStart(5, '0')), qr: `prifora-safety-1:${base64(hash)}` }
}

/** Whether a scanned code is this number. */
export const safetyMatches = (scanned: string, number: { qr: string }): boolean => scanned.trim() === number.qr
