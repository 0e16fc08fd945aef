/** HEIC and AVIF (ISO/IEC 23008-12): what the metadata items hold is overwritten where it lies; no pixel is touched. */

import { boxesIn, type Box, empty } from './boxes'
import type { Cleaned } from './cleaned'
import { MediaError } from './errors'
import { EMPTY_TIFF, type Exif, readExif } from './exif'
import { type Bytes, letters, viewOf } from './reading'

const NEEDED = new Set(['ftyp', 'meta', 'mdat', 'moov', 'idat'])
const METADATA = ['Exif', 'mime', 'uri ']
/** Before the TIFF block of an Exif item stands how far away it begins. */
const TIFF_OFFSET_BYTES = 4

interface Extent {
  at: number
  end: number
}

/** Changes `bytes`. Throws damaged where metadata cannot be found for certain, so that none of it gets out. */
export function cleanHeif(bytes: Bytes): Cleaned {
  let exif: Exif = { orientation: 1 }
  let size = { width: 0, height: 0 }
  const boxes = topBoxes(bytes)
  for (const box of boxes) {
    if (!NEEDED.has(box.type)) empty(bytes, box)
    if (box.type !== 'meta') continue
    const meta = new Meta(bytes, box)
    exif = meta.exif() ?? exif
    size = meta.size()
    meta.clear()
  }
  const kept = [bytes.subarray(0, boxes.at(-1)?.end ?? 0)]
  return { bare: kept, kept, ...size, orientation: 1, ...(exif.taken ? { taken: exif.taken } : {}) }
}

/** All boxes of the file; what some telephones append behind the last one is no box and is cut off. */
function topBoxes(bytes: Bytes): Box[] {
  const boxes: Box[] = []
  try {
    for (const box of boxesIn(bytes)) boxes.push(box)
  } catch (problem) {
    if (!boxes.some(({ type }) => type === 'mdat')) throw problem
  }
  const found = new Set(boxes.map(({ type }) => type))
  if (!found.has('meta')) throw new MediaError('damaged')
  return boxes
}

class Meta {
  private readonly view: DataView
  private readonly boxes: Box[]

  constructor(
    private readonly bytes: Bytes,
    box: Box,
  ) {
    this.view = viewOf(bytes)
    this.boxes = [...boxesIn(bytes, box.body + 4, box.end)]
  }

  exif(): Exif | undefined {
    const found = this.items().find(({ type }) => type === 'Exif')
    const [extent] = found ? this.extents(found.id) : []
    if (!extent) return undefined
    const skip = this.view.getUint32(extent.at)
    return readExif(this.bytes.subarray(extent.at + TIFF_OFFSET_BYTES + skip, extent.end))
  }

  /** The largest picture in it. */
  size(): { width: number; height: number } {
    let most = { width: 0, height: 0 }
    for (const property of this.properties()) {
      if (property.type !== 'ispe') continue
      const size = { width: this.view.getUint32(property.body + 4), height: this.view.getUint32(property.body + 8) }
      if (size.width * size.height > most.width * most.height) most = size
    }
    return most
  }

  clear(): void {
    for (const { id, type } of this.items()) {
      if (!METADATA.includes(type)) continue
      for (const { at, end } of this.extents(id)) {
        this.bytes.fill(0, at, end)
        if (type === 'Exif' && end - at >= TIFF_OFFSET_BYTES + EMPTY_TIFF.length) this.bytes.set(EMPTY_TIFF, at + TIFF_OFFSET_BYTES)
      }
    }
    for (const box of this.boxes) if (box.type === 'uuid' || box.type === 'udta') empty(this.bytes, box)
  }

  private properties(): Box[] {
    const all = this.box('iprp')
    const list = all && [...boxesIn(this.bytes, all.body, all.end)].find(({ type }) => type === 'ipco')
    return list ? [...boxesIn(this.bytes, list.body, list.end)] : []
  }

  private items(): { id: number; type: string }[] {
    const list = this.box('iinf')
    if (!list) return []
    const from = list.body + (this.bytes[list.body] === 0 ? 6 : 8)
    return [...boxesIn(this.bytes, from, list.end)].filter(({ type }) => type === 'infe').map(({ body }) => this.item(body))
  }

  private item(body: number): { id: number; type: string } {
    const version = this.bytes[body] ?? 0
    if (version < 2) throw new MediaError('damaged', 'infe')
    const wide = version > 2
    const id = wide ? this.view.getUint32(body + 4) : this.view.getUint16(body + 4)
    return { id, type: letters(this.bytes, body + (wide ? 10 : 8)) }
  }

  private extents(id: number): Extent[] {
    const places = this.box('iloc')
    const found = places && new Places(this.bytes, places).of(id)
    if (!found) throw new MediaError('damaged', 'iloc')
    const base = found.inside ? this.box('idat')?.body : 0
    if (base === undefined) throw new MediaError('damaged', 'idat')
    return found.extents.map(({ at, end }) => {
      if (end + base > this.bytes.length) throw new MediaError('damaged', 'extent')
      return { at: at + base, end: end + base }
    })
  }

  private box(type: string): Box | undefined {
    return this.boxes.find((box) => box.type === type)
  }
}

/** Where the bytes of each item are ("iloc"). */
class Places {
  private readonly view: DataView
  private at: number
  private readonly version: number

  constructor(bytes: Bytes, { body, end }: Box) {
    this.view = viewOf(bytes.subarray(0, end))
    this.version = this.view.getUint8(body)
    this.at = body + 4
  }

  /** Where an item is; `inside` means counted from the content of "idat". Throws RangeError beyond the box. */
  of(wanted: number): { inside: boolean; extents: Extent[] } | undefined {
    const [sizes, more] = [this.number(1), this.number(1)]
    const [offset, length, base] = [sizes >> 4, sizes & 15, more >> 4]
    const index = this.version > 0 ? more & 15 : 0
    const wide = this.version < 2 ? 2 : 4
    for (let left = this.number(wide); left > 0; left--) {
      const id = this.number(wide)
      const method = this.version > 0 ? this.number(2) & 15 : 0
      this.number(2)
      const start = this.number(base)
      const extents = Array.from({ length: this.number(2) }, () => this.extent(start, index, offset, length))
      if (id !== wanted) continue
      if (method > 1) throw new MediaError('damaged', 'iloc')
      return { inside: method === 1, extents }
    }
    return undefined
  }

  private extent(start: number, index: number, offset: number, length: number): Extent {
    this.number(index)
    const at = start + this.number(offset)
    return { at, end: at + this.number(length) }
  }

  private number(size: number): number {
    let value = 0
    for (let left = size; left > 0; left--) value = value * 256 + this.view.getUint8(this.at++)
    return value
  }
}
