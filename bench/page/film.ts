/** A film of 64 MiB as the app sends and plays it: sealed out of a file a piece at a time, opened as a stream. The limit is
 * AES-GCM of the platform over the same chunks. */

import { type Bytes, equal, MEDIA_MAX_BYTES, newFileKey, openingKey, openRange, partsOf, pieceAround, random, sealedRange, SealingFile } from '@prifora/crypto'
import { openChunks, sealChunks } from './files'
import { Runs } from './runs'

const SIZE = 64 * 1024 * 1024
const ROUNDS = 7
/** Chunks in a piece of an upload: 4 MiB. */
const CHUNKS = 16
/** As much as a browser gives of an answer at a time. */
const STEP = 64 * 1024

export async function film() {
  const [key, id] = [newFileKey(), crypto.randomUUID()]
  const plain = new Uint8Array(SIZE)
  for (let at = 0; at < SIZE; at += 65_536) plain.set(random(65_536), at)
  const file = new Blob([plain])
  const aes = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
  const runs = new Runs()
  for (let round = 0; round <= ROUNDS; round++) {
    const pieces = await runs.time('seal', () => seal(key, id, file))
    const chunks = await runs.time('seal limit', () => sealChunks(aes, plain))
    const opened = await runs.time('open', () => open(key, id, pieces))
    await runs.time('open limit', () => openChunks(aes, chunks))
    if (!equal(opened, plain)) throw new Error('another film')
  }
  return { count: SIZE / 1_000_000, runs: runs.figures }
}

async function seal(key: Bytes, id: string, file: Blob): Promise<Bytes[]> {
  const sealing = await SealingFile.start(key, id, file.size, partsOf(file), MEDIA_MAX_BYTES)
  const pieces: Bytes[] = []
  for (let at = 0; at < sealing.sealedSize; at = pieceAround(at, CHUNKS).end) pieces.push(await sealing.read(at, pieceAround(at, CHUNKS).end))
  return pieces
}

async function open(key: Bytes, id: string, pieces: Bytes[]): Promise<Bytes> {
  const { from } = sealedRange(SIZE, 0, SIZE)
  const opening = { key: await openingKey(key, id), id, size: SIZE }
  const opened = new Uint8Array(SIZE)
  const reader = openRange(opening, 0, SIZE, streamOf(pieces, from)).getReader()
  let at = 0
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    opened.set(next.value, at)
    at += next.value.length
  }
  return opened.subarray(0, at)
}

/** The bytes of the pieces from one on, in steps of which none is a piece. */
function streamOf(pieces: Bytes[], from: number): ReadableStream<Uint8Array> {
  function* steps(): Generator<Uint8Array> {
    for (const [at, piece] of pieces.entries()) for (let step = at === 0 ? from : 0; step < piece.length; step += STEP) yield piece.subarray(step, step + STEP)
  }
  const all = steps()
  return new ReadableStream({
    pull(controller) {
      const { done, value } = all.next()
      if (done) controller.close()
      else controller.enqueue(value)
    },
  })
}
