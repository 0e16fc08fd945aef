/** Something between one profile and the server that changes what passes: every HTTP answer, every frame of the socket. */

import type { Jar } from '@prifora/headless'

export interface Asked {
  method: string
  /** Path and query. */
  path: string
  /** The JSON that was sent; undefined when there was none. */
  body: unknown
}

export type Frame = { t: string } & Record<string, unknown>
type Json = Record<string, unknown>
type Answering = (body: Json, asked: Asked) => Json | undefined
type Passing = (frame: Frame) => Frame[] | undefined
type Bytes = Uint8Array<ArrayBuffer>
type Swapping = (bytes: Bytes, path: string) => Bytes | undefined
/** Ends a lie. */
type Stop = () => void

export class Liar {
  /** How many times something was changed, dropped or added. */
  fired = 0
  private answering: { method: string; path: RegExp; change: Answering }[] = []
  private failing: { method: string; path: RegExp; left: number; isLost: boolean }[] = []
  private swapping: { path: RegExp; change: Swapping }[] = []
  private watching: { method: string; path: RegExp; look: (asked: Asked) => void }[] = []
  private incoming: Passing[] = []
  private outgoing: Passing[] = []
  private sockets = new Set<Passed>()

  /** Changes the JSON of answers; `change` returns nothing to leave one as it is. */
  answer(method: string, path: RegExp, change: Answering): Stop {
    return added(this.answering, { method, path, change })
  }

  /** Changes the bytes of answers that are no JSON. */
  swap(path: RegExp, change: Swapping): Stop {
    return added(this.swapping, { path, change })
  }

  /** Looks at what is asked, and changes nothing. */
  watch(method: string, path: RegExp, look: (asked: Asked) => void): Stop {
    return added(this.watching, { method, path, look })
  }

  /** Lets the server do it, and loses its answer. */
  lose(method: string, path: RegExp, times = 1): Stop {
    return added(this.failing, { method, path, left: times, isLost: true })
  }

  /** Says that it was done, and tells the server nothing. */
  swallow(method: string, path: RegExp, times = 1): Stop {
    return added(this.failing, { method, path, left: times, isLost: false })
  }

  /** Changes, drops (no frame) or adds to what comes from the server; nothing returned leaves a frame as it is. */
  hear(change: Passing): Stop {
    return added(this.incoming, change)
  }

  /** The same for what goes to the server. */
  say(change: Passing): Stop {
    return added(this.outgoing, change)
  }

  /** Puts a frame of its own into every open socket. */
  insert(frame: Frame): void {
    this.fired += 1
    for (const socket of this.sockets) socket.onmessage?.({ data: JSON.stringify(frame) })
  }

  /** A profile whose every word passes here. */
  readonly around = (jar: Jar): Jar => ({
    fetch: (input, init) => this.pass(jar.fetch, new Request(input, init)),
    openSocket: (url) => this.open(jar.openSocket(url)) as unknown as WebSocket,
    empty: () => jar.empty(),
  })

  private async pass(fetch: typeof globalThis.fetch, request: Request): Promise<Response> {
    const { pathname, search } = new URL(request.url)
    const { method } = request
    const body = (await request.clone().json().catch(() => undefined)) as unknown
    const asked = { method, path: pathname + search, body }
    for (const one of this.watching) if (one.method === method && one.path.test(pathname)) one.look(asked)
    const fails = this.failing.find((one) => one.left > 0 && one.method === method && one.path.test(pathname))
    if (fails) {
      fails.left -= 1
      this.fired += 1
      if (!fails.isLost) return new Response(null, { status: 204 })
      await fetch(request)
      throw new TypeError('network')
    }
    const answer = await fetch(request)
    const swaps = this.swapping.filter((one) => method === 'GET' && one.path.test(pathname))
    if (swaps.length > 0 && answer.ok) return this.swapped(answer, swaps, asked.path)
    const lies = this.answering.filter((one) => one.method === method && one.path.test(pathname))
    if (lies.length === 0 || !answer.ok) return answer
    let told = (await answer.clone().json()) as Json
    for (const { change } of lies) told = this.count(change(structuredClone(told), asked)) ?? told
    return new Response(JSON.stringify(told), { status: answer.status, headers: { 'Content-Type': 'application/json' } })
  }

  private async swapped(answer: Response, swaps: { change: Swapping }[], path: string): Promise<Response> {
    let told: Bytes = new Uint8Array(await answer.arrayBuffer())
    for (const { change } of swaps) told = this.count(change(told.slice(), path)) ?? told
    return new Response(told, { status: answer.status, headers: { 'Content-Type': 'application/octet-stream' } })
  }

  private open(real: WebSocket): Passed {
    const passed = new Passed(real, (data) => this.changed(this.incoming, data), (data) => this.changed(this.outgoing, data))
    this.sockets.add(passed)
    real.addEventListener('close', () => this.sockets.delete(passed))
    return passed
  }

  private changed(changes: Passing[], data: string): string[] {
    let frames = [JSON.parse(data) as Frame]
    for (const change of changes) frames = frames.flatMap((one) => this.count(change(structuredClone(one))) ?? [one])
    return frames.map((one) => JSON.stringify(one))
  }

  private count<T>(changed: T | undefined): T | undefined {
    if (changed !== undefined) this.fired += 1
    return changed
  }
}

/** A socket as the app uses it, with a hand on both ways. */
class Passed {
  onopen: (() => void) | null = null
  onmessage: ((event: { data: string }) => void) | null = null
  onclose: ((event: { code: number }) => void) | null = null
  onerror: (() => void) | null = null

  constructor(
    private readonly real: WebSocket,
    hear: (data: string) => string[],
    private readonly say: (data: string) => string[],
  ) {
    real.onopen = () => this.onopen?.()
    real.onmessage = ({ data }) => {
      for (const one of hear(String(data))) this.onmessage?.({ data: one })
    }
    real.onclose = ({ code }) => this.onclose?.({ code })
    real.onerror = () => this.onerror?.()
  }

  get readyState(): number {
    return this.real.readyState
  }

  send(data: string): void {
    for (const one of this.say(data)) this.real.send(one)
  }

  close(): void {
    this.real.close()
  }
}

function added<T>(list: T[], one: T): Stop {
  list.push(one)
  return () => void list.splice(list.indexOf(one), 1)
}
