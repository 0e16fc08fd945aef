/** Coming back with the help of relatives: each holds a share of a secret, and enough of them together open a slot.
 *
 * A share is boxed to the relative's AEK, and the owner's AIK signs
 *   "prifora/1 share" || account (16) || set (16) || relative (16) || SHA-256(box).
 * Who asks reads a code out by telephone. A relative's device checks the asker's proof under that code, boxes the share
 * to the asker's key, and the relative's AIK signs "prifora/1 recovery" || request (16) || relative (16) || SHA-256(box).
 * Inside the box a proof under the code shows that somebody who heard the code gave the share: who asks knows no keys
 * yet, and a server could otherwise invent shares.
 */

import { combine, split } from 'shamir-secret-sharing'
import { digest, mac } from './aead'
import type { BoxKey } from './account'
import { base64, type Bytes, concat, equal, own, random, type Sealed, sealed, utf8, uuidBytes } from './bytes'
import type { CodeSecret } from './code'
import { CryptoError } from './errors'
import { box, unbox, unboxAny } from './hpke'
import { bytesOf, idOf, readJson, wholeOf } from './shape'
import { sign, verify } from './signing'

const SECRET_BYTES = 32
const SHARE_BYTES = 33 // and where it lies on the curve
const WAYS = ['2,3', '2,2', '1,1']

export interface GivenShare {
  accountId: string
  box: Sealed
  signature: Sealed
}

export interface Share {
  share: Bytes
  /** How many of how many are needed. */
  k: number
  n: number
}

/** Everything about shares that are to be made. */
export interface NewShares {
  accountId: string
  aikSeed: Bytes
  secret: Bytes
  setId: string
  threshold: number
  relatives: { accountId: string; aek: Uint8Array }[]
}

/** The secret that relatives share: the seed of their slot. */
export const newRelativesSecret = (): Bytes => random(SECRET_BYTES)

/** A share for each relative; two of two, two of three, or one of one. */
export async function makeShares({ accountId, aikSeed, secret, setId, threshold, relatives }: NewShares): Promise<GivenShare[]> {
  const n = relatives.length
  const shares = await splitSecret(secret, threshold, n)
  return Promise.all(
    relatives.map(async (one, at): Promise<GivenShare> => {
      const content = utf8(JSON.stringify({ share: base64(shares[at] ?? new Uint8Array()), k: threshold, n }))
      const made = await box(one.aek, content, sharePlace(accountId, setId, one.accountId))
      const signature = await sign(aikSeed, await shareBody(accountId, setId, one.accountId, made))
      return { accountId: one.accountId, box: made, signature: sealed(signature) }
    }),
  )
}

async function splitSecret(secret: Bytes, k: number, n: number): Promise<Uint8Array[]> {
  if (secret.length !== SECRET_BYTES || !WAYS.includes(`${k},${n}`)) throw new CryptoError('malformed', 'shares')
  return k === 1 ? [concat(secret, Uint8Array.of(1))] : split(secret, n, k)
}

/** The secret of enough shares; throws malformed when there are too few or they do not belong together. */
export async function combineShares(shares: Bytes[], threshold: number): Promise<Bytes> {
  const [first] = shares
  if (!first || shares.length < threshold || shares.some((one) => one.length !== SHARE_BYTES)) {
    throw new CryptoError('malformed', 'shares')
  }
  if (threshold === 1) return own(first.subarray(0, SECRET_BYTES))
  return own(await combine(shares.slice(0, threshold)).catch(() => Promise.reject(new CryptoError('malformed', 'shares'))))
}

/** Whether a share I was given is the owner's. */
export const shareHolds = async (
  ownerAik: Uint8Array,
  accountId: string,
  setId: string,
  relativeId: string,
  content: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> => verify(ownerAik, signature, await shareBody(accountId, setId, relativeId, content))

/** Opens a share that I hold. */
export async function openShare(
  aeks: BoxKey[],
  accountId: string,
  setId: string,
  relativeId: string,
  content: Uint8Array,
): Promise<Share> {
  const { share, k, n } = readJson(await unboxAny(aeks, content, sharePlace(accountId, setId, relativeId)))
  return { share: bytesOf(share, SHARE_BYTES), k: wholeOf(k, 1, 2), n: wholeOf(n, 1, 3) }
}

/** The asker's proof, under the code they read out, that these keys are theirs. */
export async function askerProof(secret: CodeSecret, boxKey: Uint8Array, authKey: Uint8Array): Promise<Sealed> {
  if (boxKey.length !== SECRET_BYTES) throw new CryptoError('malformed', 'key')
  return sealed(await mac(secret.macKey, concat(utf8('asker'), boxKey, authKey)))
}

/** A share on its way to who asks. */
export interface PassedShare {
  secret: CodeSecret
  requestId: string
  relativeId: string
}

/** Passes a share on, after the asker's proof was checked. */
export async function passShare(
  passed: PassedShare & { aikSeed: Bytes; boxKey: Uint8Array; setId: string; share: Bytes },
): Promise<{ box: Sealed; signature: Sealed }> {
  const { requestId, relativeId, setId, share } = passed
  const proof = base64(await passedProof(passed, setId, share))
  const content = utf8(JSON.stringify({ share: base64(share), set: setId, proof }))
  const made = await box(passed.boxKey, content, passedPlace(requestId, relativeId))
  return { box: made, signature: sealed(await sign(passed.aikSeed, await passedBody(requestId, relativeId, made))) }
}

/** Opens a share that was passed to me; throws forged when nobody who heard the code gave it. */
export async function openPassedShare(
  passed: PassedShare & { privateKey: Uint8Array; aik: Uint8Array; box: Uint8Array; signature: Uint8Array },
): Promise<{ share: Bytes; setId: string }> {
  const { requestId, relativeId } = passed
  const body = await passedBody(requestId, relativeId, passed.box)
  if (!(await verify(passed.aik, passed.signature, body))) throw new CryptoError('forged', 'share')
  const raw = readJson(await unbox(passed.privateKey, passed.box, passedPlace(requestId, relativeId)))
  const [share, setId] = [bytesOf(raw.share, SHARE_BYTES), idOf(raw.set)]
  if (!equal(bytesOf(raw.proof, 32), await passedProof(passed, setId, share))) throw new CryptoError('forged', 'share')
  return { share, setId }
}

const passedProof = ({ secret, requestId, relativeId }: PassedShare, setId: string, share: Bytes): Promise<Bytes> =>
  mac(secret.macKey, concat(utf8('relative'), uuidBytes(requestId), uuidBytes(relativeId), uuidBytes(setId), share))

const sharePlace = (accountId: string, setId: string, relativeId: string): string => `share|${accountId}|${setId}|${relativeId}`
const passedPlace = (requestId: string, relativeId: string): string => `recovered|${requestId}|${relativeId}`

const shareBody = async (accountId: string, setId: string, relativeId: string, content: Uint8Array): Promise<Bytes> =>
  concat(utf8('prifora/1 share'), uuidBytes(accountId), uuidBytes(setId), uuidBytes(relativeId), await digest(content))

const passedBody = async (requestId: string, relativeId: string, content: Uint8Array): Promise<Bytes> =>
  concat(utf8('prifora/1 recovery'), uuidBytes(requestId), uuidBytes(relativeId), await digest(content))
