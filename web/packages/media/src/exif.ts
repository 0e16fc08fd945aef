/** Exif (CIPA DC-008): which way is up and when it was taken are read; nothing else of it is ever kept. */

import { ascii, type Bytes, letters, viewOf } from './reading'

export interface Exif {
  /** 1 to 8, as Exif counts them; 1 is upright. */
  orientation: number
  taken?: string
}

const ORIENTATION = 0x0112
const EXIF_IFD = 0x8769
const TAKEN = [0x9003, 0x9004]
const OFFSETS = [0x9011, 0x9012]
const ENTRY_BYTES = 12
const SHORT = 3

/** What a TIFF block says; upright and of no known time where it cannot be read. */
export function readExif(tiff: Uint8Array): Exif {
  try {
    return new Tiff(tiff).exif()
  } catch (problem) {
    if (problem instanceof RangeError) return { orientation: 1 }
    throw problem
  }
}

/** A TIFF block that says which way is up, and nothing else. */
export const orientationOnly = (orientation: number): Bytes =>
  Uint8Array.of(...ascii('MM\0*'), 0, 0, 0, 8, 0, 1, ORIENTATION >> 8, ORIENTATION & 255, 0, SHORT, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0)

/** A TIFF block that says nothing. */
export const EMPTY_TIFF: Bytes = Uint8Array.of(...ascii('MM\0*'), 0, 0, 0, 8, 0, 0, 0, 0, 0, 0)

/** ISO 8601 of what a camera wrote, with the offset from UTC where it knew it; undefined when it is no time. */
export function momentOf(written: string, offset = ''): string | undefined {
  const found = /^(\d{4})[:-](\d\d)[:-](\d\d)[ T](\d\d):(\d\d):(\d\d)/.exec(written)
  if (!found) return undefined
  const [, year, month, day, hour, minute, second] = found
  const moment = `${year}-${month}-${day}T${hour}:${minute}:${second}`
  const read = new Date(`${moment}Z`)
  if (Number.isNaN(read.getTime()) || !read.toISOString().startsWith(moment) || Number(year) < 1826) return undefined
  return moment + (/^[+-]\d\d:\d\d$|^Z$/.test(offset) ? offset : '')
}

class Tiff {
  private readonly view: DataView
  private readonly little: boolean

  constructor(private readonly bytes: Uint8Array) {
    this.view = viewOf(bytes)
    this.little = letters(bytes, 0, 2) === 'II'
  }

  exif(): Exif {
    const first = this.entries(this.long(4))
    const orientation = first.get(ORIENTATION)
    const up = orientation === undefined ? 1 : this.short(orientation + 8)
    const deeper = first.get(EXIF_IFD)
    const taken = deeper === undefined ? undefined : this.taken(this.entries(this.long(deeper + 8)))
    return { orientation: up >= 1 && up <= 8 ? up : 1, ...(taken ? { taken } : {}) }
  }

  private taken(entries: Map<number, number>): string | undefined {
    for (const [at, tag] of TAKEN.entries()) {
      const moment = momentOf(this.text(entries.get(tag)), this.text(entries.get(OFFSETS[at] ?? 0)))
      if (moment) return moment
    }
    return undefined
  }

  /** Where the entry of each tag is. */
  private entries(at: number): Map<number, number> {
    const found = new Map<number, number>()
    for (let left = this.short(at), entry = at + 2; left > 0; left--, entry += ENTRY_BYTES) found.set(this.short(entry), entry)
    return found
  }

  private text(entry: number | undefined): string {
    if (entry === undefined) return ''
    const count = Math.min(this.long(entry + 4), 64)
    const at = count > 4 ? this.long(entry + 8) : entry + 8
    return letters(this.bytes, at, count).replace(/\0.*$/s, '').trim()
  }

  private short(at: number): number {
    return this.view.getUint16(at, this.little)
  }

  private long(at: number): number {
    return this.view.getUint32(at, this.little)
  }
}
