/** Slots: each holds the vault's master key for one way in (a password, a sheet, relatives, a passkey, a device).
 *
 * A slot is an HPKE box to a public key whose private key follows from a secret, so any device can seal a new master
 * key to every slot without knowing a password. Because the server knows those public keys too, it could seal a key of
 * its own: whoever opens by a slot therefore also checks the proof that the slot's owner once made with that secret
 * for the account's identity key, MAC over "prifora/1 slot" || account (16) || AIK (32).
 */

import { derive, KEY_BYTES, mac } from './aead'
import type { AccountKeys } from './account'
import { type Bytes, concat, equal, utf8, uuidBytes } from './bytes'
import { CryptoError } from './errors'
import { box, type BoxPair, deriveBoxPair, unbox } from './hpke'

export const PASSWORD = 'password'
export const RECOVERY = 'recovery'
export const RELATIVES = 'relatives'
const PASSKEY_ID = /^[A-Za-z0-9_-]{1,60}$/
const NAME = /^(password|recovery|relatives|passkey:[A-Za-z0-9_-]{1,60}|device:[0-9a-f-]{36})$/

/** What opens one slot. */
export interface SlotSecret {
  name: string
  pair: BoxPair
  proofKey: Bytes
}

/** A slot as the server has it. */
export interface Slot {
  name: string
  publicKey: Bytes
  sealed: Bytes
}

/** Whether there may be a slot of this name. */
export const isSlotName = (name: string): boolean => NAME.test(name)

/** The name of a passkey's slot, by as much of the credential's id (base64url) as a name may hold. */
export const passkeySlotName = (credentialId: string): string => `passkey:${credentialId.slice(0, 60)}`

/** The name of a device's slot. */
export const deviceSlotName = (deviceId: string): string => `device:${deviceId}`

/** What opens the password slot, from the stretched password. */
export const passwordSlot = async (root: Bytes): Promise<SlotSecret> => slotOf(PASSWORD, await derive(root, 'slot'))

/** What opens the slot of a recovery sheet, from its letters. */
export const recoverySlot = async (letters: string): Promise<SlotSecret> =>
  slotOf(RECOVERY, await derive(utf8(letters), 'recovery slot'))

/** What opens the slot of the relatives, from the secret they share. */
export const relativesSlot = (secret: Bytes): Promise<SlotSecret> => slotOf(RELATIVES, secret)

/** What opens a passkey's slot, from what the passkey derived (PRF). */
export async function passkeySlot(credentialId: string, prfOutput: Bytes): Promise<SlotSecret> {
  if (!PASSKEY_ID.test(credentialId.slice(0, 60))) throw new CryptoError('malformed', 'passkey')
  return slotOf(passkeySlotName(credentialId), await derive(prfOutput, 'passkey slot'))
}

/** What opens a device's slot: its own box key. */
export const deviceSlot = async (deviceId: string, boxes: BoxPair): Promise<SlotSecret> => ({
  name: deviceSlotName(deviceId),
  pair: boxes,
  proofKey: await derive(boxes.privateKey, 'slot proof'),
})

async function slotOf(name: string, seed: Bytes): Promise<SlotSecret> {
  if (seed.length !== KEY_BYTES) throw new CryptoError('malformed', 'slot')
  return { name, pair: await deriveBoxPair(seed), proofKey: await derive(seed, 'slot proof') }
}

/** The proof by a slot's secret that it belongs to this identity key. */
export const slotProof = (secret: SlotSecret, accountId: string, aik: Uint8Array): Promise<Bytes> =>
  mac(secret.proofKey, concat(utf8('prifora/1 slot'), uuidBytes(accountId), aik))

/** The keys with one slot more, or the slot of that name in its new form. */
export async function withSlot(keys: AccountKeys, accountId: string, secret: SlotSecret): Promise<AccountKeys> {
  if (!isSlotName(secret.name)) throw new CryptoError('malformed', 'slot')
  const kept = { key: secret.pair.publicKey, proof: await slotProof(secret, accountId, keys.aik) }
  return { ...keys, slots: { ...keys.slots, [secret.name]: kept } }
}

/** The keys without a slot. */
export const withoutSlot = (keys: AccountKeys, name: string): AccountKeys => ({
  ...keys,
  slots: Object.fromEntries(Object.entries(keys.slots).filter(([one]) => one !== name)),
})

/** Every slot, sealed anew. */
export const sealSlots = (keys: AccountKeys, accountId: string): Promise<Slot[]> =>
  Promise.all(
    Object.entries(keys.slots).map(async ([name, { key }]) => ({
      name,
      publicKey: key,
      sealed: await box(key, keys.masterKey, place(name, accountId)),
    })),
  )

/** The master key in a slot; throws forged when the slot is another secret's, not_readable when it does not open. */
export async function openSlot(slot: Slot, secret: SlotSecret, accountId: string): Promise<Bytes> {
  if (slot.name !== secret.name || !equal(slot.publicKey, secret.pair.publicKey)) throw new CryptoError('forged', 'slot')
  const masterKey = await unbox(secret.pair.privateKey, slot.sealed, place(slot.name, accountId))
  if (masterKey.length !== KEY_BYTES) throw new CryptoError('malformed', 'slot')
  return masterKey
}

const place = (name: string, accountId: string): string => `slot|${name}|${accountId}`
