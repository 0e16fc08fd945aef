/** What the parts of the engine share: this device's keys, its store, what waits to be sent, whom it trusts. */

import type { AccountKeys, Identity, OwnDevice, Rules } from '@prifora/crypto'
import type { Raise } from './alerts'
import type { Outgoing } from './outgoing'
import type { Store } from './store'
import type { Trust } from './trust'

export interface Context {
  readonly store: Store
  readonly accountId: string
  readonly device: OwnDevice
  /** Always the newest: they change while somebody is in. */
  readonly keys: AccountKeys
  readonly outgoing: Outgoing[]
  readonly trust: Trust
  readonly raise: Raise
  familyOf(conversationId: string): string
  rulesOf(conversationId: string): Rules
  /** Whether what this member says is shown; the lists are fetched anew before somebody is refused. */
  maySpeak(conversationId: string, identity: Identity): Promise<boolean>
  /** Fetches families and their people. */
  refreshPeople(): Promise<void>
  /** Takes the account's keys as another own device may have changed them. */
  refreshKeys(): Promise<void>
  sentOut(one: Outgoing): void
  /** Something about a conversation waits to be done. */
  wantSettle(conversationId: string): void
}
