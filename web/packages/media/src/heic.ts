/** HEIC photos decoded by libheif (LGPL-3.0, a chunk of its own that is fetched when the first one turns up). */

import type { HeifImage, LibHeif } from 'libheif-js/libheif-wasm/libheif-bundle.mjs'
import { PIXELS_MAX } from './cleaning'
import { MediaError } from './errors'
import type { Bytes } from './reading'

let loading: Promise<LibHeif> | undefined

function load(): Promise<LibHeif> {
  loading ??= import('libheif-js/libheif-wasm/libheif-bundle.mjs').then(({ default: start }) => start())
  return loading
}

/** The main picture, upright. Throws heic_not_readable, too_large. */
export async function decodeHeic(bytes: Bytes): Promise<ImageBitmap> {
  const heif = await load().catch(() => {
    loading = undefined
    throw new MediaError('heic_not_readable', 'library')
  })
  const images = new heif.HeifDecoder().decode(bytes)
  try {
    const image = images.find((one) => one.is_primary()) ?? images[0]
    if (!image) throw new MediaError('heic_not_readable')
    return await createImageBitmap(await pixelsOf(image))
  } finally {
    for (const image of images) image.free()
  }
}

function pixelsOf(image: HeifImage): Promise<ImageData> {
  const [width, height] = [image.get_width(), image.get_height()]
  if (width * height > PIXELS_MAX) throw new MediaError('too_large')
  const target = new ImageData(width, height)
  return new Promise((done, refuse) => {
    image.display(target, (drawn) => (drawn ? done(target) : refuse(new MediaError('heic_not_readable'))))
  })
}
