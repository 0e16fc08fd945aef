/** Who belongs to a family: every member can show by whom they were let in, back to who founded it.
 *
 * founder: AIK signs "prifora/1 family" || family (16) || account (16) || AIK (32)
 * invited: inviter's AIK signs "prifora/1 invitation" || family || inviter || invitation key (32) || history (0 today, 1 start);
 *          the invitation key, which follows from the code, signs "prifora/1 admission" || family || account || AIK
 * paired:  approver's AIK signs "prifora/1 paired" || family || approver || account || AIK
 */

import { derive, digest } from './aead'
import { base64, type Bytes, concat, equal, number, type Sealed, sealed, unbase64, utf8, uuidBytes } from './bytes'
import { invitationSecret } from './invitation'
import { bytesOf, fieldsOf, idOf, oneOf } from './shape'
import { sign, type SigningPair, signingPairOf, verify } from './signing'

export const HISTORIES = ['start', 'today'] as const

/** What of a conversation somebody new may read. */
export type History = (typeof HISTORIES)[number]

/** Who founded a family: where trust in everybody else begins. */
export interface Root {
  accountId: string
  aik: Bytes
}

/** As it travels in JSON; keys and signatures are base64url. */
export type Admission =
  | { kind: 'founder'; aik: string; signature: string }
  | {
      kind: 'invited'
      by: string
      by_aik: string
      key: string
      history: History
      by_signature: string
      aik: string
      signature: string
    }
  | { kind: 'paired'; by: string; by_aik: string; aik: string; by_signature: string }

/** Somebody in a family, now or once, and what they show. */
export interface Admitted {
  accountId: string
  aik: Bytes
  admission: Admission
}

const body = (label: string, familyId: string, ...rest: Uint8Array[]): Bytes =>
  concat(utf8(`prifora/1 ${label}`), uuidBytes(familyId), ...rest)

const founding = (familyId: string, accountId: string, aik: Uint8Array): Bytes =>
  body('family', familyId, uuidBytes(accountId), aik)
const inviting = (familyId: string, by: string, key: Uint8Array, history: History): Bytes =>
  body('invitation', familyId, uuidBytes(by), key, number(history === 'start' ? 1 : 0, 1))
const admitting = (familyId: string, accountId: string, aik: Uint8Array): Bytes =>
  body('admission', familyId, uuidBytes(accountId), aik)
const pairing = (familyId: string, by: string, accountId: string, aik: Uint8Array): Bytes =>
  body('paired', familyId, uuidBytes(by), uuidBytes(accountId), aik)

/** The admission of who makes a family. */
export async function founderAdmission(aikSeed: Bytes, familyId: string, accountId: string, aik: Bytes): Promise<Admission> {
  const signature = await sign(aikSeed, founding(familyId, accountId, aik))
  return { kind: 'founder', aik: base64(aik), signature: base64(signature) }
}

/** The key pair that follows from an invitation's code: only who has the code can be admitted. */
export const invitationKey = async (code: string): Promise<SigningPair> =>
  signingPairOf(await derive(invitationSecret(code), 'invitation key'))

/** The inviter's word for whoever holds the invitation key. */
export const signInvitation = async (
  aikSeed: Bytes,
  familyId: string,
  by: string,
  key: Uint8Array,
  history: History,
): Promise<Sealed> => sealed(await sign(aikSeed, inviting(familyId, by, key, history)))

/** The invited person's admission, signed with the invitation key. */
export const signAdmission = async (code: string, familyId: string, accountId: string, aik: Uint8Array): Promise<Sealed> =>
  sealed(await sign((await invitationKey(code)).seed, admitting(familyId, accountId, aik)))

/** The admission of a Home Station's user, by who approves the station. */
export async function pairedAdmission(
  aikSeed: Bytes,
  familyId: string,
  by: string,
  byAik: Uint8Array,
  accountId: string,
  aik: Uint8Array,
): Promise<Admission> {
  const signature = await sign(aikSeed, pairing(familyId, by, accountId, aik))
  return { kind: 'paired', by, by_aik: base64(byAik), aik: base64(aik), by_signature: base64(signature) }
}

/** Reads an admission as the server shows it; undefined when it is not of our form. */
export function readAdmission(raw: unknown): Admission | undefined {
  try {
    return strictly(raw)
  } catch {
    return undefined
  }
}

function strictly(raw: unknown): Admission {
  const fields = fieldsOf(raw)
  const key = (name: string): string => base64(bytesOf(fields[name], 32))
  const signature = (name: string): string => base64(bytesOf(fields[name], 64))
  const kind = oneOf(fields.kind, ['founder', 'invited', 'paired'] as const)
  if (kind === 'founder') return { kind, aik: key('aik'), signature: signature('signature') }
  const by = { by: idOf(fields.by), by_aik: key('by_aik') }
  if (kind === 'paired') return { kind, ...by, aik: key('aik'), by_signature: signature('by_signature') }
  const history = oneOf(fields.history, HISTORIES)
  const invitation = { key: key('key'), history, by_signature: signature('by_signature') }
  return { kind, ...by, ...invitation, aik: key('aik'), signature: signature('signature') }
}

/** What names one admission, so that it can be struck out: the same person let in again has another one. */
export const admissionHash = (familyId: string, accountId: string, admission: Admission): Promise<Bytes> => {
  const last = admission.kind === 'paired' ? admission.by_signature : admission.signature
  return digest(concat(uuidBytes(familyId), uuidBytes(accountId), unbase64(admission.aik), unbase64(last)))
}

/** Whether an admission's own signatures hold. Whose keys they are, `admitted` finds out. */
export async function admissionHolds(familyId: string, accountId: string, admission: Admission): Promise<boolean> {
  const aik = unbase64(admission.aik)
  if (admission.kind === 'founder') return verify(aik, unbase64(admission.signature), founding(familyId, accountId, aik))
  const { by, by_aik, by_signature } = admission
  const signedBy = (message: Bytes): Promise<boolean> => verify(unbase64(by_aik), unbase64(by_signature), message)
  if (admission.kind === 'paired') return signedBy(pairing(familyId, by, accountId, aik))
  const key = unbase64(admission.key)
  if (!(await verify(key, unbase64(admission.signature), admitting(familyId, accountId, aik)))) return false
  return signedBy(inviting(familyId, by, key, admission.history))
}

/** Everybody whose chain of admissions leads to the founder. Who is admitted with two keys is left out: one is false. */
export async function admitted(familyId: string, root: Root, people: Admitted[]): Promise<Map<string, Admission['kind']>> {
  const holding: Admitted[] = []
  for (const one of people) {
    const itsOwn = equal(unbase64(one.admission.aik), one.aik)
    if (itsOwn && (await admissionHolds(familyId, one.accountId, one.admission))) holding.push(one)
  }
  const keys = chain(root, holding)
  const found = new Map<string, Admission['kind']>()
  for (const { accountId, aik, admission } of holding) {
    const known = keys.get(accountId)
    if (known?.size === 1 && known.has(base64(aik)) && isAdmitted(root, keys, accountId, admission)) {
      found.set(accountId, found.get(accountId) ?? admission.kind)
    }
  }
  return found
}

/** Every account that can be reached, with the keys it is admitted under. The founder's is the one we know. */
function chain(root: Root, people: Admitted[]): Map<string, Set<string>> {
  const keys = new Map([[root.accountId, new Set([base64(root.aik)])]])
  for (let grew = true; grew; ) {
    grew = false
    for (const { accountId, aik, admission } of people) {
      if (accountId === root.accountId) continue
      const known = keys.get(accountId) ?? new Set()
      if (known.has(base64(aik)) || !isAdmitted(root, keys, accountId, admission)) continue
      keys.set(accountId, known.add(base64(aik)))
      grew = true
    }
  }
  return keys
}

/** Whether this admission is the founder's, or by somebody who is admitted under the key it names. */
function isAdmitted(root: Root, keys: Map<string, Set<string>>, accountId: string, admission: Admission): boolean {
  if (admission.kind === 'founder') return accountId === root.accountId && admission.aik === base64(root.aik)
  return keys.get(admission.by)?.has(admission.by_aik) === true
}
