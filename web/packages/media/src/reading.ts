/** Reading files of several gigabytes a little at a time, and changing parts of them without holding them. */

import { MediaError } from './errors'

export type Bytes = Uint8Array<ArrayBuffer>

/** Bytes of a large file that are in memory at one time. */
const WINDOW_BYTES = 1 << 18
const ZEROS_BYTES = 1 << 20

/** A file of which small parts are read, mostly one after the other. */
export class Reading {
  private start = 0
  private kept: Bytes = new Uint8Array()

  constructor(private readonly file: Blob) {}

  get size(): number {
    return this.file.size
  }

  /** The bytes from `at`; fewer than `length` only at the end. */
  async read(at: number, length: number): Promise<Bytes> {
    if (at < this.start || at + length > this.start + this.kept.length) {
      this.start = at
      this.kept = await bytesOf(this.file.slice(at, at + Math.max(length, WINDOW_BYTES)))
    }
    return this.kept.subarray(at - this.start, at - this.start + length)
  }
}

/** All of a file that is small enough to hold. */
export const bytesOf = async (file: Blob): Promise<Bytes> => new Uint8Array(await file.arrayBuffer())

/** What replaces the bytes from `at` to `end`: others of the same length, or zeros. */
export interface Edit {
  at: number
  end: number
  bytes?: Bytes
}

/** The file with these changes, as references into it. */
export function edited(file: Blob, edits: Edit[], type: string): Blob {
  const parts: BlobPart[] = []
  let at = 0
  for (const edit of edits.toSorted((one, other) => one.at - other.at)) {
    if (edit.at < at || edit.end > file.size) throw new MediaError('damaged', 'overlap')
    parts.push(file.slice(at, edit.at))
    if (edit.bytes) parts.push(edit.bytes)
    zeros(edit.end - edit.at - (edit.bytes?.length ?? 0), parts)
    at = edit.end
  }
  parts.push(file.slice(at))
  return new Blob(parts, { type })
}

const someZeros = new Blob([new Uint8Array(ZEROS_BYTES)])

function zeros(length: number, parts: BlobPart[]): void {
  for (let left = length; left > 0; left -= ZEROS_BYTES) parts.push(someZeros.slice(0, left))
}

/** Four letters at a place. */
export const letters = (bytes: Uint8Array, at: number, count = 4): string =>
  String.fromCharCode(...bytes.subarray(at, at + count))

/** Bytes of text in ASCII. */
export const ascii = (text: string): Bytes => Uint8Array.from(text, (letter) => letter.charCodeAt(0))

export const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
