import { describe, expect, it } from 'vitest'
import {
  type AccountKeys,
  deviceSlot,
  FLOOR,
  isSlotName,
  newAccountKeys,
  newBoxPair,
  openAccountKeys,
  openSlot,
  openVault,
  openVaultWith,
  passkeySlot,
  passwordKeys,
  passwordSlot,
  random,
  recoverySlot,
  relativesSlot,
  rotateAccountKeys,
  sealAccountKeys,
  type SlotSecret,
  type VaultBytes,
  withoutSlot,
  withSlot,
  writeVault,
} from '../src'
import { flipped, JAN, OMA, PHONE } from './ids'

async function account() {
  const boxes = await newBoxPair()
  const secrets: SlotSecret[] = [
    await passwordSlot(random(32)),
    await recoverySlot('0123456789ABCDEFGHJKMNPQRS'),
    await relativesSlot(random(32)),
    await passkeySlot('Y3JlZGVudGlhbA', random(32)),
    await deviceSlot(PHONE, boxes),
  ]
  let keys: AccountKeys = await newAccountKeys()
  for (const secret of secrets) keys = await withSlot(keys, JAN, secret)
  return { keys, secrets, vault: await writeVault(keys, JAN) }
}

const withChangedSlot = (vault: VaultBytes, name: string, change: Partial<VaultBytes['slots'][number]>): VaultBytes => ({
  ...vault,
  slots: vault.slots.map((one) => (one.name === name ? { ...one, ...change } : one)),
})

describe('a vault', () => {
  it('opens by every slot, and by no other secret', async () => {
    const { keys, secrets, vault } = await account()
    for (const secret of secrets) expect(await openVault(vault, secret, JAN)).toEqual(keys)
    await expect(openVault(vault, await passwordSlot(random(32)), JAN)).rejects.toMatchObject({ code: 'forged' })
    await expect(openVault(vault, await passkeySlot('b3RoZXI', random(32)), JAN)).rejects.toMatchObject({ code: 'not_readable' })
  })

  it('does not open for another account, nor when a bit is changed', async () => {
    const { keys, secrets, vault } = await account()
    const [password] = secrets
    if (!password) throw new Error('no slot')
    await expect(openVault(vault, password, OMA)).rejects.toMatchObject({ code: 'not_readable' })
    await expect(openVaultWith({ ...vault, sealedKeys: flipped(vault.sealedKeys) }, keys.masterKey, JAN)).rejects.toMatchObject({ code: 'not_readable' })
    for (const [at, slot] of vault.slots.entries()) {
      const secret = secrets[at]
      if (!secret) throw new Error('no secret')
      await expect(openSlot({ ...slot, sealed: flipped(slot.sealed, 40) }, secret, JAN)).rejects.toMatchObject({ code: 'not_readable' })
    }
  })

  it('does not open by a slot whose box is another slot’s', async () => {
    const { secrets, vault } = await account()
    const [password] = secrets
    const recovery = vault.slots.find((one) => one.name === 'recovery')
    if (!password || !recovery) throw new Error('no slot')
    const swapped = withChangedSlot(vault, 'password', { sealed: recovery.sealed })
    await expect(openVault(swapped, password, JAN)).rejects.toMatchObject({ code: 'not_readable' })
    const renamed = withChangedSlot(vault, 'password', { publicKey: recovery.publicKey, sealed: recovery.sealed })
    await expect(openVault(renamed, password, JAN)).rejects.toMatchObject({ code: 'forged' })
  })

  it('does not open when the server made one up and sealed it to the slots it knows', async () => {
    const { keys, secrets, vault } = await account()
    const invented: AccountKeys = { ...(await newAccountKeys()), slots: keys.slots }
    const false_ = await writeVault(invented, JAN)
    expect(false_.slots.map((one) => one.publicKey)).toEqual(vault.slots.map((one) => one.publicKey))
    for (const secret of secrets) await expect(openVault(false_, secret, JAN)).rejects.toMatchObject({ code: 'forged' })
  })

  it('shows only public keys that are those of the private ones', async () => {
    const { keys } = await account()
    const other = await newAccountKeys()
    const sealed = await sealAccountKeys(keys, JAN)
    const shown = { aik: keys.aik, aek: keys.aek, aekVersion: 1 }
    await expect(openAccountKeys(keys.masterKey, sealed, JAN, { ...shown, aik: other.aik })).rejects.toMatchObject({ code: 'forged' })
    await expect(openAccountKeys(keys.masterKey, sealed, JAN, { ...shown, aek: other.aek })).rejects.toMatchObject({ code: 'forged' })
    await expect(openAccountKeys(keys.masterKey, sealed, JAN, { ...shown, aekVersion: 2 })).rejects.toMatchObject({ code: 'forged' })
    const { vault } = await account()
    await expect(openVaultWith({ ...vault, aekSignature: flipped(vault.aekSignature) }, keys.masterKey, JAN)).rejects.toMatchObject({ code: 'forged' })
  })
})

describe('rotateAccountKeys', () => {
  it('seals new keys to every slot left, without any of their secrets, and keeps the old box keys', async () => {
    const { keys, secrets, vault } = await account()
    const next = await rotateAccountKeys(withoutSlot(keys, 'recovery'))
    const after = await writeVault(next, JAN)
    expect(next.aik).toEqual(keys.aik)
    expect(next.aekVersion).toBe(2)
    expect(next.aeks.map((one) => one.version)).toEqual([2, 1])
    expect(next.aeks[1]).toEqual(keys.aeks[0])
    for (const secret of secrets.filter((one) => one.name !== 'recovery')) expect(await openVault(after, secret, JAN)).toEqual(next)
    await expect(openVaultWith(after, keys.masterKey, JAN)).rejects.toMatchObject({ code: 'not_readable' })
    const old = vault.slots.find((one) => one.name === 'recovery')
    const recovery = secrets.find((one) => one.name === 'recovery')
    if (!old || !recovery) throw new Error('no slot')
    await expect(openVault({ ...after, slots: [...after.slots, old] }, recovery, JAN)).rejects.toMatchObject({ code: 'not_readable' })
  })
})

describe('a password', () => {
  it('gives one secret to sign in and another to open the vault', async () => {
    const kdf = { salt: random(16), ...FLOOR }
    const first = await passwordKeys('juist paard', kdf)
    expect(first.authKey).toHaveLength(43)
    expect((await passwordKeys('juist paard', kdf)).slot).toEqual(first.slot)
    expect((await passwordKeys('juist paart', kdf)).slot.pair.publicKey).not.toEqual(first.slot.pair.publicKey)
  })

  it('is not stretched with less than we accept, whatever the server says', async () => {
    const salt = random(16)
    for (const weak of [{ memoryKib: 1024 }, { passes: 1 }, { lanes: 0 }, { salt: random(8) }]) {
      await expect(passwordKeys('juist paard', { salt, ...FLOOR, ...weak })).rejects.toMatchObject({ code: 'weak_parameters' })
    }
  })
})

describe('isSlotName', () => {
  it('knows the names there are', () => {
    expect(['password', 'recovery', 'relatives', 'passkey:a_b-c', `device:${PHONE}`].every(isSlotName)).toBe(true)
    expect(['', 'other', 'passkey:', `passkey:${'a'.repeat(61)}`, 'device:x', 'password '].some(isSlotName)).toBe(false)
  })
})
