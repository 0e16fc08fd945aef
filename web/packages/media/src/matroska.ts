/** WebM (Matroska, RFC 9559): tags, attachments, title and date are made void where they lie, so that nothing moves. */

import { MediaError } from './errors'
import type { CleanedFile } from './movie'
import { type Edit, edited, Reading, viewOf } from './reading'

const [SEGMENT, INFO, CLUSTER] = [0x18538067, 0x1549a966, 0x1f43b675]
const [TAGS, ATTACHMENTS] = [0x1254c367, 0x1941a469]
const [DATE, TITLE, CRC, VOID] = [0x4461, 0x7ba9, 0xbf, 0xec]
const IN_INFO = [DATE, TITLE, CRC, 0x73a4, 0x7384, 0x3cb923, 0x3c83ab, 0x3eb923, 0x3e83bb]
/** Elements that end a cluster of unknown length. */
const IN_SEGMENT = [CLUSTER, INFO, TAGS, ATTACHMENTS, 0x114d9b74, 0x1654ae6b, 0x1c53bb6b, 0x1043a770]
/** Milliseconds from 1970 to 2001, where dates begin to count. */
const EPOCH = 978_307_200_000
const ELEMENTS_MAX = 10_000_000

interface Element {
  id: number
  at: number
  body: number
  /** Infinity when it is not known. */
  end: number
}

/** Throws damaged where it cannot be followed. */
export async function cleanMatroska(file: Blob, type: string): Promise<CleanedFile> {
  const reading = new Reading(file)
  const edits: Edit[] = []
  let taken: string | undefined
  for await (const element of elementsOfSegment(reading)) {
    if (element.id === TAGS || element.id === ATTACHMENTS) edits.push(...voided(element))
    if (element.id !== INFO) continue
    for await (const inner of elements(reading, element.body, element.end)) {
      if (inner.id === DATE) taken = await dateOf(reading, inner)
      if (IN_INFO.includes(inner.id)) edits.push(...voided(inner))
    }
  }
  return { file: edited(file, edits, type), ...(taken ? { taken } : {}) }
}

/** What lies in the segment; the inside of a cluster of unknown length is passed over. */
async function* elementsOfSegment(file: Reading): AsyncGenerator<Element> {
  let found = false
  for await (const element of elements(file, 0, file.size)) {
    if (element.id !== SEGMENT) continue
    found = true
    yield* elements(file, element.body, Math.min(element.end, file.size))
  }
  if (!found) throw new MediaError('damaged', 'segment')
}

/** The elements from `from` to `to`. One of unknown length ends where the next one of a segment begins. */
async function* elements(file: Reading, from: number, to: number): AsyncGenerator<Element> {
  for (let at = from, count = 0; at < to; count++) {
    const element = await elementAt(file, at)
    const known = element.end !== Infinity
    if (count > ELEMENTS_MAX || (known && element.end > to)) throw new MediaError('damaged', 'element')
    yield element
    if (known) at = element.end
    else if (element.id === CLUSTER) at = await endOfCluster(file, element.body, to)
    else return
  }
}

async function endOfCluster(file: Reading, from: number, to: number): Promise<number> {
  for (let at = from; at < to; ) {
    const inner = await elementAt(file, at)
    if (IN_SEGMENT.includes(inner.id)) return at
    if (inner.end > to) throw new MediaError('damaged', 'cluster')
    at = inner.end
  }
  return to
}

async function elementAt(file: Reading, at: number): Promise<Element> {
  const head = await file.read(at, 12)
  const idSize = Math.clz32(head[0] ?? 0) - 23
  const sizeSize = Math.clz32(head[idSize] ?? 0) - 23
  if (idSize > 4 || sizeSize > 8 || idSize + sizeSize > head.length) throw new MediaError('damaged', 'element')
  const id = numberOf(head.subarray(0, idSize))
  const first = (head[idSize] ?? 0) & (0xff >> sizeSize)
  const size = numberOf(Uint8Array.of(first, ...head.subarray(idSize + 1, idSize + sizeSize)))
  const body = at + idSize + sizeSize
  const unknown = size === 2 ** (7 * sizeSize) - 1
  return { id, at, body, end: unknown ? Infinity : body + size }
}

const numberOf = (bytes: Uint8Array): number => bytes.reduce((sum, byte) => sum * 256 + byte, 0)

/** The same length of nothing. */
function voided({ at, end }: Element): Edit[] {
  const length = end - at
  if (!Number.isFinite(length)) throw new MediaError('damaged', 'element')
  if (length < 10) return [{ at, end, bytes: Uint8Array.of(VOID, 0x80 | (length - 2), ...new Uint8Array(length - 2)) }]
  const head = new Uint8Array(9)
  viewOf(head).setBigUint64(1, BigInt(length - 9))
  head.set([VOID, 0x01])
  return [{ at, end, bytes: head }]
}

async function dateOf(file: Reading, { body, end }: Element): Promise<string | undefined> {
  if (end - body !== 8) return undefined
  const bytes = await file.read(body, 8)
  const milliseconds = Number(viewOf(bytes).getBigInt64(0) / 1_000_000n) + EPOCH
  return Math.abs(milliseconds) < 8e15 ? `${new Date(milliseconds).toISOString().slice(0, 19)}Z` : undefined
}
