/** When a film was taken: what the telephone wrote with its own time zone, else the time of the head. */

import { boxesIn, type Box } from './boxes'
import { momentOf } from './exif'
import { letters, viewOf } from './reading'

/** Seconds from 1904, where this format begins to count, to 1970. */
const SINCE_1904 = 2_082_844_800
/** What telephones write in full, for example 2024-07-01T12:30:00+0200 (com.apple.quicktime.creationdate, ©day). */
const WRITTEN = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:?\d\d)/
const KEPT_IN = ['udta', 'meta']

/** ISO 8601, from the bytes of "moov"; undefined when it does not say. */
export function takenIn(bytes: Uint8Array): string | undefined {
  const [whole] = boxesIn(bytes)
  const boxes = [...boxesIn(bytes, whole?.body, whole?.end)]
  for (const box of boxes.filter(({ type }) => KEPT_IN.includes(type))) {
    const written = writtenIn(bytes, box)
    if (written) return written
  }
  const head = boxes.find(({ type }) => type === 'mvhd')
  return head ? counted(bytes, head) : undefined
}

function writtenIn(bytes: Uint8Array, { body, end }: Box): string | undefined {
  for (let at = body; at < end; at += 8192) {
    const [found, zone = ''] = WRITTEN.exec(letters(bytes, at, Math.min(8192 + 64, end - at))) ?? []
    if (found) return momentOf(found, zone.replace(/^([+-]\d\d):?(\d\d)$/, '$1:$2'))
  }
  return undefined
}

function counted(bytes: Uint8Array, { body }: Box): string | undefined {
  const view = viewOf(bytes)
  const seconds = view.getUint8(body) === 1 ? Number(view.getBigUint64(body + 4)) : view.getUint32(body + 4)
  if (seconds < SINCE_1904 || seconds > 2 ** 40) return undefined
  return `${new Date((seconds - SINCE_1904) * 1000).toISOString().slice(0, 19)}Z`
}
