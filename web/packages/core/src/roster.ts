/** Who may have keys to a conversation: what its own members agreed on, never only the server's list. */

import { type Details, engine, type Leaf, type RosterEntry } from '@prifora/crypto'
import type { Listed } from './board'
import type { Room } from './room'
import type { Trust } from './trust'
import type { Alert } from './surface'

/** Everybody who belongs here, by whom, and what they may read; undefined until this device knows. */
export function rosterOf(room: Room, listed: Listed, trust: Trust): Map<string, RosterEntry> | undefined {
  const { agreed } = room.stored
  return agreed && rosterIn(agreed, listed, trust)
}

/** The same by what is about to be agreed on. */
export function rosterIn({ roster, out }: Pick<Details, 'roster' | 'out'>, listed: Listed, trust: Trust): Map<string, RosterEntry> {
  const all = listed.everyone ? admissionsOf(listed, out, trust) : Object.entries(roster)
  return new Map(all.filter(([accountId]) => trust.trusts(listed.family_id, accountId)))
}

/** The conversation of everyone: each admitted member whose admission is not over. */
function admissionsOf({ family_id: familyId }: Listed, out: string[], trust: Trust): [string, RosterEntry][] {
  return trust.members(familyId).flatMap(([accountId, { admission, hash }]): [string, RosterEntry][] => {
    if (!admission || (hash && out.includes(hash))) return []
    if (admission.kind === 'founder') return [[accountId, { by: accountId, history: 'start' }]]
    return [[accountId, { by: admission.by, history: admission.kind === 'invited' ? admission.history : 'start' }]]
  })
}

export interface Problem {
  leaf: Leaf
  kind: Alert['kind']
}

/** The leaves of a conversation that should not be there. */
export function problemsIn(room: Room, listed: Listed, trust: Trust): Problem[] {
  const roster = rosterOf(room, listed, trust)
  return engine.leaves(room.group).flatMap((leaf): Problem[] => {
    const kind = trust.leafProblem(listed.family_id, leaf)
    if (kind) return [{ leaf, kind }]
    return roster?.has(leaf.identity.accountId) === false ? [{ leaf, kind: 'ghost-person' }] : []
  })
}

/** What the members of a conversation agree on now. */
export function agreedIn({ stored: { title, agreed } }: Room): Omit<Details, 'log'> {
  const { roster = {}, out = [], retention } = agreed ?? {}
  return { title, roster, out, ...(retention ? { retention } : {}) }
}
