/** What waits to be added to albums: stored before anything leaves, sent in turn, gone on with after a cut or a restart. */

import { ApiError, type Media } from '@prifora/api'
import { base64, type Bytes, encryptFile, type ItemMeta, MEDIA_MAX_BYTES, newFileKey, type PartName, sealedSize, unbase64 } from '@prifora/crypto'
import type { AlbumItems } from './albumitems'
import type { StoredAlbum } from './albumrows'
import type { AlbumServer } from './albumserver'
import type { NewItem, Upload } from './albumsurface'
import { isFinal } from './board'
import { Failed, failure } from './failed'
import { fromRows, inRows, rowsFor } from './pieces'
import type { Store } from './store'
import { FileChanged, FileJob, keptJob, type StoredUploadPart } from './uploadjobs'

/** Files up to this size are kept on this device until they are sent, as long as all of them together are not too much. */
const KEPT_MAX_BYTES = 32 * 1024 * 1024
const KEPT_TOTAL_BYTES = 256 * 1024 * 1024
/** Smaller forms of a picture are kept in any case. */
const NAMES = ['thumb', 'poster', 'view', 'original'] as const
const THUMB_STEP = 64 * 1024
const AGAIN_MS = 10_000
const NAME_MAX = 255
const MIME_MAX = 127
const HASH_BYTES = 32
const CHANGES = 5
/** Conflicts that trying again does not end. */
const ENDS = ['album_full', 'conflict']

/** One item on its way. */
export interface StoredUpload {
  id: string
  albumId: string
  familyId: string
  batch: string
  at: number
  /** What the item is, without its parts. */
  meta: Omit<ItemMeta, 'parts'>
  fileKey: string
  parts: StoredUploadPart[]
  /** Of the file that is not kept, to know it again: its bytes, and when it was changed where that is known. */
  modified: number | null
  /** What was sent of it last: the same again, when the answer was lost. */
  made: { version: number; sealedKey: string; sealedMeta: string } | null
  failed: string | null
}

export interface Around {
  server: AlbumServer
  media: Media
  store: Store
  items: AlbumItems
  me: string
  albumOf(albumId: string): StoredAlbum | undefined
  changed(): void
}

const rowOf = ({ at, id }: StoredUpload): string => `upload/${String(at).padStart(14, '0')}/${id}`
const placeOf = (part: StoredUploadPart): string => `part/${part.id}`
const partRows = (part: StoredUploadPart): string[] => (part.isKept ? rowsFor(placeOf(part), part.sealedSize) : [])

export class Uploads {
  private all: StoredUpload[] = []
  /** Files that are read as they are sent, by item. They are here only while the app is open. */
  private readonly files = new Map<string, Blob>()
  private isRunning = false
  private isWanted = false
  /** Those of which the server lost a part once: they are sent again once. */
  private readonly lost = new Set<string>()
  private present: { upload: StoredUpload; stop: AbortController } | undefined
  private again: ReturnType<typeof setTimeout> | undefined
  private isOver = false

  constructor(private readonly around: Around) {}

  async load(): Promise<void> {
    this.all = (await this.around.store.list<StoredUpload>('upload/')).map(([, one]) => one)
  }

  stop(): void {
    this.isOver = true
    clearTimeout(this.again)
    this.present?.stop.abort()
  }

  shown(): Upload[] {
    return this.all.map((one) => ({
      id: one.id,
      albumId: one.albumId,
      batch: one.batch,
      name: one.meta.name,
      sent: one.parts.reduce((sum, part) => sum + part.sent, 0),
      size: one.parts.reduce((sum, part) => sum + part.sealedSize, 0),
      state: this.stateOf(one),
      code: one.failed ?? '',
    }))
  }

  private stateOf(one: StoredUpload): Upload['state'] {
    if (one.failed) return 'failed'
    if (this.lacksFile(one)) return 'file-needed'
    return this.present?.upload === one ? 'sending' : 'waiting'
  }

  private lacksFile(one: StoredUpload): boolean {
    return !this.files.has(one.id) && one.parts.some((part) => !part.isKept && part.sha256 === null)
  }

  /** Takes a batch up, item by item. */
  async add(album: StoredAlbum, items: NewItem[], batch: string = crypto.randomUUID()): Promise<string> {
    if (items.some((one) => one.original.size > MEDIA_MAX_BYTES)) throw new Failed('too_large')
    for (const item of items) {
      const { upload, rows } = await this.prepare(album, item, batch)
      await this.around.store.write({ ...rows, [rowOf(upload)]: upload })
      if (upload.parts.some((part) => !part.isKept)) this.files.set(upload.id, item.original)
      this.all.push(upload)
      this.around.changed()
      void this.run()
    }
    return batch
  }

  private async prepare(album: StoredAlbum, item: NewItem, batch: string): Promise<{ upload: StoredUpload; rows: Record<string, unknown> }> {
    const fileKey = newFileKey()
    const rows: Record<string, unknown> = {}
    const parts: StoredUploadPart[] = []
    for (const name of NAMES) {
      const content = item[name] && (name === 'thumb' ? padded(item[name]) : item[name])
      if (!content) continue
      const made = await this.part(name, fileKey, content)
      parts.push(made.part)
      Object.assign(rows, made.rows)
    }
    const { kind, name, original } = item
    const meta = { n: 1, author: this.around.me, kind, name: name.slice(0, NAME_MAX), mime: original.type.slice(0, MIME_MAX), batch, ...toldOf(item) }
    const at = Math.max(Date.now(), (this.all.at(-1)?.at ?? 0) + 1)
    const place = { id: crypto.randomUUID(), albumId: album.id, familyId: album.familyId, batch, at }
    const named = parts.map((part) => [part.name, { id: part.id, size: part.sealedSize, sha256: new Uint8Array(HASH_BYTES) }])
    await this.around.items.sealMeta(album.id, place.id, fileKey, { ...meta, parts: Object.fromEntries(named) as ItemMeta['parts'] })
    return { upload: { ...place, meta, fileKey: base64(fileKey), parts, modified: modifiedOf(original), made: null, failed: null }, rows }
  }

  private async part(name: PartName, fileKey: Bytes, content: Blob): Promise<{ part: StoredUploadPart; rows: Record<string, unknown> }> {
    const { size } = content
    const sizes = { size, sealedSize: sealedSize(size) }
    const kept = this.all.flatMap((one) => one.parts).reduce((sum, part) => sum + (part.isKept ? part.sealedSize : 0), 0)
    const isKept = size <= KEPT_MAX_BYTES && (name !== 'original' || kept + size <= KEPT_TOTAL_BYTES)
    if (!isKept && name !== 'original') throw new Failed('too_large')
    const part: StoredUploadPart = { name, id: crypto.randomUUID(), ...sizes, isKept, sent: 0, sha256: null, hashed: null, flight: null }
    if (!isKept) return { part, rows: {} }
    const sealed = await encryptFile(fileKey, part.id, new Uint8Array(await content.arrayBuffer()))
    return { part, rows: inRows(placeOf(part), sealed) }
  }

  /** Takes one upload, or a batch, back. */
  async cancel(id: string): Promise<void> {
    await this.end(this.all.filter((one) => one.id === id || one.batch === id))
    void this.run()
  }

  /** Takes back what was to go to an album that is gone: nothing of it stays here, nor at the server. */
  leave(albumId: string): Promise<void> {
    return this.end(this.all.filter((one) => one.albumId === albumId))
  }

  private async end(gone: StoredUpload[]): Promise<void> {
    for (const one of gone) {
      if (this.present?.upload === one) this.present.stop.abort()
      await this.forget(one)
      for (const part of one.parts) void this.around.media.uploads.drop(part.id).catch(() => undefined) // Else the server forgets it in a day.
    }
  }

  /** Tries once more what failed. */
  async retry(id: string): Promise<void> {
    for (const one of this.all) {
      if (one.id !== id && one.batch !== id) continue
      one.failed = null
      this.lost.delete(one.id)
      await this.keep(one)
    }
    void this.run()
  }

  /** The file of an upload again; another one than before begins anew. */
  async giveFile(id: string, file: Blob): Promise<void> {
    const one = this.all.find((upload) => upload.id === id)
    if (!one) throw new Failed('absent')
    if (file.size > MEDIA_MAX_BYTES) throw new Failed('too_large')
    const part = one.parts.find(({ isKept }) => !isKept)
    const isSame = part?.size === file.size && (one.modified === null || one.modified === modifiedOf(file))
    this.files.set(id, file)
    if (part && !isSame) {
      one.modified = modifiedOf(file)
      await this.anew(one, part, file)
    }
    this.around.changed()
    void this.run()
  }

  /** Sends what waits, one after the other, until nothing does or the line is gone. */
  async run(): Promise<void> {
    this.isWanted = true
    if (this.isRunning) return
    this.isRunning = true
    try {
      while (this.isWanted) {
        this.isWanted = false
        await this.runAll()
      }
    } finally {
      this.isRunning = false
      this.around.changed()
    }
  }

  private async runAll(): Promise<void> {
    clearTimeout(this.again)
    for (;;) {
      const upload = this.all.find((one) => this.stateOf(one) === 'waiting')
      if (!upload || this.isOver) return
      const stop = new AbortController()
      this.present = { upload, stop }
      this.around.changed()
      const mayGoOn = await this.one(upload, stop.signal).finally(() => (this.present = undefined))
      if (!mayGoOn) return
    }
  }

  /** Returns false when sending must stop for now. */
  private async one(upload: StoredUpload, signal: AbortSignal): Promise<boolean> {
    try {
      if (!this.around.albumOf(upload.albumId)) {
        await this.end([upload])
        return true
      }
      for (const part of upload.parts) if (part.sha256 === null) await this.send(upload, part, signal)
      await this.finish(upload)
      return true
    } catch (problem) {
      if (signal.aborted) return !this.isOver
      return this.after(upload, problem)
    }
  }

  private async after(upload: StoredUpload, problem: unknown): Promise<boolean> {
    const isThere = this.around.albumOf(upload.albumId) !== undefined
    if (problem instanceof ApiError && problem.status === 404 && isThere && !this.lost.has(upload.id)) {
      this.lost.add(upload.id)
      for (const part of upload.parts) await this.sendAgain(upload, part)
      return true
    }
    if (!(problem instanceof ApiError) || isFinal(problem) || ENDS.includes(problem.code)) {
      upload.failed = failure(problem).code
      await this.keep(upload)
      return true
    }
    if (!this.isOver) this.again = setTimeout(() => void this.run(), AGAIN_MS)
    return false
  }

  private async send(upload: StoredUpload, part: StoredUploadPart, signal: AbortSignal): Promise<void> {
    for (let changes = 0; part.sha256 === null; changes++) {
      try {
        await this.sendOnce(upload, part, signal)
      } catch (problem) {
        const file = this.files.get(upload.id)
        if (!(problem instanceof FileChanged) || !file || changes >= CHANGES) throw problem
        await this.anew(upload, part, file)
      }
    }
  }

  private async sendOnce(upload: StoredUpload, part: StoredUploadPart, signal: AbortSignal): Promise<void> {
    const { media, store } = this.around
    const watch = { signal, progress: (offset: number) => this.progress(part, offset) }
    if (part.isKept) {
      const sealed = await fromRows(store, placeOf(part))
      if (!sealed) throw new Failed('absent')
      await media.uploads.run(keptJob(part, upload.familyId, sealed), watch)
      part.sha256 = base64(new Uint8Array(await crypto.subtle.digest('SHA-256', sealed)))
    } else {
      const file = this.files.get(upload.id)
      if (!file) throw new Failed('file_needed')
      const job = await FileJob.start(part, upload.familyId, unbase64(upload.fileKey), file, () => this.keep(upload))
      await media.uploads.run(job, watch)
      part.sha256 = base64(await job.end())
    }
    part.sent = part.sealedSize
    await this.keep(upload)
  }

  private progress(part: StoredUploadPart, offset: number): void {
    part.sent = offset
    this.around.changed()
  }

  /** Everything is at the server: the item is made of it. */
  private async finish(upload: StoredUpload): Promise<void> {
    const { items, server } = this.around
    const { id, albumId, meta, parts } = upload
    const fileKey = unbase64(upload.fileKey)
    const named = parts.map((part) => [part.name, { id: part.id, size: part.sealedSize, sha256: unbase64(part.sha256 ?? '') }])
    const whole = { ...meta, parts: Object.fromEntries(named) as ItemMeta['parts'] }
    const sent = parts.map((part) => ({ name: part.name, upload_id: part.id, sha256: part.sha256 ?? '' }))
    await items.withKey(albumId, id, fileKey, async (version, sealedKey) => {
      if (upload.made?.version !== version) {
        upload.made = { version, sealedKey, sealedMeta: base64(await items.sealMeta(albumId, id, fileKey, whole)) }
        await this.keep(upload)
      }
      const { sealedMeta } = upload.made
      return server.add(albumId, { id, version, sealed_key: upload.made.sealedKey, sealed_meta: sealedMeta, parts: sent })
    })
    await this.forget(upload)
  }

  /** The server has a part no more: it is sent once more, under the same id where its bytes are certain to be the same. */
  private async sendAgain(upload: StoredUpload, part: StoredUploadPart): Promise<void> {
    const file = this.files.get(upload.id)
    if (!part.isKept) return this.anew(upload, part, file)
    part.sha256 = null
    part.sent = 0
    await this.keep(upload)
  }

  /** Another id, and with it another key and other nonces. */
  private async anew(upload: StoredUpload, part: StoredUploadPart, file: Blob | undefined): Promise<void> {
    void this.around.media.uploads.drop(part.id).catch(() => undefined)
    const size = file?.size ?? part.size
    Object.assign(part, { id: crypto.randomUUID(), size, sealedSize: sealedSize(size), sent: 0, sha256: null, hashed: null, flight: null })
    upload.made = null
    await this.keep(upload)
  }

  private async keep(upload: StoredUpload): Promise<void> {
    if (this.all.includes(upload)) await this.around.store.write({ [rowOf(upload)]: upload })
    this.around.changed()
  }

  private async forget(upload: StoredUpload): Promise<void> {
    this.all = this.all.filter((one) => one !== upload)
    this.files.delete(upload.id)
    await this.around.store.write({}, [rowOf(upload), ...upload.parts.flatMap(partRows)])
    this.around.changed()
  }
}

/** Filled up with zeros, which decoders of pictures ignore, so that a thumbnail's size tells little. */
const padded = (picture: Blob): Blob => new Blob([picture, new Uint8Array((THUMB_STEP - (picture.size % THUMB_STEP)) % THUMB_STEP)], { type: picture.type })

const modifiedOf = (file: Blob): number | null => ('lastModified' in file && typeof file.lastModified === 'number' ? file.lastModified : null)

/** What is told of an item where it is known. */
function toldOf({ taken, width, height, seconds, caption, people }: NewItem): Pick<NewItem, 'taken' | 'width' | 'height' | 'seconds' | 'caption' | 'people'> {
  const told = Object.entries({ taken, width, height, seconds, caption, people }).filter(([, value]) => value !== undefined)
  return Object.fromEntries(told)
}
