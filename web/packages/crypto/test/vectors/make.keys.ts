/** The vectors of what belongs to one account: vault, identities, sheet, codes, relatives. */

import {
  type AccountKeys,
  base64,
  boxPairOf,
  certify,
  type CodeSecret,
  deviceSlot,
  makeShares,
  passkeySlot,
  passShare,
  passwordSlot,
  recoverySlot,
  relativesSlot,
  rotateAccountKeys,
  sealForStation,
  sealLink,
  signDeviceList,
  signKeyStatement,
  type SlotSecret,
  stretch,
  withSlot,
  writeIdentity,
  writeVault,
} from '../../src'
import { writeSheet } from '../../src/sheet'
import { FAMILY, JAN, LAPTOP, OMA, OTHER, PHONE, SOFIE } from '../ids'
import { fixed, fixedBoxes, fixedSigner, Maker, spoilt } from './maker'

const LETTERS = '7Q0ZK3M9XWVT2R5H8JNCB4D6EF'
const PASSWORD = 'Juist paard accu nietje é'
const COSTS = { memory_kib: 65_536, passes: 3, lanes: 1 }
const CREDENTIAL = 'Y3JlZGVudGlhbC1pZA'
const SET = '5a0f3c11-0006-4000-8000-000000005e70'
const REQUEST = '5a0f3c11-0007-4000-8000-000000004e90'

/** The keys of an account that are always the same. */
export async function fixedKeys(name: string): Promise<AccountKeys> {
  const [identity, boxes] = [await fixedSigner(`${name} aik`), await fixedBoxes(`${name} aek`)]
  const present = { version: 1, ...boxes }
  const shown = { aik: identity.publicKey, aikSeed: identity.seed, aek: boxes.publicKey, aekPrivate: boxes.privateKey }
  return { masterKey: await fixed(`${name} master`), ...shown, aekVersion: 1, aeks: [present], slots: {} }
}

/** Ways into Jan's vault: how a vector says them, and their secret. */
async function ways(): Promise<[way: Record<string, unknown>, secret: SlotSecret][]> {
  const salt = await fixed('salt', 16)
  const root = await stretch(PASSWORD, { salt, memoryKib: COSTS.memory_kib, passes: COSTS.passes, lanes: COSTS.lanes })
  const [secret, prf, boxes] = [await fixed('relatives secret'), await fixed('prf'), await fixedBoxes('phone box')]
  return [
    [{ kind: 'password', password: PASSWORD, salt, ...COSTS }, await passwordSlot(root)],
    [{ kind: 'recovery', letters: LETTERS }, await recoverySlot(LETTERS)],
    [{ kind: 'relatives', secret }, await relativesSlot(secret)],
    [{ kind: 'passkey', id: CREDENTIAL, prf }, await passkeySlot(CREDENTIAL, prf)],
    [{ kind: 'device', device: PHONE, private: boxes.privateKey }, await deviceSlot(PHONE, boxes)],
  ]
}

async function vaultInput(keys: AccountKeys): Promise<Record<string, unknown>> {
  const { aik, aek, aekVersion, aekSignature, sealedKeys, slots } = await writeVault(keys, JAN)
  const written = slots.map((one) => ({ name: one.name, public_key: one.publicKey, sealed: one.sealed }))
  return { account: JAN, aik, aek, aek_version: aekVersion, aek_signature: aekSignature, sealed_keys: sealedKeys, slots: written }
}

export async function makeVault(): Promise<string> {
  const vectors = new Maker('vault', 'Password secrets, slots and sealed keys. Slots and sealed keys are opened; public keys and proofs follow from the secrets.')
  const all = await ways()
  const [[password] = []] = all
  const kdf = { password: PASSWORD, salt: await fixed('salt', 16), ...COSTS }
  await vectors.good('the secrets of a password', 'password_secrets', kdf)
  await vectors.good('a password is normalised (NFC)', 'password_secrets', { ...kdf, password: PASSWORD.normalize('NFD') })
  const less = { 'less memory than we accept': { memory_kib: 32_768 }, 'fewer passes': { passes: 2 }, 'no lane': { lanes: 0 }, 'a short salt': { salt: await fixed('salt', 8) } }
  await vectors.spoil('password_secrets', kdf, less)

  let keys = await fixedKeys('jan')
  for (const [, secret] of all) keys = await withSlot(keys, JAN, secret)
  const input = await vaultInput(keys)
  for (const [way] of all) await vectors.good(`opens by ${String(way.kind)}`, 'open_vault', { ...input, way })
  const next = await rotateAccountKeys(keys)
  const boxes = await fixedBoxes('jan second aek')
  const rotated = { ...next, masterKey: await fixed('jan second master'), aek: boxes.publicKey, aekPrivate: boxes.privateKey, aeks: [{ version: 2, ...boxes }, ...keys.aeks] }
  const after = await vaultInput(rotated)
  for (const [way] of all.slice(1)) await vectors.good(`opens by ${String(way.kind)} after its keys changed`, 'open_vault', { ...after, way })

  const [recovery, shared] = [all[1]?.[0] ?? {}, all[2]?.[0] ?? {}]
  const slots = input.slots as { name: string; public_key: Uint8Array; sealed: Uint8Array }[]
  const other = await fixedKeys('sofie')
  const false_ = await vaultInput({ ...other, slots: keys.slots })
  const changed = (name: string, change: object) => slots.map((one) => (one.name === name ? { ...one, ...change } : one))
  await vectors.bad('another password', 'open_vault', { ...input, way: { ...password, password: 'onjuist paard' } })
  await vectors.spoil('open_vault', { ...input, way: recovery }, {
    'another account': { account: OMA },
    'a changed slot': { slots: changed('recovery', { sealed: spoilt(slots[1]?.sealed ?? new Uint8Array(), 40) }) },
    'another slot’s box': { slots: changed('recovery', { sealed: slots[0]?.sealed }) },
    'another slot’s box and key': { slots: changed('recovery', { sealed: slots[0]?.sealed, public_key: slots[0]?.public_key }) },
    'no such slot': { slots: slots.slice(0, 1) },
    'changed sealed keys': { sealed_keys: spoilt(input.sealed_keys as Uint8Array) },
    'another identity key beside': { aik: other.aik, aek_signature: await signKeyStatement(other.aikSeed, JAN, 1, keys.aek) },
    'another encryption key beside': { aek: other.aek, aek_signature: await signKeyStatement(keys.aikSeed, JAN, 1, other.aek) },
    'another version beside': { aek_version: 2, aek_signature: await signKeyStatement(keys.aikSeed, JAN, 2, keys.aek) },
    'a statement that does not hold': { aek_signature: spoilt(input.aek_signature as Uint8Array) },
    'the keys of before, slots of after': { slots: after.slots },
  })
  for (const way of [recovery, shared]) await vectors.bad(`a vault the server made up, by ${String(way.kind)}`, 'open_vault', { ...false_, way })
  return vectors.write()
}

export async function makeIdentities(): Promise<string> {
  const vectors = new Maker('identity', 'Device certificate and MLS identity, encryption key statement, device list. All byte by byte.')
  const [keys, other] = [await fixedKeys('jan'), await fixedKeys('sofie')]
  const signer = await fixedSigner('phone')
  const certificate = await certify(keys.aikSeed, JAN, PHONE, signer.publicKey)
  const device = { account: JAN, device: PHONE }
  await vectors.good('a certificate', 'certify', { aik_seed: keys.aikSeed, ...device, signature_key: signer.publicKey })
  await vectors.good('an identity', 'write_identity', { ...device, aik: keys.aik, certificate })
  const identity = writeIdentity({ accountId: JAN, deviceId: PHONE, aik: keys.aik, certificate })
  const input = { identity, signature_key: signer.publicKey }
  await vectors.good('an identity read', 'read_identity', input)
  await vectors.spoil('read_identity', input, {
    'another account in the identity': { identity: spoilt(identity, 5) },
    'another device in the identity': { identity: spoilt(identity, 20) },
    'another form of identity': { identity: spoilt(identity, 0) },
    'a shorter identity': { identity: identity.subarray(0, 128) },
    'another signature key': { signature_key: (await fixedSigner('laptop')).publicKey },
  })

  const statement = { account: JAN, version: 3, aek: keys.aek }
  await vectors.good('an encryption key statement', 'sign_key_statement', { aik_seed: keys.aikSeed, ...statement })
  const signed = { ...statement, aik: keys.aik, signature: await signKeyStatement(keys.aikSeed, JAN, 3, keys.aek) }
  await vectors.good('a statement that holds', 'check_key_statement', signed)
  await vectors.spoil('check_key_statement', signed, {
    'a statement of another account': { account: OMA },
    'a statement of another version': { version: 2 },
    'a statement of version 0': { version: 0, signature: await signKeyStatement(keys.aikSeed, JAN, 0, keys.aek) },
    'a statement of another key': { aek: other.aek },
    'a statement by another account': { aik: other.aik },
  })

  const row = async (id: string, name: string) => ({ id, signature_key: (await fixedSigner(name)).publicKey, box_key: (await fixedBoxes(`${name} box`)).publicKey })
  const devices = [await row(LAPTOP, 'laptop'), await row(PHONE, 'phone')]
  const list = { account: JAN, version: 2, devices }
  const made = (await vectors.good('a device list, sorted', 'sign_device_list', { aik_seed: keys.aikSeed, ...list })) as { body: string; signature: string }
  await vectors.good('an empty device list', 'sign_device_list', { aik_seed: keys.aikSeed, account: JAN, version: 9, devices: [] })
  const open = { account: JAN, aik: keys.aik, ...made }
  await vectors.good('a device list read', 'open_device_list', open)
  await vectors.bad('a device listed twice', 'sign_device_list', { aik_seed: keys.aikSeed, ...list, devices: [devices[0], devices[0]] })
  const [accountId, listed] = [JAN, devices.map((one) => ({ deviceId: one.id, signatureKey: one.signature_key, boxKey: one.box_key }))]
  const theirs = await signDeviceList(other.aikSeed, { accountId, version: 3, devices: listed })
  const body = Uint8Array.from(atob(made.body.replaceAll('-', '+').replaceAll('_', '/')), (one) => one.charCodeAt(0))
  await vectors.spoil('open_device_list', open, {
    'a list of another account': { account: OMA },
    'a list signed by another account': theirs,
    'a changed list': { body: spoilt(body) },
    'a list with another version': { body: spoilt(body, 17 + 16 + 3) },
    'a shortened list': { body: body.subarray(0, -80) },
    'a list with something behind it': { body: Uint8Array.from([...body, 0]) },
  })
  return vectors.write()
}

export async function makeSheets(): Promise<string> {
  const vectors = new Maker('sheet', 'The recovery sheet. All byte by byte.')
  const printed = await writeSheet(LETTERS)
  await vectors.good('letters as printed', 'write_sheet', { letters: LETTERS })
  await vectors.good('letters with other check letters', 'write_sheet', { letters: '0'.repeat(26) })
  await vectors.good('as printed', 'read_sheet', { typed: printed })
  await vectors.good('as typed', 'read_sheet', { typed: ` ${printed.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o')} ` })
  await vectors.good('what follows from the letters', 'sheet_secret', { letters: LETTERS })
  await vectors.good('a sign-in', 'sign_sheet_sign_in', { letters: LETTERS, login: ' Jan.de.Jong ', nonce: 'bm9uY2U' })
  await vectors.bad('a wrong letter', 'read_sheet', { typed: printed.replace('7', '8') })
  await vectors.bad('a wrong check letter', 'read_sheet', { typed: `${printed.slice(0, -1)}${printed.endsWith('0') ? '1' : '0'}` })
  await vectors.bad('a letter too few', 'read_sheet', { typed: printed.slice(0, -1) })
  await vectors.bad('a letter that is none', 'read_sheet', { typed: printed.replace('7', 'U') })
  await vectors.bad('too few letters for a secret', 'sheet_secret', { letters: LETTERS.slice(1) })
  return vectors.write()
}

const fixedCode = async (use: string): Promise<CodeSecret> => ({ lookup: (await fixed(`${use} lookup`, 16)) as never, macKey: await fixed(`${use} mac`) })

export async function makeCodes(): Promise<string> {
  const vectors = new Maker('code', 'Pairing and link. Secrets and proofs byte by byte; boxes are opened.')
  const [jan, oma, code] = [await fixedKeys('jan'), await fixedKeys('oma'), await fixedCode('pairing')]
  const [station, device] = [await fixedBoxes('station box'), await fixedBoxes('new device box')]
  await vectors.good('a pairing code', 'code_secret', { code: 'BCDF-GHJK', use: 'pairing' })
  await vectors.good('a link code', 'code_secret', { code: 'bcdf ghjk', use: 'link' })
  await vectors.good('a recovery code', 'code_secret', { code: 'BCDF-GHJK-LMNP', use: 'recovery' })
  await vectors.bad('a code with vowels', 'code_secret', { code: 'BCDF-GHAK', use: 'pairing' })
  await vectors.bad('a short recovery code', 'code_secret', { code: 'BCDF-GHJK', use: 'recovery' })

  const keys = { mac_key: code.macKey, box_key: station.publicKey, auth_key: await fixed('auth') }
  await vectors.good('a station that proposes no keys', 'station_proof', { ...keys, aik: null })
  await vectors.good('a station that proposes keys', 'station_proof', { ...keys, aik: oma.aik })
  await vectors.bad('a box key of another size', 'station_proof', { ...keys, box_key: await fixed('x', 31), aik: null })
  const known = { accountId: JAN, aik: base64(jan.aik) }
  const content = { familyId: FAMILY, accountId: OMA, familyName: 'De Jong', approver: known, founder: known }
  for (const [name, more] of [['a managed user', {}], ['the user in person', { masterKey: base64(jan.masterKey) }]] as const) {
    const box = await sealForStation(station.publicKey, code.lookup, { ...content, ...more })
    const input = { private_key: station.privateKey, lookup: code.lookup, box }
    await vectors.good(`a station for ${name}`, 'open_pairing', input)
    await vectors.good(`the approver's proof, ${name}`, 'approver_proof', { mac_key: code.macKey, box })
    await vectors.spoil('open_pairing', input, {
      [`another pairing, ${name}`]: { lookup: await fixed('other lookup', 16) },
      [`a changed box, ${name}`]: { box: spoilt(box) },
      [`another station, ${name}`]: { private_key: device.privateKey },
    })
  }
  const odd = await sealForStation(station.publicKey, code.lookup, { ...content, founder: { accountId: 'jan', aik: 'x' } })
  await vectors.bad('a founder that is none', 'open_pairing', { private_key: station.privateKey, lookup: code.lookup, box: odd })

  const link = await fixedCode('link')
  const box = await sealLink(device.publicKey, link.lookup, { accountId: JAN, masterKey: jan.masterKey })
  await vectors.good('the new device', 'device_proof', { mac_key: link.macKey, box_key: device.publicKey, auth_key: await fixed('auth') })
  await vectors.good('the approving device', 'owner_proof', { mac_key: link.macKey, box })
  const input = { private_key: device.privateKey, lookup: link.lookup, box }
  await vectors.good('a link', 'open_link', input)
  await vectors.spoil('open_link', input, {
    'another link': { lookup: code.lookup },
    'a changed link': { box: spoilt(box) },
    'another device': { private_key: station.privateKey },
  })
  const short = await sealLink(device.publicKey, link.lookup, { accountId: JAN, masterKey: await fixed('x', 16) })
  await vectors.bad('a short master key', 'open_link', { ...input, box: short })
  return vectors.write()
}

export async function makeRelatives(): Promise<string> {
  const vectors = new Maker('relatives', 'Shares of a secret, and passing one on. Boxes are opened; shares combine to the secret.')
  const [jan, oma, sofie] = [await fixedKeys('jan'), await fixedKeys('oma'), await fixedKeys('sofie')]
  const [third, secret, code] = [await fixedKeys('third'), await fixed('relatives secret'), await fixedCode('recovery')]
  const relatives = [{ accountId: OMA, aek: oma.aek }, { accountId: SOFIE, aek: sofie.aek }, { accountId: OTHER, aek: third.aek }]
  const shares: Record<string, string[]> = {}
  for (const [k, n] of [[2, 3], [2, 2], [1, 1]] as const) {
    const given = await makeShares({ accountId: JAN, aikSeed: jan.aikSeed, secret, setId: SET, threshold: k, relatives: relatives.slice(0, n) })
    const opened: string[] = []
    for (const [at, { accountId, box, signature }] of given.entries()) {
      const keys = [oma, sofie, third][at] ?? oma
      const input = { owner_aik: jan.aik, account: JAN, set: SET, relative: accountId, box, signature, aek_privates: [(await fixed('later aek')), keys.aekPrivate] }
      const out = (await vectors.good(`share ${at + 1} of ${n}, ${k} needed`, 'open_share', input)) as { share: string }
      opened.push(out.share)
      if (n !== 3 || at > 0) continue
      await vectors.spoil('open_share', input, {
        'a share for another relative': { relative: SOFIE },
        'a share of another set': { set: OTHER },
        'a share of another account': { account: OMA },
        'a share signed by somebody else': { owner_aik: oma.aik },
        'another relative’s share': { box: given[1]?.box },
        'a share with other keys': { aek_privates: [sofie.aekPrivate] },
      })
    }
    shares[`${k},${n}`] = opened
  }
  const three = shares['2,3'] ?? []
  for (const [one, other] of [[0, 1], [1, 2], [2, 0]] as const) {
    await vectors.good(`shares ${one + 1} and ${other + 1} of three`, 'combine_shares', { shares: [three[one], three[other]], threshold: 2 })
  }
  await vectors.good('both shares of two', 'combine_shares', { shares: shares['2,2'], threshold: 2 })
  await vectors.good('the only share', 'combine_shares', { shares: shares['1,1'], threshold: 1 })
  await vectors.bad('one share of three', 'combine_shares', { shares: [three[0]], threshold: 2 })
  await vectors.bad('the same share twice', 'combine_shares', { shares: [three[0], three[0]], threshold: 2 })
  await vectors.bad('a cut share', 'combine_shares', { shares: [three[0]?.slice(0, -4), three[1]], threshold: 2 })

  const asker = await boxPairOf(await fixed('asker box'))
  await vectors.good('the proof of who asks', 'asker_proof', { mac_key: code.macKey, box_key: asker.publicKey, auth_key: await fixed('auth') })
  const share = await fixed('a share')
  const passing = { secret: code, aikSeed: oma.aikSeed, requestId: REQUEST, relativeId: OMA, boxKey: asker.publicKey, setId: SET, share: Uint8Array.from([...share, 7]) }
  const passed = await passShare(passing)
  const input = { mac_key: code.macKey, private_key: asker.privateKey, request: REQUEST, relative: OMA, aik: oma.aik, ...passed }
  await vectors.good('a share passed on', 'open_passed_share', input)
  const unheard = await passShare({ ...passing, secret: { ...code, macKey: await fixed('another code') } })
  await vectors.spoil('open_passed_share', input, {
    'a passed share for another request': { request: OTHER },
    'a passed share of another relative': { relative: SOFIE },
    'a passed share by somebody else': { aik: sofie.aik },
    'a changed passed share': { box: spoilt(passed.box) },
    'a passed share for another device': { private_key: oma.aekPrivate },
    'a passed share by who did not hear the code': unheard,
  })
  return vectors.write()
}

