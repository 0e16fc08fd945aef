/** An account's keys: who a person is (AIK, signs devices) and where things are sealed to (AEK).
 *
 * They lie sealed under the master key: {v: 2, aik: seed, aeks: [{version, private}, newest first], slots: {name: {key, proof}}}.
 */

import { KEY_BYTES, open, seal } from './aead'
import { base64, type Bytes, equal, random, type Sealed, utf8 } from './bytes'
import { CryptoError } from './errors'
import { type BoxPair, boxPairOf, newBoxPair } from './hpke'
import { bytesOf, fieldsOf, listOf, oneOf, readJson, wholeOf } from './shape'
import { newSigningPair, signingPairOf } from './signing'

const AEKS_MAX = 1000

/** A version of the key that history is sealed to. */
export interface BoxKey extends BoxPair {
  version: number
}

/** What the sealed keys remember of a slot: where to seal the next master key, and that the slot's owner made it. */
export interface KeptSlot {
  key: Bytes
  proof: Bytes
}

export interface AccountKeys {
  /** Master key: opens the vault. 32 bytes. */
  masterKey: Bytes
  aik: Bytes
  aikSeed: Bytes
  aek: Bytes
  aekPrivate: Bytes
  aekVersion: number
  /** Every version, newest first: the old ones open old history. */
  aeks: BoxKey[]
  slots: Record<string, KeptSlot>
}

/** The public keys that a vault shows beside its sealed ones. */
export interface ShownKeys {
  aik: Bytes
  aek: Bytes
  aekVersion: number
}

/** Makes the keys of a new account. */
export async function newAccountKeys(): Promise<AccountKeys> {
  const [identity, boxes] = [await newSigningPair(), await newBoxPair()]
  return keysOf(random(KEY_BYTES), identity.publicKey, identity.seed, [{ version: 1, ...boxes }], {})
}

/** The same account with a new master key and a new encryption key; who knew the old ones learns nothing more. */
export async function rotateAccountKeys(keys: AccountKeys): Promise<AccountKeys> {
  const next = { version: keys.aekVersion + 1, ...(await newBoxPair()) }
  return keysOf(random(KEY_BYTES), keys.aik, keys.aikSeed, [next, ...keys.aeks], keys.slots)
}

/** The private keys, sealed under the master key for one account. */
export function sealAccountKeys(keys: AccountKeys, accountId: string): Promise<Sealed> {
  const written = {
    v: 2,
    aik: base64(keys.aikSeed),
    aeks: keys.aeks.map((one) => ({ version: one.version, private: base64(one.privateKey) })),
    slots: Object.fromEntries(
      Object.entries(keys.slots).map(([name, { key, proof }]) => [name, { key: base64(key), proof: base64(proof) }]),
    ),
  }
  return seal(keys.masterKey, utf8(JSON.stringify(written)), `account keys|${accountId}`)
}

/** Opens what `sealAccountKeys` made; throws forged when the public keys beside it are not those of the private ones. */
export async function openAccountKeys(
  masterKey: Bytes,
  sealedKeys: Uint8Array,
  accountId: string,
  beside: ShownKeys,
): Promise<AccountKeys> {
  const kept = readJson(await open(masterKey, sealedKeys, `account keys|${accountId}`))
  oneOf(kept.v, [2])
  const identity = await signingPairOf(bytesOf(kept.aik, 32))
  const aeks = await Promise.all(listOf(kept.aeks, AEKS_MAX, readBoxKey))
  if (!aeks.every((one, at) => at === 0 || one.version < (aeks[at - 1]?.version ?? 0))) throw new CryptoError('malformed', 'aeks')
  const slots = Object.fromEntries(Object.entries(fieldsOf(kept.slots)).map(([name, slot]) => [name, readKeptSlot(slot)]))
  const keys = keysOf(masterKey, identity.publicKey, identity.seed, aeks, slots)
  if (!equal(keys.aik, beside.aik)) throw new CryptoError('forged', 'aik')
  if (!equal(keys.aek, beside.aek) || keys.aekVersion !== beside.aekVersion) throw new CryptoError('forged', 'aek')
  return keys
}

async function readBoxKey(value: unknown): Promise<BoxKey> {
  const { version, private: privateKey } = fieldsOf(value)
  return { version: wholeOf(version, 1, 2 ** 32 - 1), ...(await boxPairOf(bytesOf(privateKey, 32))) }
}

function readKeptSlot(value: unknown): KeptSlot {
  const { key, proof } = fieldsOf(value)
  return { key: bytesOf(key, 32), proof: bytesOf(proof, 32) }
}

function keysOf(masterKey: Bytes, aik: Bytes, aikSeed: Bytes, aeks: BoxKey[], slots: Record<string, KeptSlot>): AccountKeys {
  const [present] = aeks
  if (!present) throw new CryptoError('malformed', 'aeks')
  return { masterKey, aik, aikSeed, aek: present.publicKey, aekPrivate: present.privateKey, aekVersion: present.version, aeks, slots }
}
