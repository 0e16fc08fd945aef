/** PNG (W3C, third edition): only chunks that the pixels need are kept; what is behind the end is cut off. */

import type { Cleaned } from './cleaned'
import { MediaError } from './errors'
import { type Exif, orientationOnly, readExif } from './exif'
import { ascii, type Bytes, letters, viewOf } from './reading'

const SIGNATURE_BYTES = 8
const NEEDED = new Set([
  'IHDR', 'PLTE', 'IDAT', 'IEND', 'tRNS', 'cHRM', 'gAMA', 'iCCP', 'sBIT', 'sRGB', 'cICP', 'mDCV', 'cLLI',
  'bKGD', 'pHYs', 'acTL', 'fcTL', 'fdAT',
])

export function cleanPng(bytes: Bytes): Cleaned {
  const bare: Bytes[] = [bytes.subarray(0, SIGNATURE_BYTES)]
  let exif: Exif | undefined
  let size: { width: number; height: number } | undefined
  for (const { type, at, end } of chunks(bytes)) {
    if (type === 'eXIf') exif ??= readExif(bytes.subarray(at + 8, end - 4))
    if (type === 'IHDR') size ??= { width: viewOf(bytes).getUint32(at + 8), height: viewOf(bytes).getUint32(at + 12) }
    if (NEEDED.has(type)) bare.push(bytes.subarray(at, end))
  }
  if (!size) throw new MediaError('damaged')
  const { orientation, taken } = exif ?? { orientation: 1 }
  const kept = orientation === 1 ? bare : bare.toSpliced(2, 0, chunk('eXIf', orientationOnly(orientation)))
  return { bare, kept, ...size, orientation, ...(taken ? { taken } : {}) }
}

/** All chunks up to the end; throws damaged when it is missing. */
function* chunks(bytes: Bytes): Generator<{ type: string; at: number; end: number }> {
  const view = viewOf(bytes)
  for (let at = SIGNATURE_BYTES; at + 12 <= bytes.length; ) {
    const [type, end] = [letters(bytes, at + 4), at + 12 + view.getUint32(at)]
    if (end > bytes.length) break
    yield { type, at, end }
    if (type === 'IEND') return
    at = end
  }
  throw new MediaError('damaged', 'end')
}

function chunk(type: string, body: Bytes): Bytes {
  const made = new Uint8Array(12 + body.length)
  const view = viewOf(made)
  view.setUint32(0, body.length)
  made.set(ascii(type), 4)
  made.set(body, 8)
  view.setUint32(8 + body.length, crc32(made.subarray(4, 8 + body.length)))
  return made
}

/** CRC-32 (ISO 3309), as chunks end with. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  return ~crc >>> 0
}
