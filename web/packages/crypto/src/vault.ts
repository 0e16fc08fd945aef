/** The vault: an account's sealed keys and their slots, as the server keeps them. */

import { type AccountKeys, openAccountKeys, sealAccountKeys } from './account'
import { type Bytes, equal } from './bytes'
import { CryptoError } from './errors'
import { openSlot, sealSlots, type Slot, slotProof, type SlotSecret } from './slots'
import { keyStatementHolds, signKeyStatement } from './statements'

export interface VaultBytes {
  aik: Bytes
  aek: Bytes
  aekVersion: number
  aekSignature: Bytes
  sealedKeys: Bytes
  slots: Slot[]
}

/** Everything the server keeps, sealed anew. */
export async function writeVault(keys: AccountKeys, accountId: string): Promise<VaultBytes> {
  const { aik, aikSeed, aek, aekVersion } = keys
  return {
    aik,
    aek,
    aekVersion,
    aekSignature: await signKeyStatement(aikSeed, accountId, aekVersion, aek),
    sealedKeys: await sealAccountKeys(keys, accountId),
    slots: await sealSlots(keys, accountId),
  }
}

/** Opens a vault by a slot; throws not_readable for another secret's, forged when the slot's owner never saw these keys. */
export async function openVault(vault: VaultBytes, secret: SlotSecret, accountId: string): Promise<AccountKeys> {
  const slot = vault.slots.find((one) => one.name === secret.name)
  if (!slot) throw new CryptoError('not_readable', 'slot')
  const keys = await openVaultWith(vault, await openSlot(slot, secret, accountId), accountId)
  const kept = keys.slots[secret.name]
  const expected = await slotProof(secret, accountId, keys.aik)
  if (!kept || !equal(kept.key, slot.publicKey) || !equal(kept.proof, expected)) throw new CryptoError('forged', 'slot')
  return keys
}

/** Opens a vault by the master key that a link or a pairing gave; throws not_readable or forged. */
export async function openVaultWith(vault: VaultBytes, masterKey: Bytes, accountId: string): Promise<AccountKeys> {
  const { aik, aek, aekVersion, aekSignature } = vault
  const statement = { version: aekVersion, aek, signature: aekSignature }
  if (!(await keyStatementHolds(aik, accountId, statement))) throw new CryptoError('forged', 'aek')
  return openAccountKeys(masterKey, vault.sealedKeys, accountId, { aik, aek, aekVersion })
}
