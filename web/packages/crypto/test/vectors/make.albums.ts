/** The vectors of albums: box, details, keys of items, what items are, remarks. */

import {
  boxAlbumKey,
  type Bytes,
  certify,
  concat,
  derive,
  itemKeys,
  seal,
  sealAlbumDetails,
  sealItemMeta,
  sealRemark,
  signAlbumRule,
  unbase64,
  utf8,
  uuidBytes,
} from '../../src'
import { ALBUM, FAMILY, ITEM, JAN, LAPTOP, OMA, OTHER, PART, PHONE, REMARK } from '../ids'
import { fixedKeys } from './make.keys'
import { fixed, fixedSigner, Maker, spoilt } from './maker'

const VERSION = 3

async function cast() {
  const [jan, oma, signer] = [await fixedKeys('jan'), await fixedKeys('oma'), await fixedSigner('phone')]
  const certificate = await certify(jan.aikSeed, JAN, PHONE, signer.publicKey)
  const author = { accountId: JAN, deviceId: PHONE, signatureKey: signer.publicKey, certificate }
  return { jan, oma, signer, author, albumKey: await fixed('album key'), fileKey: await fixed('item key') }
}

export async function makeAlbums(): Promise<string> {
  const vectors = new Maker('album', 'Albums: boxes, details, keys of items, what items are, remarks. Opened.')
  await makeBoxes(vectors)
  await makeDetails(vectors)
  await makeRule(vectors)
  await makeMeta(vectors)
  await makeRemarks(vectors)
  return vectors.write()
}

async function makeBoxes(vectors: Maker): Promise<void> {
  const { jan, oma, signer, author, albumKey } = await cast()
  const giver = { ...author, seed: signer.seed }
  const place = { familyId: FAMILY, albumId: ALBUM, version: VERSION, accountId: OMA, by: JAN, deviceId: PHONE }
  const { box, signature } = await boxAlbumKey(oma.aek, albumKey, place, giver)
  const input = { family: FAMILY, album: ALBUM, version: VERSION, account: OMA, by: JAN, device: PHONE, aik: jan.aik, aek_privates: [jan.aekPrivate, oma.aekPrivate], box, signature }
  await vectors.good('an album box, for an older key', 'open_album_box', input)
  const other = await boxAlbumKey(oma.aek, albumKey, { ...place, version: 2 }, giver)
  const laptop = await fixedSigner('laptop')
  const uncertified = await boxAlbumKey(oma.aek, albumKey, place, { ...author, signatureKey: laptop.publicKey, seed: laptop.seed })
  await vectors.spoil('open_album_box', input, {
    'a box by an account with another key': { aik: oma.aik },
    'a box by a device that is not certified': { ...uncertified },
    'a box of another album': { album: OTHER },
    'a box of another version': { version: 2 },
    'a box of another account': { account: JAN },
    'a box in another family': { family: OTHER },
    'a box said to be by somebody else': { by: OMA },
    'a box said to be of another device': { device: LAPTOP },
    'a box with other keys': { aek_privates: [jan.aekPrivate] },
    'a changed album box': { box: spoilt(box) },
    'a changed word for a box': { signature: spoilt(signature, 0) },
    'a box of an older version with its word': { box: other.box, signature: other.signature },
  })
  const sealed = await (await itemKeys(albumKey, ALBUM, VERSION)).seal(ITEM, await fixed('item key'))
  const key = { album_key: albumKey, album: ALBUM, version: VERSION, item: ITEM, sealed }
  await vectors.good('a key of an item', 'open_item_key', key)
  await vectors.spoil('open_item_key', key, {
    'a key of another item': { item: OTHER },
    'a key in another album': { album: OTHER },
    'a key of another version': { version: 4 },
    'a key under another album key': { album_key: await fixed('x') },
    'a changed key': { sealed: spoilt(sealed) },
    'a short key': { sealed: await (await itemKeys(albumKey, ALBUM, VERSION)).seal(ITEM, new Uint8Array(31)) },
  })
}

async function makeDetails(vectors: Maker): Promise<void> {
  const { albumKey } = await cast()
  const bare = { title: '', members: {}, out: [], past: [] }
  const full = {
    title: 'Zomer op het eiland',
    members: { [JAN]: 'owner' as const, [OMA]: 'viewer' as const },
    out: [OTHER],
    past: [await fixed('album key 1'), await fixed('album key 2')],
    boxed: { [JAN]: 1, [OMA]: 4 },
    cover: ITEM,
    order: [{ album: ALBUM, item: ITEM, caption: 'Het strand' }, { album: OTHER, item: OTHER }],
    interval: 7.5,
    music: { album: ALBUM, item: OTHER },
    shuffle: false,
  }
  const place = { album_key: albumKey, album: ALBUM, version: VERSION, rev: 9 }
  const input = { ...place, sealed: await sealAlbumDetails(albumKey, ALBUM, VERSION, 9, full) }
  await vectors.good('details of a slideshow', 'open_album_details', input)
  await vectors.good('details of an album', 'open_album_details', { ...place, sealed: await sealAlbumDetails(albumKey, ALBUM, VERSION, 9, bare) })
  const written = async (change: object): Promise<{ sealed: Bytes }> => {
    const content = utf8(JSON.stringify({ v: 1, ...bare, ...change }))
    return { sealed: await seal(await derive(albumKey, 'album details'), content, `album details|${ALBUM}|${VERSION}|9`) }
  }
  await vectors.spoil('open_album_details', input, {
    'album details of another writing': { rev: 8 },
    'album details of another version': { version: 2 },
    'details of another album': { album: OTHER },
    'album details with another key': { album_key: await fixed('x') },
    'changed album details': { sealed: spoilt(input.sealed) },
    'album details of another form': await written({ v: 2 }),
    'album details without a title': await written({ title: undefined }),
    'a member of no role': await written({ members: { [OMA]: 'admin' } }),
    'a member who is nobody': await written({ members: { oma: 'viewer' } }),
    'a short past key': await written({ past: ['AAAA'] }),
    'a box for no key': await written({ boxed: { [OMA]: 0 } }),
    'a cover that is none': await written({ cover: 'x' }),
    'an order of nothing': await written({ order: [{ album: ALBUM }] }),
    'an interval of no time': await written({ interval: 0 }),
  })
}

async function makeRule(vectors: Maker): Promise<void> {
  const { jan, oma, signer, author, albumKey } = await cast()
  const rule = await signAlbumRule({ familyId: FAMILY, albumId: ALBUM }, { n: 2, noForward: true }, author, signer.seed)
  const place = { album_key: albumKey, album: ALBUM, version: VERSION, rev: 9, family: FAMILY, owner: JAN, aik: jan.aik }
  const saying = async (change: object) => {
    const content = utf8(JSON.stringify({ v: 1, title: '', members: {}, out: [], past: [], rule: { ...rule, ...change } }))
    return { sealed: await seal(await derive(albumKey, 'album details'), content, `album details|${ALBUM}|${VERSION}|9`) }
  }
  const input = { ...place, ...(await saying({})) }
  await vectors.good('a rule of an album', 'open_album_rule', input)
  const laptop = await fixedSigner('laptop')
  const uncertified = await signAlbumRule({ familyId: FAMILY, albumId: ALBUM }, { n: 2, noForward: true }, { ...author, signatureKey: laptop.publicKey }, laptop.seed)
  await vectors.spoil('open_album_rule', input, {
    'a rule in another family': { family: OTHER },
    'a rule by who is not the owner': { owner: OMA },
    'a rule of an account with another key': { aik: oma.aik },
    'a rule said to be newer': await saying({ n: 3 }),
    'a rule turned round': await saying({ noForward: false }),
    'a rule said to be of another device': await saying({ device: LAPTOP }),
    'a rule by a device that is not certified': await saying(uncertified),
    'a changed word for a rule': await saying({ signature: spoilt(unbase64(rule.signature), 0) }),
    'a rule before the first': await saying({ n: 0 }),
    'a rule of neither': await saying({ noForward: 1 }),
    'a rule with a short key': await saying({ key: 'AAAA' }),
  })
}

async function makeMeta(vectors: Maker): Promise<void> {
  const { jan, oma, signer, author, fileKey } = await cast()
  const place = { albumId: ALBUM, itemId: ITEM }
  const part = { id: PART, size: 1234, sha256: await fixed('part') }
  const bare = { n: 1, author: JAN, kind: 'sound' as const, name: '', mime: '', parts: { original: part } }
  const full = {
    ...bare,
    n: 2,
    kind: 'film' as const,
    name: 'strand.mp4',
    mime: 'video/mp4',
    taken: 1_700_000_000_000,
    width: 3840,
    height: 2160,
    seconds: 12.5,
    caption: 'Bij de zee 🌊',
    people: ['Oma', 'Jan'],
    batch: REMARK,
    parts: { original: part, poster: { ...part, id: OTHER } },
  }
  const sealed = await sealItemMeta(fileKey, place, full, author, signer.seed)
  const input = { file_key: fileKey, album: ALBUM, item: ITEM, aik: jan.aik, sealed }
  await vectors.good('what an item is', 'open_item_meta', input)
  await vectors.good('what a bare item is', 'open_item_meta', { ...input, sealed: await sealItemMeta(fileKey, place, bare, author, signer.seed) })
  const other = await fixedSigner('laptop')
  const written = async (change: object): Promise<{ sealed: Bytes }> => {
    const meta = { ...bare, ...change } as typeof bare
    return { sealed: await sealItemMeta(fileKey, place, meta, author, signer.seed) }
  }
  const unsigned = concat(uuidBytes(JAN), uuidBytes(PHONE), signer.publicKey, author.certificate, new Uint8Array(64), utf8(JSON.stringify(bare)))
  await vectors.spoil('open_item_meta', input, {
    'an item in another place': { item: OTHER },
    'an item in another album': { album: OTHER },
    'an item with another key': { file_key: await fixed('x') },
    'a changed item': { sealed: spoilt(sealed) },
    'an item of an account with another key': { aik: oma.aik },
    'an item signed by another device': { sealed: await sealItemMeta(fileKey, place, full, author, other.seed) },
    'an item by a device that is not certified': {
      sealed: await sealItemMeta(fileKey, place, full, { ...author, signatureKey: other.publicKey }, other.seed),
    },
    'an item without a signature': { sealed: await seal(await derive(fileKey, 'item meta'), unsigned, `item meta|${ITEM}`) },
    'an item of no kind': await written({ kind: 'text' }),
    'an item before the first': await written({ n: 0 }),
    'an item without parts': await written({ parts: {} }),
    'an item with an odd part': await written({ parts: { raw: part } }),
    'an item of more than 5 GiB': await written({ parts: { original: { ...part, size: 6 * 1024 ** 3 } } }),
    'an item with nobody in it': await written({ people: [''] }),
    'an item as wide as nothing': await written({ width: 0 }),
    'an item of no batch': await written({ batch: 'x' }),
  })
}

async function makeRemarks(vectors: Maker): Promise<void> {
  const { jan, oma, signer, author, albumKey } = await cast()
  const place = { albumId: ALBUM, version: VERSION, itemId: ITEM, remarkId: REMARK }
  const heart = await sealRemark(albumKey, place, { type: 'heart' }, author, signer.seed)
  const comment = await sealRemark(albumKey, place, { type: 'comment', text: 'Wat mooi!' }, author, signer.seed)
  const where = { album_key: albumKey, album: ALBUM, version: VERSION, item: ITEM, remark: REMARK, account: JAN, device: PHONE }
  const input = { ...where, aik: jan.aik, ...heart }
  await vectors.good('a heart', 'open_remark', input)
  await vectors.good('a comment', 'open_remark', { ...input, ...comment })
  await vectors.good('take me off this', 'open_remark', { ...input, ...(await sealRemark(albumKey, place, { type: 'take-off' }, author, signer.seed)) })
  const other = await fixedSigner('laptop')
  const unlisted = { ...author, signatureKey: other.publicKey }
  await vectors.spoil('open_remark', input, {
    'a remark about another item': { item: OTHER },
    'a remark in another place': { remark: OTHER },
    'a remark in another album': { album: OTHER },
    'a remark of another version': { version: 2 },
    'a remark under another key': { album_key: await fixed('x') },
    'a remark said to be another person’s': { account: OMA },
    'a remark said to be of another device': { device: LAPTOP },
    'a remark of an account with another key': { aik: oma.aik },
    'a changed remark': { sealed: spoilt(heart.sealed) },
    'a remark with the word for another': { signature: comment.signature },
    'a remark signed by another device': await sealRemark(albumKey, place, { type: 'heart' }, author, other.seed),
    'a remark by a device that is not certified': await sealRemark(albumKey, place, { type: 'heart' }, unlisted, other.seed),
    'a remark with a short certificate': await sealRemark(albumKey, place, { type: 'heart' }, { ...author, certificate: author.certificate.slice(1) }, signer.seed),
    'a remark of no kind': await sealRemark(albumKey, place, { type: 'laugh' as 'heart' }, author, signer.seed),
    'a remark that is too long': await sealRemark(albumKey, place, { type: 'comment', text: 'x'.repeat(1001) }, author, signer.seed),
  })
}
