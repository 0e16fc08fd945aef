/** WebP (RFC 9649): metadata chunks are left out, and the header says so. */

import type { Cleaned } from './cleaned'
import { MediaError } from './errors'
import { type Exif, orientationOnly, readExif } from './exif'
import { ascii, type Bytes, letters, viewOf } from './reading'

const NEEDED = new Set(['VP8 ', 'VP8L', 'VP8X', 'ALPH', 'ANIM', 'ANMF', 'ICCP'])
const [HAS_EXIF, HAS_XMP] = [0x08, 0x04]

interface Chunk {
  type: string
  body: Bytes
}

export function cleanWebp(bytes: Bytes): Cleaned {
  const all = [...chunks(bytes)]
  const found = all.find(({ type }) => type === 'EXIF')
  const exif: Exif = found ? readExif(withoutMark(found.body)) : { orientation: 1 }
  const needed = all.filter(({ type }) => NEEDED.has(type))
  const size = sizeOf(needed)
  const upright = exif.orientation === 1 || needed[0]?.type !== 'VP8X'
  const bare = written(needed.map((chunk) => flagged(chunk, 0)))
  const turned = { type: 'EXIF', body: orientationOnly(exif.orientation) }
  const kept = upright ? bare : written([...needed.map((chunk) => flagged(chunk, HAS_EXIF)), turned])
  return { bare, kept, ...size, ...exif, orientation: upright ? 1 : exif.orientation }
}

function* chunks(bytes: Bytes): Generator<Chunk> {
  const view = viewOf(bytes)
  const stop = view.getUint32(4, true) + 8
  if (stop > bytes.length) throw new MediaError('damaged', 'end')
  for (let at = 12; at + 8 <= stop; ) {
    const length = view.getUint32(at + 4, true)
    if (at + 8 + length > stop) throw new MediaError('damaged')
    yield { type: letters(bytes, at), body: bytes.subarray(at + 8, at + 8 + length) }
    at += 8 + length + (length & 1)
  }
}

/** Some writers put JPEG's mark before the block. */
const withoutMark = (body: Bytes): Bytes => (letters(body, 0, 6) === 'Exif\0\0' ? body.subarray(6) : body)

function flagged({ type, body }: Chunk, flag: number): Chunk {
  if (type !== 'VP8X') return { type, body }
  const changed = body.slice()
  changed[0] = ((body[0] ?? 0) & ~HAS_EXIF & ~HAS_XMP) | flag
  return { type, body: changed }
}

function written(chunks: Chunk[]): Bytes[] {
  const parts = chunks.flatMap(({ type, body }) => {
    const head = new Uint8Array(8)
    head.set(ascii(type))
    viewOf(head).setUint32(4, body.length, true)
    return body.length & 1 ? [head, body, new Uint8Array(1)] : [head, body]
  })
  const head = new Uint8Array(12)
  head.set(ascii('RIFF'))
  head.set(ascii('WEBP'), 8)
  viewOf(head).setUint32(4, 4 + parts.reduce((sum, part) => sum + part.length, 0), true)
  return [head, ...parts]
}

function sizeOf([first]: Chunk[]): { width: number; height: number } {
  if (!first || first.body.length < 10) throw new MediaError('damaged')
  const [body, view] = [first.body, viewOf(first.body)]
  const three = (at: number): number => (body[at] ?? 0) | ((body[at + 1] ?? 0) << 8) | ((body[at + 2] ?? 0) << 16)
  if (first.type === 'VP8X') return { width: three(4) + 1, height: three(7) + 1 }
  if (first.type === 'VP8 ') return { width: view.getUint16(6, true) & 0x3fff, height: view.getUint16(8, true) & 0x3fff }
  if (first.type !== 'VP8L') throw new MediaError('damaged')
  const packed = view.getUint32(1, true)
  return { width: (packed & 0x3fff) + 1, height: ((packed >> 14) & 0x3fff) + 1 }
}
