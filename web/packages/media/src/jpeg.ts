/** JPEG (ITU T.81): every segment is left out that the pixels do not need; what is behind the end is cut off. */

import type { Cleaned } from './cleaned'
import { MediaError } from './errors'
import { type Exif, orientationOnly, readExif } from './exif'
import { ascii, type Bytes, letters, viewOf } from './reading'

const [SOI, EOI, SOS, APP0, APP1, APP2, APP14] = [0xd8, 0xd9, 0xda, 0xe0, 0xe1, 0xe2, 0xee]
const EXIF_MARK = 'Exif\0\0'
/** A JFIF segment without the small picture it may hold. */
const JFIF_BYTES = 18

export function cleanJpeg(bytes: Bytes): Cleaned {
  if (bytes[0] !== 0xff || bytes[1] !== SOI) throw new MediaError('damaged')
  const bare: Bytes[] = [bytes.subarray(0, 2)]
  let exif: Exif | undefined
  let size = { width: 0, height: 0 }
  for (const { marker, at, end } of segments(bytes)) {
    if (marker === APP1 && letters(bytes, at + 4, 6) === EXIF_MARK) exif ??= readExif(bytes.subarray(at + 10, end))
    if (isFrame(marker)) size = { width: viewOf(bytes).getUint16(at + 7), height: viewOf(bytes).getUint16(at + 5) }
    const kept = keptOf(marker, bytes.subarray(at, end))
    if (kept) bare.push(kept)
  }
  const { orientation, taken } = exif ?? { orientation: 1 }
  const kept = orientation === 1 ? bare : bare.toSpliced(1, 0, exifSegment(orientation))
  return { bare, kept, ...size, orientation, ...(taken ? { taken } : {}) }
}

interface Segment {
  marker: number
  at: number
  end: number
}

/** All segments up to the end of the picture; a scan comes with its coded data. Throws damaged when the end is missing. */
function* segments(bytes: Bytes): Generator<Segment> {
  for (let at = 2; at + 2 <= bytes.length; ) {
    const marker = bytes[at + 1] ?? 0
    if (bytes[at] !== 0xff) throw new MediaError('damaged')
    if (marker === 0xff) {
      at += 1 // a fill byte
      continue
    }
    const end = endOf(bytes, at, marker)
    yield { marker, at, end }
    if (marker === EOI) return
    at = end
  }
  throw new MediaError('damaged', 'end')
}

function endOf(bytes: Bytes, at: number, marker: number): number {
  if (isAlone(marker)) return at + 2
  if (at + 4 > bytes.length) throw new MediaError('damaged')
  const length = viewOf(bytes).getUint16(at + 2)
  const end = at + 2 + length
  if (length < 2 || end > bytes.length) throw new MediaError('damaged')
  return marker === SOS ? endOfScan(bytes, end) : end
}

function endOfScan(bytes: Bytes, from: number): number {
  for (let at = from; ; at += 2) {
    at = bytes.indexOf(0xff, at)
    if (at < 0 || at + 1 >= bytes.length) throw new MediaError('damaged', 'end')
    const next = bytes[at + 1] ?? 0
    if (next === 0xff) at -= 1
    else if (next !== 0 && !(next >= 0xd0 && next <= 0xd7)) return at
  }
}

const isAlone = (marker: number): boolean => marker === EOI || marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)

/** A start of frame: C0 to CF without the tables DHT, JPG and DAC. */
const isFrame = (marker: number): boolean => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)

/** The segment as it is kept; undefined when it is left out. */
function keptOf(marker: number, segment: Bytes): Bytes | undefined {
  const says = (mark: string): boolean => letters(segment, 4, mark.length) === mark
  if (marker === APP0) return says('JFIF\0') && segment.length >= JFIF_BYTES ? plainJfif(segment) : undefined
  if (marker === APP2) return says('ICC_PROFILE\0') ? segment : undefined
  if (marker === APP14) return says('Adobe') ? segment : undefined
  const needed = (marker >= 0xc0 && marker <= 0xdf) || isAlone(marker)
  return needed ? segment : undefined
}

function plainJfif(segment: Bytes): Bytes {
  const plain = segment.slice(0, JFIF_BYTES)
  plain.set([0, JFIF_BYTES - 2], 2)
  plain.set([0, 0], JFIF_BYTES - 2)
  return plain
}

function exifSegment(orientation: number): Bytes {
  const body = [...ascii(EXIF_MARK), ...orientationOnly(orientation)]
  return Uint8Array.of(0xff, APP1, 0, body.length + 2, ...body)
}
