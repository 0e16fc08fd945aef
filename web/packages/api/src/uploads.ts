/** Uploads by pieces (tus 1.0): what was cut goes on where it stopped. What comes here is sealed already. */

import { ApiError, problemOf } from './http'

const TRIES = 5
const PAUSE_MS = 500
const VERSION = { 'Tus-Resumable': '1.0.0' }

/** Bytes of an upload from one offset on; `sha256` of exactly these. */
export interface Piece {
  bytes: Uint8Array<ArrayBuffer>
  sha256: Uint8Array
}

export interface Job {
  id: string
  familyId: string
  /** Bytes of the whole. */
  size: number
  /** The piece that begins at an offset: any length but none, within the server's limit of 16 MiB. */
  piece(offset: number): Promise<Piece>
}

export interface Watch {
  /** Ends the sending; what is at the server stays there. */
  signal?: AbortSignal | undefined
  /** How many bytes are at the server. */
  progress?: (offset: number) => void
}

export class Uploads {
  constructor(
    private readonly origin: string,
    private readonly fetcher: typeof fetch,
    private readonly pauseMs = PAUSE_MS,
  ) {}

  /** Announces an upload, or finds the one that was begun; returns how many bytes are there. */
  async create(id: string, familyId: string, size: number): Promise<number> {
    const metadata = `id ${btoa(id)},family ${btoa(familyId)}`
    return offsetIn(await this.ask('POST', '', { headers: { 'Upload-Length': String(size), 'Upload-Metadata': metadata } }))
  }

  /** How many bytes are there. */
  async offset(id: string): Promise<number> {
    return offsetIn(await this.ask('HEAD', `/${id}`, {}))
  }

  /** Sends one piece; with a hash all of it counts or nothing, without one also a part. Returns how many bytes are there. */
  async send(id: string, offset: number, bytes: Uint8Array<ArrayBuffer>, sha256?: Uint8Array, signal?: AbortSignal): Promise<number> {
    const checksum = sha256 ? { 'Upload-Checksum': `sha256 ${btoa(String.fromCharCode(...sha256))}` } : {}
    const headers = { 'Content-Type': 'application/offset+octet-stream', 'Upload-Offset': String(offset), ...checksum }
    return offsetIn(await this.ask('PATCH', `/${id}`, { headers, body: new Blob([bytes]), ...(signal ? { signal } : {}) }))
  }

  /** Takes an upload back; one that is not there is no harm. */
  async drop(id: string): Promise<void> {
    await this.ask('DELETE', `/${id}`, {}).catch((problem: unknown) => {
      if (!(problem instanceof ApiError) || problem.status !== 404) throw problem
    })
  }

  /**
   * Sends the whole of a job, going on after cuts. Throws when the line stays away, when the server refuses, and
   * "aborted". After a cut pieces go without their hash until one arrived, so that a bad line gets further each time.
   */
  async run(job: Job, { signal, progress }: Watch = {}): Promise<void> {
    let offset = await this.create(job.id, job.familyId, job.size)
    for (let cuts = 0; offset < job.size; progress?.(offset)) {
      if (signal?.aborted) throw new ApiError(0, 'aborted')
      const before = offset
      const { bytes, sha256 } = await job.piece(offset)
      try {
        offset = await this.send(job.id, offset, bytes, cuts > 0 ? undefined : sha256, signal)
        cuts = 0
      } catch (problem) {
        offset = await this.after(problem, job.id, (cuts += 1), signal)
        if (offset > before) cuts = 1
      }
    }
  }

  /** Where to go on after something went wrong; throws what trying again does not help against. */
  private async after(problem: unknown, id: string, tries: number, signal: AbortSignal | undefined): Promise<number> {
    if (signal?.aborted) throw new ApiError(0, 'aborted')
    const mayPass = problem instanceof ApiError && [0, 409, 423, 460, 503].includes(problem.status)
    if (!mayPass || tries > TRIES) throw problem
    if (problem.code !== 'wrong_offset') await pause(this.pauseMs * tries)
    return this.offset(id).catch((again: unknown) => this.after(again, id, tries + 1, signal))
  }

  private async ask(method: string, path: string, how: RequestInit): Promise<Response> {
    const headers = { ...VERSION, ...(how.headers as Record<string, string> | undefined) }
    const answer = await this.fetcher(`${this.origin}/api/v1/uploads${path}`, { ...how, method, headers })
    if (!answer.ok) throw problemOf(answer.status, await answer.json().catch(() => undefined))
    return answer
  }
}

function offsetIn(answer: Response): number {
  const offset = Number(answer.headers.get('Upload-Offset') ?? Number.NaN)
  if (!Number.isSafeInteger(offset) || offset < 0) throw new ApiError(answer.status, 'error')
  return offset
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
