/** What this device knows that nobody else may: the account's keys and its own. As stored: encrypted, in one row. */

import { type AccountKeys, base64, type BoxPair, type DeviceList, type OwnDevice, unbase64 } from '@prifora/crypto'

/** One object for as long as somebody is in; when the keys change, `keys` in it is replaced. */
export interface Secrets {
  keys: AccountKeys
  device: OwnDevice
  /** What the device's own vault slot is sealed to. */
  boxes: BoxPair
  /** The newest vault this device has opened. */
  vaultRevision: number
  /** The newest list of my devices this device has seen, with its version. */
  listVersion: number
  ownList: DeviceList | undefined
  /** The server knows this device. */
  isRegistered: boolean
  /** The keys were got back with the help of others and must be changed. */
  mustRotate: boolean
}

export interface StoredKeys {
  masterKey: string
  aik: string
  aikSeed: string
  aeks: { version: number; publicKey: string; privateKey: string }[]
  slots: Record<string, { key: string; proof: string }>
}

export interface StoredSecrets {
  accountId: string
  deviceId: string
  keys: StoredKeys
  signatureKey: string
  signatureSeed: string
  certificate: string
  boxKey: string
  boxPrivate: string
  vaultRevision: number
  listVersion: number
  list: { version: number; devices: { deviceId: string; signatureKey: string; boxKey: string }[] } | null
  isRegistered: boolean
  mustRotate: boolean
}

export function keysToStored({ masterKey, aik, aikSeed, aeks, slots }: AccountKeys): StoredKeys {
  const kept = Object.entries(slots).map(([name, { key, proof }]) => [name, { key: base64(key), proof: base64(proof) }] as const)
  return {
    masterKey: base64(masterKey),
    aik: base64(aik),
    aikSeed: base64(aikSeed),
    aeks: aeks.map(({ version, publicKey, privateKey }) => ({ version, publicKey: base64(publicKey), privateKey: base64(privateKey) })),
    slots: Object.fromEntries(kept),
  }
}

export function keysFromStored(kept: StoredKeys): AccountKeys {
  const aeks = kept.aeks.map((one) => ({ version: one.version, publicKey: unbase64(one.publicKey), privateKey: unbase64(one.privateKey) }))
  const [present] = aeks
  if (!present) throw new Error('no keys')
  const slots = Object.entries(kept.slots).map(([name, { key, proof }]) => [name, { key: unbase64(key), proof: unbase64(proof) }] as const)
  return {
    masterKey: unbase64(kept.masterKey),
    aik: unbase64(kept.aik),
    aikSeed: unbase64(kept.aikSeed),
    aek: present.publicKey,
    aekPrivate: present.privateKey,
    aekVersion: present.version,
    aeks,
    slots: Object.fromEntries(slots),
  }
}

export function toStored(secrets: Secrets): StoredSecrets {
  const { device, boxes, ownList, keys, ...rest } = secrets
  const { accountId, deviceId, certificate } = device.identity
  const devices = ownList?.devices.map((one) => ({
    deviceId: one.deviceId,
    signatureKey: base64(one.signatureKey),
    boxKey: base64(one.boxKey),
  }))
  return {
    ...rest,
    accountId,
    deviceId,
    keys: keysToStored(keys),
    signatureKey: base64(device.signatureKey),
    signatureSeed: base64(device.signatureSeed),
    certificate: base64(certificate),
    boxKey: base64(boxes.publicKey),
    boxPrivate: base64(boxes.privateKey),
    list: ownList && devices ? { version: ownList.version, devices } : null,
  }
}

export function fromStored(kept: StoredSecrets): Secrets {
  const { accountId, deviceId, list, vaultRevision, listVersion, isRegistered, mustRotate } = kept
  const keys = keysFromStored(kept.keys)
  const devices = list?.devices.map((one) => ({
    deviceId: one.deviceId,
    signatureKey: unbase64(one.signatureKey),
    boxKey: unbase64(one.boxKey),
  }))
  return {
    keys,
    device: {
      identity: { accountId, deviceId, aik: keys.aik, certificate: unbase64(kept.certificate) },
      signatureKey: unbase64(kept.signatureKey),
      signatureSeed: unbase64(kept.signatureSeed),
    },
    boxes: { publicKey: unbase64(kept.boxKey), privateKey: unbase64(kept.boxPrivate) },
    vaultRevision,
    listVersion,
    ownList: list && devices ? { accountId, version: list.version, devices } : undefined,
    isRegistered,
    mustRotate,
  }
}
