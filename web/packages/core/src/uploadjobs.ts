/** One part of an item on its way: its sealed bytes piece by piece, from this device's rows or from a file that is read as it goes. */

import type { Job, Piece } from '@prifora/api'
import { base64, type Bytes, digest, type Hashing, MEDIA_MAX_BYTES, type PartName, partsOf, pieceAround, SealingFile, startHashing, unbase64 } from '@prifora/crypto'
import { Failed } from './problem'

/** Chunks of 256 KiB in a piece: 4 MiB. */
const CHUNKS = 16

export interface StoredUploadPart {
  name: PartName
  /** Names the upload, the part and the key it is sealed under. */
  id: string
  /** Bytes of the file, and sealed. */
  size: number
  sealedSize: number
  /** Its sealed bytes lie in rows of this device; else the file is read as it goes. */
  isKept: boolean
  /** How many bytes are at the server. */
  sent: number
  /** SHA-256 of the sealed bytes, once all are known. */
  sha256: string | null
  /** How far the sealed bytes are hashed (a piece's beginning), and the state of that. */
  hashed: { at: number; state: string } | null
  /** SHA-256 of the piece that was sent last from there, before it left. */
  flight: string | null
}

/** The file is not the one of which a part was sent: it must get another id, so that no nonce serves two texts. */
export class FileChanged extends Failed {
  constructor() {
    super('file_changed')
  }
}

/** A part whose sealed bytes are here. */
export const keptJob = (part: StoredUploadPart, familyId: string, sealed: Bytes): Job => ({
  id: part.id,
  familyId,
  size: part.sealedSize,
  async piece(offset): Promise<Piece> {
    const bytes = sealed.slice(offset, pieceAround(offset, CHUNKS).end)
    return { bytes, sha256: await digest(bytes) }
  },
})

/** A part that is sealed while its file is read. `keep` stores the part before a piece leaves. */
export class FileJob implements Job {
  readonly id: string
  readonly size: number
  private hashing: Hashing | undefined
  private last: { begin: number; end: number; bytes: Bytes } | undefined

  private constructor(
    private readonly part: StoredUploadPart,
    readonly familyId: string,
    private readonly sealing: SealingFile,
    private readonly keep: () => Promise<void>,
  ) {
    this.id = part.id
    this.size = part.sealedSize
  }

  static async start(part: StoredUploadPart, familyId: string, fileKey: Bytes, file: Blob, keep: () => Promise<void>): Promise<FileJob> {
    const sealing = await SealingFile.start(fileKey, part.id, part.size, partsOf(file), MEDIA_MAX_BYTES)
    return new FileJob(part, familyId, sealing, keep)
  }

  /** Throws FileChanged when what was sent from here before is not what the file holds now. */
  async piece(offset: number): Promise<Piece> {
    const { begin, end } = pieceAround(offset, CHUNKS)
    await this.hashUpTo(begin)
    if (this.last?.begin !== begin) {
      const bytes = await this.sealing.read(begin, Math.min(end, this.size))
      await this.note(bytes)
      this.last = { begin, end, bytes }
    }
    const bytes = this.last.bytes.slice(offset - begin)
    return { bytes, sha256: await digest(bytes) }
  }

  /** SHA-256 of the whole, once all of it is at the server. */
  async end(): Promise<Bytes> {
    await this.hashUpTo(pieceAround(this.size - 1, CHUNKS).begin)
    const { begin } = pieceAround(this.size - 1, CHUNKS)
    if (this.last?.begin !== begin) {
      const bytes = await this.sealing.read(begin, this.size)
      await this.note(bytes)
      this.last = { begin, end: this.size, bytes }
    }
    const hashing = await this.hash()
    hashing.add(this.last.bytes)
    return hashing.end()
  }

  /** Hashes everything before a piece's beginning. At most one piece is missing, and it must be the one that was sent. */
  private async hashUpTo(begin: number): Promise<void> {
    const { part } = this
    const at = part.hashed?.at ?? 0
    if (begin === at) return
    if (begin < at || pieceAround(at, CHUNKS).end !== begin) throw new FileChanged()
    const bytes = this.last?.begin === at ? this.last.bytes : await this.sealing.read(at, begin)
    if (!part.flight || part.flight !== base64(await digest(bytes))) throw new FileChanged()
    const hashing = await this.hash()
    hashing.add(bytes)
    part.hashed = { at: begin, state: base64(hashing.save()) }
    part.flight = null
  }

  /** Keeps what a piece is before it leaves, and compares when it left before. */
  private async note(bytes: Bytes): Promise<void> {
    const flight = base64(await digest(bytes))
    if (this.part.flight !== null && this.part.flight !== flight) throw new FileChanged()
    this.part.flight = flight
    await this.keep()
  }

  private async hash(): Promise<Hashing> {
    const { hashed } = this.part
    this.hashing ??= await startHashing(hashed ? unbase64(hashed.state) : undefined)
    return this.hashing
  }
}
