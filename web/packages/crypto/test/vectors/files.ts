/** Files that vectors describe instead of holding: their bytes, and the ways to spoil a sealed one. */

import { type Bytes, concat } from '../../src'

const [HEADER, SEALED] = [32, 2 ** 18 + 16]

/** Byte i is (7 i + i div 256) mod 256. */
export const patternOf = (size: number): Bytes => Uint8Array.from({ length: size }, (_, at) => (at * 7 + (at >> 8)) & 255)

/** A sealed file of three whole chunks, spoilt. */
export function changedFile(container: Uint8Array, change: string): Bytes {
  const part = (index: number): Uint8Array => container.subarray(HEADER + index * SEALED, HEADER + (index + 1) * SEALED)
  const header = container.slice(0, HEADER)
  if (change === 'swap') return concat(header, part(1), part(0), part(2))
  if (change === 'cut') return concat(header, part(0), part(1))
  if (change === 'double') return concat(header, part(0), part(1), part(1))
  if (change === 'more') return concat(container, Uint8Array.of(0))
  if (change !== 'shorten') return concat(container)
  new DataView(header.buffer).setBigUint64(8, BigInt(2 ** 19))
  return concat(header, part(0), part(1))
}
