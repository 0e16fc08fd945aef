import { describe, expect, it } from 'vitest'
import { EMPTY_TIFF, momentOf, orientationOnly, readExif } from '../src/exif'
import { recognise } from '../src/kinds'
import { ascii } from '../src/reading'

const boxed = (...brands: string[]): Uint8Array => {
  const [main = '', ...more] = brands
  return Uint8Array.of(0, 0, 0, 16 + more.length * 4, ...ascii(`ftyp${main}`), 0, 0, 0, 0, ...ascii(more.join('')))
}
const EBML = [0x1a, 0x45, 0xdf, 0xa3, 0x93, 0x42, 0x82]

describe('what a file is', () => {
  it.each([
    ['jpeg', Uint8Array.of(0xff, 0xd8, 0xff, 0xdb)],
    ['gif', ascii('GIF89a....')],
    ['webp', ascii('RIFF....WEBPVP8 ')],
    ['wav', ascii('RIFF....WAVEfmt ')],
    ['heic', boxed('heic', 'mif1', 'heic')],
    ['heic', boxed('mif1', 'miaf', 'heic')],
    ['avif', boxed('mif1', 'avif')],
    ['avif', boxed('avif')],
    ['mp4', boxed('isom', 'iso2', 'mp41')],
    ['mp4', boxed('3gp5')],
    ['m4a', boxed('M4A ', 'mp42')],
    ['mov', boxed('qt  ')],
    ['mov', Uint8Array.of(0, 0, 0, 8, ...ascii('wide'), 0, 0, 0, 9)],
    ['webm', Uint8Array.of(...EBML, 0x84, ...ascii('webm'))],
    [undefined, Uint8Array.of(...EBML, 0x88, ...ascii('matroska'))],
    ['ogg', ascii('OggS')],
    ['flac', ascii('fLaC')],
    ['mp3', ascii('ID3')],
    ['mp3', Uint8Array.of(0xff, 0xfb, 0x90, 0x64)],
    ['aac', Uint8Array.of(0xff, 0xf1, 0x50, 0x80)],
    [undefined, Uint8Array.of(0xff, 0xff, 0xff, 0xff)],
    [undefined, Uint8Array.of(0xff, 0xfe, 0x41, 0x00)],
    [undefined, ascii('RIFF....AVI LIST')],
    [undefined, ascii('<?xml version="1.0"?><svg/>')],
    [undefined, new Uint8Array()],
  ])('is %s by its first bytes', (format, head) => {
    expect(recognise(head)).toBe(format)
  })
})

describe('the time of taking', () => {
  it.each([
    ['2024:07:01 12:30:00', '+02:00', '2024-07-01T12:30:00+02:00'],
    ['2024:07:01 12:30:00', '', '2024-07-01T12:30:00'],
    ['2024:07:01 12:30:00', 'nonsense', '2024-07-01T12:30:00'],
    ['2024-07-01T12:30:00', 'Z', '2024-07-01T12:30:00Z'],
    ['0000:00:00 00:00:00', '', undefined],
    ['2024:02:31 12:00:00', '', undefined],
    ['2024:13:01 12:00:00', '', undefined],
    ['2024:07:01 25:00:00', '', undefined],
    ['    :  :     :  :  ', '', undefined],
    ['', '', undefined],
  ])('written %j %j is %s', (written, offset, moment) => {
    expect(momentOf(written, offset)).toBe(moment)
  })
})

describe('a block of Exif', () => {
  it('says which way is up and nothing else, as we write it', () => {
    for (let way = 1; way <= 8; way++) expect(readExif(orientationOnly(way))).toEqual({ orientation: way })
    expect(readExif(EMPTY_TIFF)).toEqual({ orientation: 1 })
  })

  it('that is cut off, leads in circles or turns in a way there is not is upright', () => {
    const whole = orientationOnly(6)
    for (let at = 0; at < 20; at++) expect(readExif(whole.slice(0, at)).orientation).toBe(1)
    expect(readExif(orientationOnly(9)).orientation).toBe(1)
    expect(readExif(Uint8Array.of(...ascii('II*\0'), 8, 0, 0, 0, 1, 0, 0x69, 0x87, 4, 0, 1, 0, 0, 0, 8, 0, 0, 0)).orientation).toBe(1)
    expect(readExif(Uint8Array.of(...ascii('MM\0*'), 255, 255, 255, 255)).orientation).toBe(1)
  })
})
