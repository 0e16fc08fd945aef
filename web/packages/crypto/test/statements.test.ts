import { describe, expect, it } from 'vitest'
import {
  type DeviceList,
  isListed,
  keyStatementHolds,
  newAccountKeys,
  openDeviceList,
  random,
  readDeviceList,
  signDeviceList,
  signKeyStatement,
} from '../src'
import { flipped, JAN, LAPTOP, OMA, PHONE } from './ids'

const device = (deviceId: string) => ({ deviceId, signatureKey: random(32), boxKey: random(32) })

describe('the statement of an encryption key', () => {
  it('holds for exactly that account, version and key', async () => {
    const [keys, other] = [await newAccountKeys(), await newAccountKeys()]
    const signature = await signKeyStatement(keys.aikSeed, JAN, 3, keys.aek)
    const statement = { version: 3, aek: keys.aek, signature }
    expect(await keyStatementHolds(keys.aik, JAN, statement)).toBe(true)
    expect(await keyStatementHolds(keys.aik, OMA, statement)).toBe(false)
    expect(await keyStatementHolds(other.aik, JAN, statement)).toBe(false)
    const wrong = [{ version: 4 }, { version: 0 }, { version: 3.5 }, { aek: other.aek }, { aek: random(31) }, { signature: flipped(signature) }]
    for (const change of wrong) expect(await keyStatementHolds(keys.aik, JAN, { ...statement, ...change })).toBe(false)
  })
})

describe('a device list', () => {
  it('is opened with what was signed, sorted by device', async () => {
    const keys = await newAccountKeys()
    const list: DeviceList = { accountId: JAN, version: 2, devices: [device(LAPTOP), device(PHONE)] }
    const { body, signature } = await signDeviceList(keys.aikSeed, list)
    const opened = await openDeviceList(keys.aik, JAN, body, signature)
    expect(opened).toEqual({ ...list, devices: [list.devices[1], list.devices[0]] })
    expect(isListed(opened, PHONE, list.devices[1]?.signatureKey ?? random(32))).toBe(true)
    expect(isListed(opened, PHONE, random(32))).toBe(false)
  })

  it('is refused for another account, another key and changed bytes', async () => {
    const [keys, other] = [await newAccountKeys(), await newAccountKeys()]
    const { body, signature } = await signDeviceList(keys.aikSeed, { accountId: JAN, version: 1, devices: [device(PHONE)] })
    await expect(openDeviceList(keys.aik, OMA, body, signature)).rejects.toMatchObject({ code: 'forged' })
    await expect(openDeviceList(other.aik, JAN, body, signature)).rejects.toMatchObject({ code: 'forged' })
    await expect(openDeviceList(keys.aik, JAN, flipped(body), signature)).rejects.toMatchObject({ code: 'forged' })
    await expect(openDeviceList(keys.aik, JAN, body.subarray(0, -1), signature)).rejects.toMatchObject({ code: 'malformed' })
  })

  it('is not written with a device twice, nor read unsorted', async () => {
    const keys = await newAccountKeys()
    const twice = { accountId: JAN, version: 1, devices: [device(PHONE), device(PHONE)] }
    await expect(signDeviceList(keys.aikSeed, twice)).rejects.toMatchObject({ code: 'malformed' })
    const { body } = await signDeviceList(keys.aikSeed, { accountId: JAN, version: 1, devices: [device(PHONE), device(LAPTOP)] })
    const swapped = Uint8Array.from([...body.subarray(0, -160), ...body.subarray(-80), ...body.subarray(-160, -80)])
    expect(readDeviceList(body)).toBeDefined()
    expect(readDeviceList(swapped)).toBeUndefined()
  })

  it('may be empty', async () => {
    const keys = await newAccountKeys()
    const { body, signature } = await signDeviceList(keys.aikSeed, { accountId: JAN, version: 7, devices: [] })
    expect(await openDeviceList(keys.aik, JAN, body, signature)).toEqual({ accountId: JAN, version: 7, devices: [] })
  })
})
