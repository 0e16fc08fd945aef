import { describe, expect, it } from 'vitest'
import {
  type AlbumDetails,
  boxAlbumKey,
  certify,
  DETAILS_MAX_BYTES,
  encryptFile,
  type ItemMeta,
  itemKeys,
  newAccountKeys,
  newAlbumKey,
  newFileKey,
  newSigningPair,
  openAlbumBox,
  openAlbumDetails,
  openItemMeta,
  openRemark,
  random,
  rotateAccountKeys,
  sealAlbumDetails,
  sealItemMeta,
  sealRemark,
  SealedFile,
  signerHolds,
} from '../src'
import { ALBUM, FAMILY, flipped, ITEM, JAN, OMA, OTHER, PART, PHONE, REMARK } from './ids'

async function author(accountId = JAN, deviceId = PHONE) {
  const [keys, pair] = [await newAccountKeys(), await newSigningPair()]
  const certificate = await certify(keys.aikSeed, accountId, deviceId, pair.publicKey)
  return { keys, pair, signer: { accountId, deviceId, signatureKey: pair.publicKey, certificate } }
}

const place = { familyId: FAMILY, albumId: ALBUM, version: 2, accountId: OMA, by: JAN, deviceId: PHONE }
const meta: ItemMeta = { n: 1, author: JAN, kind: 'photo', name: 'zee.jpg', mime: 'image/jpeg', parts: { original: { id: PART, size: 100, sha256: random(32) } } }

describe('an album’s key', () => {
  it('is opened by whom it was boxed for, also after their keys changed, and shows who gave it', async () => {
    const [{ pair, signer }, oma, key] = [await author(), await newAccountKeys(), newAlbumKey()]
    const { box, signature } = await boxAlbumKey(oma.aek, key, place, { ...signer, seed: pair.seed })
    const later = await rotateAccountKeys(oma)
    expect(await openAlbumBox(later.aeks, place, box, signature)).toEqual({ albumKey: key, signatureKey: pair.publicKey, certificate: signer.certificate })
  })

  it('is not taken from another album, an older version, another family or another hand', async () => {
    const [{ pair, signer }, other, oma, key] = [await author(), await author(), await newAccountKeys(), newAlbumKey()]
    const { box, signature } = await boxAlbumKey(oma.aek, key, place, { ...signer, seed: pair.seed })
    const opened = (change: Partial<typeof place>, made = box, word = signature) => openAlbumBox(oma.aeks, { ...place, ...change }, made, word)
    for (const change of [{ albumId: OTHER }, { version: 1 }, { version: 3 }, { accountId: JAN }]) {
      await expect(opened(change)).rejects.toMatchObject({ code: 'not_readable' })
    }
    for (const change of [{ familyId: OTHER }, { by: OMA }, { deviceId: OTHER }]) {
      await expect(opened(change)).rejects.toMatchObject({ code: 'forged' })
    }
    const forged = await boxAlbumKey(oma.aek, key, place, { ...signer, seed: other.pair.seed })
    await expect(opened({}, forged.box, forged.signature)).rejects.toMatchObject({ code: 'forged' })
    await expect(opened({}, forged.box)).rejects.toMatchObject({ code: 'forged' })
    await expect(openAlbumBox((await newAccountKeys()).aeks, place, box, signature)).rejects.toMatchObject({ code: 'not_readable' })
  })

  it('opens the keys of its items, each in its place', async () => {
    const [key, fileKey, otherKey] = [newAlbumKey(), newFileKey(), newFileKey()]
    const keys = await itemKeys(key, ALBUM, 2)
    const [sealed, swapped] = [await keys.seal(ITEM, fileKey), await keys.seal(OTHER, otherKey)]
    expect(await keys.open(ITEM, sealed)).toEqual(fileKey)
    await expect(keys.open(ITEM, swapped)).rejects.toMatchObject({ code: 'not_readable' })
    for (const wrong of [await itemKeys(key, ALBUM, 1), await itemKeys(key, OTHER, 2), await itemKeys(newAlbumKey(), ALBUM, 2)]) {
      await expect(wrong.open(ITEM, sealed)).rejects.toMatchObject({ code: 'not_readable' })
    }
  })
})

describe('the details of an album', () => {
  const details: AlbumDetails = { title: 'Zomer', members: { [JAN]: 'owner' }, out: [], past: [random(32)], interval: 5, shuffle: true }

  it('are opened in their place only', async () => {
    const key = newAlbumKey()
    const sealed = await sealAlbumDetails(key, ALBUM, 2, 5, details)
    expect(await openAlbumDetails(key, ALBUM, 2, 5, sealed)).toEqual(details)
    for (const [album, version, rev] of [[OTHER, 2, 5], [ALBUM, 1, 5], [ALBUM, 2, 4]] as const) {
      await expect(openAlbumDetails(key, album, version, rev, sealed)).rejects.toMatchObject({ code: 'not_readable' })
    }
    await expect(openAlbumDetails(key, ALBUM, 2, 5, flipped(sealed))).rejects.toMatchObject({ code: 'not_readable' })
  })

  it('hide how long a title is, and have a largest size', async () => {
    const sizes = await Promise.all(['', 'x'.repeat(100)].map(async (title) => (await sealAlbumDetails(random(32), ALBUM, 1, 1, { ...details, title })).length))
    expect(sizes[0]).toBe(sizes[1])
    const order = Array.from({ length: 5000 }, () => ({ album: ALBUM, item: ITEM, caption: 'x'.repeat(200) }))
    expect(JSON.stringify(order).length).toBeGreaterThan(DETAILS_MAX_BYTES)
    await expect(sealAlbumDetails(random(32), ALBUM, 1, 1, { ...details, order })).rejects.toMatchObject({ code: 'too_large' })
  })
})

describe('an item', () => {
  it('says what it is, and who says so', async () => {
    const [{ keys, pair, signer }, fileKey] = [await author(), newFileKey()]
    const sealed = await sealItemMeta(fileKey, { albumId: ALBUM, itemId: ITEM }, meta, signer, pair.seed)
    const read = await openItemMeta(fileKey, { albumId: ALBUM, itemId: ITEM }, sealed)
    expect(read).toEqual({ meta, signer })
    expect(await signerHolds(read.signer, keys.aik)).toBe(true)
    expect(await signerHolds(read.signer, (await newAccountKeys()).aik)).toBe(false)
    expect(await signerHolds({ ...read.signer, accountId: OMA }, keys.aik)).toBe(false)
  })

  it('is not taken in another place, under another key, or in another’s name', async () => {
    const [{ pair, signer }, other, fileKey] = [await author(), await author(OMA), newFileKey()]
    const here = { albumId: ALBUM, itemId: ITEM }
    const sealed = await sealItemMeta(fileKey, here, meta, signer, pair.seed)
    await expect(openItemMeta(fileKey, { ...here, itemId: OTHER }, sealed)).rejects.toMatchObject({ code: 'not_readable' })
    await expect(openItemMeta(newFileKey(), here, sealed)).rejects.toMatchObject({ code: 'not_readable' })
    await expect(openItemMeta(fileKey, { ...here, albumId: OTHER }, sealed)).rejects.toMatchObject({ code: 'forged' })
    const forged = await sealItemMeta(fileKey, here, meta, signer, other.pair.seed)
    await expect(openItemMeta(fileKey, here, forged)).rejects.toMatchObject({ code: 'forged' })
    await expect(sealItemMeta(fileKey, here, { ...meta, caption: 'x'.repeat(20_000) }, signer, pair.seed)).rejects.toMatchObject({ code: 'too_large' })
  })

  it('does not open with a changed part, or with a part of another item', async () => {
    const [fileKey, plain] = [newFileKey(), new Uint8Array(300_000).fill(7)]
    const container = await encryptFile(fileKey, PART, plain)
    const read = async (bytes: Uint8Array, id = PART) => (await SealedFile.open(fileKey, id, async (from, to) => bytes.subarray(from, to))).read(0, 300_000)
    expect(await read(container)).toEqual(plain)
    await expect(read(flipped(container, 40))).rejects.toMatchObject({ code: 'not_readable' })
    await expect(read(container, OTHER)).rejects.toMatchObject({ code: 'not_readable' })
    await expect(read(await encryptFile(newFileKey(), PART, plain))).rejects.toMatchObject({ code: 'not_readable' })
  })
})

describe('a remark', () => {
  it('is read with who said it, and is refused when somebody else did', async () => {
    const [{ keys, pair, signer }, other, key] = [await author(), await author(), newAlbumKey()]
    const here = { albumId: ALBUM, version: 2, itemId: ITEM, remarkId: REMARK }
    const remark = { type: 'comment' as const, text: 'Mooi!' }
    const made = await sealRemark(key, here, remark, signer, pair.seed)
    const read = await openRemark(key, here, made.sealed, made.signature, signer)
    expect(read).toEqual({ remark, signer })
    expect(await signerHolds(read.signer, keys.aik)).toBe(true)

    const forged = await sealRemark(key, here, remark, signer, other.pair.seed)
    await expect(openRemark(key, here, forged.sealed, forged.signature, signer)).rejects.toMatchObject({ code: 'forged' })
    const inNameOf = await sealRemark(key, here, remark, { ...signer, signatureKey: other.pair.publicKey }, other.pair.seed)
    const claimed = await openRemark(key, here, inNameOf.sealed, inNameOf.signature, signer)
    expect(await signerHolds(claimed.signer, keys.aik)).toBe(false)
    await expect(openRemark(key, here, made.sealed, made.signature, { ...signer, accountId: OMA })).rejects.toMatchObject({ code: 'forged' })
    for (const change of [{ albumId: OTHER }, { version: 1 }, { itemId: OTHER }, { remarkId: OTHER }]) {
      await expect(openRemark(key, { ...here, ...change }, made.sealed, made.signature, signer)).rejects.toMatchObject({ code: 'not_readable' })
    }
  })

  it('does not show whether it is a heart or a word', async () => {
    const { pair, signer } = await author()
    const here = { albumId: ALBUM, version: 2, itemId: ITEM, remarkId: REMARK }
    const [heart, word] = await Promise.all([{ type: 'heart' as const }, { type: 'comment' as const, text: 'Mooi!' }].map((one) => sealRemark(random(32), here, one, signer, pair.seed)))
    expect(heart?.sealed.length).toBe(word?.sealed.length)
  })
})
