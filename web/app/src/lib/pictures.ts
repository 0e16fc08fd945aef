/** Making a picture small and clean before it leaves this device. */

const MOST = 1024
const QUALITY = 0.9

/** How large a picture becomes so that neither side is longer than `most`; never larger than it was. */
export function fitted(width: number, height: number, most = MOST): { width: number; height: number } {
  const scale = Math.min(1, most / Math.max(width, height))
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
}

/** The pixels of a photo as a new JPEG: upright, without where and when it was taken. Throws when it is no picture. */
export async function plainPicture(file: Blob, most = MOST): Promise<Blob> {
  const image = await createImageBitmap(file, { imageOrientation: 'from-image' })
  const { width, height } = fitted(image.width, image.height, most)
  const canvas = new OffscreenCanvas(width, height)
  const pen = canvas.getContext('2d')
  if (!pen) throw new Error('no canvas')
  pen.fillStyle = '#fff'
  pen.fillRect(0, 0, width, height)
  pen.drawImage(image, 0, 0, width, height)
  image.close()
  return canvas.convertToBlob({ type: 'image/jpeg', quality: QUALITY })
}
