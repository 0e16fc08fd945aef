/** What waits to be sent: a row is stored before anything leaves, and goes when the log shows the line. */

import { type Envelope, isArchived, type LogPoint, type TimeToLive, unbase64 } from '@prifora/crypto'
import type { StoredFile } from './messages'
import type { Place } from './surface'

/** What somebody wants to say, before it has a place in the log. */
export type Draft = { ttl?: TimeToLive } & (
  | { type: 'text'; body: string; reply?: string }
  | { type: 'edit'; ref: string; body: string }
  | { type: 'delete'; ref: string }
  | { type: 'reaction'; ref: string; emoji: string }
  | { type: 'seen'; upTo: number }
  | { type: 'file'; file: StoredFile; body?: string; reply?: string }
  | { type: 'voice'; file: StoredFile; seconds: number }
  | ({ type: 'location' } & Place)
)

export interface Sealed {
  ident: string
  epoch: number
  body: string
  archive: { id: string; record: string; signature: string } | null
  ttl?: number
}

export interface Outgoing {
  id: string
  conversationId: string
  at: number
  draft: Draft
  sealed?: Sealed
  /** The file of it is at the server. */
  isFileThere?: true
  failed?: string
}

/** Kinds that stand in the conversation as a message of their own. */
const SHOWN = ['text', 'file', 'voice', 'location']

export const isShown = ({ draft }: Outgoing): boolean => SHOWN.includes(draft.type)

export const outgoingRow = (one: { at: number; id: string }): string => `outgoing/${String(one.at).padStart(12, '0')}/${one.id}`

/** The file a draft carries. */
export const fileOf = (draft: Draft): StoredFile | undefined => ('file' in draft ? draft.file : undefined)

/** A draft as it travels, said at a point of the log. */
export function envelopeOf({ id, at, draft }: Pick<Outgoing, 'id' | 'at' | 'draft'>, log: LogPoint, archive?: Envelope['archive']): Envelope {
  const file = fileOf(draft)
  const opened = file ? { file: { ...file, key: unbase64(file.key) } } : {}
  return { id, at, log, ...draft, ...opened, ...(archive ? { archive } : {}) } as Envelope
}

/** Whether a draft is kept for later devices. */
export const isKeptForLater = (one: Outgoing): boolean => isArchived(envelopeOf(one, { seq: 0, hash: new Uint8Array(32) }))
