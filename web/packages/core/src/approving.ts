/** Letting a Home Station in: the code it shows proves its keys to us, and ours to it. */

import { type Api, type components, take } from '@prifora/api'
import {
  base64,
  boxProof,
  type Bytes,
  pairedAdmission,
  type PairingContent,
  pairingSecret,
  proofHolds,
  readPairingCode,
  sealForStation,
  stationProof,
  unbase64,
} from '@prifora/crypto'
import { Failed } from './failed'
import type { People } from './people'

type Found = components['schemas']['FoundOut']
type Secret = Awaited<ReturnType<typeof pairingSecret>>

/** The station that shows this code, when it really made the keys it asks with. */
export async function lookAtStation(api: Api, typed: string): Promise<{ found: Found; secret: Secret; aik: Bytes | undefined }> {
  const code = readPairingCode(typed)
  if (!code) throw new Failed('pairing_unknown')
  const secret = await pairingSecret(code)
  const found = await take(api.POST('/api/v1/pairings/find', { body: { lookup: base64(secret.lookup) } }))
  const aik = found.aik ? unbase64(found.aik) : undefined
  const expected = await stationProof(secret, unbase64(found.box_key), unbase64(found.auth_key), aik)
  if (!proofHolds(unbase64(found.proof), expected)) throw new Failed('pairing_forged')
  return { found, secret, aik }
}

/** Lets it in. Where its user has no keys yet, those it proposes are admitted to the family in the same request. */
export async function approveStation(people: People, familyId: string, familyName: string, typed: string, name: string): Promise<void> {
  const { found, secret, aik } = await lookAtStation(people.api, typed)
  const family = people.families.find((one) => one.id === familyId)
  const user = family?.people.find((one) => one.account_id === family.user_id)
  if (!user) throw new Failed('absent')
  const { keys } = people.secrets
  const isMe = user.account_id === people.me
  const founder = people.founderOf(familyId)
  const content: PairingContent = {
    familyId,
    accountId: user.account_id,
    familyName,
    approver: { accountId: people.me, aik: base64(keys.aik) },
    founder: { accountId: founder.accountId, aik: base64(founder.aik) },
    ...(isMe ? { masterKey: base64(keys.masterKey) } : {}),
  }
  const admission =
    !user.aik && aik ? { admission: (await pairedAdmission(keys.aikSeed, familyId, people.me, keys.aik, user.account_id, aik)) as never } : {}
  const box = await sealForStation(unbase64(found.box_key), secret.lookup, content)
  const body = { pairing_id: found.id, name, box: base64(box), proof: base64(await boxProof(secret, box)), ...admission }
  await take(people.api.POST('/api/v1/families/{family_id}/stations', { params: { path: { family_id: familyId } }, body }))
}
