import { describe, expect, it } from 'vitest'
import {
  type Bytes,
  concat,
  decryptFile,
  decryptStream,
  encryptBlob,
  encryptFile,
  FILE_MAX_BYTES,
  MEDIA_MAX_BYTES,
  newFileKey,
  openingKey,
  pieceAround,
  plainSize,
  openRange,
  SealedFile,
  sealedRange,
  sealedSize,
  SealingFile,
} from '../src'
import { flipped, MESSAGE, OTHER } from './ids'

const CHUNK = 2 ** 18
const SEALED = CHUNK + 16
const key = newFileKey()

const plainOf = (size: number): Bytes => Uint8Array.from({ length: size }, (_, at) => (at * 7 + (at >> 8)) & 255)

async function whole(stream: ReadableStream<Uint8Array>): Promise<Bytes> {
  const parts: Uint8Array[] = []
  const reader = stream.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return concat(...parts)
    parts.push(value)
  }
}

const pieces = (bytes: Uint8Array, size: number): ReadableStream<Uint8Array> => {
  let at = 0
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) controller.close()
      else controller.enqueue(bytes.subarray(at, (at += size)))
    },
  })
}

const refused = async (container: Uint8Array, fileKey = key, id = MESSAGE): Promise<void> => {
  await expect(decryptFile(fileKey, id, container)).rejects.toMatchObject({ code: 'not_readable' })
  await expect(whole(decryptStream(fileKey, id, pieces(container, 100_000)))).rejects.toMatchObject({ code: 'not_readable' })
}

describe('a sealed file', () => {
  it('opens as it was, of every length around a chunk, in memory and as a stream', async () => {
    for (const size of [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 5]) {
      const plain = plainOf(size)
      const container = await encryptFile(key, MESSAGE, plain)
      expect(container.length).toBe(sealedSize(size))
      expect(await whole(encryptBlob(key, MESSAGE, new Blob([plain])))).toEqual(Uint8Array.from(container))
      expect(await decryptFile(key, MESSAGE, container)).toEqual(plain)
      expect(await whole(decryptStream(key, MESSAGE, pieces(container, 65_537)))).toEqual(plain)
    }
  })

  it('is read in part without the rest', async () => {
    const plain = plainOf(3 * CHUNK + 100)
    const container = await encryptFile(key, MESSAGE, plain)
    const asked: number[] = []
    const file = await SealedFile.open(key, MESSAGE, async (from, to) => {
      asked.push(to - from)
      return container.subarray(from, to)
    })
    expect(file.size).toBe(plain.length)
    expect(await file.read(CHUNK - 10, CHUNK + 10)).toEqual(plain.slice(CHUNK - 10, CHUNK + 10))
    expect(await file.read(3 * CHUNK + 90, 9 * CHUNK)).toEqual(plain.slice(3 * CHUNK + 90))
    expect(asked).toEqual([32, 2 * SEALED, 116])
  })

  it('does not open with another key, as another file, or with a bit changed anywhere', async () => {
    const container = await encryptFile(key, MESSAGE, plainOf(CHUNK + 50))
    await refused(container, newFileKey())
    await refused(container, key, OTHER)
    for (const at of [0, 4, 5, 15, 20, 32, 32 + SEALED - 1, 32 + SEALED, container.length - 1]) await refused(flipped(container, at))
  })

  it('does not open with chunks swapped, cut, doubled or more behind it', async () => {
    const container = await encryptFile(key, MESSAGE, plainOf(3 * CHUNK))
    const part = (index: number): Uint8Array => container.subarray(32 + index * SEALED, 32 + (index + 1) * SEALED)
    const header = container.subarray(0, 32)
    await refused(concat(header, part(1), part(0), part(2)))
    await refused(concat(header, part(0), part(1)))
    await refused(concat(header, part(0), part(1), part(1)))
    await refused(concat(container, Uint8Array.of(0)))
    await refused(container.subarray(0, -1))
    await refused(header)
    await refused(new Uint8Array())
  })

  it('cannot be shortened by saying that it is shorter', async () => {
    const container = await encryptFile(key, MESSAGE, plainOf(3 * CHUNK))
    const shortened = new Uint8Array(container.subarray(0, 32 + 2 * SEALED))
    new DataView(shortened.buffer).setBigUint64(8, BigInt(2 * CHUNK))
    await refused(shortened)
  })

  it('is sealed from anywhere on, always the same', async () => {
    const plain = plainOf(2 * CHUNK + 77)
    const whole = await encryptFile(key, MESSAGE, plain)
    const asked: number[] = []
    const sealing = await SealingFile.start(key, MESSAGE, plain.length, async (from, to) => {
      asked.push(from)
      return plain.subarray(from, to)
    })
    expect(sealing.sealedSize).toBe(whole.length)
    for (const [from, to] of [[0, 10], [31, 33], [32, 32 + SEALED], [SEALED, 3 * SEALED], [2 * SEALED + 50, 4 * SEALED], [5, 5], [whole.length, whole.length]] as const) {
      expect(await sealing.read(from, to)).toEqual(whole.slice(from, to))
    }
    expect(asked).not.toContain(3 * CHUNK)
    asked.length = 0
    await sealing.read(32 + SEALED, 32 + SEALED + 1)
    expect(asked).toEqual([CHUNK])
  })

  it('tells its size from the sealed one, and where a piece is', () => {
    for (const size of [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 5 * CHUNK, MEDIA_MAX_BYTES]) expect(plainSize(sealedSize(size))).toBe(size)
    const step = 16 * SEALED
    expect(pieceAround(0, 16)).toEqual({ begin: 0, end: 32 + step })
    expect(pieceAround(32 + step - 1, 16)).toEqual({ begin: 0, end: 32 + step })
    expect(pieceAround(32 + step, 16)).toEqual({ begin: 32 + step, end: 32 + 2 * step })
  })

  it('is not sealed when the file became shorter', async () => {
    const sealing = await SealingFile.start(key, MESSAGE, 100, async () => plainOf(99))
    await expect(sealing.read(0, 200)).rejects.toMatchObject({ code: 'malformed' })
  })

  it('of an album is read beyond 4 GiB, with a key whose bytes nobody gets', async () => {
    const [size, chunkOf] = [MEDIA_MAX_BYTES, (at: number) => plainOf(CHUNK).map((byte) => byte ^ (at / CHUNK) % 256)]
    const sealing = await SealingFile.start(key, MESSAGE, size, async (from, to) => chunkOf(from).subarray(0, to - from), size)
    const handle = await openingKey(key, MESSAGE)
    await expect(crypto.subtle.exportKey('raw', handle)).rejects.toThrow()
    const file = await SealedFile.openWith(handle, MESSAGE, (from, to) => sealing.read(from, to))
    for (const from of [0, 2 ** 32 - CHUNK, 2 ** 32, size - CHUNK]) {
      expect(await file.read(from, from + CHUNK)).toEqual(chunkOf(from))
    }
    await expect(SealedFile.open(key, MESSAGE, (from, to) => sealing.read(from, to))).rejects.toMatchObject({ code: 'not_readable' })
    await expect(SealingFile.start(key, MESSAGE, size + 1, async () => new Uint8Array(), size)).rejects.toMatchObject({ code: 'too_large' })
  })

  it('opens with a key that opens this file only and that nobody can read', async () => {
    const plain = plainOf(CHUNK + 9)
    const container = await encryptFile(key, MESSAGE, plain)
    const read = async (from: number, to: number): Promise<Bytes> => container.slice(from, to) as Bytes
    const opening = await openingKey(key, MESSAGE)
    await expect(crypto.subtle.exportKey('raw', opening)).rejects.toThrow()
    expect(opening.usages).toEqual(['decrypt'])
    expect(await (await SealedFile.openWith(opening, MESSAGE, read)).read(0, plain.length)).toEqual(plain)
    const other = await SealedFile.openWith(await openingKey(key, OTHER), MESSAGE, read)
    await expect(other.read(0, 1)).rejects.toMatchObject({ code: 'not_readable' })
  })

  it('gives any range out of the sealed bytes of that range alone, and no byte of a changed chunk', async () => {
    const plain = plainOf(3 * CHUNK + 77)
    const container = await encryptFile(key, MESSAGE, plain)
    const file = { key: await openingKey(key, MESSAGE), id: MESSAGE, size: plain.length }
    const range = (from: number, to: number, bytes: Uint8Array = container): Promise<Bytes> => {
      const part = sealedRange(file.size, from, to)
      return whole(openRange(file, from, to, pieces(bytes.subarray(part.from, part.to), 70_001)))
    }
    for (const [from, to] of [[0, 1], [0, CHUNK], [CHUNK - 1, CHUNK + 1], [CHUNK, 2 * CHUNK], [5, 3 * CHUNK + 77], [3 * CHUNK + 76, 9 * CHUNK]] as const) {
      expect(await range(from, to)).toEqual(plain.slice(from, to))
    }
    await expect(range(CHUNK, CHUNK + 5, flipped(container, 32 + SEALED + 9))).rejects.toMatchObject({ code: 'not_readable' })
    await expect(range(0, CHUNK, container.subarray(0, 900))).rejects.toMatchObject({ code: 'not_readable' })
    expect(await range(0, CHUNK, flipped(container, 32 + SEALED + 9))).toEqual(plain.slice(0, CHUNK))
    const longer = openRange({ ...file, size: file.size + 1 }, 0, 5, pieces(container.subarray(32), 70_001))
    await expect(whole(longer)).rejects.toMatchObject({ code: 'not_readable' })
  })

  it('stops asking when its reader goes away', async () => {
    const container = await encryptFile(key, MESSAGE, plainOf(3 * CHUNK))
    let stopped = false
    const source = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(container.subarray(32, 32 + SEALED)),
      cancel: () => {
        stopped = true
      },
    })
    const file = { key: await openingKey(key, MESSAGE), id: MESSAGE, size: 3 * CHUNK }
    const reader = openRange(file, 0, 3 * CHUNK, source).getReader()
    await reader.read()
    await reader.cancel()
    expect(stopped).toBe(true)
  })

  it('may be a film of several gigabytes, but not in memory', async () => {
    const film = { size: MEDIA_MAX_BYTES, slice: () => new Blob([new Uint8Array(CHUNK)]) } as unknown as Blob
    const reader = encryptBlob(key, MESSAGE, film).getReader()
    const header = (await reader.read()).value as Uint8Array
    const first = (await reader.read()).value as Uint8Array
    await reader.cancel()
    expect(first.length).toBe(SEALED)
    const file = await SealedFile.open(key, MESSAGE, async (from, to) => (from === 0 ? header : first).slice(0, to - from), MEDIA_MAX_BYTES)
    expect(await file.read(0, 3)).toEqual(new Uint8Array(3))
    await expect(decryptFile(key, MESSAGE, concat(header, first))).rejects.toMatchObject({ code: 'not_readable' })
    const more = { ...film, size: MEDIA_MAX_BYTES + 1 } as Blob
    await expect(encryptBlob(key, MESSAGE, more).getReader().read()).rejects.toMatchObject({ code: 'too_large' })
  })

  it('has a largest size', async () => {
    expect(sealedSize(FILE_MAX_BYTES)).toBe(33_556_512)
    await expect(encryptFile(key, MESSAGE, new Uint8Array(FILE_MAX_BYTES + 1))).rejects.toMatchObject({ code: 'too_large' })
  })
})
