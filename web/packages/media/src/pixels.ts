/** Pixels made smaller and upright, as WebP (Safari: JPEG). */

import { MediaError } from './errors'
import type { Bytes } from './reading'

export const VIEW_PIXELS = 2048
export const THUMB_PIXELS = 320
/** Small pictures are padded to a multiple of this, so that their size says little. */
export const THUMB_STEP_BYTES = 64 * 1024
const VIEW_QUALITY = 0.82
const THUMB_QUALITY = 0.75
const [TYPE, OTHERWISE] = ['image/webp', 'image/jpeg']

/** How large a picture becomes so that neither side is longer than `most`; never larger than it was. */
export function fitted(width: number, height: number, most: number): { width: number; height: number } {
  const scale = Math.min(1, most / Math.max(width, height))
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
}

/** Which way a picture stored so is turned: the six numbers of a transform from stored to upright pixels. */
export function turning(orientation: number, width: number, height: number): [number, number, number, number, number, number] {
  switch (orientation) {
    case 2: return [-1, 0, 0, 1, width, 0]
    case 3: return [-1, 0, 0, -1, width, height]
    case 4: return [1, 0, 0, -1, 0, height]
    case 5: return [0, 1, 1, 0, 0, 0]
    case 6: return [0, 1, -1, 0, height, 0]
    case 7: return [0, -1, -1, 0, height, width]
    case 8: return [0, -1, 1, 0, 0, width]
    default: return [1, 0, 0, 1, 0, 0]
  }
}

export type Pixels = ImageBitmap | OffscreenCanvas

/** The picture upright, neither side longer than `most`. */
export function drawn(source: Pixels, orientation: number, most: number): OffscreenCanvas {
  const lying = orientation > 4
  const upright = lying ? { width: source.height, height: source.width } : source
  const { width, height } = fitted(upright.width, upright.height, most)
  const [across, down] = lying ? [height, width] : [width, height]
  const canvas = new OffscreenCanvas(width, height)
  const pen = canvas.getContext('2d')
  if (!pen) throw new MediaError('picture_not_readable', 'canvas')
  pen.imageSmoothingQuality = 'high'
  pen.setTransform(...turning(orientation, across, down))
  pen.drawImage(source, 0, 0, across, down)
  return canvas
}

/** A picture for a whole screen. */
export const viewOf = (canvas: OffscreenCanvas): Promise<Blob> => encoded(canvas, VIEW_QUALITY)

/** A small picture, padded with zeros that decoders pass over. */
export async function thumbOf(canvas: OffscreenCanvas): Promise<Blob> {
  return padded(await encoded(drawn(canvas, 1, THUMB_PIXELS), THUMB_QUALITY))
}

/** WebP; JPEG where the browser cannot write WebP and would give a large PNG. */
async function encoded(canvas: OffscreenCanvas, quality: number): Promise<Blob> {
  const written = await canvas.convertToBlob({ type: TYPE, quality })
  return written.type === TYPE ? written : canvas.convertToBlob({ type: OTHERWISE, quality })
}

/** With zeros behind it up to a multiple of 64 KiB. */
export function padded(picture: Blob): Blob {
  const missing = (THUMB_STEP_BYTES - (picture.size % THUMB_STEP_BYTES)) % THUMB_STEP_BYTES
  return new Blob([picture, new Uint8Array(missing)], { type: picture.type })
}

/** Decodes bytes without metadata as they are stored; throws picture_not_readable. */
export async function decoded(bytes: Bytes[], type: string): Promise<ImageBitmap> {
  try {
    return await createImageBitmap(new Blob(bytes, { type }))
  } catch (problem) {
    throw new MediaError('picture_not_readable', String(problem))
  }
}
