/** Albums: a key for each version, boxed to every member by a device of who shares it.
 *
 * box       = HPKE to the member's AEK of album key (32) || signature key (32) || certificate (64) of the sharing device,
 *             info "album|" || album || "|" || version || "|" || account
 * signature = the sharing device signs "prifora/1 album box" || family || album || version (u32) || account || sharer
 *             || device || SHA-256(box)
 * details   = AES-256-GCM under HKDF(album key, "album details"), filled up with spaces to 1 KiB steps
 * item key  = AES-256-GCM under HKDF(album key, "album item keys")
 */

import type { BoxKey } from './account'
import { derive, digest, KEY_BYTES, open, seal } from './aead'
import { type AlbumRule, ruleOf } from './albumrule'
import { base64, type Bytes, concat, number, own, random, type Sealed, sealed, utf8, uuidBytes } from './bytes'
import { CryptoError } from './errors'
import { box, unboxAny } from './hpke'
import { byIdOf, bytesOf, type Fields, fieldsOf, idOf, listOf, numberOf, oneOf, optional, padded, readJson, textOf, wholeOf } from './shape'
import { sign, verify } from './signing'

export const ALBUM_ROLES = ['owner', 'contributor', 'viewer'] as const
export const DETAILS_MAX_BYTES = 1024 * 1024
const CERTIFICATE_BYTES = 64
const TITLE_MAX = 200
const CAPTION_MAX = 500
const ORDER_MAX = 5000
const MEMBERS_MAX = 1000
const PAST_MAX = 10_000
const KEYS_MAX = 2 ** 32 - 1
const SECONDS_MAX = 3600
const PAD_TO = 1024
const NONCE_AND_TAG = 28

export type AlbumRole = (typeof ALBUM_ROLES)[number]

/** Where a box belongs, and who made it. */
export interface BoxPlace {
  familyId: string
  albumId: string
  version: number
  /** Whom it is for. */
  accountId: string
  by: string
  deviceId: string
}

/** One picture in a playlist or slideshow; it may lie in another album. */
export interface Shot {
  album: string
  item: string
  caption?: string
}

export interface AlbumDetails {
  title: string
  /** Who belongs, as who shared it says: nobody else gets a key. */
  members: Record<string, AlbumRole>
  /** Accounts that were put out. */
  out: string[]
  /** The keys of the versions before this one, first to last: they open old remarks. */
  past: Bytes[]
  /** Which version of each member's encryption key the present key was boxed to. */
  boxed?: Record<string, number>
  /** What its owner says of passing on. */
  rule?: AlbumRule
  cover?: string
  order?: Shot[]
  /** Seconds for each picture of a slideshow. */
  interval?: number
  music?: Shot
  shuffle?: boolean
}

/** A key for one version of one album. */
export const newAlbumKey = (): Bytes => random(KEY_BYTES)

const placeOf = ({ albumId, version, accountId }: BoxPlace): string => `album|${albumId}|${version}|${accountId}`

async function statement(place: BoxPlace, made: Uint8Array): Promise<Bytes> {
  const { familyId, albumId, version, accountId, by, deviceId } = place
  const ids = [accountId, by, deviceId].map(uuidBytes)
  return concat(utf8('prifora/1 album box'), uuidBytes(familyId), uuidBytes(albumId), number(version, 4), ...ids, await digest(made))
}

/** An album's key for one member, with the sharing device's word for it. */
export async function boxAlbumKey(
  aek: Uint8Array,
  albumKey: Bytes,
  place: BoxPlace,
  giver: { signatureKey: Bytes; certificate: Bytes; seed: Bytes },
): Promise<{ box: Sealed; signature: Sealed }> {
  const made = await box(aek, concat(albumKey, giver.signatureKey, giver.certificate), placeOf(place))
  return { box: made, signature: sealed(await sign(giver.seed, await statement(place, made))) }
}

/** Opens a box; throws not_readable, or forged when the key inside did not sign it. Whose key that is, the caller checks. */
export async function openAlbumBox(
  aeks: BoxKey[],
  place: BoxPlace,
  made: Uint8Array,
  signature: Uint8Array,
): Promise<{ albumKey: Bytes; signatureKey: Bytes; certificate: Bytes }> {
  const plain = await unboxAny(aeks, made, placeOf(place))
  if (plain.length !== 2 * KEY_BYTES + CERTIFICATE_BYTES) throw new CryptoError('malformed', 'box')
  const [albumKey, signatureKey] = [own(plain.subarray(0, KEY_BYTES)), own(plain.subarray(KEY_BYTES, 2 * KEY_BYTES))]
  if (!(await verify(signatureKey, signature, await statement(place, made)))) throw new CryptoError('forged', 'box')
  return { albumKey, signatureKey, certificate: own(plain.subarray(2 * KEY_BYTES)) }
}

const detailsPlace = (albumId: string, version: number, rev: number): string => `album details|${albumId}|${version}|${rev}`

/** Seals what an album's members know of it together; throws too_large. */
export async function sealAlbumDetails(albumKey: Bytes, albumId: string, version: number, rev: number, details: AlbumDetails): Promise<Sealed> {
  const plain = padded({ v: 1, ...details, past: details.past.map(base64) }, PAD_TO)
  if (plain.length + NONCE_AND_TAG > DETAILS_MAX_BYTES) throw new CryptoError('too_large')
  return seal(await derive(albumKey, 'album details'), plain, detailsPlace(albumId, version, rev))
}

/** Opens them; throws not_readable or malformed. */
export async function openAlbumDetails(
  albumKey: Bytes,
  albumId: string,
  version: number,
  rev: number,
  sealedDetails: Uint8Array,
): Promise<AlbumDetails> {
  const raw = readJson(await open(await derive(albumKey, 'album details'), sealedDetails, detailsPlace(albumId, version, rev)))
  oneOf(raw.v, [1])
  return {
    title: textOf(raw.title, TITLE_MAX),
    members: byIdOf(raw.members, MEMBERS_MAX, (value) => oneOf(value, ALBUM_ROLES)),
    out: listOf(raw.out, MEMBERS_MAX, idOf),
    past: listOf(raw.past, PAST_MAX, (value) => bytesOf(value, KEY_BYTES)),
    ...shownOf(raw),
  }
}

function shownOf(raw: Fields) {
  return {
    ...optional('boxed', raw.boxed, (value) => byIdOf(value, MEMBERS_MAX, (one) => wholeOf(one, 1, KEYS_MAX))),
    ...optional('rule', raw.rule, ruleOf),
    ...optional('cover', raw.cover, idOf),
    ...optional('order', raw.order, (value) => listOf(value, ORDER_MAX, shotOf)),
    ...optional('interval', raw.interval, (value) => numberOf(value, 1, SECONDS_MAX)),
    ...optional('music', raw.music, shotOf),
    ...optional('shuffle', raw.shuffle, (value) => oneOf(value, [true, false])),
  }
}

function shotOf(value: unknown): Shot {
  const { album, item, caption } = fieldsOf(value)
  return { album: idOf(album), item: idOf(item), ...optional('caption', caption, (one) => textOf(one, CAPTION_MAX)) }
}

const itemPlace = (albumId: string, version: number, itemId: string): string => `album item|${albumId}|${version}|${itemId}`

/** Opens and closes the keys of items in one version of an album; made once for many. */
export async function itemKeys(albumKey: Bytes, albumId: string, version: number) {
  const key = await derive(albumKey, 'album item keys')
  return {
    seal: (itemId: string, fileKey: Uint8Array): Promise<Sealed> => seal(key, fileKey, itemPlace(albumId, version, itemId)),
    /** Throws not_readable or malformed. */
    async open(itemId: string, sealedKey: Uint8Array): Promise<Bytes> {
      const fileKey = await open(key, sealedKey, itemPlace(albumId, version, itemId))
      if (fileKey.length !== KEY_BYTES) throw new CryptoError('malformed', 'key')
      return fileKey
    },
  }
}
