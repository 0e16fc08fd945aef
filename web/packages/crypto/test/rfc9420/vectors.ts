/** The public vectors of RFC 9420 that are here (schema/vectors/rfc9420), and what reading them takes. */

import { readFileSync } from 'node:fs'
import * as mls from 'ts-mls'

export const FOLDER = new URL('../../../../../schema/vectors/rfc9420/', import.meta.url)
const NAME = 'MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519'

/** The suite all of the product uses. */
export const SUITE_ID = 1
export const suite = mls.getCiphersuiteImpl(mls.getCiphersuiteFromName(NAME))

/** How many vectors of each public file are here, of how many there are. */
export const COUNTS = {
  'crypto-basics': [1, 7],
  deserialization: [14, 14],
  'key-schedule': [0, 7],
  'message-protection': [1, 7],
  messages: [1, 300],
  'passive-client-handling-commit': [13, 91],
  'passive-client-random': [0, 1],
  'passive-client-welcome': [1, 56],
  psk_secret: [11, 77],
  'secret-tree': [2, 21],
  'transcript-hashes': [1, 7],
  'tree-math': [6, 10],
  'tree-operations': [2, 5],
  'tree-validation': [3, 98],
  treekem: [2, 77],
  welcome: [0, 7],
} satisfies Record<string, [here: number, published: number]>

export const vectors = <T>(name: keyof typeof COUNTS): T[] => JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), 'utf8')) as T[]

/** Bytes of hexadecimal digits, which some files write in capitals. */
export function bytes(digits: string): Uint8Array<ArrayBuffer> {
  if (!/^([0-9a-f]{2})*$/i.test(digits)) throw new TypeError('not hexadecimal')
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16))
}

/** What a decoder makes of all of the bytes. */
export function whole<T>(decode: (from: Uint8Array, at: number) => [T, number] | undefined, from: Uint8Array): T {
  const found = decode(from, 0)
  if (found?.[1] !== from.length) throw new TypeError('not all of it was read')
  return found[0]
}

/** A message of the wire format that is expected. */
export function message<W extends mls.MLSMessage['wireformat']>(wireformat: W, digits: string): Extract<mls.MLSMessage, { wireformat: W }> {
  const found = whole(mls.decodeMlsMessage, bytes(digits))
  if (found.wireformat !== wireformat) throw new TypeError(`${found.wireformat} instead of ${wireformat}`)
  return found as Extract<mls.MLSMessage, { wireformat: W }>
}

/** A context as the vectors describe it: without extensions. */
export function contextOf(its: { group_id: string; epoch: number; tree_hash: string; confirmed_transcript_hash: string }): mls.GroupContext {
  return {
    version: 'mls10',
    cipherSuite: NAME,
    groupId: bytes(its.group_id),
    epoch: BigInt(its.epoch),
    treeHash: bytes(its.tree_hash),
    confirmedTranscriptHash: bytes(its.confirmed_transcript_hash),
    extensions: [],
  }
}
