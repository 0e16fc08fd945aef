/** How long a film or sound is, how large, and a picture of it: by mediabunny (MPL-2.0, a chunk of its own). */

import type { Input, InputVideoTrack } from 'mediabunny'
import { fitted } from './pixels'

const POSTER_PIXELS = 1280
/** Where the poster is taken: films often begin in the dark. */
const POSTER_PART = 0.1
const POSTER_SECONDS_MAX = 3

export interface Measured {
  seconds?: number
  /** Of a film, upright. */
  width?: number
  height?: number
  /** Whether there are pictures at all. */
  film: boolean
  /** Missing where this device cannot decode the film. */
  poster?: OffscreenCanvas
}

/** Throws whatever the library throws when it cannot read the file; reads it a little at a time. */
export async function measure(file: Blob): Promise<Measured> {
  const { ADTS, BlobSource, FLAC, Input, MATROSKA, MP3, MP4, OGG, QTFF, WAVE, WEBM } = await import('mediabunny')
  const formats = [MP4, QTFF, WEBM, MATROSKA, MP3, WAVE, OGG, ADTS, FLAC]
  const input = new Input({ source: new BlobSource(file), formats })
  try {
    return await measured(input)
  } finally {
    input.dispose()
  }
}

async function measured(input: Input): Promise<Measured> {
  const tracks = await input.getTracks()
  if (tracks.length === 0) throw new Error('no tracks')
  const seconds = (await input.getDurationFromMetadata()) ?? (await input.computeDuration())
  const known = Number.isFinite(seconds) && seconds > 0 ? { seconds: Math.round(seconds * 1000) / 1000 } : {}
  const track = await input.getPrimaryVideoTrack()
  if (!track) return { film: false, ...known }
  const size = { width: await track.getDisplayWidth(), height: await track.getDisplayHeight() }
  const poster = await posterOf(track, size, seconds).catch(() => undefined) // a film that plays nowhere can still be kept
  return { film: true, ...known, ...size, ...(poster ? { poster } : {}) }
}

async function posterOf(track: InputVideoTrack, size: { width: number; height: number }, seconds: number): Promise<OffscreenCanvas | undefined> {
  if (typeof VideoDecoder === 'undefined' || !(await track.canDecode())) return undefined
  const { CanvasSink } = await import('mediabunny')
  const sink = new CanvasSink(track, { ...fitted(size.width, size.height, POSTER_PIXELS), fit: 'fill' })
  const first = await track.getFirstTimestamp()
  const found = (await sink.getCanvas(first + Math.min(seconds * POSTER_PART, POSTER_SECONDS_MAX))) ?? (await sink.getCanvas(first))
  return found?.canvas instanceof OffscreenCanvas ? found.canvas : undefined
}
