import { beforeAll, describe, expect, it } from 'vitest'
import {
  type AccountKeys,
  type Admission,
  admissionHash,
  admissionHolds,
  admitted,
  type Admitted,
  base64,
  founderAdmission,
  type History,
  invitationKey,
  invitationProof,
  invitationProofHolds,
  newAccountKeys,
  newInvitationCode,
  openNote,
  pairedAdmission,
  readAdmission,
  sealNote,
  signAdmission,
  signInvitation,
} from '../src'
import { FAMILY, JAN, OMA, OTHER, SOFIE } from './ids'

let jan: AccountKeys
let oma: AccountKeys
let sofie: AccountKeys
let stranger: AccountKeys

beforeAll(async () => {
  jan = await newAccountKeys()
  oma = await newAccountKeys()
  sofie = await newAccountKeys()
  stranger = await newAccountKeys()
})

type Someone = [string, AccountKeys]

async function invited([by, inviter]: Someone, [accountId, keys]: Someone, history: History = 'today'): Promise<Admitted> {
  const code = newInvitationCode()
  const { publicKey: key } = await invitationKey(code)
  const admission: Admission = {
    kind: 'invited',
    by,
    by_aik: base64(inviter.aik),
    key: base64(key),
    history,
    by_signature: base64(await signInvitation(inviter.aikSeed, FAMILY, by, key, history)),
    aik: base64(keys.aik),
    signature: base64(await signAdmission(code, FAMILY, accountId, keys.aik)),
  }
  return { accountId, aik: keys.aik, admission }
}

const founder = async (): Promise<Admitted> => ({
  accountId: JAN,
  aik: jan.aik,
  admission: await founderAdmission(jan.aikSeed, FAMILY, JAN, jan.aik),
})

const paired = async ([by, approver]: Someone, [accountId, keys]: Someone): Promise<Admitted> => ({
  accountId,
  aik: keys.aik,
  admission: await pairedAdmission(approver.aikSeed, FAMILY, by, approver.aik, accountId, keys.aik),
})

const root = () => ({ accountId: JAN, aik: jan.aik })

describe('admitted', () => {
  it('follows the chain from the founder, in whatever order people are listed', async () => {
    const people = [await invited([OMA, oma], [SOFIE, sofie]), await paired([JAN, jan], [OMA, oma]), await founder()]
    const found = new Map([[JAN, 'founder'], [OMA, 'paired'], [SOFIE, 'invited']])
    expect(await admitted(FAMILY, root(), people)).toEqual(found)
    expect(await admitted(FAMILY, root(), people.reverse())).toEqual(found)
  })

  it('leaves out who was let in by nobody it knows', async () => {
    const people = [await founder(), await invited([OTHER, stranger], [SOFIE, sofie]), await paired([OMA, stranger], [OMA, oma])]
    expect([...(await admitted(FAMILY, root(), people)).keys()]).toEqual([JAN])
  })

  it('leaves out a ring of strangers who let each other in', async () => {
    const people = [await founder(), await invited([OTHER, stranger], [SOFIE, sofie]), await invited([SOFIE, sofie], [OTHER, stranger])]
    expect([...(await admitted(FAMILY, root(), people)).keys()]).toEqual([JAN])
  })

  it('leaves out another founder, and everything of another family', async () => {
    const false_: Admitted = { accountId: OTHER, aik: stranger.aik, admission: await founderAdmission(stranger.aikSeed, FAMILY, OTHER, stranger.aik) }
    const swapped: Admitted = { accountId: JAN, aik: stranger.aik, admission: await founderAdmission(stranger.aikSeed, FAMILY, JAN, stranger.aik) }
    expect((await admitted(FAMILY, root(), [false_, swapped])).size).toBe(0)
    expect((await admitted(OTHER, root(), [await founder(), await invited([JAN, jan], [OMA, oma])])).size).toBe(0)
  })

  it('leaves out a key that is not the one admitted, and an account admitted with two', async () => {
    const real = await invited([JAN, jan], [OMA, oma])
    expect((await admitted(FAMILY, root(), [await founder(), { ...real, aik: stranger.aik }])).has(OMA)).toBe(false)
    const second = await invited([JAN, jan], [OMA, stranger])
    expect((await admitted(FAMILY, root(), [await founder(), real, second])).has(OMA)).toBe(false)
  })

  it('keeps who was let in by somebody who is out, when that one is still shown', async () => {
    const [past, present] = [await invited([JAN, jan], [OMA, oma]), await invited([OMA, oma], [SOFIE, sofie])]
    expect((await admitted(FAMILY, root(), [present, past])).get(SOFIE)).toBe('invited')
    expect((await admitted(FAMILY, root(), [present])).has(SOFIE)).toBe(false)
  })

  it('does not let the founder’s account be taken over by an invitation', async () => {
    const people = [await founder(), await invited([JAN, jan], [OMA, oma]), await invited([OMA, oma], [JAN, stranger])]
    expect(await admitted(FAMILY, root(), people)).toEqual(new Map([[JAN, 'founder'], [OMA, 'invited']]))
  })
})

describe('an admission', () => {
  it('holds for exactly what was signed', async () => {
    const { admission } = await invited([JAN, jan], [OMA, oma], 'start')
    if (admission.kind !== 'invited') throw new Error('kind')
    const code = newInvitationCode()
    const { publicKey } = await invitationKey(code)
    expect(await admissionHolds(FAMILY, OMA, admission)).toBe(true)
    expect(await admissionHolds(FAMILY, SOFIE, admission)).toBe(false)
    const changes: Partial<typeof admission>[] = [
      { history: 'today' },
      { by: OTHER },
      { by_aik: base64(stranger.aik) },
      { key: base64(publicKey) },
      { aik: base64(stranger.aik) },
      { signature: base64(await signAdmission(code, FAMILY, OMA, oma.aik)) },
    ]
    for (const change of changes) expect(await admissionHolds(FAMILY, OMA, { ...admission, ...change })).toBe(false)
  })

  it('has another hash each time somebody is let in', async () => {
    const [first, again] = [await invited([JAN, jan], [OMA, oma]), await invited([JAN, jan], [OMA, oma])]
    const hash = base64(await admissionHash(FAMILY, OMA, first.admission))
    expect(base64(await admissionHash(FAMILY, OMA, first.admission))).toBe(hash)
    expect(base64(await admissionHash(FAMILY, OMA, again.admission))).not.toBe(hash)
    expect(base64(await admissionHash(FAMILY, SOFIE, first.admission))).not.toBe(hash)
  })

  it('is read only in its exact form', async () => {
    const { admission } = await invited([JAN, jan], [OMA, oma])
    expect(readAdmission({ ...admission, more: 1 })).toEqual(admission)
    for (const wrong of [null, [], 'x', {}, { ...admission, kind: 'self' }, { ...admission, history: 'all' }, { ...admission, by: 'JAN' }, { ...admission, aik: 'AAAA' }, { ...admission, signature: `${'A'.repeat(85)}B` }]) {
      expect(readAdmission(wrong)).toBeUndefined()
    }
  })
})

describe('an invitation', () => {
  it('proves whose keys they are and who founded the family', async () => {
    const code = newInvitationCode()
    const proof = await invitationProof(code, 'inviter', FAMILY, JAN, jan, root())
    expect(await invitationProofHolds(proof, code, 'inviter', FAMILY, JAN, jan, root())).toBe(true)
    expect(await invitationProofHolds(proof, code, 'invitee', FAMILY, JAN, jan, root())).toBe(false)
    expect(await invitationProofHolds(proof, code, 'inviter', FAMILY, JAN, oma, root())).toBe(false)
    expect(await invitationProofHolds(proof, code, 'inviter', FAMILY, JAN, jan, { accountId: JAN, aik: stranger.aik })).toBe(false)
    expect(await invitationProofHolds(proof, code, 'inviter', FAMILY, JAN, jan, { accountId: OTHER, aik: jan.aik })).toBe(false)
    expect(await invitationProofHolds(proof, newInvitationCode(), 'inviter', FAMILY, JAN, jan, root())).toBe(false)
  })

  it('carries a note for who has the code', async () => {
    const code = newInvitationCode()
    const note = { familyName: 'De Jong', inviter: 'Jan', invitee: 'Sofie' }
    const box = await sealNote(code, note)
    expect(await openNote(code, box)).toEqual(note)
    await expect(openNote(newInvitationCode(), box)).rejects.toMatchObject({ code: 'not_readable' })
  })
})
