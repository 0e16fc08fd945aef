/** Cuts out of a file what would say where, when and with what it was made; pixels and sound stay as they were. */

import type { Cleaned } from './cleaned'
import { MediaError } from './errors'
import { cleanGif } from './gif'
import { cleanHeif } from './heif'
import { cleanJpeg } from './jpeg'
import { FORMATS, type Format, HEAD_BYTES, recognise } from './kinds'
import { cleanMatroska } from './matroska'
import { type CleanedFile, cleanMovie } from './movie'
import { cleanOgg } from './ogg'
import { cleanPng } from './png'
import { type Bytes, bytesOf } from './reading'
import { cleanFlac, cleanFrames, cleanWave } from './sound'
import { cleanWebp } from './webp'

/** A photo is held in memory while it is prepared. */
export const PHOTO_MAX_BYTES = 128 * 1024 * 1024
/** Four bytes each when decoded. */
export const PIXELS_MAX = 128_000_000
/** The largest file there is, as the container of sealed files has it. */
export const FILE_MAX_BYTES = 5 * 1024 ** 3

const PHOTOS: Partial<Record<Format, (bytes: Bytes) => Cleaned>> = {
  jpeg: cleanJpeg,
  png: cleanPng,
  webp: cleanWebp,
  gif: cleanGif,
  heic: cleanHeif,
  avif: cleanHeif,
}

const FILES: Partial<Record<Format, (file: Blob, type: string) => Promise<CleanedFile | Blob>>> = {
  mp4: cleanMovie,
  mov: cleanMovie,
  m4a: cleanMovie,
  webm: cleanMatroska,
  mp3: cleanFrames,
  aac: cleanFrames,
  ogg: cleanOgg,
  wav: cleanWave,
  flac: cleanFlac,
}

/** What the file is, by its bytes; throws not_a_picture when it is none of ours, too_large beyond 5 GiB. */
export async function formatOf(file: Blob): Promise<Format> {
  const format = recognise(await bytesOf(file.slice(0, HEAD_BYTES)))
  if (!format) throw new MediaError('not_a_picture')
  if (file.size > FILE_MAX_BYTES) throw new MediaError('too_large')
  return format
}

/** A photo without what it says of its making. Throws damaged, heic_not_readable, and too_large before it is decoded. */
export async function cleanPhoto(file: Blob, format: Format): Promise<Cleaned> {
  const clean = PHOTOS[format]
  if (!clean) throw new MediaError('not_a_picture')
  if (file.size > PHOTO_MAX_BYTES) throw new MediaError('too_large')
  const bytes = await bytesOf(file)
  const cleaned = orDamaged(() => clean(bytes), format)
  if (cleaned.width * cleaned.height > PIXELS_MAX) throw new MediaError('too_large')
  if (cleaned.width * cleaned.height === 0) throw new MediaError('damaged', 'size')
  return cleaned
}

/** A film or sound without what it says of its making; the bytes are references into the file. Throws damaged, too_large. */
export async function cleanLong(file: Blob, format: Format): Promise<CleanedFile> {
  const type = FORMATS[format].mime
  const clean = FILES[format]
  if (!clean) return { file: file.slice(0, file.size, type) }
  try {
    const cleaned = await clean(file, type)
    return cleaned instanceof Blob ? { file: cleaned } : cleaned
  } catch (problem) {
    throw damaged(problem)
  }
}

function orDamaged(clean: () => Cleaned, format: Format): Cleaned {
  try {
    return clean()
  } catch (problem) {
    throw damaged(problem, format === 'heic' ? 'heic_not_readable' : 'damaged')
  }
}

/** Reading beyond the end of something is what cut off and lying files lead to. */
function damaged(problem: unknown, code: 'damaged' | 'heic_not_readable' = 'damaged'): unknown {
  const ours = problem instanceof MediaError && problem.code === 'damaged'
  return ours || problem instanceof RangeError ? new MediaError(code, String(problem)) : problem
}
