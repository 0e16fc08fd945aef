/** A vault between the two forms it has: bytes for crypto, text for the server. */

import { type Api, ApiError, type components, take } from '@prifora/api'
import { type AccountKeys, base64, RECOVERY, unbase64, type VaultBytes, writeVault } from '@prifora/crypto'

export type VaultOut = components['schemas']['VaultOut']
type WrittenSlot = VaultOut['slots'][number]

/** The vault as the server has it; undefined when there is none yet. */
export async function readVault(api: Api): Promise<VaultOut | undefined> {
  return take(api.GET('/api/v1/vault')).catch((problem: unknown) => {
    if (problem instanceof ApiError && problem.status === 404) return undefined
    throw problem
  })
}

export function bytesOf(vault: VaultOut): VaultBytes {
  return {
    aik: unbase64(vault.aik),
    aek: unbase64(vault.aek),
    aekVersion: vault.aek_version,
    aekSignature: unbase64(vault.aek_signature),
    sealedKeys: unbase64(vault.sealed_keys),
    slots: vault.slots.map((one) => ({ name: one.name, publicKey: unbase64(one.public_key), sealed: unbase64(one.sealed) })),
  }
}

/** The public key a recovery sheet signs in with, as the vault has it. */
export const sheetKeyOf = (vault: VaultOut): string | undefined =>
  vault.slots.find((one) => one.name === RECOVERY)?.auth_key ?? undefined

/** What a first vault says. */
export async function firstVault(keys: AccountKeys, accountId: string) {
  const written = await writeVault(keys, accountId)
  return {
    aik: base64(written.aik),
    aek: base64(written.aek),
    aek_signature: base64(written.aekSignature),
    sealed_keys: base64(written.sealedKeys),
    slots: slotsOf(written, undefined),
  }
}

interface Beside {
  /** The version of the encryption key before. */
  before: number
  sheetKey: string | undefined
  /** What devices share, sealed under the new keys. */
  ring?: { n: number; sealed: string } | undefined
}

/** What changes a vault: everything of `next`, made from the vault of `revision`. */
export async function vaultChange(next: AccountKeys, accountId: string, revision: number, { before, sheetKey, ring }: Beside) {
  const written = await writeVault(next, accountId)
  const isNewKey = next.aekVersion !== before
  const key = { aek: base64(written.aek), aek_version: written.aekVersion, aek_signature: base64(written.aekSignature) }
  return {
    revision,
    sealed_keys: base64(written.sealedKeys),
    slots: slotsOf(written, sheetKey),
    ...(isNewKey ? key : {}),
    ...(ring ? { ring } : {}),
  }
}

export type VaultChange = Awaited<ReturnType<typeof vaultChange>>

function slotsOf({ slots }: VaultBytes, sheetKey: string | undefined): WrittenSlot[] {
  return slots.map(({ name, publicKey, sealed }) => {
    const authKey = name === RECOVERY && sheetKey ? { auth_key: sheetKey } : {}
    return { name, public_key: base64(publicKey), sealed: base64(sealed), ...authKey }
  })
}
