/** Sealed files of 16 MiB; the limit is AES-GCM of the platform over chunks of 256 KiB. */

import { type Bytes, decryptFile, encryptFile, equal, newFileKey, random } from '@prifora/crypto'
import { Runs } from './runs'

const SIZE = 16 * 1024 * 1024
const CHUNK = 256 * 1024
const ROUNDS = 7

export async function files() {
  const [key, id] = [newFileKey(), crypto.randomUUID()]
  const plain = new Uint8Array(SIZE)
  for (let at = 0; at < SIZE; at += 65_536) plain.set(random(65_536), at)
  const aes = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
  const runs = new Runs()
  for (let round = 0; round <= ROUNDS; round++) {
    const container = await runs.time('encrypt', () => encryptFile(key, id, plain))
    const opened = await runs.time('decrypt', () => decryptFile(key, id, container))
    if (!equal(opened, plain)) throw new Error('another file')
    const chunks = await runs.time('encrypt limit', () => sealChunks(aes, plain))
    await runs.time('decrypt limit', () => openChunks(aes, chunks))
  }
  return { count: SIZE / 1_000_000, runs: runs.figures }
}

const nonceOf = (at: number): Bytes => new Uint8Array(new Uint32Array([0, 0, at]).buffer)

/** AES-GCM of the platform, a chunk at a time. */
export async function sealChunks(key: CryptoKey, plain: Bytes): Promise<ArrayBuffer[]> {
  const chunks: ArrayBuffer[] = []
  for (let at = 0; at < plain.length; at += CHUNK) {
    chunks.push(await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonceOf(at) }, key, plain.subarray(at, at + CHUNK)))
  }
  return chunks
}

export async function openChunks(key: CryptoKey, chunks: ArrayBuffer[]): Promise<void> {
  for (const [at, chunk] of chunks.entries()) {
    await crypto.subtle.decrypt({ name: 'AES-GCM', iv: nonceOf(at * CHUNK) }, key, chunk)
  }
}
