/** Inviting somebody, and coming in: one code carries the trust (docs/decisions/0017). */

import { type Api, take } from '@prifora/api'
import {
  base64,
  invitationKey,
  invitationLookup,
  invitationProof,
  invitationProofHolds,
  linkOf,
  newInvitationCode,
  type Note,
  openNote,
  readInvitationCode,
  sealNote,
  signAdmission,
  signInvitation,
  unbase64,
} from '@prifora/crypto'
import { Failed } from './failed'
import type { People } from './people'
import type { InvitationPreview } from './surface'

export async function makeInvitation(
  people: People,
  familyId: string,
  note: Note,
  history: 'start' | 'today',
): Promise<{ code: string; link: string }> {
  const code = newInvitationCode()
  const { aik, aikSeed } = people.secrets.keys
  const { publicKey } = await invitationKey(code)
  const body = {
    id: crypto.randomUUID(),
    lookup: base64(await invitationLookup(code)),
    proof: base64(await invitationProof(code, 'inviter', familyId, people.me, { aik }, people.founderOf(familyId))),
    sealed_note: base64(await sealNote(code, note)),
    key: base64(publicKey),
    history,
    signature: base64(await signInvitation(aikSeed, familyId, people.me, publicKey, history)),
  }
  await take(people.api.POST('/api/v1/families/{family_id}/invitations', { params: { path: { family_id: familyId } }, body }))
  return { code, link: linkOf(people.origin, code) }
}

/** Comes into a family. What the code vouches for is kept with the account before the server is told. */
export async function acceptInvitation(people: People, typed: string): Promise<string> {
  const code = readInvitationCode(typed)
  if (!code) throw new Failed('invitation_unknown')
  const lookup = base64(await invitationLookup(code))
  const found = await take(people.api.POST('/api/v1/invitations/look', { body: { lookup } }))
  const { family_id: familyId, inviter } = found
  const founder = found.founder && { accountId: found.founder.account_id, aik: unbase64(found.founder.aik) }
  const keys = { aik: unbase64(inviter.aik) }
  const proof = unbase64(found.proof)
  if (!founder || !(await invitationProofHolds(proof, code, 'inviter', familyId, inviter.account_id, keys, founder))) {
    throw new Failed('invitation_forged')
  }
  if (!(await people.trust.learn(inviter.account_id, keys.aik, 'invitation'))) throw new Failed('invitation_forged')
  await people.trust.learnRoot(familyId, founder)
  const { aik } = people.secrets.keys
  const body = {
    lookup,
    proof: base64(await invitationProof(code, 'invitee', familyId, people.me, { aik }, founder)),
    signature: base64(await signAdmission(code, familyId, people.me, aik)),
  }
  await take(people.api.POST('/api/v1/invitations/accept', { body }))
  return familyId
}

/** What an invitation says; needs no account. */
export async function lookAtInvitation(api: Api, typed: string): Promise<InvitationPreview> {
  const code = readInvitationCode(typed)
  if (!code) throw new Failed('invitation_unknown')
  const found = await take(api.POST('/api/v1/invitations/look', { body: { lookup: base64(await invitationLookup(code)) } }))
  const note = await openNote(code, unbase64(found.sealed_note)).catch(() => {
    throw new Failed('invitation_unknown')
  })
  return { familyName: note.familyName, inviter: note.inviter, invitee: note.invitee ?? '', expiresAt: found.expires_at }
}
