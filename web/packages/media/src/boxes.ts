/** Boxes of the ISO base media file format (ISO/IEC 14496-12): HEIC, AVIF, MP4, MOV and M4A are made of them. */

import { MediaError } from './errors'
import { ascii, type Bytes, type Edit, letters, type Reading, viewOf } from './reading'

export interface Box {
  type: string
  at: number
  /** Where its content begins. */
  body: number
  end: number
}

const HEAD_BYTES = 16
const BOXES_MAX = 100_000

/** The boxes from `from` to `to` of what is in memory; throws damaged where one does not fit. */
export function* boxesIn(bytes: Uint8Array, from = 0, to = bytes.length): Generator<Box> {
  for (let at = from; at + 8 <= to; ) {
    const box = boxAt(bytes.subarray(at, Math.min(to, at + HEAD_BYTES)), at, to)
    yield box
    at = box.end
  }
}

/** The boxes of a file, read one head at a time. */
export async function* boxesOf(file: Reading): AsyncGenerator<Box> {
  for (let at = 0, count = 0; at + 8 <= file.size; count++) {
    if (count > BOXES_MAX) throw new MediaError('damaged', 'boxes')
    const box = boxAt(await file.read(at, HEAD_BYTES), at, file.size)
    yield box
    at = box.end
  }
}

function boxAt(head: Uint8Array, at: number, to: number): Box {
  const view = viewOf(head)
  const short = view.getUint32(0)
  if (short === 1 && head.length < HEAD_BYTES) throw new MediaError('damaged')
  const headSize = short === 1 ? HEAD_BYTES : 8
  const size = short === 0 ? to - at : short === 1 ? Number(view.getBigUint64(8)) : short
  if (size < headSize || at + size > to) throw new MediaError('damaged', 'box')
  return { type: letters(head, 4), at, body: at + headSize, end: at + size }
}

/** Makes a box one that says nothing, of the same length, so that nothing behind it moves. */
export const emptied = ({ at, body, end }: Box): Edit[] => [
  { at: at + 4, end: at + 8, bytes: ascii('free') },
  { at: body, end },
]

/** The same to bytes in memory. */
export function empty(bytes: Bytes, { at, body, end }: Box): void {
  bytes.set(ascii('free'), at + 4)
  bytes.fill(0, body, end)
}
