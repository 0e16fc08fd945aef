/** What a file is, by its first bytes: its name and what others say of it count for nothing. */

import { letters } from './reading'

/** How many of the first bytes are looked at. */
export const HEAD_BYTES = 4096

export type Format =
  | 'jpeg' | 'png' | 'webp' | 'gif' | 'heic' | 'avif'
  | 'mp4' | 'mov' | 'webm'
  | 'm4a' | 'mp3' | 'aac' | 'ogg' | 'wav' | 'flac'

export type Kind = 'photo' | 'film' | 'sound'

interface About {
  kind: Kind
  mime: string
  ending: string
}

/** A webm or mp4 without pictures turns out to be sound (`soundOf`). */
export const FORMATS: Record<Format, About> = {
  jpeg: { kind: 'photo', mime: 'image/jpeg', ending: 'jpg' },
  png: { kind: 'photo', mime: 'image/png', ending: 'png' },
  webp: { kind: 'photo', mime: 'image/webp', ending: 'webp' },
  gif: { kind: 'photo', mime: 'image/gif', ending: 'gif' },
  heic: { kind: 'photo', mime: 'image/heic', ending: 'heic' },
  avif: { kind: 'photo', mime: 'image/avif', ending: 'avif' },
  mp4: { kind: 'film', mime: 'video/mp4', ending: 'mp4' },
  mov: { kind: 'film', mime: 'video/quicktime', ending: 'mov' },
  webm: { kind: 'film', mime: 'video/webm', ending: 'webm' },
  m4a: { kind: 'sound', mime: 'audio/mp4', ending: 'm4a' },
  mp3: { kind: 'sound', mime: 'audio/mpeg', ending: 'mp3' },
  aac: { kind: 'sound', mime: 'audio/aac', ending: 'aac' },
  ogg: { kind: 'sound', mime: 'audio/ogg', ending: 'ogg' },
  wav: { kind: 'sound', mime: 'audio/wav', ending: 'wav' },
  flac: { kind: 'sound', mime: 'audio/flac', ending: 'flac' },
}

const SOUNDS_OF_FILMS: Partial<Record<Format, string>> = { mp4: 'audio/mp4', mov: 'audio/mp4', webm: 'audio/webm' }

/** The kind a file of this format has that holds no pictures. */
export const soundOf = (format: Format): string => SOUNDS_OF_FILMS[format] ?? FORMATS[format].mime

/** Kinds that a page is given to show or play; nothing in them runs. */
export const SHOWN_MIMES: ReadonlySet<string> = new Set([
  ...Object.values(FORMATS).map(({ mime }) => mime),
  ...Object.values(SOUNDS_OF_FILMS),
])

const EBML = [0x1a, 0x45, 0xdf, 0xa3]
const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
const HEIC_BRANDS = ['heic', 'heix', 'hevc', 'hevx', 'heim', 'heis']
const OLD_QUICKTIME = ['moov', 'mdat', 'wide', 'pnot']

const starts = (head: Uint8Array, wanted: number[]): boolean => wanted.every((byte, at) => head[at] === byte)

/** The format of a file that begins with these bytes; undefined when it is none of ours. */
export function recognise(head: Uint8Array): Format | undefined {
  if (starts(head, [0xff, 0xd8, 0xff])) return 'jpeg'
  if (starts(head, PNG)) return 'png'
  if (/^GIF8[79]a/.test(letters(head, 0, 6))) return 'gif'
  if (letters(head, 0) === 'RIFF') return riff(letters(head, 8))
  if (letters(head, 4) === 'ftyp') return boxed(brandsOf(head))
  if (OLD_QUICKTIME.includes(letters(head, 4))) return 'mov'
  if (starts(head, EBML)) return letters(head, 0, 64).includes('webm') ? 'webm' : undefined
  return sound(head)
}

function riff(form: string): Format | undefined {
  if (form === 'WEBP') return 'webp'
  return form === 'WAVE' ? 'wav' : undefined
}

/** The main brand first, then what the file says that it is compatible with. */
function brandsOf(head: Uint8Array): string[] {
  const end = Math.min(head.length, new DataView(head.buffer, head.byteOffset).getUint32(0))
  const brands = [letters(head, 8)]
  for (let at = 16; at + 4 <= end; at += 4) brands.push(letters(head, at))
  return brands
}

function boxed(brands: string[]): Format {
  const [main = ''] = brands
  if (main === 'avif' || main === 'avis') return 'avif'
  if (HEIC_BRANDS.includes(main)) return 'heic'
  if (main === 'mif1' || main === 'msf1') return brands.includes('avif') ? 'avif' : 'heic'
  if (main === 'M4A ' || main === 'M4B ') return 'm4a'
  return main === 'qt  ' ? 'mov' : 'mp4'
}

function sound(head: Uint8Array): Format | undefined {
  if (letters(head, 0) === 'OggS') return 'ogg'
  if (letters(head, 0) === 'fLaC') return 'flac'
  if (letters(head, 0, 3) === 'ID3') return 'mp3'
  const [first = 0, second = 0, third = 0] = head
  if (first !== 0xff || second < 0xe0) return undefined
  if ((second & 0xf6) === 0xf0) return 'aac'
  const layerThree = (second & 0x06) === 0x02
  return layerThree && third >> 4 !== 15 && (third & 0x0c) !== 0x0c ? 'mp3' : undefined
}
