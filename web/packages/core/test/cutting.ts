/** A line between one profile and the server that is cut inside pieces of uploads, after any of their bytes. */

import { connect, createServer, type Server as Listener, type Socket } from 'node:net'
import type { Jar } from '@prifora/headless'
import type { Server } from './server'

const PIECE = /^PATCH \/api\/v1\/uploads\/[^]*content-length: (\d+)/i

export class Cutter {
  /** After which share of it each of the next pieces is cut; 1: it passes. */
  cuts: number[] = []
  /** How many were. */
  fired = 0
  private readonly listener: Listener
  private readonly open = new Set<Socket>()
  private port = 0

  constructor(private readonly server: Server) {
    this.listener = createServer((client) => this.pass(client))
  }

  async start(): Promise<void> {
    await new Promise<void>((done) => this.listener.listen(0, '127.0.0.1', done))
    this.port = (this.listener.address() as { port: number }).port
  }

  async stop(): Promise<void> {
    for (const socket of this.open) socket.destroy()
    await new Promise((done) => this.listener.close(done))
  }

  /** A profile whose requests pass here. */
  readonly around = (jar: Jar): Jar => ({
    ...jar,
    fetch: async (input, init) => {
      const { url, method, headers, body, signal } = new Request(input, init)
      const bytes = body ? await new Response(body).arrayBuffer() : undefined
      return jar.fetch(url.replace(this.server.origin, `http://127.0.0.1:${this.port}`), { method, headers, signal, ...(bytes ? { body: bytes } : {}) })
    },
  })

  private pass(client: Socket): void {
    const { hostname, port } = new URL(this.server.origin)
    const there = connect(Number(port), hostname)
    let left: number | undefined
    for (const socket of [client, there]) {
      this.open.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        this.open.delete(socket)
        client.destroy()
        there.end()
      })
    }
    there.on('data', (data) => client.write(data))
    client.on('data', (data: Buffer) => {
      left ??= this.cutIn(data.subarray(0, 4096).toString('latin1'))
      if (left === undefined) return void there.write(data)
      there.write(data.subarray(0, left))
      left -= data.length
      if (left > 0) return
      this.fired += 1
      left = undefined
      there.end()
      client.destroy()
    })
  }

  /** After how many bytes of the connection the piece that begins here is cut. */
  private cutIn(head: string): number | undefined {
    const size = PIECE.exec(head)?.[1]
    const share = size === undefined ? undefined : this.cuts.shift()
    if (share === undefined || share >= 1) return undefined
    return Math.max(0, head.indexOf('\r\n\r\n')) + 4 + Math.floor(share * Number(size))
  }
}
