/** An album's rule, by its owner: whether others may take what is in it to another album.
 *
 * Lies in the details of the album, which every member could write: so a device of the owner signs
 * "prifora/1 album rule" || family || album || n (u32) || no forward (u8) || owner || device. The highest n counts.
 */

import { base64, type Bytes, concat, number, unbase64, utf8, uuidBytes } from './bytes'
import type { ItemSigner } from './items'
import { bytesOf, fieldsOf, idOf, oneOf, wholeOf } from './shape'
import { sign, verify } from './signing'

const N_MAX = 2 ** 32 - 1

/** As it is written down; bytes in base64url. */
export interface AlbumRule {
  /** Which writing this is, from 1 up. */
  n: number
  noForward: boolean
  by: string
  device: string
  key: string
  certificate: string
  signature: string
}

/** Whose rule it is. */
export interface RulePlace {
  familyId: string
  albumId: string
}

const statement = ({ familyId, albumId }: RulePlace, { n, noForward, by, device }: Omit<AlbumRule, 'signature'>): Bytes => {
  const ids = [by, device].map(uuidBytes)
  return concat(utf8('prifora/1 album rule'), uuidBytes(familyId), uuidBytes(albumId), number(n, 4), number(noForward ? 1 : 0, 1), ...ids)
}

export async function signAlbumRule(place: RulePlace, said: Pick<AlbumRule, 'n' | 'noForward'>, signer: ItemSigner, seed: Bytes): Promise<AlbumRule> {
  const key = { key: base64(signer.signatureKey), certificate: base64(signer.certificate) }
  const rule = { ...said, by: signer.accountId, device: signer.deviceId, ...key }
  return { ...rule, signature: base64(await sign(seed, statement(place, rule))) }
}

/** Who signed a rule; undefined when the key in it did not. Whose key that is, `signerHolds` says. */
export async function ruleSigner(place: RulePlace, rule: AlbumRule): Promise<ItemSigner | undefined> {
  const signer = { accountId: rule.by, deviceId: rule.device, signatureKey: unbase64(rule.key), certificate: unbase64(rule.certificate) }
  return (await verify(signer.signatureKey, unbase64(rule.signature), statement(place, rule))) ? signer : undefined
}

/** Reads a rule that others wrote; throws malformed. */
export function ruleOf(value: unknown): AlbumRule {
  const { n, noForward, by, device, key, certificate, signature } = fieldsOf(value)
  const textual = (one: unknown, size: number): string => base64(bytesOf(one, size))
  return {
    n: wholeOf(n, 1, N_MAX),
    noForward: oneOf(noForward, [true, false]),
    by: idOf(by),
    device: idOf(device),
    key: textual(key, 32),
    certificate: textual(certificate, 64),
    signature: textual(signature, 64),
  }
}
