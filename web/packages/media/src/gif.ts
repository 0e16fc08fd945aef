/** GIF (89a): comments and what programs left in it are cut out; the loop and the colours stay. */

import type { Cleaned } from './cleaned'
import { MediaError } from './errors'
import { type Bytes, letters, viewOf } from './reading'

const [EXTENSION, IMAGE, TRAILER] = [0x21, 0x2c, 0x3b]
const [PLAIN_TEXT, CONTROL, APPLICATION] = [0x01, 0xf9, 0xff]
const NEEDED_APPLICATIONS = ['NETSCAPE2.0', 'ANIMEXTS1.0', 'ICCRGBG1012']
const HEADER_BYTES = 13

export function cleanGif(bytes: Bytes): Cleaned {
  if (bytes.length < HEADER_BYTES) throw new MediaError('damaged')
  let at = HEADER_BYTES + tableBytes(bytes[10] ?? 0)
  const bare: Bytes[] = [bytes.subarray(0, at)]
  while (bytes[at] !== TRAILER) {
    const end = endOf(bytes, at)
    if (end > bytes.length) throw new MediaError('damaged', 'end')
    if (isNeeded(bytes, at)) bare.push(bytes.subarray(at, end))
    at = end
  }
  bare.push(bytes.subarray(at, at + 1))
  const view = viewOf(bytes)
  return { bare, kept: bare, orientation: 1, width: view.getUint16(6, true), height: view.getUint16(8, true) }
}

const tableBytes = (flags: number): number => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0)

function endOf(bytes: Bytes, at: number): number {
  if (bytes[at] === EXTENSION) return afterBlocks(bytes, at + 2)
  if (bytes[at] === IMAGE) return afterBlocks(bytes, at + 11 + tableBytes(bytes[at + 9] ?? 0))
  throw new MediaError('damaged')
}

function afterBlocks(bytes: Bytes, from: number): number {
  let at = from
  for (;;) {
    const length = bytes[at]
    if (length === undefined) throw new MediaError('damaged', 'end')
    at += 1 + length
    if (length === 0) return at
  }
}

function isNeeded(bytes: Bytes, at: number): boolean {
  if (bytes[at] === IMAGE) return true
  const label = bytes[at + 1] ?? 0
  if (label === APPLICATION) return NEEDED_APPLICATIONS.includes(letters(bytes, at + 3, 11))
  return label === CONTROL || label === PLAIN_TEXT
}
