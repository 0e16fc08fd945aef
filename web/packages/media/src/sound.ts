/** Sound files: what programs wrote beside the sound (names, places, dates, pictures) is left out or made zeros. */

import { MediaError } from './errors'
import { ascii, type Edit, edited, letters, Reading, viewOf } from './reading'

const WAVE_NEEDED = ['fmt ', 'data', 'fact', 'ds64']
const [FLAC_STREAM, FLAC_PADDING, FLAC_SEEK, FLAC_LAST] = [0, 1, 3, 0x80]
const ID3_HEAD_BYTES = 10
const OLD_TAG_BYTES = 128
const APE_FOOT_BYTES = 32

/** MP3 and AAC: the tags before and behind the sound are cut off. */
export async function cleanFrames(file: Blob, type: string): Promise<Blob> {
  const reading = new Reading(file)
  let from = 0
  for (;;) {
    const head = await reading.read(from, ID3_HEAD_BYTES)
    if (letters(head, 0, 3) !== 'ID3' || head.length < ID3_HEAD_BYTES) break
    const size = head.subarray(6).reduce((sum, byte) => sum * 128 + (byte & 127), 0)
    from += ID3_HEAD_BYTES + size + ((head[5] ?? 0) & 0x10 ? ID3_HEAD_BYTES : 0)
  }
  if (from >= file.size) throw new MediaError('damaged', 'tag')
  return file.slice(from, await endOfFrames(reading, from), type)
}

async function endOfFrames(file: Reading, from: number): Promise<number> {
  let end = file.size
  const old = await file.read(Math.max(from, end - OLD_TAG_BYTES), OLD_TAG_BYTES)
  if (letters(old, 0, 3) === 'TAG') end -= OLD_TAG_BYTES
  const foot = await file.read(Math.max(from, end - APE_FOOT_BYTES), APE_FOOT_BYTES)
  if (letters(foot, 0, 8) !== 'APETAGEX') return end
  const size = viewOf(foot).getUint32(12, true) + (viewOf(foot).getUint32(20, true) & 0x80000000 ? APE_FOOT_BYTES : 0)
  return Math.max(from, end - size)
}

/** WAV: every chunk but the sound and its format becomes one that says nothing. */
export async function cleanWave(file: Blob, type: string): Promise<Blob> {
  const reading = new Reading(file)
  const edits: Edit[] = []
  for (let at = 12; at + 8 <= file.size; ) {
    const head = await reading.read(at, 8)
    const length = viewOf(head).getUint32(4, true)
    const end = Math.min(at + 8 + length, file.size)
    if (!WAVE_NEEDED.includes(letters(head, 0))) edits.push({ at, end: at + 4, bytes: ascii('JUNK') }, { at: at + 8, end })
    at += 8 + length + (length & 1)
  }
  return edited(file, edits, type)
}

/** FLAC: comments, pictures and the like become padding. */
export async function cleanFlac(file: Blob, type: string): Promise<Blob> {
  const reading = new Reading(file)
  const edits: Edit[] = []
  for (let at = 4, last = false; !last; ) {
    const head = await reading.read(at, 4)
    const flags = head[0] ?? 0
    const end = at + 4 + (viewOf(head).getUint32(0) & 0xffffff)
    last = (flags & FLAC_LAST) !== 0
    if (end > file.size) throw new MediaError('damaged', 'end')
    if (![FLAC_STREAM, FLAC_SEEK].includes(flags & 127)) {
      edits.push({ at, end: at + 1, bytes: Uint8Array.of((flags & FLAC_LAST) | FLAC_PADDING) }, { at: at + 4, end })
    }
    at = end
  }
  return edited(file, edits, type)
}
