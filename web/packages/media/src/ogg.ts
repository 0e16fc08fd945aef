/** Ogg (RFC 3533) with Opus or Vorbis: the packet of comments becomes one without any, of the same length. */

import { MediaError } from './errors'
import { type Bytes, type Edit, edited, letters, Reading, viewOf } from './reading'

const HEAD_BYTES = 27
const CRC_AT = 22
/** Comments may hold a picture. */
const PAGES_MAX = 1000
/** What the packet begins with, and ends with. */
const KINDS = [
  { mark: 'OpusTags', end: [] },
  { mark: '\x03vorbis', end: [1] },
]
const SPACE = 32

interface Page {
  at: number
  bytes: Bytes
  body: number
  /** How many bytes of it are of its first packet, and whether that ends here. */
  first: number
  ends: boolean
}

/** Throws damaged where the comments cannot be found. */
export async function cleanOgg(file: Blob, type: string): Promise<Blob> {
  const reading = new Reading(file)
  const start = await pageAt(reading, 0)
  const pages: Page[] = []
  for (let at = start.bytes.length; !pages.at(-1)?.ends; ) {
    const page = await pageAt(reading, at)
    pages.push(page)
    at += page.bytes.length
    if (pages.length > PAGES_MAX) throw new MediaError('too_large')
  }
  const silent = withoutComments(pages)
  return edited(file, pages.map((page) => filled(page, silent)), type)
}

async function pageAt(file: Reading, at: number): Promise<Page> {
  const head = await file.read(at, HEAD_BYTES + 255)
  if (letters(head, 0) !== 'OggS') throw new MediaError('damaged', 'page')
  const table = head.slice(HEAD_BYTES, HEAD_BYTES + (head[HEAD_BYTES - 1] ?? 0))
  const stop = table.findIndex((size) => size < 255)
  const sum = (sizes: Bytes): number => sizes.reduce((total, size) => total + size, 0)
  const body = HEAD_BYTES + table.length
  const length = body + sum(table)
  const bytes = (await file.read(at, length)).slice()
  if (bytes.length < length) throw new MediaError('damaged', 'end')
  return { at, bytes, body, first: sum(stop < 0 ? table : table.subarray(0, stop + 1)), ends: stop >= 0 }
}

/** The packet: nobody made it, and it has no comments. */
function withoutComments(pages: Page[]): { packet: Bytes; used: number } {
  const length = pages.reduce((total, { first }) => total + first, 0)
  const [page] = pages
  const kind = KINDS.find(({ mark }) => page && letters(page.bytes, page.body, mark.length) === mark)
  if (!kind || !page) throw new MediaError('damaged', 'comments')
  const maker = length - kind.mark.length - 8 - kind.end.length
  if (maker < 0) throw new MediaError('damaged', 'comments')
  const packet = new Uint8Array(length).fill(SPACE)
  packet.set(page.bytes.subarray(page.body, page.body + kind.mark.length))
  viewOf(packet).setUint32(kind.mark.length, maker, true)
  viewOf(packet).setUint32(kind.mark.length + 4 + maker, 0, true)
  packet.set(kind.end, length - kind.end.length)
  return { packet, used: 0 }
}

/** The page with its part of the packet. */
function filled({ at, bytes, body, first }: Page, silent: { packet: Bytes; used: number }): Edit {
  bytes.set(silent.packet.subarray(silent.used, silent.used + first), body)
  silent.used += first
  const view = viewOf(bytes)
  view.setUint32(CRC_AT, 0, true)
  view.setUint32(CRC_AT, checksum(bytes), true)
  return { at, end: at + bytes.length, bytes }
}

/** CRC-32 as Ogg counts it: not reflected, beginning with zero. */
function checksum(bytes: Uint8Array): number {
  let crc = 0
  for (const byte of bytes) {
    crc ^= byte << 24
    for (let bit = 0; bit < 8; bit++) crc = (crc << 1) ^ (crc & 0x80000000 ? 0x04c11db7 : 0)
  }
  return crc >>> 0
}
