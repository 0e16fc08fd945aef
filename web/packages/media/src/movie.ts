/** MP4, MOV and M4A: places, dates, makes and tracks of measurements are overwritten where they lie, so that nothing moves
 * and nothing is encoded anew. Only the head ("moov") is held in memory.
 *
 * Kept are pictures and sound. Everything a box list below does not name becomes zeros: udta with ©xyz, meta with its
 * keys, uuid with XMP, tracks of positions (Apple, GoPro, DJI) together with their samples.
 */

import { boxesIn, boxesOf, type Box, empty, emptied } from './boxes'
import { MediaError } from './errors'
import { type Bytes, bytesOf, type Edit, edited, letters, Reading, viewOf } from './reading'
import { sampleRanges } from './samples'
import { takenIn } from './movietime'

/** The head of a film of a day is smaller. */
const HEAD_MAX_BYTES = 64 * 1024 * 1024
const AT_TOP = new Set(['ftyp', 'styp', 'moov', 'moof', 'mdat', 'sidx', 'ssix', 'mfra', 'pdin', 'wide'])
const IN_HEAD = new Set(['mvhd', 'trak', 'mvex', 'iods'])
const IN_TRACK = new Set(['tkhd', 'edts', 'mdia', 'tapt', 'clef', 'prof', 'enof', 'load', 'matt'])
const IN_MEDIA = new Set(['mdhd', 'hdlr', 'minf', 'elng'])
const IN_FRAGMENT = new Set(['mfhd', 'traf'])
const TRACKS = ['vide', 'soun']
const DATED = ['mvhd', 'tkhd', 'mdhd']

export interface CleanedFile {
  file: Blob
  taken?: string
}

/** Throws damaged when it is cut off, too_large when its head is. */
export async function cleanMovie(file: Blob, type: string): Promise<CleanedFile> {
  const boxes = await topBoxes(file)
  const head = boxes.find((box) => box.type === 'moov')
  if (!head) throw new MediaError('damaged', 'moov')
  if (head.end - head.at > HEAD_MAX_BYTES) throw new MediaError('too_large')
  const bytes = await bytesOf(file.slice(head.at, head.end))
  const taken = takenIn(bytes)
  const { samples, dropped } = cleanHead(bytes)
  const fragments = boxes.filter((box) => box.type === 'moof')
  if (fragments.length > 0 && dropped > 0) throw new MediaError('damaged', 'measurements in fragments')
  const edits: Edit[] = [{ at: head.at, end: head.end, bytes }, ...samples]
  for (const box of boxes) if (!AT_TOP.has(box.type) || (box.type === 'moov' && box !== head)) edits.push(...emptied(box))
  for (const box of fragments) edits.push(...(await fragmentEdits(file, box)))
  return { file: edited(file.slice(0, boxes.at(-1)?.end), edits, type), ...(taken ? { taken } : {}) }
}

/** All boxes of the file. What is behind a whole film and no box, some cameras write there: it is cut off. */
async function topBoxes(file: Blob): Promise<Box[]> {
  const boxes: Box[] = []
  try {
    for await (const box of boxesOf(new Reading(file))) boxes.push(box)
  } catch (problem) {
    const found = new Set(boxes.map((box) => box.type))
    if (!found.has('moov') || !found.has('mdat')) throw problem
  }
  return boxes
}

async function fragmentEdits(file: Blob, box: Box): Promise<Edit[]> {
  if (box.end - box.at > HEAD_MAX_BYTES) throw new MediaError('too_large')
  const inside = [...boxesIn(await bytesOf(file.slice(box.body, box.end)))].filter(({ type }) => !IN_FRAGMENT.has(type))
  return inside.flatMap((one) => emptied({ ...one, at: one.at + box.body, body: one.body + box.body, end: one.end + box.body }))
}

/** Empties what is not needed; returns how many tracks are gone, and their samples. */
function cleanHead(bytes: Bytes): { samples: Edit[]; dropped: number } {
  const samples: Edit[] = []
  let dropped = 0
  const [whole] = boxesIn(bytes)
  for (const box of boxesIn(bytes, whole?.body, whole?.end)) {
    if (box.type === 'trak' && !isShown(bytes, box)) {
      samples.push(...sampleRanges(bytes, box))
      empty(bytes, box)
      dropped += 1
    } else if (!IN_HEAD.has(box.type)) empty(bytes, box)
    else if (box.type === 'trak') cleanTrack(bytes, box)
    undate(bytes, box)
  }
  return { samples, dropped }
}

function cleanTrack(bytes: Bytes, track: Box): void {
  for (const box of boxesIn(bytes, track.body, track.end)) {
    if (!IN_TRACK.has(box.type)) empty(bytes, box)
    undate(bytes, box)
    if (box.type !== 'mdia') continue
    for (const inner of boxesIn(bytes, box.body, box.end)) {
      if (!IN_MEDIA.has(inner.type)) empty(bytes, inner)
      undate(bytes, inner)
    }
  }
}

/** Whether a track is of pictures or of sound. */
function isShown(bytes: Bytes, track: Box): boolean {
  const media = [...boxesIn(bytes, track.body, track.end)].find(({ type }) => type === 'mdia')
  if (!media) return false
  const handler = [...boxesIn(bytes, media.body, media.end)].find(({ type }) => type === 'hdlr')
  return handler !== undefined && TRACKS.includes(letters(bytes, handler.body + 8))
}

/** Zeros when it was made and changed. */
function undate(bytes: Bytes, { type, body }: Box): void {
  if (DATED.includes(type)) bytes.fill(0, body + 4, body + 4 + (viewOf(bytes).getUint8(body) === 1 ? 16 : 8))
}
