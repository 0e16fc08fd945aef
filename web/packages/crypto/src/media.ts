/** Sealed files (PFM1): in chunks of 256 KiB, so that a part can be read without the whole.
 *
 * header (32 bytes) = "PFM1" || 18 (log2 of the chunk) || 3 zero bytes || plaintext length (u64) || file id (16)
 * chunk i           = AES-256-GCM under HKDF(file key, "file|" || hex file id); nonce = 7 zero bytes || i (u32) || last (u8);
 *                     additional data = header. An empty file has one empty chunk.
 * The nonces are fixed: a file key and a file id are used for one file, once. An item of an album has one file key, and
 * each of its parts has an id of its own.
 */

import { derive, KEY_BYTES } from './aead'
import { type Bytes, concat, equal, hex, number, own, random, readNumber, type Sealed, sealed, utf8, uuidBytes } from './bytes'
import { CryptoError } from './errors'

/** The largest file of a conversation. */
export const FILE_MAX_BYTES = 32 * 1024 * 1024
/** The largest part of an item in an album. */
export const MEDIA_MAX_BYTES = 5 * 1024 ** 3
const CHUNK_LOG = 18
const CHUNK = 2 ** CHUNK_LOG
const TAG = 16
const HEADER = 32

/** Reads part of something: from (included) to (not included). */
export type ReadPart = (from: number, to: number) => Promise<Uint8Array>

/** Reads part of a file that lies on a device. */
export const partsOf =
  (content: Blob): ReadPart =>
  async (from, to) =>
    new Uint8Array(await content.slice(from, to).arrayBuffer())

/** A key for one file. */
export const newFileKey = (): Bytes => random(KEY_BYTES)

const chunksOf = (size: number): number => Math.max(1, Math.ceil(size / CHUNK))

/** How long a sealed file is. */
export const sealedSize = (plainSize: number): number => HEADER + plainSize + chunksOf(plainSize) * TAG

/** How long a file of this sealed size is. */
export const plainSize = (size: number): number => size - HEADER - Math.max(1, Math.ceil((size - HEADER) / (CHUNK + TAG))) * TAG

/** Where the piece of so many chunks ends that a sealed byte is in, and where it begins. */
export function pieceAround(at: number, chunks: number): { begin: number; end: number } {
  const step = chunks * (CHUNK + TAG)
  const nth = Math.max(0, Math.floor((at - HEADER) / step))
  return { begin: nth === 0 ? 0 : HEADER + nth * step, end: HEADER + (nth + 1) * step }
}

/** Seals a file in memory. */
export async function encryptFile(fileKey: Uint8Array, fileId: string, plain: Uint8Array): Promise<Sealed> {
  const sealing = await SealingFile.start(fileKey, fileId, plain.length, async (from, to) => plain.subarray(from, to))
  return sealing.read(0, sealing.sealedSize)
}

/** Seals a file piece by piece. */
export const encryptBlob = (fileKey: Uint8Array, fileId: string, plain: Blob): ReadableStream<Sealed> =>
  streamOf(sealParts(fileKey, fileId, plain))

/**
 * A file of which any part of the sealed form can be made, always the same bytes. So the same key and id must never
 * serve a file that changed since: two texts under one nonce tell their difference, and more.
 */
export class SealingFile {
  readonly sealedSize: number

  private constructor(
    private readonly size: number,
    private readonly header: Bytes,
    private readonly key: CryptoKey,
    private readonly part: ReadPart,
  ) {
    this.sealedSize = sealedSize(size)
  }

  /** Throws too_large above `most`. */
  static async start(fileKey: Uint8Array, fileId: string, size: number, part: ReadPart, most = FILE_MAX_BYTES): Promise<SealingFile> {
    if (size > most) throw new CryptoError('too_large')
    return new SealingFile(size, headerOf(size, fileId), await keyOf(fileKey, fileId, 'encrypt'), part)
  }

  /** The sealed bytes from (included) to (not included); throws malformed when the file is shorter than it was. */
  async read(from: number, to: number): Promise<Sealed> {
    const end = Math.min(to, this.sealedSize)
    const first = Math.max(0, Math.floor((from - HEADER) / (CHUNK + TAG)))
    const parts: Uint8Array[] = first === 0 ? [this.header] : []
    for (let index = first; placeOf(index) < end; index++) parts.push(await this.chunk(index))
    const begin = first === 0 ? 0 : placeOf(first)
    return sealed(concat(...parts).subarray(from - begin, Math.max(from, end) - begin))
  }

  private async chunk(index: number): Promise<Uint8Array> {
    const wanted = chunkSize(this.size, index)
    const plain = own(await this.part(index * CHUNK, index * CHUNK + wanted))
    if (plain.length !== wanted) throw new CryptoError('malformed', 'length')
    const how = { name: 'AES-GCM', iv: nonceOf(this.size, index), additionalData: this.header }
    return new Uint8Array(await crypto.subtle.encrypt(how, this.key, plain))
  }
}

/** Opens a sealed file in memory; throws not_readable when anything is changed, missing or too much. */
export async function decryptFile(fileKey: Uint8Array, fileId: string, container: Uint8Array): Promise<Bytes> {
  const file = await SealedFile.open(fileKey, fileId, async (from, to) => container.subarray(from, to))
  if (file.size > FILE_MAX_BYTES) throw new CryptoError('too_large')
  if (container.length !== sealedSize(file.size)) throw new CryptoError('not_readable', 'length')
  return file.read(0, file.size)
}

/** Opens a sealed file piece by piece; the stream fails with not_readable. Only a stream that ended was whole. */
export const decryptStream = (
  fileKey: Uint8Array,
  fileId: string,
  container: ReadableStream<Uint8Array>,
): ReadableStream<Bytes> => {
  const pieces = new Pieces(container)
  return streamOf(openParts(fileKey, fileId, pieces), pieces)
}

/** Which bytes of a sealed file hold the plaintext from (included) to (not included), and the chunk they begin with. */
export function sealedRange(size: number, from: number, to: number): { from: number; to: number; first: number } {
  const end = Math.min(to, size)
  const [first, last] = [Math.floor(from / CHUNK), Math.max(0, Math.ceil(end / CHUNK) - 1)]
  return { from: HEADER + first * (CHUNK + TAG), to: Math.min(HEADER + (last + 1) * (CHUNK + TAG), sealedSize(size)), first }
}

/** A file whose size is known: opens the plaintext from (included) to (not included) out of exactly the bytes of
 * `sealedRange`, chunk by chunk as they come. Fails with not_readable; what came before the fault was right. */
export const openRange = (
  file: { key: CryptoKey; id: string; size: number },
  from: number,
  to: number,
  source: ReadableStream<Uint8Array>,
): ReadableStream<Bytes> => {
  const pieces = new Pieces(source)
  return streamOf(openChunks(file, from, to, pieces), pieces)
}

/** A sealed file of which any part can be read. */
export class SealedFile {
  private constructor(
    readonly size: number,
    private readonly header: Bytes,
    private readonly key: CryptoKey,
    private readonly part: ReadPart,
  ) {}

  /** Reads the header; throws not_readable, also for a file of more than `most` bytes. */
  static async open(fileKey: Uint8Array, fileId: string, part: ReadPart, most = FILE_MAX_BYTES): Promise<SealedFile> {
    return SealedFile.openWith(await openingKey(fileKey, fileId), fileId, part, most)
  }

  /** The same with a key that can be handed on without its bytes. */
  static async openWith(key: CryptoKey, fileId: string, part: ReadPart, most = MEDIA_MAX_BYTES): Promise<SealedFile> {
    const header = own(await part(0, HEADER))
    return new SealedFile(sizeIn(header, fileId, most), header, key, part)
  }

  /** The plaintext from (included) to (not included), in one reading; throws not_readable. */
  async read(from: number, to: number): Promise<Bytes> {
    const end = Math.min(to, this.size)
    const [first, last] = [Math.floor(from / CHUNK), Math.max(0, Math.ceil(end / CHUNK) - 1)]
    if (first > last) return new Uint8Array()
    const sealedPart = await this.part(placeOf(first), placeOf(last) + chunkSize(this.size, last) + TAG)
    const parts: Bytes[] = []
    for (let index = first; index <= last; index++) {
      const at = placeOf(index) - placeOf(first)
      const chunk = sealedPart.subarray(at, at + chunkSize(this.size, index) + TAG)
      parts.push(await openChunk(this.key, this.header, this.size, index, chunk))
    }
    return concat(...parts).slice(from - first * CHUNK, end - first * CHUNK)
  }
}

/** Where a chunk begins in the sealed file. */
const placeOf = (index: number): number => HEADER + index * (CHUNK + TAG)

const chunkSize = (size: number, index: number): number => Math.min(CHUNK, size - index * CHUNK)

const nonceOf = (size: number, index: number): Bytes =>
  concat(new Uint8Array(7), number(index, 4), number(index === chunksOf(size) - 1 ? 1 : 0, 1))

async function keyOf(fileKey: Uint8Array, fileId: string, use: 'encrypt' | 'decrypt'): Promise<CryptoKey> {
  if (fileKey.length !== KEY_BYTES) throw new CryptoError('malformed', 'key')
  const raw = await derive(fileKey, `file|${hex(uuidBytes(fileId))}`)
  return crypto.subtle.importKey('raw', raw, 'AES-GCM', false, [use])
}

/** What opens one file and nothing else; its bytes can be read by nobody. */
export const openingKey = (fileKey: Uint8Array, fileId: string): Promise<CryptoKey> => keyOf(fileKey, fileId, 'decrypt')

function sizeIn(header: Bytes, fileId: string, most: number): number {
  if (header.length !== HEADER) throw new CryptoError('not_readable', 'header')
  const size = readNumber(header.subarray(8, 16))
  if (size > most || !equal(header, headerOf(size, fileId))) throw new CryptoError('not_readable', 'header')
  return size
}

const headerOf = (size: number, fileId: string): Bytes =>
  concat(utf8('PFM1'), number(CHUNK_LOG, 1), new Uint8Array(3), number(size, 8), uuidBytes(fileId))

async function* sealParts(fileKey: Uint8Array, fileId: string, plain: Blob): AsyncGenerator<Sealed> {
  const sealing = await SealingFile.start(fileKey, fileId, plain.size, partsOf(plain), MEDIA_MAX_BYTES)
  yield sealing.read(0, HEADER)
  for (let at = HEADER; at < sealing.sealedSize; at += CHUNK + TAG) yield sealing.read(at, at + CHUNK + TAG)
}

async function openChunk(key: CryptoKey, header: Bytes, size: number, index: number, chunk: Uint8Array): Promise<Bytes> {
  if (chunk.length !== chunkSize(size, index) + TAG) throw new CryptoError('not_readable', 'length')
  try {
    const how = { name: 'AES-GCM', iv: nonceOf(size, index), additionalData: header }
    return new Uint8Array(await crypto.subtle.decrypt(how, key, own(chunk)))
  } catch {
    throw new CryptoError('not_readable', 'chunk')
  }
}

async function* openParts(fileKey: Uint8Array, fileId: string, source: Pieces): AsyncGenerator<Bytes> {
  const header = await source.take(HEADER)
  const [size, key] = [sizeIn(header, fileId, MEDIA_MAX_BYTES), await keyOf(fileKey, fileId, 'decrypt')]
  for (let index = 0; index < chunksOf(size); index++) {
    yield await openChunk(key, header, size, index, await source.take(chunkSize(size, index) + TAG))
  }
  if ((await source.take(1)).length > 0) throw new CryptoError('not_readable', 'length')
}

async function* openChunks(
  { key, id, size }: { key: CryptoKey; id: string; size: number },
  from: number,
  to: number,
  source: Pieces,
): AsyncGenerator<Bytes> {
  const [header, end] = [headerOf(size, id), Math.min(to, size)]
  let index = sealedRange(size, from, end).first
  do {
    const start = index * CHUNK
    const plain = await openChunk(key, header, size, index, await source.take(chunkSize(size, index) + TAG))
    yield plain.slice(Math.max(0, from - start), end - start)
    index += 1
  } while (index * CHUNK < end)
}

/** A stream, taken in pieces of a wanted size; the last may be shorter. */
class Pieces {
  private readonly reader: ReadableStreamDefaultReader<Uint8Array>
  private kept: Uint8Array = new Uint8Array()

  constructor(source: ReadableStream<Uint8Array>) {
    this.reader = source.getReader()
  }

  /** Nothing more is wanted: where it comes from is told. */
  async stop(): Promise<void> {
    await this.reader.cancel().catch(() => undefined)
  }

  async take(wanted: number): Promise<Bytes> {
    const taken = new Uint8Array(wanted)
    let size = 0
    while (size < wanted) {
      if (this.kept.length === 0) {
        const { done, value } = await this.reader.read()
        if (done) break
        this.kept = value
      }
      const part = this.kept.subarray(0, wanted - size)
      taken.set(part, size)
      size += part.length
      this.kept = this.kept.subarray(part.length)
    }
    return taken.subarray(0, size)
  }
}

/** A stream that makes a part when one is asked for. */
function streamOf<T>(parts: AsyncGenerator<T>, source?: Pieces): ReadableStream<T> {
  const pull = async (controller: ReadableStreamDefaultController<T>): Promise<void> => {
    const { done, value } = await parts.next()
    if (done) controller.close()
    else controller.enqueue(value)
  }
  const cancel = async (): Promise<void> => {
    await source?.stop()
    await parts.return(undefined)
  }
  return new ReadableStream<T>({ pull, cancel }, { highWaterMark: 0 })
}
