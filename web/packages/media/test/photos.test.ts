import { describe, expect, it } from 'vitest'
import { cleanPhoto, formatOf } from '../src/cleaning'
import { MediaError } from '../src/errors'
import { changed, Samples, tells } from './samples'

const TURNED = [1, 2, 3, 4, 5, 6, 7, 8].map((way) => [`photo-${way}.jpg`, way] as const)
const PHOTOS = [
  ...TURNED,
  ['progressive.jpg', 6],
  ['photo.png', 6],
  ['photo.webp', 6],
  ['exact.webp', 1],
  ['moving.gif', 1],
  ['photo.heic', 1],
  ['photo.avif', 1],
] as const
const samples = new Samples(...PHOTOS.map(([name]) => name), 'bomb.png')
const UNDATED = ['moving.gif']

/** Whether two pictures have the same pixels in every frame, and what is told beside them. */
const LOOK = `
import hashlib, json, sys
import pillow_heif
from PIL import Image, ImageSequence
pillow_heif.register_heif_opener()
def look(name):
    picture = Image.open(f"{sys.argv[1]}/{name}")
    frames = [hashlib.sha256(frame.convert("RGBA").tobytes()).hexdigest() for frame in ImageSequence.Iterator(picture)]
    picture = Image.open(f"{sys.argv[1]}/{name}")
    picture.load()
    exif = picture.getexif()
    told = [key for key in ("xmp", "XML:com.adobe.xmp", "comment", "Author", "Comment") if len(picture.info.get(key, b"").strip(b"\\0" if isinstance(picture.info.get(key, b""), bytes) else "\\0"))]
    about = {str(tag): value for tag, value in exif.items()} | {f"gps {tag}": str(value) for tag, value in exif.get_ifd(0x8825).items()}
    return frames, about, told, bool(picture.info.get("icc_profile")), exif.get_ifd(0x8769) == {}
one, other = look(sys.argv[2]), look(sys.argv[3])
print(json.dumps({"same": one[0] == other[0], "exif": other[1], "told": other[2], "profile": [one[3], other[3]], "bare": other[4], "before": len(one[1])}))
`

interface Look {
  same: boolean
  exif: Record<string, unknown>
  told: string[]
  profile: [boolean, boolean]
  bare: boolean
  before: number
}

const clean = async (file: Blob) => {
  const format = await formatOf(file)
  const cleaned = await cleanPhoto(file, format)
  return { ...cleaned, format, file: new Blob(cleaned.kept), bareFile: new Blob(cleaned.bare) }
}

describe('a photo that leaves the device', () => {
  it.each(PHOTOS)('%s has the same pixels, its profile and which way is up, and tells nothing else', async (name, way) => {
    expect(await tells(samples.blob(name))).not.toEqual([])
    const cleaned = await clean(samples.blob(name))

    expect(await tells(cleaned.file)).toEqual([])
    expect(cleaned.taken).toBe(UNDATED.includes(name) ? undefined : '2024-07-01T12:30:00+02:00')
    expect(cleaned.orientation).toBe(way)
    await samples.keep(`clean-${name}`, cleaned.file)
    const look = samples.python<Look>(LOOK, name, `clean-${name}`)
    expect(look).toMatchObject({ same: true, told: [], bare: true })
    expect(look.exif).toEqual(way === 1 ? {} : { 274: way })
    expect(look.profile[1]).toBe(look.profile[0])
    expect(UNDATED.includes(name) || look.before > 1).toBe(true)
  })

  it('has no turn left in what is decoded, so that we turn it once', async () => {
    for (const name of ['photo-6.jpg', 'photo.png', 'photo.webp']) {
      const { bareFile, format } = await clean(samples.blob(name))
      expect((await cleanPhoto(bareFile, format)).orientation).toBe(1)
      await samples.keep('bare', bareFile)
      const look = samples.python<Look>(LOOK, name, 'bare')
      expect([look.same, look.exif]).toEqual([true, {}])
    }
  })

  it('says how large it is before it is decoded', async () => {
    for (const [name] of PHOTOS) {
      const { width, height, orientation } = await clean(samples.blob(name))
      const upright = name === 'moving.gif' ? [64, 48] : [640, 480]
      expect(orientation > 4 ? [height, width] : [width, height], name).toEqual(upright)
    }
  })

  it('is refused when it would fill the memory', async () => {
    await expect(clean(samples.blob('bomb.png'))).rejects.toMatchObject({ code: 'too_large' })
    for (const [name, at] of [['photo-1.jpg', 'frame'], ['moving.gif', 6]] as const) {
      const bytes = samples.bytes(name)
      const place = at === 'frame' ? bytes.findIndex((byte, index) => byte === 0xff && bytes[index + 1] === 0xc0) + 5 : at
      bytes.fill(0xff, place, place + 4)
      await expect(clean(new Blob([bytes])), name).rejects.toMatchObject({ code: 'too_large' })
    }
    const large = new Blob([samples.bytes('photo.png'), ...Array.from({ length: 129 }, () => new Uint8Array(1 << 20))])
    await expect(clean(large)).rejects.toMatchObject({ code: 'too_large' })
  })
})

describe('a photo of somebody hostile', () => {
  it.each(PHOTOS)('%s is refused when it is cut off anywhere', async (name) => {
    const bytes = samples.bytes(name)
    const whole = (await clean(new Blob([bytes]))).file.size
    for (let at = 0; at < Math.min(whole, bytes.length) - 40; at += Math.max(1, Math.floor(whole / 300))) {
      const cut = clean(new Blob([bytes.slice(0, at)]))
      await expect(cut, `${at}`).rejects.toBeInstanceOf(MediaError)
    }
  })

  it.each(PHOTOS)('%s with changed bytes is cleaned or refused, nothing else', async (name) => {
    for (const bytes of changed(samples.bytes(name), 400)) {
      const problem = await clean(new Blob([bytes])).then(() => undefined, (thrown: unknown) => thrown)
      if (problem !== undefined) expect(problem).toBeInstanceOf(MediaError)
    }
  })

  it('is known by its bytes and not taken for a photo when it is none', async () => {
    for (const text of ['', 'GIF', '<svg xmlns="http://www.w3.org/2000/svg"/>', '<!doctype html><script>1</script>', '%PDF-1.7', 'MZ\x90\0', 'PK\x03\x04']) {
      await expect(clean(new Blob([text]))).rejects.toMatchObject({ code: 'not_a_picture' })
    }
    await expect(clean(new Blob([new Uint8Array([0xff, 0xd8, 0xff, 0xe1, 0, 2])]))).rejects.toMatchObject({ code: 'damaged' })
  })
})
