/** Who may change a group: what MLS leaves to the application, checked before anything is processed. */

import type { ClientState, Proposal, PublicMessage } from 'ts-mls'
import { equal, hex } from './bytes'
import { type Identity, isCertified, readIdentity } from './device'
import type { Leaf, Rules } from './engine'
import { CryptoError } from './errors'

interface Found {
  proposal: Proposal
  byReference: boolean
}

/** Every proposal of a commit, those sent before included. */
function proposalsOf(state: ClientState, message: PublicMessage): Found[] {
  if (message.content.contentType !== 'commit') return []
  return message.content.commit.proposals.flatMap((one): Found[] => {
    if (one.proposalOrRefType === 'proposal') return [{ proposal: one.proposal, byReference: false }]
    const waiting = Object.entries(state.unappliedProposals).find(([key]) => sameReference(key, one.reference))
    return waiting ? [{ proposal: waiting[1].proposal, byReference: true }] : []
  })
}

function sameReference(key: string, reference: Uint8Array): boolean {
  return key === btoa(String.fromCharCode(...reference)) || key === hex(reference)
}

/** Whether a commit removes this device itself. Looked at first: the library cannot always say so afterwards. */
export function ownRemoval(state: ClientState, message: PublicMessage): boolean {
  const mine = state.privatePath.leafIndex
  return proposalsOf(state, message).some(
    ({ proposal }) => proposal.proposalType === 'remove' && proposal.remove.removed === mine,
  )
}

/** Throws not_allowed for a change nobody may make. */
export async function allowed(state: ClientState, message: PublicMessage, leaves: Leaf[], rules: Rules): Promise<void> {
  const { sender, contentType } = message.content
  if (contentType === 'proposal') {
    const isRemoval = message.content.proposal.proposalType === 'remove'
    if (sender.senderType !== 'external' || sender.senderIndex !== 0 || !isRemoval) throw new CryptoError('not_allowed')
    return
  }
  if (contentType !== 'commit') throw new CryptoError('not_allowed')
  const author = sender.senderType === 'member' ? leaves.find((one) => one.index === sender.leafIndex)?.identity : await joiner(message, leaves, rules)
  if (!author) throw new CryptoError('not_allowed')
  for (const { proposal, byReference } of proposalsOf(state, message)) {
    if (proposal.proposalType !== 'remove' || byReference) continue
    const removed = leaves.find((one) => one.index === proposal.remove.removed)?.identity
    if (!removed || (removed.accountId !== author.accountId && !rules.mayRemove(removed))) {
      throw new CryptoError('not_allowed')
    }
  }
}

/** Who joins by external commit: only a certified further device of somebody who is in the group, under the same identity key. */
async function joiner(message: PublicMessage, leaves: Leaf[], rules: Rules): Promise<Identity | undefined> {
  if (message.content.sender.senderType !== 'new_member_commit' || message.content.contentType !== 'commit') return undefined
  const leaf = message.content.commit.path?.leafNode
  const identity = leaf && 'identity' in leaf.credential ? readIdentity(leaf.credential.identity) : undefined
  if (!leaf || !identity || !(await isCertified(identity, leaf.signaturePublicKey))) return undefined
  const known = leaves.some((one) => one.identity.accountId === identity.accountId && equal(one.identity.aik, identity.aik))
  if (known) return identity
  rules.outsider?.(identity)
  return undefined
}
