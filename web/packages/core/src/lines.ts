/** What one message line of the log does to a conversation on this device. */

import type { LogFrame } from '@prifora/api'
import { base64, CryptoError, digest, type Envelope, lifeOf, readEnvelope, type UnknownEnvelope, unbase64 } from '@prifora/crypto'
import { fileRows } from './files'
import type { Change, Rows, StoredMessage } from './messages'
import { envelopeOf, outgoingRow } from './outgoing'
import type { Room } from './room'

type ReadEnvelope = Envelope | UnknownEnvelope

/** Where a line stands: its number and the server's time of it, in milliseconds since 1970. */
export interface Place {
  seq: number
  at: number
}

/** Opens a message line and applies what it says. What cannot be opened is looked for in the archive. */
export async function takeMessage(room: Room, frame: LogFrame, rows: Rows): Promise<void> {
  const { context } = room
  const own = context.outgoing.find((one) => one.sealed?.ident === frame.ident)
  if (own) {
    context.sentOut(own)
    rows.deletes.push(outgoingRow(own), ...fileRows(own.draft))
    const record = own.sealed?.archive ? await digest(unbase64(own.sealed.archive.record)) : undefined
    await applyEnvelope(room, placeOf(frame), envelopeOf(own, { seq: 0, hash: new Uint8Array(32) }, record), context.accountId, rows)
    return
  }
  if (frame.body === '') return
  if (frame.device === context.device.identity.deviceId) {
    // Sent by this device, and it does not know: its store was put back to an older one, and its keys with it.
    room.lose(false)
    return
  }
  await openMessage(room, frame, rows)
}

async function openMessage(room: Room, frame: LogFrame, rows: Rows): Promise<void> {
  const { context, id: conversationId } = room
  const opened = await room.open(unbase64(frame.body)).catch((problem: unknown) => {
    if (problem instanceof CryptoError && problem.code === 'wrong_epoch') room.doubt()
    else room.seek(frame.seq)
    return undefined
  })
  if (!opened) return
  const { identity } = opened.sender
  const isAsSaid = identity.accountId === frame.account && identity.deviceId === frame.device
  if (!isAsSaid) context.raise('forged', { conversationId, person: frame.account ?? '', key: frame.ident })
  if (!(await context.maySpeak(conversationId, identity))) return
  const envelope = await readOrNothing(opened.plain)
  if (!envelope) return
  const { log } = envelope
  if (log && (log.seq >= frame.seq || room.chain.compare(log) === 'differs')) room.doubt()
  await applyEnvelope(room, placeOf(frame), envelope, identity.accountId, rows)
}

/** Applies what an opened envelope says; from the log and from the archive alike. */
export async function applyEnvelope(room: Room, place: Place, envelope: ReadEnvelope, author: string, rows: Rows): Promise<void> {
  const { stored, messages } = room
  if (envelope.archive && place.seq > (stored.newest?.seq ?? 0)) {
    stored.newest = { seq: place.seq, hash: base64(envelope.archive) }
  }
  if (envelope.type === 'seen') {
    stored.seen[author] = Math.max(stored.seen[author] ?? 0, envelope.upTo)
    return
  }
  const change = changeOf(envelope, author, place.seq)
  if (change) await messages.change(change, rows)
  else await messages.add(messageOf(envelope, author, place), rows)
}

function changeOf(envelope: ReadEnvelope, author: string, seq: number): Change | undefined {
  if (envelope.type === 'edit') return { ref: envelope.ref, author, seq, what: 'edit', value: envelope.body }
  if (envelope.type === 'delete') return { ref: envelope.ref, author, seq, what: 'delete', value: '' }
  if (envelope.type === 'reaction') return { ref: envelope.ref, author, seq, what: 'reaction', value: envelope.emoji }
  return undefined
}

function messageOf(envelope: ReadEnvelope, author: string, place: Place): StoredMessage {
  const { id, at, archive } = envelope
  const head = { id, seq: place.seq, author, at, ...(archive ? { archive: base64(archive) } : {}) }
  if (envelope.type === 'unknown') return { ...head, kind: 'newer', text: '' }
  const life = lifeOf(envelope)
  return { ...head, ...said(envelope), ...(life ? { until: place.at + life * 1000 } : {}) }
}

function said(envelope: Envelope): Omit<StoredMessage, 'id' | 'seq' | 'author' | 'at'> {
  const reply = 'reply' in envelope && envelope.reply ? { reply: envelope.reply } : {}
  switch (envelope.type) {
    case 'text':
      return { kind: 'text', text: envelope.body, ...reply }
    case 'file':
      return { kind: 'file', text: envelope.body ?? '', file: { ...envelope.file, key: base64(envelope.file.key) }, ...reply }
    case 'voice':
      return { kind: 'voice', text: '', file: { ...envelope.file, key: base64(envelope.file.key) }, seconds: envelope.seconds }
    case 'location': {
      const { lat, lon, accuracy, label = '' } = envelope
      return { kind: 'location', text: '', place: { lat, lon, accuracy, label } }
    }
    default:
      return { kind: 'newer', text: '' }
  }
}

const placeOf = (frame: LogFrame): Place => ({ seq: frame.seq, at: Date.parse(frame.at) })

async function readOrNothing(bytes: Uint8Array): Promise<ReadEnvelope | undefined> {
  try {
    return readEnvelope(bytes)
  } catch {
    return undefined
  }
}
