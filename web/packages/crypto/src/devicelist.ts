/** Which devices an account has: its identity key signs the whole list, so that a server can only take away.
 *
 * AIK signs "prifora/1 devices" || account (16) || version (u32) || count (u16)
 *           || count times: device (16) || signature key (32) || box key (32), sorted by device
 */

import { type Bytes, concat, equal, number, order, own, readNumber, type Sealed, sealed, utf8, uuidBytes, uuidText } from './bytes'
import { CryptoError } from './errors'
import { sign, verify } from './signing'

const LABEL = utf8('prifora/1 devices')
const HEAD_BYTES = LABEL.length + 16 + 4 + 2
const DEVICE_BYTES = 16 + 32 + 32
const KEY_BYTES = 32

export interface ListedDevice {
  deviceId: string
  signatureKey: Bytes
  boxKey: Bytes
}

export interface DeviceList {
  accountId: string
  /** From 1 up; a lower one later is a rollback. */
  version: number
  devices: ListedDevice[]
}

/** Writes a list down and signs it. */
export async function signDeviceList(aikSeed: Bytes, list: DeviceList): Promise<{ body: Sealed; signature: Sealed }> {
  const body = writeDeviceList(list)
  return { body, signature: sealed(await sign(aikSeed, body)) }
}

function writeDeviceList({ accountId, version, devices }: DeviceList): Sealed {
  const rows = devices.map((one) => {
    if (one.signatureKey.length !== KEY_BYTES || one.boxKey.length !== KEY_BYTES) throw new CryptoError('malformed', 'key')
    return concat(uuidBytes(one.deviceId), one.signatureKey, one.boxKey)
  })
  const written = concat(LABEL, uuidBytes(accountId), number(version, 4), number(rows.length, 2), ...rows.sort(order))
  if (!readDeviceList(written)) throw new CryptoError('malformed', 'devices')
  return sealed(written)
}

/** Reads a list, whoever signed it; undefined when it is not exactly of our form. */
export function readDeviceList(body: Uint8Array): DeviceList | undefined {
  if (body.length < HEAD_BYTES || !equal(body.subarray(0, LABEL.length), LABEL)) return undefined
  const at = LABEL.length
  const version = readNumber(body.subarray(at + 16, at + 20))
  const count = readNumber(body.subarray(at + 20, HEAD_BYTES))
  if (version < 1 || body.length !== HEAD_BYTES + count * DEVICE_BYTES) return undefined
  const starts = Array.from({ length: count }, (_, row) => HEAD_BYTES + row * DEVICE_BYTES)
  const rows = starts.map((start) => body.subarray(start, start + DEVICE_BYTES))
  const sorted = rows.every((row, one) => one === 0 || order((rows[one - 1] ?? row).subarray(0, 16), row.subarray(0, 16)) < 0)
  if (!sorted) return undefined
  const devices = rows.map((row) => ({
    deviceId: uuidText(row.subarray(0, 16)),
    signatureKey: own(row.subarray(16, 48)),
    boxKey: own(row.subarray(48)),
  }))
  return { accountId: uuidText(body.subarray(at, at + 16)), version, devices }
}

/** Opens an account's list; throws forged when its identity key did not sign it or it is another account's. */
export async function openDeviceList(
  aik: Uint8Array,
  accountId: string,
  body: Uint8Array,
  signature: Uint8Array,
): Promise<DeviceList> {
  const list = readDeviceList(body)
  if (!list) throw new CryptoError('malformed', 'devices')
  if (list.accountId !== accountId || !(await verify(aik, signature, body))) throw new CryptoError('forged', 'devices')
  return list
}

/** Whether a device with this signature key is in the list. */
export const isListed = (list: DeviceList, deviceId: string, signatureKey: Uint8Array): boolean =>
  list.devices.some((one) => one.deviceId === deviceId && equal(one.signatureKey, signatureKey))
