import { base64, type Bytes, concat, digest, encryptFile, newFileKey, sealedSize } from '@prifora/crypto'
import { describe, expect, test } from 'vitest'
import { FileJob, keptJob, type StoredUploadPart } from '../src/uploadjobs'

const FAMILY = '5a0f3c11-0001-4000-8000-00000000fa01'
const PIECE = 16 * (2 ** 18 + 16)
const key = newFileKey()
const plain = Uint8Array.from({ length: 9_000_000 }, (_, at) => (at * 7 + (at >> 8)) & 255)
const file = new Blob([plain])

const newPart = (size = plain.length): StoredUploadPart => ({
  name: 'original',
  id: crypto.randomUUID(),
  size,
  sealedSize: sealedSize(size),
  isKept: false,
  sent: 0,
  sha256: null,
  hashed: null,
  flight: null,
})

/** A device: what it keeps of a part survives when it is closed. */
class Device {
  kept: string

  constructor(part: StoredUploadPart) {
    this.kept = JSON.stringify(part)
  }

  open(content: Blob = file): Promise<FileJob> {
    const part = JSON.parse(this.kept) as StoredUploadPart
    return FileJob.start(part, FAMILY, key, content, async () => {
      this.kept = JSON.stringify(part)
    })
  }
}

describe('a file on its way', () => {
  test('is sealed piece by piece, and its hash is that of the whole', async () => {
    const part = newPart()
    const job = await new Device(part).open()
    const pieces: Bytes[] = []
    for (let at = 0; at < job.size; at += pieces.at(-1)?.length ?? 0) {
      const { bytes, sha256 } = await job.piece(at)
      expect(sha256).toEqual(await digest(bytes))
      pieces.push(bytes)
    }
    const whole = await encryptFile(key, part.id, plain)
    expect(pieces.map((one) => one.length)).toEqual([32 + PIECE, PIECE, whole.length - 32 - 2 * PIECE])
    expect(concat(...pieces)).toEqual(Uint8Array.from(whole))
    expect(await job.end()).toEqual(await digest(whole))
  })

  test('goes on from any byte after the device was closed, whatever of the last piece arrived', async () => {
    const part = newPart()
    const whole = await encryptFile(key, part.id, plain)
    const device = new Device(part)
    let at = 0
    for (const cut of [0, 1000, PIECE - 5, 0, 7, 100_000, 5_000_000]) {
      const job = await device.open()
      const { bytes } = await job.piece(at)
      expect(bytes).toEqual(whole.slice(at, at + bytes.length))
      at += Math.min(cut, bytes.length)
    }
    const last = await device.open()
    while (at < whole.length) at += (await last.piece(at)).bytes.length
    expect(await last.end()).toEqual(await digest(whole))
    expect(await (await device.open()).end()).toEqual(await digest(whole))
  })

  test('is not gone on with when the file changed where a piece was sent from', async () => {
    const device = new Device(newPart())
    await (await device.open()).piece(0)
    const other = plain.slice()
    other[100] = (other[100] ?? 0) ^ 1
    const again = await device.open(new Blob([other]))
    await expect(again.piece(50)).rejects.toMatchObject({ code: 'file_changed' })
    await expect((await device.open(new Blob([other]))).piece(32 + PIECE)).rejects.toMatchObject({ code: 'file_changed' })
    await expect((await device.open(new Blob([plain.slice(0, 50)]))).piece(0)).rejects.toMatchObject({ code: 'malformed' })
    expect((await (await device.open()).piece(50)).bytes).toHaveLength(32 + PIECE - 50)
  })

  test('is not gone on with where this device cannot know what was sent', async () => {
    const device = new Device(newPart())
    await expect((await device.open()).piece(32 + PIECE)).rejects.toMatchObject({ code: 'file_changed' })
    const job = await device.open()
    await job.piece(0)
    await job.piece(32 + PIECE)
    await expect((await device.open()).piece(10)).rejects.toMatchObject({ code: 'file_changed' })
  })
})

test('a part that is kept here is cut into the same pieces', async () => {
  const sealed = await encryptFile(key, FAMILY, plain)
  const job = keptJob({ ...newPart(), isKept: true }, FAMILY, sealed)
  const first = await job.piece(0)
  expect(first.bytes).toHaveLength(32 + PIECE)
  expect(base64(first.sha256)).toBe(base64(await digest(first.bytes)))
  expect((await job.piece(32 + PIECE - 3)).bytes).toEqual(sealed.slice(32 + PIECE - 3, 32 + PIECE))
})
