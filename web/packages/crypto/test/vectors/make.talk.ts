/** The vectors of what people share: admissions, ring, log, archive, envelopes, files, safety number. */

import {
  type Admission,
  base64,
  boxHistoryKey,
  type Bytes,
  certify,
  chainStart,
  type Content,
  derive,
  encryptFile,
  founderAdmission,
  type History,
  invitationKey,
  pairedAdmission,
  seal,
  sealDetails,
  sealNote,
  sealRing,
  signAdmission,
  signInvitation,
  text,
  utf8,
  writeEnvelope,
  writeRecord,
} from '../../src'
import { CONVERSATION, FAMILY, JAN, LAPTOP, MESSAGE, OMA, OTHER, PHONE, SOFIE } from '../ids'
import { patternOf } from './files'
import { fixedKeys } from './make.keys'
import { fixed, fixedSigner, Maker, spoilt } from './maker'

const CODE = '0123-4567-89AB-CDEF'
const EPOCH = 4

async function invitedOma(history: History): Promise<Admission> {
  const [jan, oma, { publicKey: key }] = [await fixedKeys('jan'), await fixedKeys('oma'), await invitationKey(CODE)]
  const by = { by: JAN, by_aik: base64(jan.aik), key: base64(key), history }
  const bySignature = base64(await signInvitation(jan.aikSeed, FAMILY, JAN, key, history))
  return { kind: 'invited', ...by, by_signature: bySignature, aik: base64(oma.aik), signature: base64(await signAdmission(CODE, FAMILY, OMA, oma.aik)) }
}

export async function makeAdmissions(): Promise<string> {
  const vectors = new Maker('admission', 'Invitations and admissions. Everything byte by byte, except the note, which is opened.')
  const [jan, oma, sofie, stranger] = [await fixedKeys('jan'), await fixedKeys('oma'), await fixedKeys('sofie'), await fixedKeys('stranger')]
  const root = { account: JAN, aik: jan.aik }
  await vectors.good('what follows from the code', 'invitation_secret', { code: CODE })
  await vectors.good('the code as typed', 'invitation_secret', { code: 'oi23 4567 89ab cdef' })
  await vectors.bad('a code with a letter that is none', 'invitation_secret', { code: '0123-4567-89AB-CDEU' })
  const proof = { code: CODE, family: FAMILY, founder: root }
  await vectors.good('the inviter’s proof', 'invitation_proof', { ...proof, side: 'inviter', account: JAN, aik: jan.aik })
  await vectors.good('the invited person’s proof', 'invitation_proof', { ...proof, side: 'invitee', account: OMA, aik: oma.aik })
  const box = await sealNote(CODE, { familyName: 'De Jong', inviter: 'Jan', invitee: 'Oma' })
  await vectors.good('a note', 'open_note', { code: CODE, box })
  await vectors.bad('a note of another code', 'open_note', { code: '1123-4567-89AB-CDEF', box })
  await vectors.bad('a changed note', 'open_note', { code: CODE, box: spoilt(box) })

  const { publicKey: key } = await invitationKey(CODE)
  await vectors.good('a founder', 'found', { aik_seed: jan.aikSeed, family: FAMILY, account: JAN, aik: jan.aik })
  for (const history of ['today', 'start'] as const) {
    await vectors.good(`an invitation from ${history}`, 'sign_invitation', { aik_seed: jan.aikSeed, family: FAMILY, by: JAN, key, history })
  }
  await vectors.good('an admission by invitation', 'sign_admission', { code: CODE, family: FAMILY, account: OMA, aik: oma.aik })
  await vectors.good('an admission by pairing', 'pair', { aik_seed: jan.aikSeed, family: FAMILY, by: JAN, by_aik: jan.aik, account: SOFIE, aik: sofie.aik })

  const founder = await founderAdmission(jan.aikSeed, FAMILY, JAN, jan.aik)
  const invited = await invitedOma('start')
  const paired = await pairedAdmission(oma.aikSeed, FAMILY, OMA, oma.aik, SOFIE, sofie.aik)
  for (const [account, admission] of [[JAN, founder], [OMA, invited], [SOFIE, paired]] as const) {
    await vectors.good(`${admission.kind}: holds`, 'check_admission', { family: FAMILY, account, admission })
    await vectors.good(`${admission.kind}: its hash`, 'admission_hash', { family: FAMILY, account, admission })
    await vectors.spoil('check_admission', { family: FAMILY, account, admission }, {
      [`${admission.kind}: another family`]: { family: OTHER },
      [`${admission.kind}: another account`]: { account: OTHER },
      [`${admission.kind}: another key`]: { admission: { ...admission, aik: base64(stranger.aik) } },
      [`${admission.kind}: of no kind we know`]: { admission: { ...admission, kind: 'self' } },
      [`${admission.kind}: without its key`]: { admission: { ...admission, aik: undefined } },
    })
  }
  const other = await invitationKey('1123-4567-89AB-CDEF')
  await vectors.spoil('check_admission', { family: FAMILY, account: OMA }, {
    'invited: with another history': { admission: { ...invited, history: 'today' } },
    'invited: with another invitation key': { admission: { ...invited, key: base64(other.publicKey) } },
    'invited: by somebody else': { admission: { ...invited, by_aik: base64(stranger.aik) } },
    'invited: with a signature not in canonical form': { admission: { ...invited, signature: `${'A'.repeat(85)}B` } },
  })
  const people = [{ account: SOFIE, aik: sofie.aik, admission: paired }, { account: OMA, aik: oma.aik, admission: invited }, { ...root, admission: founder }]
  const ghost = { account: OTHER, aik: stranger.aik, admission: await pairedAdmission(stranger.aikSeed, FAMILY, OTHER, stranger.aik, OTHER, stranger.aik) }
  const false_ = { account: OTHER, aik: stranger.aik, admission: await founderAdmission(stranger.aikSeed, FAMILY, OTHER, stranger.aik) }
  const second = { account: OMA, aik: stranger.aik, admission: await pairedAdmission(jan.aikSeed, FAMILY, JAN, jan.aik, OMA, stranger.aik) }
  await vectors.good('a whole chain', 'admitted', { family: FAMILY, root, people })
  await vectors.good('a chain without its middle', 'admitted', { family: FAMILY, root, people: [people[0], people[2]] })
  await vectors.good('somebody who let themselves in', 'admitted', { family: FAMILY, root, people: [...people, ghost] })
  await vectors.good('another founder', 'admitted', { family: FAMILY, root, people: [...people, false_] })
  await vectors.good('an account with two keys', 'admitted', { family: FAMILY, root, people: [...people, second] })
  await vectors.good('another root', 'admitted', { family: FAMILY, root: { account: JAN, aik: stranger.aik }, people })
  await vectors.good('a key that was not admitted', 'admitted', { family: FAMILY, root, people: [people[2], { ...people[1], aik: stranger.aik }] })
  return vectors.write()
}

export async function makeRings(): Promise<string> {
  const vectors = new Maker('ring', 'What own devices share. Opened.')
  const [jan, oma] = [await fixedKeys('jan'), await fixedKeys('oma')]
  const masterKey = jan.masterKey
  const pin = { aik: oma.aik, how: 'compared' as const, aekVersion: 2, listVersion: 7 }
  const ring = { n: 3, roots: { [FAMILY]: { accountId: JAN, aik: jan.aik } }, pins: [[OMA, pin]] as [string, typeof pin][], alerts: [{ id: MESSAGE, kind: 'ghost-device' }] }
  const input = { master_key: masterKey, account: JAN, sealed: await sealRing(masterKey, JAN, ring) }
  await vectors.good('a ring', 'open_ring', input)
  await vectors.good('an empty ring', 'open_ring', { ...input, sealed: await sealRing(masterKey, JAN, { n: 1, roots: {}, pins: [], alerts: [] }) })
  const written = async (change: object): Promise<{ sealed: Bytes }> => {
    const content = { v: 1, n: 1, roots: {}, pins: {}, alerts: [], ...change }
    return { sealed: await seal(await derive(masterKey, 'ring'), utf8(JSON.stringify(content)), `ring|${JAN}`) }
  }
  const written_pin = { aik: base64(oma.aik), how: 'own', aekVersion: 1, listVersion: 1 }
  await vectors.spoil('open_ring', input, {
    'another master key': { master_key: oma.masterKey },
    'another account': { account: OMA },
    'a changed ring': { sealed: spoilt(input.sealed) },
    'another version': await written({ v: 2 }),
    'a ring before the first': await written({ n: 0 }),
    'a pin learned in no way we know': await written({ pins: { [OMA]: { ...written_pin, how: 'first-use' } } }),
    'a pin with a short key': await written({ pins: { [OMA]: { ...written_pin, aik: 'AAAA' } } }),
    'a pin of nobody': await written({ pins: { oma: written_pin } }),
    'a root of nobody': await written({ roots: { [FAMILY]: { account: 'jan', aik: base64(jan.aik) } } }),
  })
  return vectors.write()
}

export async function makeChains(): Promise<string> {
  const vectors = new Maker('chain', 'The chain over a log. Byte by byte.')
  const kinds = ['message', 'commit', 'proposal', 'commit', 'message']
  const lines = await Promise.all(kinds.map(async (kind, at) => ({ seq: at + 1, kind, ident: await fixed(`ident ${at}`) })))
  const input = { conversation: CONVERSATION, lines }
  for (const count of [0, 1, 2, 3, 5]) await vectors.good(`${count} lines`, 'chain', { ...input, lines: lines.slice(0, count) })
  await vectors.good('another conversation', 'chain', { ...input, conversation: OTHER })
  await vectors.spoil('chain', input, {
    'a gap': { lines: [lines[0], lines[2]] },
    'out of order': { lines: [lines[1], lines[0]] },
    'the same line twice': { lines: [lines[0], lines[0]] },
    'a short ident': { lines: [{ ...lines[0], ident: 'AAAA' }] },
    'no conversation': { conversation: 'x' },
  })
  return vectors.write()
}

export async function makeArchive(): Promise<string> {
  const vectors = new Maker('archive', 'History box, details and archive record. Opened.')
  const [jan, oma, key] = [await fixedKeys('jan'), await fixedKeys('oma'), await fixed('history key')]
  const place = { conversation: CONVERSATION, epoch: EPOCH }
  const historyBox = { ...place, account: OMA, aek_privates: [jan.aekPrivate, oma.aekPrivate], box: await boxHistoryKey(oma.aek, key, CONVERSATION, EPOCH, OMA) }
  await vectors.good('a history box, for an older key', 'open_history_key', historyBox)
  await vectors.spoil('open_history_key', historyBox, {
    'a box of another epoch': { epoch: 5 },
    'a box of another conversation': { conversation: OTHER },
    'a box of another account': { account: JAN },
    'a box with other keys': { aek_privates: [jan.aekPrivate] },
    'a changed box': { box: spoilt(historyBox.box) },
  })

  const { hash } = await chainStart(CONVERSATION)
  const details = { title: 'Familie de Jong', roster: { [JAN]: { by: JAN, history: 'start' as const }, [OMA]: { by: JAN, history: 'today' as const } }, out: [base64(await fixed('out'))], log: { seq: 12, hash }, retention: 90 }
  const input = { ...place, history_key: key, sealed: await sealDetails(key, CONVERSATION, EPOCH, details) }
  await vectors.good('details', 'open_details', input)
  await vectors.good('details of a direct talk', 'open_details', { ...input, sealed: await sealDetails(key, CONVERSATION, EPOCH, { title: '', roster: {}, out: [], log: { seq: 0, hash } }) })
  const written = async (change: object): Promise<{ sealed: Bytes }> => {
    const content = { title: '', roster: {}, out: [], log: { seq: 0, hash: base64(hash) }, ...change }
    return { sealed: await seal(await derive(key, 'details'), utf8(JSON.stringify(content)), `details|${CONVERSATION}|${EPOCH}`) }
  }
  await vectors.spoil('open_details', input, {
    'details of another epoch': { epoch: 5 },
    'details with another key': { history_key: await fixed('x') },
    'changed details': { sealed: spoilt(input.sealed) },
    'details without a log': await written({ log: undefined }),
    'details with an odd history': await written({ roster: { [OMA]: { by: JAN, history: 'all' } } }),
    'details with nobody in the roster': await written({ roster: { oma: { by: JAN, history: 'today' } } }),
    'details with a short hash': await written({ out: ['AAAA'] }),
    'details kept for no day': await written({ retention: 0 }),
  })

  const [signer, other] = [await fixedSigner('phone'), await fixedSigner('laptop')]
  const certificate = await certify(jan.aikSeed, JAN, PHONE, signer.publicKey)
  const envelope = writeEnvelope({ id: MESSAGE, at: 1_700_000_000_000, log: { seq: 12, hash }, type: 'text', body: 'Dag oma' })
  const content = { accountId: JAN, deviceId: PHONE, signatureKey: signer.publicKey, certificate, envelope }
  const write = (more: object, seed = signer.seed) => writeRecord(key, CONVERSATION, EPOCH, MESSAGE, { ...content, ...more }, seed)
  const made = await write({ previous: { seq: 11, hash: await fixed('previous') } })
  const record = { ...place, history_key: key, id: MESSAGE, account: JAN, device: PHONE, aik: jan.aik, record: made.record, signature: made.signature }
  await vectors.good('a record', 'open_record', record)
  const first = await write({})
  await vectors.good('the first record', 'open_record', { ...record, record: first.record, signature: first.signature })
  const long = await write({ envelope: utf8('x'.repeat(900)) })
  await vectors.good('a record over 1024 bytes', 'open_record', { ...record, record: long.record, signature: long.signature })
  const unnumbered = await write({ previous: { hash: await fixed('previous') } })
  const uncertified = await write({ signatureKey: other.publicKey }, other.seed)
  await vectors.spoil('open_record', record, {
    'a record of another epoch': { epoch: 5 },
    'a record of another message': { id: OTHER },
    'a record with another key': { history_key: await fixed('x') },
    'a record said to be another person’s': { account: OMA },
    'a record said to be another device’s': { device: LAPTOP },
    'a record of an account with another key': { aik: oma.aik },
    'a changed record': { record: spoilt(made.record) },
    'a record with another’s signature': { signature: first.signature },
    'a record that does not say in which line the one before it is': { record: unnumbered.record, signature: unnumbered.signature },
    'a record by a device that is not certified': { record: uncertified.record, signature: uncertified.signature },
  })
  return vectors.write()
}

export async function makeEnvelopes(): Promise<string> {
  const vectors = new Maker('envelope', 'Envelopes as JSON text, and how they are read. Unknown kinds keep id, time, log and archive.')
  const head = { id: MESSAGE, at: 1_700_000_000_000, log: { seq: 12, hash: (await chainStart(CONVERSATION)).hash } }
  const file = { id: OTHER, key: await fixed('file'), name: 'vakantie.jpg', mime: 'image/jpeg', size: 1234 }
  const json = (content: Content & { archive?: Bytes; ttl?: 3600 }): string => text(writeEnvelope({ ...head, ...content }))
  const all: Record<string, string> = {
    'a text': json({ type: 'text', body: 'Dag oma 👵' }),
    'an archived answer': json({ type: 'text', body: 'Ja', reply: OTHER, archive: await fixed('archive') }),
    'a text that disappears': json({ type: 'text', body: 'Kort', ttl: 3600 }),
    'the longest text': json({ type: 'text', body: 'é'.repeat(4000) }),
    'an edit': json({ type: 'edit', ref: OTHER, body: 'Dag oma!' }),
    'a deletion': json({ type: 'delete', ref: OTHER }),
    'a reaction': json({ type: 'reaction', ref: OTHER, emoji: '👍' }),
    'a reaction taken back': json({ type: 'reaction', ref: OTHER, emoji: '' }),
    'a receipt': json({ type: 'seen', upTo: 12 }),
    'a file': json({ type: 'file', file, body: 'Kijk', reply: OTHER }),
    'a voice note': json({ type: 'voice', file, seconds: 3.5 }),
    'a place': json({ type: 'location', lat: 52.09, lon: -4.9, accuracy: 12, label: 'Station' }),
  }
  for (const [name, one] of Object.entries(all)) await vectors.good(name, 'read_envelope', { json: one })
  const changed = (name: string, change: object): { json: string } => ({ json: JSON.stringify({ ...JSON.parse(all[name] ?? ''), ...change }) })
  await vectors.good('a kind we do not know', 'read_envelope', changed('a text', { type: 'poll', options: [1] }))
  await vectors.good('another version', 'read_envelope', changed('a text', { v: 2, body: 5 }))
  await vectors.good('another version with another log', 'read_envelope', changed('a text', { v: 2, log: 'x' }))
  await vectors.good('more than we know', 'read_envelope', changed('a text', { colour: 'red' }))
  const inFile = { ...file, key: base64(file.key) }
  const wrong: [string, Record<string, object>][] = [
    ['a text', { 'no id': { id: 5 }, 'an id in capitals': { id: MESSAGE.toUpperCase() }, 'a time before time': { at: -1 }, 'a broken time': { at: 0.5 } }],
    ['a text', { 'no log': { log: undefined }, 'a log of nothing': { log: null }, 'a short log hash': { log: { seq: 1, hash: 'AAAA' } }, 'a negative log': { log: { seq: -1, hash: base64(head.log.hash) } } }],
    ['a text', { 'no body': { body: undefined }, 'an empty body': { body: '' }, 'a body over 4000': { body: 'x'.repeat(4001) }, 'an answer to nothing': { reply: null } }],
    ['a text', { 'a short archive hash': { archive: 'AAAA' }, 'a life we do not know': { ttl: 60 }, 'a life as text': { ttl: '3600' } }],
    ['a text that disappears', { 'archived and disappearing': { archive: base64(head.log.hash) } }],
    ['an edit', { 'an edit of nothing': { ref: undefined } }],
    ['a deletion', { 'a deletion of nothing': { ref: 'x' } }],
    ['a reaction', { 'a long emoji': { emoji: 'x'.repeat(33) }, 'no emoji': { emoji: null } }],
    ['a receipt', { 'a receipt of nothing': { upTo: -1 }, 'a receipt of a part': { upTo: 1.5 }, 'an archived receipt': { archive: base64(head.log.hash) }, 'a receipt that disappears': { ttl: 3600 } }],
    ['a file', { 'a file of nothing': { file: null }, 'a file with a short key': { file: { ...inFile, key: 'AAAA' } }, 'a file too large': { file: { ...inFile, size: 2 ** 25 + 1 } }, 'a name too long': { file: { ...inFile, name: 'n'.repeat(256) } } }],
    ['a voice note', { 'a voice before it began': { seconds: -1 }, 'a voice of more than an hour': { seconds: 3601 } }],
    ['a place', { 'a place beyond the pole': { lat: 90.5 }, 'a place beyond the world': { lon: 181 }, 'a place as text': { lat: '52' }, 'a place that says how long it stays': { ttl: 86_400 }, 'an archived place': { archive: base64(head.log.hash) } }],
  ]
  for (const [name, changes] of wrong) {
    for (const [what, change] of Object.entries(changes)) await vectors.bad(what, 'read_envelope', changed(name, change))
  }
  for (const [what, one] of Object.entries({ 'no JSON': '{', 'a list': '[]', nothing: 'null', 'a number': '5' })) await vectors.bad(what, 'read_envelope', { json: one })
  return vectors.write()
}

export async function makeFiles(): Promise<string> {
  const vectors = new Maker('media', 'Sealed files (PFM1). Byte by byte; large ones by their hash. Byte i of a described file is (7 i + i div 256) mod 256.')
  const [chunk, input] = [2 ** 18, { file_key: await fixed('file key'), file: OTHER }]
  for (const size of [0, 1, 1000, chunk - 1, chunk, chunk + 1, 3 * chunk]) await vectors.good(`${size} bytes sealed`, 'seal_file', { ...input, size })
  for (const [from, to] of [[0, 32], [0, 40], [31, 33], [chunk + 40, chunk + 60], [5, 2 * chunk], [3 * chunk, 4 * chunk]] as const) {
    await vectors.good(`sealed from ${from} to ${to}`, 'seal_slice', { ...input, size: 3 * chunk, from, to })
  }
  await vectors.good('three chunks opened', 'open_changed_file', { ...input, size: 3 * chunk, change: 'none' })
  const container = await encryptFile(input.file_key, OTHER, patternOf(20))
  const small = { ...input, container }
  await vectors.good('a small file opened', 'open_file', small)
  await vectors.good('an empty file opened', 'open_file', { ...input, container: await encryptFile(input.file_key, OTHER, patternOf(0)) })
  await vectors.spoil('open_file', small, {
    'another key': { file_key: await fixed('x') },
    'another file': { file: MESSAGE },
    'another magic': { container: spoilt(container, 0) },
    'another chunk size': { container: spoilt(container, 4) },
    'something where zeros are': { container: spoilt(container, 6) },
    'another length': { container: spoilt(container, 15) },
    'another file inside': { container: spoilt(container, 16) },
    'a changed chunk': { container: spoilt(container, 32) },
    'a changed tag': { container: spoilt(container) },
    'a byte less': { container: container.subarray(0, -1) },
    'a byte more': { container: Uint8Array.from([...container, 0]) },
    'only a header': { container: container.subarray(0, 32) },
    'half a header': { container: container.subarray(0, 16) },
  })
  for (const change of ['swap', 'cut', 'double', 'more', 'shorten']) {
    await vectors.bad(`chunks: ${change}`, 'open_changed_file', { ...input, size: 3 * chunk, change })
  }
  return vectors.write()
}

export async function makeSafety(): Promise<string> {
  const vectors = new Maker('safety', 'Safety numbers. Byte by byte.')
  const [jan, oma, sofie] = [await fixedKeys('jan'), await fixedKeys('oma'), await fixedKeys('sofie')]
  const [one, other] = [{ account: JAN, aik: jan.aik }, { account: OMA, aik: oma.aik }]
  await vectors.good('two people', 'safety_number', { one, other })
  await vectors.good('the other way round', 'safety_number', { one: other, other: one })
  await vectors.good('another key', 'safety_number', { one, other: { account: OMA, aik: sofie.aik } })
  await vectors.bad('nobody', 'safety_number', { one, other: { account: 'oma', aik: oma.aik } })
  return vectors.write()
}
