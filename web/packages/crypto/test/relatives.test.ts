import { beforeAll, describe, expect, it } from 'vitest'
import {
  type AccountKeys,
  askerProof,
  codeSecret,
  type CodeSecret,
  combineShares,
  makeShares,
  newAccountKeys,
  newBoxPair,
  newRelativesSecret,
  openPassedShare,
  openShare,
  passShare,
  proofHolds,
  random,
  rotateAccountKeys,
  shareHolds,
} from '../src'
import { combine } from 'shamir-secret-sharing'
import { flipped, JAN, OMA, OTHER, SOFIE } from './ids'

const SET = '5a0f3c11-0006-4000-8000-000000005e70'
const REQUEST = '5a0f3c11-0007-4000-8000-000000004e90'
const THIRD = '5a0f3c11-0003-4000-8000-0000000000a4'
const RELATIVES = [OMA, SOFIE, THIRD]

let jan: AccountKeys
let held: AccountKeys[]
let code: CodeSecret
const secret = newRelativesSecret()

beforeAll(async () => {
  jan = await newAccountKeys()
  held = [await newAccountKeys(), await newAccountKeys(), await newAccountKeys()]
  code = await codeSecret('BCDF-GHJK-LMNP', 'recovery')
})

const give = (threshold: number, count: number) =>
  makeShares({
    accountId: JAN,
    aikSeed: jan.aikSeed,
    secret,
    setId: SET,
    threshold,
    relatives: RELATIVES.slice(0, count).map((accountId, at) => ({ accountId, aek: held[at]?.aek ?? random(32) })),
  })

const taken = async (threshold: number, count: number) => {
  const given = await give(threshold, count)
  return Promise.all(given.map((one, at) => openShare(held[at]?.aeks ?? [], JAN, SET, one.accountId, one.box)))
}

describe('shares of relatives', () => {
  it('combine in every pair of two of three, two of two, and one of one', async () => {
    const three = (await taken(2, 3)).map((one) => one.share)
    for (const [one, other] of [[0, 1], [0, 2], [1, 2], [2, 0]] as const) {
      expect(await combineShares([three[one] ?? random(1), three[other] ?? random(1)], 2)).toEqual(secret)
    }
    expect(await combineShares(three, 2)).toEqual(secret)
    expect(await combineShares((await taken(2, 2)).map((one) => one.share), 2)).toEqual(secret)
    const [alone] = await taken(1, 1)
    expect(alone).toMatchObject({ k: 1, n: 1 })
    expect(await combineShares([alone?.share ?? random(1)], 1)).toEqual(secret)
  })

  it('say nothing one by one: with one share every secret is as likely', async () => {
    const [mine] = (await taken(2, 3)).map((one) => one.share)
    if (!mine) throw new Error('no share')
    await expect(combineShares([mine], 2)).rejects.toMatchObject({ code: 'malformed' })
    await expect(combineShares([mine, mine], 2)).rejects.toMatchObject({ code: 'malformed' })
    const place = mine[32] === 9 ? 8 : 9
    const seen = new Set<number>()
    for (let byte = 0; byte < 256; byte++) {
      const other = new Uint8Array(33).fill(byte)
      other[32] = place
      seen.add((await combine([mine, other]))[0] ?? -1)
    }
    expect(seen.size).toBe(256)
  })

  it('are two, three or one for a Home Station, nothing else', async () => {
    for (const [k, n] of [[1, 2], [3, 3], [1, 3], [2, 1], [0, 2]] as const) {
      await expect(give(k, n)).rejects.toMatchObject({ code: 'malformed' })
    }
  })

  it('are signed by the owner for one relative and one set', async () => {
    const [first, second] = await give(2, 3)
    if (!first || !second) throw new Error('no share')
    expect(await shareHolds(jan.aik, JAN, SET, OMA, first.box, first.signature)).toBe(true)
    expect(await shareHolds(jan.aik, JAN, SET, SOFIE, first.box, first.signature)).toBe(false)
    expect(await shareHolds(jan.aik, JAN, OTHER, OMA, first.box, first.signature)).toBe(false)
    expect(await shareHolds(jan.aik, OTHER, SET, OMA, first.box, first.signature)).toBe(false)
    expect(await shareHolds(jan.aik, JAN, SET, OMA, second.box, first.signature)).toBe(false)
    expect(await shareHolds(held[0]?.aik ?? random(32), JAN, SET, OMA, first.box, first.signature)).toBe(false)
  })

  it('open only for their relative, also after the relative changed keys', async () => {
    const [first] = await give(2, 3)
    const oma = held[0]
    if (!first || !oma) throw new Error('no share')
    const later = await rotateAccountKeys(oma)
    expect((await openShare(later.aeks, JAN, SET, OMA, first.box)).share).toHaveLength(33)
    await expect(openShare(held[1]?.aeks ?? [], JAN, SET, OMA, first.box)).rejects.toMatchObject({ code: 'not_readable' })
    await expect(openShare(oma.aeks, JAN, SET, SOFIE, first.box)).rejects.toMatchObject({ code: 'not_readable' })
    await expect(openShare(oma.aeks, JAN, SET, OMA, flipped(first.box))).rejects.toMatchObject({ code: 'not_readable' })
  })

  it('that was tampered with does not give the secret', async () => {
    const [one, other] = (await taken(2, 3)).map((each) => each.share)
    if (!one || !other) throw new Error('no share')
    expect(await combineShares([flipped(one, 3), other], 2)).not.toEqual(secret)
    await expect(combineShares([one.subarray(0, 32), other], 2)).rejects.toMatchObject({ code: 'malformed' })
  })
})

describe('passing a share on', () => {
  it('works for who asked and proves who gave it', async () => {
    const [asker, oma, share] = [await newBoxPair(), held[0], random(33)]
    if (!oma) throw new Error('nobody')
    const passing = { secret: code, aikSeed: oma.aikSeed, requestId: REQUEST, relativeId: OMA, boxKey: asker.publicKey, setId: SET, share }
    const given = await passShare(passing)
    const how = { secret: code, privateKey: asker.privateKey, requestId: REQUEST, relativeId: OMA, aik: oma.aik, ...given }
    expect(await openPassedShare(how)).toEqual({ share, setId: SET })
    await expect(openPassedShare({ ...how, box: flipped(given.box) })).rejects.toMatchObject({ code: 'forged' })
    await expect(openPassedShare({ ...how, aik: jan.aik })).rejects.toMatchObject({ code: 'forged' })
    await expect(openPassedShare({ ...how, requestId: OTHER })).rejects.toMatchObject({ code: 'forged' })
    await expect(openPassedShare({ ...how, relativeId: SOFIE })).rejects.toMatchObject({ code: 'forged' })
    await expect(openPassedShare({ ...how, privateKey: (await newBoxPair()).privateKey })).rejects.toMatchObject({ code: 'not_readable' })
  })

  it('cannot be done by who did not hear the code, whatever keys they have', async () => {
    const [asker, oma] = [await newBoxPair(), held[0]]
    if (!oma) throw new Error('nobody')
    const guessed: CodeSecret = { ...code, macKey: random(32) }
    const passing = { secret: guessed, aikSeed: oma.aikSeed, requestId: REQUEST, relativeId: OMA, boxKey: asker.publicKey, setId: SET, share: random(33) }
    const given = await passShare(passing)
    const how = { secret: code, privateKey: asker.privateKey, requestId: REQUEST, relativeId: OMA, aik: oma.aik, ...given }
    await expect(openPassedShare(how)).rejects.toMatchObject({ code: 'forged' })
  })

  it('starts with the proof of who asks', async () => {
    const [asker, authKey] = [await newBoxPair(), random(32)]
    const proof = await askerProof(code, asker.publicKey, authKey)
    expect(proofHolds(proof, await askerProof(code, asker.publicKey, authKey))).toBe(true)
    expect(proofHolds(proof, await askerProof(code, random(32), authKey))).toBe(false)
    expect(proofHolds(proof, await askerProof({ ...code, macKey: random(32) }, asker.publicKey, authKey))).toBe(false)
  })
})
