/** Reading JSON that others made: every value is looked at before it is used. Everything that reads throws malformed. */

import { base64, type Bytes, text, unbase64, utf8, UUID } from './bytes'
import { CryptoError } from './errors'

export type Fields = Record<string, unknown>

/** An object, not a list. */
export function fieldsOf(value: unknown): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new CryptoError('malformed', 'object')
  return value as Fields
}

/** The object that UTF-8 JSON holds. */
export function readJson(bytes: Uint8Array): Fields {
  try {
    return fieldsOf(JSON.parse(text(bytes)))
  } catch {
    throw new CryptoError('malformed', 'json')
  }
}

/** A text of so many UTF-16 units. */
export function textOf(value: unknown, max: number, min = 0): string {
  if (typeof value !== 'string' || value.length < min || value.length > max) throw new CryptoError('malformed', 'text')
  return value
}

/** A number within limits. */
export function numberOf(value: unknown, min: number, max: number): number {
  if (typeof value !== 'number' || !(value >= min && value <= max)) throw new CryptoError('malformed', 'number')
  return value
}

/** A whole number within limits. */
export function wholeOf(value: unknown, min = 0, max = Number.MAX_SAFE_INTEGER): number {
  if (!Number.isSafeInteger(value)) throw new CryptoError('malformed', 'number')
  return numberOf(value, min, max)
}

/** A UUID in lower case. */
export function idOf(value: unknown): string {
  if (typeof value !== 'string' || !UUID.test(value)) throw new CryptoError('malformed', 'id')
  return value
}

/** Bytes of canonical base64url, of one size where it is given. */
export function bytesOf(value: unknown, size?: number): Bytes {
  if (typeof value !== 'string' || !/^[A-Za-z0-9_-]*$/.test(value) || value.length % 4 === 1) throw new CryptoError('malformed', 'bytes')
  const bytes = unbase64(value)
  if (base64(bytes) !== value || (size !== undefined && bytes.length !== size)) throw new CryptoError('malformed', 'bytes')
  return bytes
}

/** One of a few known values. */
export function oneOf<T>(value: unknown, known: readonly T[]): T {
  const found = known.find((one) => one === value)
  if (found === undefined) throw new CryptoError('malformed', 'value')
  return found
}

/** What is read when it is there; absent stays absent. */
export const optional = <K extends string, T>(name: K, value: unknown, read: (value: unknown) => T): { [key in K]?: T } =>
  value === undefined ? {} : ({ [name]: read(value) } as { [key in K]?: T })

/** A list of at most so many things. */
export function listOf<T>(value: unknown, max: number, read: (value: unknown) => T): T[] {
  if (!Array.isArray(value) || value.length > max) throw new CryptoError('malformed', 'list')
  return value.map(read)
}

/** An object whose names are ids. */
export function byIdOf<T>(value: unknown, max: number, read: (value: unknown) => T): Record<string, T> {
  const entries = Object.entries(fieldsOf(value))
  if (entries.length > max) throw new CryptoError('malformed', 'object')
  return Object.fromEntries(entries.map(([id, one]) => [idOf(id), read(one)]))
}

/** JSON filled up with spaces to a multiple of `step` bytes, so that sealing it shows only roughly how long it is. */
export function padded(value: object, step: number): Bytes {
  const bytes = utf8(JSON.stringify(value))
  const filled = new Uint8Array(Math.ceil(bytes.length / step) * step).fill(0x20)
  filled.set(bytes)
  return filled
}
