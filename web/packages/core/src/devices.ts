/** My devices: which there are is signed by my own identity key, so the server can end one but never add one. */

import { type Api, ApiError, type components, take } from '@prifora/api'
import {
  type AccountKeys,
  base64,
  certify,
  type DeviceList,
  deviceSlot,
  deviceSlotName,
  equal,
  type ListedDevice,
  newBoxPair,
  newSigningPair,
  signDeviceList,
  unbase64,
  withoutSlot,
  withSlot,
} from '@prifora/crypto'
import { Failed } from './problem'
import type { Secrets } from './secrets'
import type { Alert } from './surface'
import { signedList, type Vault } from './vault'
import { readVault, sheetKeyOf, vaultChange, type VaultOut } from './vaultform'

const TRIES = 6

type Shown = components['schemas']['DeviceOut']

/** The server knows this device no more, or its keys are not the account's present ones: it starts as a new one. */
export class NotMine extends Error {}

/** The secrets of a device that the server does not know yet. */
export async function newDevice(accountId: string, keys: AccountKeys, vaultRevision: number): Promise<Secrets> {
  const deviceId = crypto.randomUUID()
  const [pair, boxes] = await Promise.all([newSigningPair(), newBoxPair()])
  const certificate = await certify(keys.aikSeed, accountId, deviceId, pair.publicKey)
  return {
    keys,
    device: {
      identity: { accountId, deviceId, aik: keys.aik, certificate },
      signatureKey: pair.publicKey,
      signatureSeed: pair.seed,
    },
    boxes,
    vaultRevision,
    listVersion: 0,
    ownList: undefined,
    isRegistered: false,
    mustRotate: false,
  }
}

/** Tells the server about this device and binds the session to it; a new one comes with the list that names it. */
export async function registerDevice(api: Api, secrets: Secrets, name: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    const body = { ...described(secrets, name), ...(secrets.isRegistered ? known(secrets) : await introduced(api, secrets)) }
    try {
      await take(api.POST('/api/v1/me/devices', { body }))
      secrets.isRegistered = true
      return
    } catch (problem) {
      if (!(problem instanceof ApiError) || problem.status !== 409) throw problem
      if (problem.code === 'too_many_devices') throw problem
      const isRace = !secrets.isRegistered && ['stale_devices', 'stale_vault'].includes(problem.code)
      if (!isRace || tries >= TRIES) throw new NotMine()
    }
  }
}

function described({ device, boxes }: Secrets, name: string) {
  return {
    id: device.identity.deviceId,
    name,
    signature_key: base64(device.signatureKey),
    box_key: base64(boxes.publicKey),
    certificate: base64(device.identity.certificate),
  }
}

/** Of a device the server knows, list and signature are not looked at. */
const known = ({ listVersion }: Secrets) => ({ version: Math.max(1, listVersion), list_signature: base64(new Uint8Array(64)) })

/**
 * The list with this device, and the slot by which it follows when the keys change. Where the list names it already, an
 * answer was lost.
 */
async function introduced(api: Api, secrets: Secrets) {
  const { accountId, deviceId } = secrets.device.identity
  const { vault, list } = await signedNow(api, secrets.keys, accountId)
  if (list.devices.some((one) => one.deviceId === deviceId)) return known(secrets)
  if (vault.revision !== secrets.vaultRevision) throw new NotMine()
  const me = { deviceId, signatureKey: secrets.device.signatureKey, boxKey: secrets.boxes.publicKey }
  const next = { accountId, version: list.version + 1, devices: [...list.devices, me] }
  const keys = await withSlot(secrets.keys, accountId, await deviceSlot(deviceId, secrets.boxes))
  const change = await vaultChange(keys, accountId, vault.revision, { before: keys.aekVersion, sheetKey: sheetKeyOf(vault) })
  const slot = change.slots.find((one) => one.name === deviceSlotName(deviceId))
  return { ...(await signed(keys, next)), sealed_keys: change.sealed_keys, revision: change.revision, ...(slot ? { slot } : {}) }
}

/** Ends a device and gives everything that comes new keys, which the ended one cannot open: one request does both. */
export async function revokeDevice(api: Api, vault: Vault, deviceId: string): Promise<void> {
  const { secrets, accountId } = vault
  const path = { device_id: deviceId }
  for (let tries = 1; ; tries++) {
    const { list, live } = await signedNow(api, secrets.keys, accountId)
    if (!live.some((one) => one.id === deviceId)) return
    const next = { accountId, version: list.version + 1, devices: list.devices.filter((one) => one.deviceId !== deviceId) }
    const list_signature = await signed(secrets.keys, next)
    try {
      await vault.change((keys) => withoutSlot(keys, deviceSlotName(deviceId)), {
        send: (change) => take(api.POST('/api/v1/me/devices/{device_id}/revoke', { params: { path }, body: { ...list_signature, vault: change } })),
      })
      await vault.check()
      return
    } catch (problem) {
      if (!(problem instanceof ApiError) || problem.code !== 'stale_devices' || tries >= TRIES) throw problem
    }
  }
}

/**
 * Compares what the server shows with what I signed. A device I never signed is named to me; one that the server ended
 * on its own gets no keys any more.
 */
export async function checkDevices(api: Api, vault: Vault, raise: (kind: Alert['kind'], person: string) => void): Promise<void> {
  const { items, version } = await take(api.GET('/api/v1/me/devices'))
  const list = vault.secrets.ownList
  if (!list || list.version !== version) return
  const ghosts = items.filter((shown) => !list.devices.some((one) => isSame(shown, one)))
  for (const { name } of ghosts) raise('ghost-device', name)
  const live = new Set(items.map((one) => deviceSlotName(one.id)))
  const ended = Object.keys(vault.secrets.keys.slots).filter((name) => name.startsWith('device:') && !live.has(name))
  if (ended.length > 0) await vault.change((keys) => ended.reduce(withoutSlot, keys))
}

/** What I signed last, without the devices that the server ended since: so the next list begins. */
async function signedNow(api: Api, keys: AccountKeys, accountId: string): Promise<{ vault: VaultOut; list: DeviceList; live: Shown[] }> {
  const [vault, { items: live, version }] = await Promise.all([readVault(api), take(api.GET('/api/v1/me/devices'))])
  if (!vault) throw new Failed('absent')
  const list = await signedList(vault, keys.aik, accountId)
  const devices = (list?.devices ?? []).filter((one) => live.some((shown) => isSame(shown, one)))
  return { vault, list: { accountId, version, devices }, live }
}

function isSame(shown: Shown, one: ListedDevice): boolean {
  const keys = [unbase64(shown.signature_key), unbase64(shown.box_key)] as const
  return shown.id === one.deviceId && equal(keys[0], one.signatureKey) && equal(keys[1], one.boxKey)
}

async function signed(keys: AccountKeys, list: DeviceList): Promise<{ version: number; list_signature: string }> {
  return { version: list.version, list_signature: base64((await signDeviceList(keys.aikSeed, list)).signature) }
}
