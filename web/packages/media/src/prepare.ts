/** Makes a file ready to be sealed: what tells of its making is cut out, and smaller pictures of it are made.
 *
 * To be run in a worker. Photos are held in memory (at most 128 MiB), films and sound never.
 */

import { cleanLong, cleanPhoto, formatOf } from './cleaning'
import { codeOf, goOn, MediaError, until } from './errors'
import { type Measured, measure } from './film'
import { decodeHeic } from './heic'
import { FORMATS, type Format, type Kind, soundOf } from './kinds'
import { safeName } from './names'
import { decoded, drawn, thumbOf, VIEW_PIXELS, viewOf } from './pixels'
import { bytesOf } from './reading'

export interface How {
  /** What the file was called. */
  name: string
  /** Keeps the original byte for byte, with all that it tells. */
  keepAll?: boolean
  signal?: AbortSignal
  /** Hears how far it is, from 0 to 1. */
  progress?: (done: number) => void
}

export interface Prepared {
  kind: Kind
  /** Of the original. */
  mime: string
  /** Safe to write to a disk, ending as its bytes say. */
  name: string
  /** When it was taken, ISO 8601; with an offset where the camera knew it. */
  taken?: string
  /** In pixels, upright. */
  width?: number
  height?: number
  seconds?: number
  /** A film has no small pictures where this device cannot decode it. */
  parts: { original: Blob; view?: Blob; thumb?: Blob; poster?: Blob }
}

/** Throws MediaError with a code; stops with cancelled when the signal says so. */
export async function prepare(file: Blob, how: How): Promise<Prepared> {
  goOn(how.signal)
  const format = await until(how.signal, formatOf(file))
  how.progress?.(0.05)
  const prepared = await (FORMATS[format].kind === 'photo' ? photo : film)(file, format, how)
  how.progress?.(1)
  return prepared
}

async function photo(file: Blob, format: Format, how: How): Promise<Prepared> {
  const { mime } = FORMATS[format]
  const cleaned = await until(how.signal, cleanPhoto(file, format))
  how.progress?.(0.2)
  const pixels = await until(how.signal, format === 'heic' ? decodeHeic(await joined(cleaned.bare)) : decoded(cleaned.bare, mime))
  how.progress?.(0.6)
  const canvas = drawn(pixels, cleaned.orientation, VIEW_PIXELS)
  const lying = cleaned.orientation > 4
  const size = { width: lying ? pixels.height : pixels.width, height: lying ? pixels.width : pixels.height }
  pixels.close()
  const view = await until(how.signal, viewOf(canvas))
  how.progress?.(0.9)
  const thumb = await until(how.signal, thumbOf(canvas))
  const original = how.keepAll ? file.slice(0, file.size, mime) : new Blob(cleaned.kept, { type: mime })
  const taken = cleaned.taken ? { taken: cleaned.taken } : {}
  return { kind: 'photo', mime, name: safeName(how.name, mime), ...taken, ...size, parts: { original, view, thumb } }
}

const joined = (parts: Uint8Array<ArrayBuffer>[]): Promise<Uint8Array<ArrayBuffer>> => bytesOf(new Blob(parts))

async function film(file: Blob, format: Format, how: How): Promise<Prepared> {
  const cleaned = await until(how.signal, cleanLong(file, format)).catch((problem: unknown) => {
    const code = codeOf(problem, 'damaged')
    throw code === 'damaged' ? notReadable(format, problem) : problem
  })
  how.progress?.(0.4)
  const { film: hasPictures, poster: canvas, ...measures } = await measuredOf(cleaned.file, format, how)
  how.progress?.(0.8)
  const mime = hasPictures ? FORMATS[format].mime : soundOf(format)
  const original = (how.keepAll ? file : cleaned.file).slice(0, file.size, mime)
  const pictures = canvas ? { poster: await viewOf(canvas), thumb: await thumbOf(canvas) } : {}
  goOn(how.signal)
  const taken = cleaned.taken ? { taken: cleaned.taken } : {}
  const kind = hasPictures ? 'film' : 'sound'
  return { kind, mime, name: safeName(how.name, mime), ...taken, ...measures, parts: { original, ...pictures } }
}

async function measuredOf(file: Blob, format: Format, how: How): Promise<Measured> {
  try {
    return await until(how.signal, measure(file))
  } catch (problem) {
    throw problem instanceof MediaError ? problem : notReadable(format, problem)
  }
}

const notReadable = (format: Format, problem: unknown): MediaError =>
  new MediaError(FORMATS[format].kind === 'film' ? 'film_not_readable' : 'sound_not_readable', String(problem))
