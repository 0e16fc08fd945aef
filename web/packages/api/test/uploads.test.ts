import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { ApiError, type Job, type Piece, Uploads } from '../src'

const [ID, FAMILY, SIZE, PIECE] = ['5a0f3c11-0008-4000-8000-0000000000b3', '5a0f3c11-0001-4000-8000-00000000fa01', 1000, 300]
const whole = Uint8Array.from({ length: SIZE }, (_, at) => (at * 7) & 255)
const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest()

const job: Job = {
  id: ID,
  familyId: FAMILY,
  size: SIZE,
  async piece(offset): Promise<Piece> {
    const bytes = whole.slice(offset, offset + PIECE)
    return { bytes, sha256: sha256(bytes) }
  },
}

/** What an upload is at a server of tus, with a line that can be cut inside a piece. */
class Server {
  kept = new Uint8Array(0)
  isMade = false
  asked: string[] = []
  checked: boolean[] = []
  /** How many bytes of the next pieces arrive before the line is gone; -1: all of it, and the answer is lost. */
  cuts: number[] = []
  refusing: { status: number; code: string } | undefined

  readonly fetch: typeof fetch = async (input, init) => {
    const request = new Request(input, init)
    this.asked.push(request.method)
    if (request.headers.get('Tus-Resumable') !== '1.0.0') return refused(412, 'error')
    if (request.method === 'POST') return this.made(request)
    if (!this.isMade) return refused(404, 'absent')
    if (request.method === 'DELETE') {
      this.isMade = false
      return new Response(null, { status: 204 })
    }
    return request.method === 'PATCH' ? this.patched(request) : this.told(200)
  }

  private made({ headers }: Request): Response {
    const [id, family] = (headers.get('Upload-Metadata') ?? '').split(',').map((one) => atob(one.split(' ')[1] ?? ''))
    expect([id, family, headers.get('Upload-Length')]).toEqual([ID, FAMILY, String(SIZE)])
    this.isMade = true
    return this.told(201)
  }

  private async patched(request: Request): Promise<Response> {
    if (this.refusing) return refused(this.refusing.status, this.refusing.code)
    if (Number(request.headers.get('Upload-Offset')) !== this.kept.length) return refused(409, 'wrong_offset')
    const bytes = new Uint8Array(await request.arrayBuffer())
    const checksum = request.headers.get('Upload-Checksum')
    this.checked.push(checksum !== null)
    const cut = this.cuts.shift()
    if (cut === undefined || cut === -1) {
      if (checksum && checksum !== `sha256 ${Buffer.from(sha256(bytes)).toString('base64')}`) return refused(460, 'checksum_wrong')
      this.kept = Uint8Array.from([...this.kept, ...bytes])
    } else if (!checksum) this.kept = Uint8Array.from([...this.kept, ...bytes.slice(0, cut)])
    if (cut !== undefined) throw new ApiError(0, 'offline')
    return this.told(204)
  }

  private told(status: number): Response {
    return new Response(null, { status, headers: { 'Upload-Offset': String(this.kept.length) } })
  }
}

const refused = (status: number, code: string): Response => new Response(JSON.stringify({ errors: [{ code }] }), { status })

function setting() {
  const server = new Server()
  return { server, uploads: new Uploads('http://here', server.fetch, 1) }
}

describe('an upload', () => {
  test('goes piece by piece, each with its hash, and tells how far it is', async () => {
    const { server, uploads } = setting()
    const seen: number[] = []
    await uploads.run(job, { progress: (offset) => seen.push(offset) })
    expect(server.kept).toEqual(whole)
    expect(seen).toEqual([300, 600, 900, 1000])
    expect(server.checked).toEqual([true, true, true, true])
  })

  test('goes on after cuts anywhere, and gets further with each', async () => {
    const { server, uploads } = setting()
    server.cuts = [150, 120, -1]
    await uploads.run(job)
    expect(server.kept).toEqual(whole)
    expect(server.checked).toEqual([true, false, false, false, true])
  })

  test('goes on where an earlier one stopped, also when the server is further than this device knows', async () => {
    const { server, uploads } = setting()
    server.isMade = true
    server.kept = whole.slice(0, 777)
    await uploads.run(job)
    expect(server.kept).toEqual(whole)
    expect(server.asked).toEqual(['POST', 'PATCH'])
  })

  test('is not sent on when it was taken back, or refused', async () => {
    const { server, uploads } = setting()
    const stop = new AbortController()
    const ended = uploads.run(job, { signal: stop.signal, progress: () => stop.abort() })
    await expect(ended).rejects.toMatchObject({ code: 'aborted' })
    expect(server.kept.length).toBe(PIECE)
    await uploads.drop(ID)
    await uploads.drop(ID)
    expect(server.isMade).toBe(false)
    server.refusing = { status: 413, code: 'too_large' }
    await expect(uploads.run(job)).rejects.toMatchObject({ status: 413, code: 'too_large' })
    expect(server.asked.filter((one) => one === 'PATCH')).toHaveLength(2)
  })

  test('gives up when the line stays away, and when the upload is gone', async () => {
    const { server, uploads } = setting()
    server.cuts = Array.from({ length: 20 }, () => 0)
    await expect(uploads.run(job)).rejects.toMatchObject({ status: 0 })
    expect(server.asked.filter((one) => one === 'PATCH')).toHaveLength(6)
    server.cuts = [10]
    const gone = uploads.run({
      ...job,
      piece: async (offset) => {
        if (offset > server.kept.length - 1) server.isMade = false
        return job.piece(offset)
      },
    })
    await expect(gone).rejects.toMatchObject({ status: 404, code: 'absent' })
  })
})
