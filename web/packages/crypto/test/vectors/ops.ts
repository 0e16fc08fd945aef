/** What every test vector asks for, answered by this package. An operation answers in JSON or refuses by throwing. */

import {
  admissionHash,
  admissionHolds,
  admitted,
  askerProof,
  base64,
  boxProof,
  type Bytes,
  certify,
  chainNext,
  chainStart,
  codeSecret,
  type CodeUse,
  combineShares,
  CryptoError,
  decryptFile,
  deviceSlot,
  digest,
  encryptFile,
  type History,
  invitationKey,
  invitationLookup,
  invitationProof,
  isCertified,
  itemKeys,
  keyStatementHolds,
  type LineKind,
  linkDeviceProof,
  linkOwnerProof,
  openAlbumBox,
  openAlbumDetails,
  openDetails,
  openDeviceList,
  openHistoryKey,
  openItemMeta,
  openLink,
  openNote,
  openOnStation,
  openPassedShare,
  openRemark,
  openRing,
  openShare,
  openVault,
  pairedAdmission,
  founderAdmission,
  passkeySlot,
  passwordKeys,
  readAdmission,
  readEnvelope,
  readIdentity,
  readRecord,
  readSheet,
  recoverySlot,
  relativesSlot,
  ruleSigner,
  safetyNumber,
  SealingFile,
  shareHolds,
  sheetSecret,
  signAdmission,
  signerHolds,
  signDeviceList,
  signInvitation,
  signKeyStatement,
  signSheetSignIn,
  type SlotSecret,
  stationProof,
  unbase64,
  utf8,
  writeIdentity,
  writePins,
  writePoint,
  boxPairOf,
} from '../../src'
import { writeSheet } from '../../src/sheet'
import { changedFile, patternOf } from './files'

/* eslint-disable @typescript-eslint/no-explicit-any -- vectors are JSON of many forms */
type Input = any
type Operation = (input: Input) => Promise<unknown>

const b = (written: string): Bytes => unbase64(written)

function must(holds: boolean): true {
  if (!holds) throw new CryptoError('forged')
  return true
}

async function slotSecret(way: Input): Promise<SlotSecret> {
  if (way.kind === 'password') return (await passwordKeys(way.password, kdfOf(way))).slot
  if (way.kind === 'recovery') return recoverySlot(way.letters)
  if (way.kind === 'relatives') return relativesSlot(b(way.secret))
  if (way.kind === 'passkey') return passkeySlot(way.id, b(way.prf))
  return deviceSlot(way.device, await boxPairOf(b(way.private)))
}

const kdfOf = ({ salt, memory_kib, passes, lanes }: Input) => ({ salt: b(salt), memoryKib: memory_kib, passes, lanes })
const boxKeys = async (privates: string[]) =>
  Promise.all(privates.map(async (one, at) => ({ version: privates.length - at, ...(await boxPairOf(b(one))) })))
const macOnly = (mac: string) => ({ lookup: b('') as never, macKey: b(mac) })
const rootOf = ({ account, aik }: Input) => ({ accountId: account, aik: b(aik) })

function admissionOf(raw: unknown) {
  const admission = readAdmission(raw)
  if (!admission) throw new CryptoError('malformed')
  return admission
}

/** Bytes inside a value as base64url. */
export const inJson = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_, one: unknown) => (one instanceof Uint8Array ? base64(one) : one)))

const vault: Record<string, Operation> = {
  async password_secrets(i) {
    const { authKey, slot } = await passwordKeys(i.password, kdfOf(i))
    return { auth_key: authKey, public_key: slot.pair.publicKey }
  },
  async open_vault(i) {
    const slots = i.slots.map((one: Input) => ({ name: one.name, publicKey: b(one.public_key), sealed: b(one.sealed) }))
    const shown = { aik: b(i.aik), aek: b(i.aek), aekVersion: i.aek_version, aekSignature: b(i.aek_signature) }
    const keys = await openVault({ ...shown, sealedKeys: b(i.sealed_keys), slots }, await slotSecret(i.way), i.account)
    const aeks = keys.aeks.map((one) => ({ version: one.version, private: one.privateKey }))
    return { master_key: keys.masterKey, aik_seed: keys.aikSeed, aeks, slots: keys.slots }
  },
}

const identities: Record<string, Operation> = {
  certify: (i) => certify(b(i.aik_seed), i.account, i.device, b(i.signature_key)),
  write_identity: async (i) =>
    writeIdentity({ accountId: i.account, deviceId: i.device, aik: b(i.aik), certificate: b(i.certificate) }),
  async read_identity(i) {
    const one = readIdentity(b(i.identity))
    must(one !== undefined && (await isCertified(one, b(i.signature_key))))
    return { account: one?.accountId, device: one?.deviceId, aik: one?.aik, certificate: one?.certificate }
  },
  sign_key_statement: (i) => signKeyStatement(b(i.aik_seed), i.account, i.version, b(i.aek)),
  check_key_statement: async (i) =>
    must(await keyStatementHolds(b(i.aik), i.account, { version: i.version, aek: b(i.aek), signature: b(i.signature) })),
  sign_device_list(i) {
    const devices = i.devices.map((one: Input) => ({ deviceId: one.id, signatureKey: b(one.signature_key), boxKey: b(one.box_key) }))
    return signDeviceList(b(i.aik_seed), { accountId: i.account, version: i.version, devices })
  },
  async open_device_list(i) {
    const { version, devices } = await openDeviceList(b(i.aik), i.account, b(i.body), b(i.signature))
    return { version, devices: devices.map((one) => ({ id: one.deviceId, signature_key: one.signatureKey, box_key: one.boxKey })) }
  },
  safety_number: (i) => safetyNumber(rootOf(i.one), rootOf(i.other)),
}

const sheet: Record<string, Operation> = {
  write_sheet: (i) => writeSheet(i.letters),
  async read_sheet(i) {
    const letters = await readSheet(i.typed)
    must(letters !== undefined)
    return letters
  },
  async sheet_secret(i) {
    const { slot, authKey } = await sheetSecret(i.letters)
    return { public_key: slot.pair.publicKey, auth_key: authKey }
  },
  sign_sheet_sign_in: async (i) => signSheetSignIn((await sheetSecret(i.letters)).authSeed, i.login, i.nonce),
}

const relatives: Record<string, Operation> = {
  combine_shares: (i) => combineShares(i.shares.map(b), i.threshold),
  async open_share(i) {
    must(await shareHolds(b(i.owner_aik), i.account, i.set, i.relative, b(i.box), b(i.signature)))
    return openShare(await boxKeys(i.aek_privates), i.account, i.set, i.relative, b(i.box))
  },
  asker_proof: (i) => askerProof(macOnly(i.mac_key), b(i.box_key), b(i.auth_key)),
  async open_passed_share(i) {
    const how = { secret: macOnly(i.mac_key), requestId: i.request, relativeId: i.relative, privateKey: b(i.private_key) }
    const { share, setId } = await openPassedShare({ ...how, aik: b(i.aik), box: b(i.box), signature: b(i.signature) })
    return { share, set: setId }
  },
}

const codes: Record<string, Operation> = {
  async code_secret(i) {
    const { lookup, macKey } = await codeSecret(i.code, i.use as CodeUse)
    return { lookup, mac_key: macKey }
  },
  station_proof: (i) => stationProof(macOnly(i.mac_key), b(i.box_key), b(i.auth_key), i.aik ? b(i.aik) : undefined),
  approver_proof: (i) => boxProof(macOnly(i.mac_key), b(i.box)),
  open_pairing: (i) => openOnStation(b(i.private_key), b(i.lookup), b(i.box)),
  device_proof: (i) => linkDeviceProof(macOnly(i.mac_key), b(i.box_key), b(i.auth_key)),
  owner_proof: (i) => linkOwnerProof(macOnly(i.mac_key), b(i.box)),
  open_link: (i) => openLink(b(i.private_key), b(i.lookup), b(i.box)),
}

const families: Record<string, Operation> = {
  invitation_secret: async (i) => ({ lookup: await invitationLookup(i.code), key: (await invitationKey(i.code)).publicKey }),
  invitation_proof: (i) =>
    invitationProof(i.code, i.side, i.family, i.account, { aik: b(i.aik) }, rootOf(i.founder)),
  open_note: (i) => openNote(i.code, b(i.box)),
  found: (i) => founderAdmission(b(i.aik_seed), i.family, i.account, b(i.aik)),
  sign_invitation: (i) => signInvitation(b(i.aik_seed), i.family, i.by, b(i.key), i.history as History),
  sign_admission: (i) => signAdmission(i.code, i.family, i.account, b(i.aik)),
  pair: (i) => pairedAdmission(b(i.aik_seed), i.family, i.by, b(i.by_aik), i.account, b(i.aik)),
  check_admission: async (i) => must(await admissionHolds(i.family, i.account, admissionOf(i.admission))),
  admission_hash: (i) => admissionHash(i.family, i.account, admissionOf(i.admission)),
  async admitted(i) {
    const people = i.people.map((one: Input) => ({ ...rootOf(one), admission: admissionOf(one.admission) }))
    return Object.fromEntries(await admitted(i.family, rootOf(i.root), people))
  },
}

const history: Record<string, Operation> = {
  async open_ring(i) {
    const { n, roots, pins, alerts } = await openRing(b(i.master_key), i.account, b(i.sealed))
    const written = Object.entries(roots).map(([family, root]) => [family, { account: root.accountId, aik: root.aik }])
    return { n, roots: Object.fromEntries(written), pins: writePins(pins), alerts }
  },
  async chain(i) {
    let point = await chainStart(i.conversation)
    for (const { seq, kind, ident } of i.lines) point = await chainNext(point, { seq, kind: kind as LineKind, ident: b(ident) })
    return writePoint(point)
  },
  open_history_key: async (i) => openHistoryKey(await boxKeys(i.aek_privates), b(i.box), i.conversation, i.epoch, i.account),
  async open_details(i) {
    const details = await openDetails(b(i.history_key), i.conversation, i.epoch, b(i.sealed))
    return { ...details, log: writePoint(details.log) }
  },
  async open_record(i) {
    const sender = { accountId: i.account, deviceId: i.device, aik: b(i.aik) }
    const read = await readRecord(b(i.history_key), i.conversation, i.epoch, i.id, b(i.record), b(i.signature), sender)
    return { signature_key: read.signatureKey, envelope: read.envelope, previous: read.previous ? writePoint(read.previous) : null, hash: read.hash }
  },
}

const contents: Record<string, Operation> = {
  async read_envelope(i) {
    const read = readEnvelope(utf8(i.json))
    return read.type === 'unknown' ? { ...read, raw: undefined } : read
  },
  async seal_file(i) {
    const container = await encryptFile(b(i.file_key), i.file, patternOf(i.size))
    return { size: container.length, sha256: await digest(container), head: container.slice(0, 64) }
  },
  async seal_slice(i) {
    const plain = patternOf(i.size)
    const sealing = await SealingFile.start(b(i.file_key), i.file, i.size, async (from, to) => plain.subarray(from, to))
    return digest(await sealing.read(i.from, i.to))
  },
  open_file: (i) => decryptFile(b(i.file_key), i.file, b(i.container)),
  async open_changed_file(i) {
    const container = await encryptFile(b(i.file_key), i.file, patternOf(i.size))
    return digest(await decryptFile(b(i.file_key), i.file, changedFile(container, i.change)))
  },
}

const places = (i: Input) => ({ familyId: i.family, albumId: i.album, version: i.version, accountId: i.account, by: i.by, deviceId: i.device })

const albums: Record<string, Operation> = {
  async open_album_box(i) {
    const opened = await openAlbumBox(await boxKeys(i.aek_privates), places(i), b(i.box), b(i.signature))
    const { albumKey, signatureKey, certificate } = opened
    must(await signerHolds({ accountId: i.by, deviceId: i.device, signatureKey, certificate }, b(i.aik)))
    return { album_key: albumKey, signature_key: signatureKey }
  },
  open_album_details: (i) => openAlbumDetails(b(i.album_key), i.album, i.version, i.rev, b(i.sealed)),
  async open_album_rule(i) {
    const { rule } = await openAlbumDetails(b(i.album_key), i.album, i.version, i.rev, b(i.sealed))
    const signer = rule && (await ruleSigner({ familyId: i.family, albumId: i.album }, rule))
    must(signer !== undefined && signer.accountId === i.owner && (await signerHolds(signer, b(i.aik))))
    return { n: rule?.n, no_forward: rule?.noForward }
  },
  open_item_key: async (i) => (await itemKeys(b(i.album_key), i.album, i.version)).open(i.item, b(i.sealed)),
  async open_item_meta(i) {
    const { meta, signer } = await openItemMeta(b(i.file_key), { albumId: i.album, itemId: i.item }, b(i.sealed))
    must(await signerHolds(signer, b(i.aik)))
    return { meta, account: signer.accountId, device: signer.deviceId, signature_key: signer.signatureKey }
  },
  async open_remark(i) {
    const place = { albumId: i.album, version: i.version, itemId: i.item, remarkId: i.remark }
    const by = { accountId: i.account, deviceId: i.device }
    const { remark, signer } = await openRemark(b(i.album_key), place, b(i.sealed), b(i.signature), by)
    must(await signerHolds(signer, b(i.aik)))
    return remark
  },
}

export const operations: Record<string, Operation> = {
  ...vault,
  ...identities,
  ...sheet,
  ...relatives,
  ...codes,
  ...families,
  ...history,
  ...contents,
  ...albums,
}
