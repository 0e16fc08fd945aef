/** What travels inside a message once it is open. Unknown types are kept apart, never shown as an error. */

import { base64, type Bytes, own, utf8 } from './bytes'
import { type LogPoint, pointOf, writePoint } from './chain'
import { CryptoError } from './errors'
import { bytesOf, type Fields, fieldsOf, idOf, numberOf, oneOf, optional, readJson, textOf, wholeOf } from './shape'

export const TEXT_MAX = 4000
export const TIMES_TO_LIVE = [3600, 86_400, 604_800] as const
const LOCATION_LIFE = 86_400
const EMOJI_MAX = 32
const NAME_MAX = 255
const MIME_MAX = 127
const LABEL_MAX = 200
const SECONDS_MAX = 3600
const METRES_MAX = 1e8
const TIME_MAX = 8.64e15
const SIZE_MAX = 2 ** 25

/** How long a message stays, in seconds. */
export type TimeToLive = (typeof TIMES_TO_LIVE)[number]

/** A sealed file at the server, and how to open it. */
export interface FileRef {
  id: string
  key: Bytes
  name: string
  mime: string
  size: number
}

interface Head {
  /** Chosen by the sender; the same in every copy. */
  id: string
  /** Milliseconds since 1970, by the sender's clock. Order comes from the log, not from here. */
  at: number
  /** How far and what the sender had of the log. */
  log: LogPoint
  /** Hash of the record in the archive. */
  archive?: Bytes
  /** Present: the message disappears, and is never archived. */
  ttl?: TimeToLive
}

export type Content =
  | { type: 'text'; body: string; reply?: string }
  | { type: 'edit'; ref: string; body: string }
  | { type: 'delete'; ref: string }
  | { type: 'reaction'; ref: string; emoji: string }
  | { type: 'seen'; upTo: number }
  | { type: 'file'; file: FileRef; body?: string; reply?: string }
  | { type: 'voice'; file: FileRef; seconds: number }
  | { type: 'location'; lat: number; lon: number; accuracy: number; label?: string }

export type Envelope = Head & Content

/** Made by a newer version than this one. */
export interface UnknownEnvelope {
  type: 'unknown'
  id: string
  at: number
  log?: LogPoint
  archive?: Bytes
  raw: Bytes
}

/** Writes an envelope down; throws too_large over TEXT_MAX characters, malformed for what it would not read. */
export function writeEnvelope(envelope: Envelope): Bytes {
  if ('body' in envelope && (envelope.body?.length ?? 0) > TEXT_MAX) throw new CryptoError('too_large')
  const { log, archive, ...rest } = envelope
  const file = 'file' in rest ? { file: { ...rest.file, key: base64(rest.file.key) } } : {}
  const archived = archive ? { archive: base64(archive) } : {}
  const bytes = utf8(JSON.stringify({ v: 1, ...rest, ...file, log: writePoint(log), ...archived }))
  readEnvelope(bytes)
  return bytes
}

/** Reads an envelope; throws malformed. */
export function readEnvelope(bytes: Uint8Array): Envelope | UnknownEnvelope {
  const raw = readJson(bytes)
  const named = { id: idOf(raw.id), at: wholeOf(raw.at, 0, TIME_MAX) }
  const read = raw.v === 1 ? readerOf(raw.type) : undefined
  if (!read) {
    const kept = { ...readable('log', raw.log, pointOf), ...readable('archive', raw.archive, hashOf) }
    return { ...named, type: 'unknown', ...kept, raw: own(bytes) }
  }
  const head: Head = {
    ...named,
    log: pointOf(raw.log),
    ...optional('archive', raw.archive, hashOf),
    ...optional('ttl', raw.ttl, (value) => oneOf(value, TIMES_TO_LIVE)),
  }
  const envelope = { ...head, ...read(raw) }
  const stays = envelope.type === 'seen' || envelope.type === 'location'
  if ((stays && envelope.ttl !== undefined) || (envelope.archive && !isArchived(envelope))) throw new CryptoError('malformed', 'ttl')
  return envelope
}

/** How long a message stays; undefined: until somebody takes it back. */
export const lifeOf = (envelope: Envelope): TimeToLive | undefined =>
  envelope.type === 'location' ? LOCATION_LIFE : envelope.ttl

/** Whether a copy goes to the archive. */
export const isArchived = (envelope: Envelope): boolean => envelope.type !== 'seen' && lifeOf(envelope) === undefined

const hashOf = (value: unknown): Bytes => bytesOf(value, 32)
const bodyOf = (value: unknown): string => textOf(value, TEXT_MAX, 1)
const captionOf = (value: unknown): string => textOf(value, TEXT_MAX)

const READERS: { [type in Content['type']]: (raw: Fields) => Extract<Content, { type: type }> } = {
  text: (raw) => ({ type: 'text', body: bodyOf(raw.body), ...optional('reply', raw.reply, idOf) }),
  edit: (raw) => ({ type: 'edit', ref: idOf(raw.ref), body: bodyOf(raw.body) }),
  delete: (raw) => ({ type: 'delete', ref: idOf(raw.ref) }),
  reaction: (raw) => ({ type: 'reaction', ref: idOf(raw.ref), emoji: textOf(raw.emoji, EMOJI_MAX) }),
  seen: (raw) => ({ type: 'seen', upTo: wholeOf(raw.upTo) }),
  file: (raw) => ({
    type: 'file',
    file: fileOf(raw.file),
    ...optional('body', raw.body, captionOf),
    ...optional('reply', raw.reply, idOf),
  }),
  voice: (raw) => ({ type: 'voice', file: fileOf(raw.file), seconds: numberOf(raw.seconds, 0, SECONDS_MAX) }),
  location: (raw) => ({
    type: 'location',
    lat: numberOf(raw.lat, -90, 90),
    lon: numberOf(raw.lon, -180, 180),
    accuracy: numberOf(raw.accuracy, 0, METRES_MAX),
    ...optional('label', raw.label, (value) => textOf(value, LABEL_MAX)),
  }),
}

const readerOf = (type: unknown): ((raw: Fields) => Content) | undefined =>
  typeof type === 'string' && Object.hasOwn(READERS, type) ? READERS[type as Content['type']] : undefined

function fileOf(value: unknown): FileRef {
  const { id, key, name, mime, size } = fieldsOf(value)
  return {
    id: idOf(id),
    key: bytesOf(key, 32),
    name: textOf(name, NAME_MAX),
    mime: textOf(mime, MIME_MAX),
    size: wholeOf(size, 0, SIZE_MAX),
  }
}

/** What can be read of something newer; the rest is its own business. */
function readable<K extends string, T>(name: K, value: unknown, read: (value: unknown) => T): { [key in K]?: T } {
  try {
    return optional(name, value, read)
  } catch {
    return {}
  }
}
