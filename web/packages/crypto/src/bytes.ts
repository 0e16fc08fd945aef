/** Bytes and how they are written down. */

import { CryptoError } from './errors'

declare const sealedMark: unique symbol

/** Bytes that only this package can make: encrypted, or public by design. The api package takes nothing else. */
export type Sealed = Uint8Array<ArrayBuffer> & { readonly [sealedMark]: true }

export type Bytes = Uint8Array<ArrayBuffer>

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true })

/** UTF-8 bytes of a text. */
export const utf8 = (text: string): Bytes => encoder.encode(text) as Bytes

/** Text of UTF-8 bytes; throws on anything else. */
export const text = (bytes: Uint8Array): string => decoder.decode(bytes)

/** Several byte strings as one. */
export function concat(...parts: Uint8Array[]): Bytes {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

/** Random bytes from the platform's generator. */
export const random = (size: number): Bytes => crypto.getRandomValues(new Uint8Array(size))

/** base64url without padding (RFC 4648 section 5). */
export function base64(bytes: Uint8Array): string {
  let binary = ''
  for (let at = 0; at < bytes.length; at += 0x8000) binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000))
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/** Bytes of base64url without padding. */
export function unbase64(written: string): Bytes {
  const binary = atob(written.replaceAll('-', '+').replaceAll('_', '/'))
  const bytes = new Uint8Array(binary.length)
  for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at)
  return bytes
}

/** Hexadecimal, lower case. */
export const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** The 16 bytes of a UUID; throws malformed for anything else, so that what is signed has no second reading. */
export function uuidBytes(uuid: string): Bytes {
  if (!UUID.test(uuid)) throw new CryptoError('malformed', 'id')
  return Uint8Array.from(uuid.replaceAll('-', '').match(/../g) ?? [], (pair) => parseInt(pair, 16))
}

/** A UUID of 16 bytes. */
export function uuidText(bytes: Uint8Array): string {
  const h = hex(bytes)
  return `${h.slice(0, 8)}-${h.slice(8, 12)}-${h.slice(12, 16)}-${h.slice(16, 20)}-${h.slice(20)}`
}

/** A whole number as big-endian bytes. */
export function number(value: number, size: 1 | 2 | 4 | 8): Bytes {
  if (!Number.isSafeInteger(value) || value < 0 || value >= 256 ** size) throw new CryptoError('malformed', 'number')
  const written = new DataView(new ArrayBuffer(8))
  written.setBigUint64(0, BigInt(value))
  return new Uint8Array(written.buffer.slice(8 - size))
}

/** The whole number of big-endian bytes; throws malformed where it is not exact. */
export function readNumber(bytes: Uint8Array): number {
  const value = bytes.reduce((sum, byte) => sum * 256 + byte, 0)
  if (!Number.isSafeInteger(value)) throw new CryptoError('malformed', 'number')
  return value
}

/** Which of two byte strings comes first: negative, 0 or positive. */
export function order(one: Uint8Array, other: Uint8Array): number {
  for (let at = 0; at < Math.min(one.length, other.length); at++) {
    if (one[at] !== other[at]) return (one[at] ?? 0) - (other[at] ?? 0)
  }
  return one.length - other.length
}

/** Whether two byte strings are equal; takes the same time wherever they differ. */
export function equal(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false
  let difference = 0
  for (let at = 0; at < one.length; at++) difference |= (one[at] ?? 0) ^ (other[at] ?? 0)
  return difference === 0
}

/** A copy of bytes in memory of its own, as WebCrypto wants it. */
export const own = (bytes: Uint8Array): Bytes => new Uint8Array(bytes)

/** Marks bytes as safe to leave the device. Used only inside this package. */
export const sealed = (bytes: Uint8Array): Sealed => own(bytes) as unknown as Sealed

/** Lets bytes that came from the server pass where sealed bytes are asked. */
export const asReceived = sealed
