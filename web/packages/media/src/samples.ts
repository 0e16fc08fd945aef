/** Where the samples of a track lie in its file: from its tables of sizes, chunks and offsets. */

import { boxesIn, type Box } from './boxes'
import { MediaError } from './errors'
import { type Edit, viewOf } from './reading'

const RANGES_MAX = 50_000
const SAMPLES_MAX = 10_000_000
const PATH = ['mdia', 'minf', 'stbl']

/** Every range of bytes with samples of this track, in the order of the file, joined where they touch. */
export function sampleRanges(bytes: Uint8Array, track: Box): Edit[] {
  const table = PATH.reduce<Box | undefined>((box, type) => box && boxIn(bytes, box, type), track)
  if (!table) return []
  return joined(new Tables(bytes, table).chunks())
}

const boxIn = (bytes: Uint8Array, { body, end }: Box, type: string): Box | undefined =>
  [...boxesIn(bytes, body, end)].find((box) => box.type === type)

function joined(ranges: Edit[]): Edit[] {
  const all: Edit[] = []
  for (const { at, end } of ranges.toSorted((one, other) => one.at - other.at)) {
    const last = all.at(-1)
    if (last && at <= last.end) last.end = Math.max(last.end, end)
    else all.push({ at, end })
  }
  return all
}

class Tables {
  private readonly view: DataView
  private readonly offsets: Box
  private readonly wide: boolean
  private readonly sizes: Box | undefined
  private readonly perChunk: Box

  constructor(
    bytes: Uint8Array,
    table: Box,
  ) {
    this.view = viewOf(bytes)
    const large = boxIn(bytes, table, 'co64')
    const [offsets, perChunk] = [large ?? boxIn(bytes, table, 'stco'), boxIn(bytes, table, 'stsc')]
    this.sizes = boxIn(bytes, table, 'stsz')
    if (!offsets || !perChunk || !this.sizes) throw new MediaError('damaged', 'samples')
    this.offsets = offsets
    this.perChunk = perChunk
    this.wide = large !== undefined
  }

  chunks(): Edit[] {
    const count = this.count(this.offsets, this.wide ? 8 : 4)
    if (count > RANGES_MAX) throw new MediaError('too_large')
    const ranges: Edit[] = []
    for (let chunk = 0, sample = 0, row = 0; chunk < count; chunk++) {
      while (this.firstChunk(row + 1) <= chunk + 1) row += 1
      const at = this.offset(chunk)
      let end = at
      if (sample + this.samplesOf(row) > SAMPLES_MAX) throw new MediaError('damaged', 'samples')
      for (let left = this.samplesOf(row); left > 0; left--) end += this.sizeOf(sample++)
      ranges.push({ at, end })
    }
    return ranges
  }

  private count(box: Box, entryBytes: number, before = 4): number {
    const count = this.view.getUint32(box.body + before)
    if (box.body + before + 4 + count * entryBytes > box.end) throw new MediaError('damaged', 'table')
    return count
  }

  private offset(chunk: number): number {
    const at = this.offsets.body + 8
    return this.wide ? Number(this.view.getBigUint64(at + chunk * 8)) : this.view.getUint32(at + chunk * 4)
  }

  private firstChunk(row: number): number {
    return row < this.count(this.perChunk, 12) ? this.view.getUint32(this.perChunk.body + 8 + row * 12) : Infinity
  }

  private samplesOf(row: number): number {
    return row < this.count(this.perChunk, 12) ? this.view.getUint32(this.perChunk.body + 12 + row * 12) : 0
  }

  private sizeOf(sample: number): number {
    const box = this.sizes!
    const same = this.view.getUint32(box.body + 4)
    if (same > 0) return same
    return sample < this.count(box, 4, 8) ? this.view.getUint32(box.body + 12 + sample * 4) : 0
  }
}
