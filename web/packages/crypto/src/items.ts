/** Items of albums: what they are, and what people say about them. Both signed by a device of who says it.
 *
 * meta      = AES-256-GCM under HKDF(file key, "item meta") of
 *             signer (16) || device (16) || signature key (32) || certificate (64) || signature (64) || JSON with spaces to 1 KiB steps;
 *             the device signs "prifora/1 item" || album || item || signer || device || SHA-256(JSON with spaces)
 * remark    = AES-256-GCM under HKDF(album key, "album remarks") of JSON with signature key (k) and certificate (c), with
 *             spaces to 256 byte steps;
 *             the device signs "prifora/1 remark" || album || item || remark || signer || device || SHA-256(remark as sealed)
 */

import { derive, digest, open, seal } from './aead'
import { base64, type Bytes, concat, own, type Sealed, sealed, utf8, uuidBytes, uuidText } from './bytes'
import { isCertified } from './device'
import { CryptoError } from './errors'
import { bytesOf, type Fields, fieldsOf, idOf, listOf, numberOf, oneOf, optional, padded, readJson, textOf, wholeOf } from './shape'
import { MEDIA_MAX_BYTES, sealedSize } from './media'
import { sign, verify } from './signing'

export const ITEM_KINDS = ['photo', 'film', 'sound'] as const
export const PART_NAMES = ['original', 'view', 'thumb', 'poster'] as const
export const REMARK_TYPES = ['heart', 'comment', 'take-off'] as const
const META_MAX_BYTES = 16 * 1024
const NAME_MAX = 255
const MIME_MAX = 127
const CAPTION_MAX = 2000
const COMMENT_MAX = 1000
const PEOPLE_MAX = 50
const PERSON_MAX = 100
const SIDE_MAX = 1_000_000
const SECONDS_MAX = 1_000_000
const TIME_MAX = 8.64e15
const HEAD = 16 + 16 + 32 + 64 + 64
const [META_PAD, REMARK_PAD] = [1024, 256]

export type ItemKind = (typeof ITEM_KINDS)[number]
export type PartName = (typeof PART_NAMES)[number]
export type RemarkType = (typeof REMARK_TYPES)[number]

/** A sealed file of an item: its id, its sealed size and the SHA-256 of its sealed bytes. */
export interface PartRef {
  id: string
  size: number
  sha256: Bytes
}

export interface ItemMeta {
  /** Which writing this is, from 1 up. */
  n: number
  /** Who added it. Somebody else may have written the caption. */
  author: string
  kind: ItemKind
  name: string
  mime: string
  /** Milliseconds since 1970. */
  taken?: number
  /** Pixels. */
  width?: number
  height?: number
  seconds?: number
  caption?: string
  people?: string[]
  /** What was added in one go has the same. */
  batch?: string
  parts: Partial<Record<PartName, PartRef>>
}

/** A device that signs, as its owner's identity key certified it. */
export interface ItemSigner {
  accountId: string
  deviceId: string
  signatureKey: Bytes
  certificate: Bytes
}

/** Where an item lies. */
export interface ItemPlace {
  albumId: string
  itemId: string
}

export interface Remark {
  type: RemarkType
  text?: string
}

const metaPlace = (itemId: string): string => `item meta|${itemId}`

const metaBody = async ({ albumId, itemId }: ItemPlace, signer: { accountId: string; deviceId: string }, json: Uint8Array): Promise<Bytes> =>
  concat(utf8('prifora/1 item'), ...[albumId, itemId, signer.accountId, signer.deviceId].map(uuidBytes), await digest(json))

/** Seals and signs what an item is; throws too_large. */
export async function sealItemMeta(fileKey: Bytes, place: ItemPlace, meta: ItemMeta, signer: ItemSigner, seed: Bytes): Promise<Sealed> {
  const parts = Object.entries(meta.parts).map(([name, part]) => [name, { ...part, sha256: base64(part.sha256) }])
  const json = padded({ v: 1, ...meta, parts: Object.fromEntries(parts) }, META_PAD)
  const signature = await sign(seed, await metaBody(place, signer, json))
  const head = [uuidBytes(signer.accountId), uuidBytes(signer.deviceId), signer.signatureKey, signer.certificate, signature]
  const made = await seal(await derive(fileKey, 'item meta'), concat(...head, json), metaPlace(place.itemId))
  if (made.length > META_MAX_BYTES) throw new CryptoError('too_large')
  return made
}

/** Opens it; throws not_readable, malformed, or forged when the key inside did not sign it. Whose key that is, `isCertified` says. */
export async function openItemMeta(
  fileKey: Bytes,
  place: ItemPlace,
  sealedMeta: Uint8Array,
): Promise<{ meta: ItemMeta; signer: ItemSigner }> {
  const plain = await open(await derive(fileKey, 'item meta'), sealedMeta, metaPlace(place.itemId))
  if (plain.length < HEAD) throw new CryptoError('malformed', 'meta')
  const signer = {
    accountId: uuidText(plain.subarray(0, 16)),
    deviceId: uuidText(plain.subarray(16, 32)),
    signatureKey: own(plain.subarray(32, 64)),
    certificate: own(plain.subarray(64, 128)),
  }
  const json = own(plain.subarray(HEAD))
  const isSigned = await verify(signer.signatureKey, plain.subarray(128, HEAD), await metaBody(place, signer, json))
  if (!isSigned) throw new CryptoError('forged', 'meta')
  return { meta: metaOf(readJson(json)), signer }
}

/** Whether an account's identity key certified the device that signed. */
export const signerHolds = (signer: ItemSigner, aik: Bytes): Promise<boolean> =>
  isCertified({ accountId: signer.accountId, deviceId: signer.deviceId, aik, certificate: signer.certificate }, signer.signatureKey)

function metaOf(raw: Fields): ItemMeta {
  oneOf(raw.v, [1])
  return {
    n: wholeOf(raw.n, 1),
    author: idOf(raw.author),
    kind: oneOf(raw.kind, ITEM_KINDS),
    name: textOf(raw.name, NAME_MAX),
    mime: textOf(raw.mime, MIME_MAX),
    ...optional('taken', raw.taken, (value) => wholeOf(value, -TIME_MAX, TIME_MAX)),
    ...optional('width', raw.width, (value) => wholeOf(value, 1, SIDE_MAX)),
    ...optional('height', raw.height, (value) => wholeOf(value, 1, SIDE_MAX)),
    ...optional('seconds', raw.seconds, (value) => numberOf(value, 0, SECONDS_MAX)),
    ...optional('caption', raw.caption, (value) => textOf(value, CAPTION_MAX)),
    ...optional('people', raw.people, (value) => listOf(value, PEOPLE_MAX, (one) => textOf(one, PERSON_MAX, 1))),
    ...optional('batch', raw.batch, idOf),
    parts: partsIn(raw.parts),
  }
}

function partsIn(value: unknown): ItemMeta['parts'] {
  const entries = Object.entries(fieldsOf(value)).map(([name, raw]) => {
    const { id, size, sha256 } = fieldsOf(raw)
    const part = { id: idOf(id), size: wholeOf(size, 1, sealedSize(MEDIA_MAX_BYTES)), sha256: bytesOf(sha256, 32) }
    return [oneOf(name, PART_NAMES), part] as const
  })
  if (entries.length === 0) throw new CryptoError('malformed', 'parts')
  return Object.fromEntries(entries)
}

/** Where a remark belongs. */
export interface RemarkPlace extends ItemPlace {
  version: number
  remarkId: string
}

const remarkPlace = ({ albumId, version, itemId, remarkId }: RemarkPlace): string =>
  `album remark|${albumId}|${version}|${itemId}|${remarkId}`

const remarkBody = async (place: RemarkPlace, accountId: string, deviceId: string, made: Uint8Array): Promise<Bytes> => {
  const ids = [place.albumId, place.itemId, place.remarkId, accountId, deviceId]
  return concat(utf8('prifora/1 remark'), ...ids.map(uuidBytes), await digest(made))
}

/** Seals and signs a remark. */
export async function sealRemark(
  albumKey: Bytes,
  place: RemarkPlace,
  remark: Remark,
  signer: ItemSigner,
  seed: Bytes,
): Promise<{ sealed: Sealed; signature: Sealed }> {
  const plain = padded({ v: 1, k: base64(signer.signatureKey), c: base64(signer.certificate), ...remark }, REMARK_PAD)
  const made = await seal(await derive(albumKey, 'album remarks'), plain, remarkPlace(place))
  return { sealed: made, signature: sealed(await sign(seed, await remarkBody(place, signer.accountId, signer.deviceId, made))) }
}

/** Opens a remark by whom the server says; throws not_readable, malformed, or forged when that key did not sign it. */
export async function openRemark(
  albumKey: Bytes,
  place: RemarkPlace,
  content: Uint8Array,
  signature: Uint8Array,
  by: { accountId: string; deviceId: string },
): Promise<{ remark: Remark; signer: ItemSigner }> {
  const raw = readJson(await open(await derive(albumKey, 'album remarks'), content, remarkPlace(place)))
  oneOf(raw.v, [1])
  const [signatureKey, certificate] = [bytesOf(raw.k, 32), bytesOf(raw.c, 64)]
  if (!(await verify(signatureKey, signature, await remarkBody(place, by.accountId, by.deviceId, content)))) throw new CryptoError('forged', 'remark')
  const remark = { type: oneOf(raw.type, REMARK_TYPES), ...optional('text', raw.text, (value) => textOf(value, COMMENT_MAX)) }
  return { remark, signer: { accountId: by.accountId, deviceId: by.deviceId, signatureKey, certificate } }
}
