/** What the screens can see and do. Plain values only: no key, no byte ever comes here. */

import type { AccountCore, Profile, RecoveryRequest, Waiting } from './accountsurface'
import type { AlbumCore, AlbumSnapshot } from './albumsurface'
import type { DataCore } from './datasurface'
import type { FoundStation, InvitationPreview, ManagedUser } from './forms'
import type { PlanCore, PlanSnapshot } from './plansurface'
import type { PrivacyCore } from './privacysurface'
import type { Conversation, TalkCore } from './talksurface'
import type { TicketCore } from './ticketsurface'

export type * from './accountsurface'
export type * from './albumsurface'
export type * from './datasurface'
export type * from './forms'
export type * from './plansurface'
export type * from './privacysurface'
export type * from './talksurface'
export type * from './ticketsurface'

/** "recovered": let back in, a new password must be chosen first. */
export type Status = 'starting' | 'signed-out' | 'verify' | 'second-factor' | 'locked' | 'recovered' | 'ready' | 'pairing'

export interface Person {
  accountId: string
  name: string
  firstName: string
  role: 'user' | 'contact'
  isAdmin: boolean
  isMe: boolean
  favourite: boolean
  blocked: boolean
  /** The Home Station user has seen that this person joined. */
  seen: boolean
  hasKeys: boolean
  /** The version of this person's picture; null when there is none. */
  portrait: string | null
  /**
   * How this device knows that the person's keys are theirs. "family": admitted by somebody it knows; "compared": the
   * safety number was compared. "changed" and "unknown" stop everything with them; "none": no keys yet.
   */
  trust: 'own' | 'compared' | 'invitation' | 'pairing' | 'family' | 'changed' | 'unknown' | 'none'
}

export interface Family {
  id: string
  name: string
  isAdmin: boolean
  isUser: boolean
  userId: string | null
  /** After how many days messages go everywhere; null: they stay. */
  retentionDays: number | null
  people: Person[]
}

/** Something this device caught that must not happen. Said in plain words, kept until somebody puts it away. */
export interface Alert {
  id: string
  kind:
    | 'ghost-person'
    | 'ghost-device'
    | 'key-changed'
    | 'rolled-back'
    | 'history-differs'
    | 'forged'
    | 'box-wrong'
    | 'removal-ignored'
    | 'conversation-broken'
    | 'looks-changed'
  at: number
  conversationId: string | null
  /** Whom it is about, where it is about somebody. */
  person: string
}

export interface Station {
  id: string
  familyId: string
  name: string
  model: string
  mac: string | null
  network: string
  online: boolean
  lastSeenAt: string | null
  wipe: 'none' | 'asked' | 'done'
}

export interface Snapshot extends AlbumSnapshot, PlanSnapshot {
  status: Status
  /** Everything flows. */
  online: boolean
  /** There is no connection, for longer than coming back takes: people should know. */
  cutOff: boolean
  /** The lists are the server's of this session, not only what this device kept. */
  fresh: boolean
  /** The server answered the last time with an error; it is asked again by itself. */
  troubled: boolean
  /** Messages that wait for the network. */
  queued: number
  profile: Profile | null
  pending: string[]
  families: Family[]
  conversations: Conversation[]
  stations: Station[]
  pairingCode: string | null
  alerts: Alert[]
  /** Set while this browser waits to be let in. */
  waiting: Waiting | null
  /** Requests of people whose share I hold, and about my own account. */
  recoveries: RecoveryRequest[]
  /** A message could not be stored on this device (full): it is kept only while the app is open. */
  full: boolean
  /** What the platform told me; `change` is bumped when that changed. */
  letters: { any: boolean; unread: number; change: number }
  /** Bumped when the messages of a conversation changed. */
  versions: Record<string, number>
}

export interface Failure {
  code: string
  detail: string
  attr: string | null
}

/** What a passkey is asked to derive its secret from: base64url of 32 fixed bytes. */
export const PASSKEY_SALT = 'cHJpZm9yYS8xIHBhc3NrZXkgc2xvdCBzYWx0ICh2MSk'

/** Everything the app can do. Every call may throw a Failure. */
export interface Core extends AccountCore, AlbumCore, DataCore, PlanCore, PrivacyCore, TalkCore, TicketCore {
  /** Fetches everything anew. */
  refresh(): Promise<void>

  createFamily(name: string, user: 'me' | ManagedUser): Promise<string>
  /** `history`: what of the family's talk the new person will see. */
  invite(familyId: string, invitee: string, history: 'start' | 'today'): Promise<{ code: string; link: string }>
  invitations(familyId: string): Promise<{ id: string; created_at: string; expires_at: string; state: string }[]>
  withdrawInvitation(familyId: string, id: string): Promise<void>
  lookAtInvitation(code: string): Promise<InvitationPreview>
  acceptInvitation(code: string): Promise<string>
  welcome(familyId: string, accountId: string): Promise<void>
  refuse(familyId: string, accountId: string): Promise<void>
  removePerson(familyId: string, accountId: string): Promise<void>
  leaveFamily(familyId: string): Promise<void>
  setAdmin(familyId: string, accountId: string, isAdmin: boolean): Promise<void>
  setFavourite(familyId: string, accountId: string, wanted: boolean): Promise<void>
  setBlock(accountId: string, wanted: boolean): Promise<void>
  setRetention(familyId: string, days: 30 | 90 | 365 | null): Promise<void>

  findStation(code: string): Promise<FoundStation>
  pairStation(familyId: string, code: string, name: string): Promise<void>
  renameStation(familyId: string, id: string, name: string): Promise<void>
  unpairStation(familyId: string, id: string): Promise<void>
  wipeStation(familyId: string, id: string): Promise<void>
}
