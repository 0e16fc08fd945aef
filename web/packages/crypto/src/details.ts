/** What a conversation's members know of it together, sealed for whoever has the epoch's history key.
 *
 * {title, roster: {account: {by, history}}, out: [admission hash], log: {seq, hash}, retention?}
 */

import { HISTORIES, type History } from './admission'
import { derive, open, seal } from './aead'
import { base64, type Bytes, type Sealed, utf8 } from './bytes'
import { type LogPoint, pointOf, writePoint } from './chain'
import { byIdOf, bytesOf, fieldsOf, idOf, listOf, oneOf, optional, readJson, textOf, wholeOf } from './shape'

const TITLE_MAX = 200
const ROSTER_MAX = 1000
const OUT_MAX = 10_000

/** By whom somebody was let in, and what they may read. */
export interface RosterEntry {
  by: string
  history: History
}

export interface Details {
  title: string
  roster: Record<string, RosterEntry>
  /** Hashes of admissions that are over, base64url. */
  out: string[]
  /** What the log was where these details were written. */
  log: LogPoint
  /** After how many days messages go. */
  retention?: number
}

/** Seals the details of a conversation. */
export async function sealDetails(historyKey: Bytes, conversationId: string, epoch: number, details: Details): Promise<Sealed> {
  const written = utf8(JSON.stringify({ ...details, log: writePoint(details.log) }))
  return seal(await derive(historyKey, 'details'), written, `details|${conversationId}|${epoch}`)
}

/** Opens them; throws not_readable or malformed. */
export async function openDetails(
  historyKey: Bytes,
  conversationId: string,
  epoch: number,
  sealedDetails: Uint8Array,
): Promise<Details> {
  const raw = readJson(await open(await derive(historyKey, 'details'), sealedDetails, `details|${conversationId}|${epoch}`))
  return {
    title: textOf(raw.title, TITLE_MAX),
    roster: byIdOf(raw.roster, ROSTER_MAX, readEntry),
    out: listOf(raw.out, OUT_MAX, (one) => base64(bytesOf(one, 32))),
    log: pointOf(raw.log),
    ...optional('retention', raw.retention, (value) => wholeOf(value, 1, 36_500)),
  }
}

function readEntry(value: unknown): RosterEntry {
  const { by, history } = fieldsOf(value)
  return { by: idOf(by), history: oneOf(history, HISTORIES) }
}
