/** People with devices, and the server's removal key, for tests of the engine. */

import { type Bytes, certify, concat, newAccountKeys, newSigningPair, type OwnDevice, sign, utf8 } from '../../src'

export interface Person {
  accountId: string
  newDevice(): Promise<OwnDevice>
}

/** Somebody new, who certifies devices. */
export async function person(): Promise<Person> {
  const keys = await newAccountKeys()
  const accountId = crypto.randomUUID()
  return {
    accountId,
    async newDevice() {
      const pair = await newSigningPair()
      const deviceId = crypto.randomUUID()
      const certificate = await certify(keys.aikSeed, accountId, deviceId, pair.publicKey)
      return { identity: { accountId, deviceId, aik: keys.aik, certificate }, signatureKey: pair.publicKey, signatureSeed: pair.seed }
    },
  }
}

export interface RemovalKey {
  externalSender: Bytes
  /** An MLSMessage with the server's signed proposal that a leaf must go (RFC 9420 sections 6.2 and 12.1.8). */
  propose(groupId: Uint8Array, epoch: number, leaf: number): Promise<Bytes>
}

/** A server's removal key. */
export async function removalKey(): Promise<RemovalKey> {
  const pair = await newSigningPair()
  const name = utf8('prifora removal')
  return {
    externalSender: concat(opaque(pair.publicKey), number(1, 2), opaque(name)),
    async propose(groupId, epoch, leaf) {
      const from = concat(Uint8Array.of(2), number(0, 4))
      const proposal = concat(Uint8Array.of(2), number(3, 2), number(leaf, 4))
      const content = concat(number(1, 2), number(1, 2), opaque(groupId), number(epoch, 8), from, opaque(utf8('')), proposal)
      const signature = await sign(pair.seed, concat(opaque(utf8('MLS 1.0 FramedContentTBS')), opaque(content)))
      return concat(content, opaque(signature))
    },
  }
}

function number(value: number, size: number): Bytes {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value))
  return bytes.slice(8 - size)
}

function opaque(value: Uint8Array): Bytes {
  const size = value.length < 64 ? number(value.length, 1) : number(0x4000 | value.length, 2)
  return concat(size, value)
}
