/** What the product needs from an MLS engine (RFC 9420), so that the engine can be exchanged.
 *
 * States are values: every call that changes one returns a new one, and nothing is kept inside.
 */

import type { Bytes, Sealed } from './bytes'
import type { Identity } from './device'

declare const groupMark: unique symbol
/** The state of one group on one device. Full of secrets: stored only encrypted. */
export type GroupState = { readonly [groupMark]: true }

/** A device as the engine needs it. */
export interface OwnDevice {
  identity: Identity
  signatureKey: Bytes
  signatureSeed: Bytes
}

export interface NewKeyPackage {
  /** What goes to the server. */
  packageBytes: Sealed
  /** By this a Welcome finds its key package. */
  ref: Bytes
  /** Private part, to be stored encrypted. */
  secret: Bytes
}

export interface Committed {
  state: GroupState
  commit: Sealed
  groupInfo: Sealed
  welcome?: Sealed
}

export interface Leaf {
  index: number
  identity: Identity
  signatureKey: Bytes
}

/** What came of one line of the log. */
export type Processed =
  | { kind: 'message'; state: GroupState; plain: Bytes; sender: Leaf }
  | { kind: 'commit'; state: GroupState }
  | { kind: 'proposal'; state: GroupState }
  | { kind: 'removed' }

/** Decides what the library leaves to the application. */
export interface Rules {
  /** Whether the account's identity key is the one we know, and this one of its devices. */
  isKnown(identity: Identity, signatureKey: Bytes): boolean | Promise<boolean>
  /** Whether a member's commit may remove this leaf, although it is another account's. */
  mayRemove(identity: Identity): boolean
  /** Whether a group may be joined on the word of this member, who signed its description. */
  mayVouch(identity: Identity): boolean
  /** Told of a certified device of somebody who is not in the group, and that wanted to let itself in: it is refused. */
  outsider?(identity: Identity): void
}

export interface MlsEngine {
  newKeyPackages(device: OwnDevice, count: number): Promise<NewKeyPackage[]>
  createGroup(device: OwnDevice, conversationId: string, externalSender: Uint8Array, rules: Rules): Promise<Committed>
  addAndCommit(state: GroupState, packages: Uint8Array[]): Promise<Committed>
  removeAndCommit(state: GroupState, indexes: number[]): Promise<Committed>
  /** Commits every proposal that waits, or only renews our own keys. */
  commitPending(state: GroupState): Promise<Committed>
  join(welcome: Uint8Array, secrets: Bytes[], rules: Rules): Promise<{ state: GroupState; used: Bytes } | undefined>
  externalJoin(device: OwnDevice, groupInfo: Uint8Array, rules: Rules, again: boolean): Promise<Committed>
  process(state: GroupState, message: Uint8Array, rules: Rules): Promise<Processed>
  encrypt(state: GroupState, plain: Uint8Array): Promise<{ state: GroupState; message: Sealed }>
  exportSecret(state: GroupState, label: string, size: number): Promise<Bytes>
  leaves(state: GroupState): Leaf[]
  epoch(state: GroupState): number
  hasPending(state: GroupState): boolean
  authenticator(state: GroupState): Bytes
  save(state: GroupState): Bytes
  load(bytes: Bytes, rules: Rules): GroupState
}
