import { describe, expect, it } from 'vitest'
import {
  base64,
  boxProof,
  type CodeUse,
  codeSecret,
  linkDeviceProof,
  linkOwnerProof,
  linkUrl,
  newBoxPair,
  newCode,
  openLink,
  openOnStation,
  type PairingContent,
  proofHolds,
  random,
  readCode,
  sealForStation,
  sealLink,
  stationProof,
} from '../src'
import { FAMILY, flipped, JAN, OMA } from './ids'

const USES: CodeUse[] = ['pairing', 'link', 'recovery']

describe('a code', () => {
  it('is read back however it is typed, and only where it belongs', () => {
    for (const use of USES) {
      const code = newCode(use)
      expect(readCode(code.toLowerCase().replaceAll('-', ' '), use)).toBe(code.replaceAll('-', ''))
      expect(readCode(`${code}B`, use)).toBeUndefined()
    }
    expect(newCode('recovery')).toMatch(/^[B-Z]{4}-[B-Z]{4}-[B-Z]{4}$/)
    expect(readCode('AEIO-UYBC', 'link')).toBeUndefined()
    expect(readCode('BCDF-GHJK', 'recovery')).toBeUndefined()
  })

  it('gives other secrets for another use, and none when it is no code', async () => {
    const [pairing, link] = [await codeSecret('BCDF-GHJK', 'pairing'), await codeSecret('bcdfghjk', 'link')]
    expect(pairing.lookup).toHaveLength(16)
    expect(pairing.lookup).not.toEqual(link.lookup)
    expect(pairing.macKey).not.toEqual(link.macKey)
    await expect(codeSecret('BCDF', 'link')).rejects.toMatchObject({ code: 'malformed' })
  })
})

describe('pairing', () => {
  it('binds the station to its keys and to the identity key it proposes', async () => {
    const secret = { lookup: (await codeSecret('BCDF-GHJK', 'pairing')).lookup, macKey: random(32) }
    const [boxKey, authKey, aik] = [random(32), random(65), random(32)]
    const proof = await stationProof(secret, boxKey, authKey, aik)
    expect(proofHolds(proof, await stationProof(secret, boxKey, authKey, aik))).toBe(true)
    expect(proofHolds(proof, await stationProof(secret, boxKey, authKey))).toBe(false)
    expect(proofHolds(proof, await stationProof(secret, boxKey, authKey, random(32)))).toBe(false)
    expect(await stationProof(secret, boxKey, authKey)).toEqual(await stationProof(secret, boxKey, authKey, new Uint8Array(32)))
    await expect(stationProof(secret, boxKey, authKey, random(31))).rejects.toMatchObject({ code: 'malformed' })

    const station = await newBoxPair()
    const key = (): string => base64(random(32))
    const content: PairingContent = {
      familyId: FAMILY,
      accountId: OMA,
      familyName: 'De Jong',
      approver: { accountId: JAN, aik: key() },
      founder: { accountId: JAN, aik: key() },
    }
    const box = await sealForStation(station.publicKey, secret.lookup, content)
    expect(await openOnStation(station.privateKey, secret.lookup, box)).toEqual(content)
    expect(proofHolds(await boxProof(secret, box), await boxProof(secret, flipped(box)))).toBe(false)
    await expect(openOnStation(station.privateKey, random(16), box)).rejects.toMatchObject({ code: 'not_readable' })
    const short = await sealForStation(station.publicKey, secret.lookup, { ...content, masterKey: 'AAAA' })
    await expect(openOnStation(station.privateKey, secret.lookup, short)).rejects.toMatchObject({ code: 'malformed' })
  })
})

describe('a link', () => {
  it('gives the account to the device that showed the code', async () => {
    const secret = await codeSecret('BCDF-GHJK', 'link')
    const [device, authKey, masterKey] = [await newBoxPair(), random(65), random(32)]
    const proof = await linkDeviceProof(secret, device.publicKey, authKey)
    expect(proofHolds(proof, await linkDeviceProof(secret, flipped(device.publicKey), authKey))).toBe(false)
    const box = await sealLink(device.publicKey, secret.lookup, { accountId: JAN, masterKey })
    expect(await openLink(device.privateKey, secret.lookup, box)).toEqual({ accountId: JAN, masterKey })
    expect(proofHolds(await linkOwnerProof(secret, box), await linkOwnerProof(secret, flipped(box)))).toBe(false)
    expect(proofHolds(await linkOwnerProof(secret, box), await linkOwnerProof({ ...secret, macKey: random(32) }, box))).toBe(false)
    await expect(openLink((await newBoxPair()).privateKey, secret.lookup, box)).rejects.toMatchObject({ code: 'not_readable' })
    await expect(openLink(device.privateKey, secret.lookup, flipped(box))).rejects.toMatchObject({ code: 'not_readable' })
    expect(linkUrl('https://prifora.example', 'BCDF-GHJK')).toBe('https://prifora.example/link#BCDF-GHJK')
  })
})
