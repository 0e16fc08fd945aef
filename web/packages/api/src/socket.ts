/** The one socket: says how far this device is, hears everything after, comes back by itself. */

export interface LogFrame {
  t: 'log'
  c: string
  seq: number
  kind: 'message' | 'commit' | 'proposal'
  epoch: number
  account: string | null
  device: string | null
  ident: string
  at: string
  body: string
  /** When it disappears; null: it stays. */
  until: string | null
}

export interface Acked {
  seq: number
}

export interface Nacked {
  code: string
  epoch?: number
}

/** "open": everything flows. "again": lost a moment ago, coming back by itself. "gone": people should know. */
export type Line = 'open' | 'again' | 'gone'

export interface Listener {
  log(frame: LogFrame): void
  event(name: string, body: Record<string, string>): void
  /** Lines before `first` are not kept any more, and this device has not seen them all. */
  gap(conversationId: string, first: number): void
  delivered(conversationId: string, accountId: string, seq: number): void
  /** Everything missed has come. */
  ready(): void
  line(line: Line): void
  /** The session is over. */
  signedOut(): void
}

export interface OutgoingMessage {
  conversationId: string
  ident: string
  epoch: number
  body: string
  archive: { id: string; record: string; signature: string } | null
  /** Seconds after which the server forgets it. */
  ttl?: number
}

const SIGN_IN_AGAIN = 4401
const REPLACED = 4409
const BEAT_MS = 25_000
const WAIT_MS = { first: 500, most: 30_000 }
/** How long coming back may take before it is called "no connection". */
const PATIENCE_MS = 4000

export class Socket {
  private socket: WebSocket | undefined
  private tries = 0
  private isReady = false
  private stopped = false
  private heard = true
  private timer: ReturnType<typeof setTimeout> | undefined
  private patience: ReturnType<typeof setTimeout> | undefined
  private line: Line | undefined
  private beat: ReturnType<typeof setInterval> | undefined
  private waiting = new Map<string, { done: (seq: Acked | Nacked) => void }>()

  constructor(
    private readonly url: string,
    private readonly cursors: () => Record<string, number>,
    private readonly listener: Listener,
    private readonly open: (url: string) => WebSocket = (address) => new WebSocket(address),
  ) {}

  /** Connects, and goes on connecting until `stop`. */
  start(): void {
    this.stopped = false
    this.be('again')
    this.connect()
    this.beat ??= setInterval(() => this.checkLife(), BEAT_MS)
  }

  stop(): void {
    this.stopped = true
    clearInterval(this.beat)
    this.beat = undefined
    this.drop()
  }

  /** The line is gone; do not wait for the other side to notice. */
  drop(): void {
    const socket = this.socket
    this.socket = undefined
    socket?.close()
    this.lost('gone')
  }

  /** Try at once, for example when the device is online again. */
  hurry(): void {
    if (!this.socket && !this.stopped) this.connect()
  }

  get canSend(): boolean {
    return this.isReady
  }

  /** Sends a sealed message; resolves when the server committed or refused it, undefined when the line broke. */
  send(message: OutgoingMessage): Promise<Acked | Nacked | undefined> {
    if (!this.isReady) return Promise.resolve(undefined)
    return new Promise((resolve) => {
      this.waiting.set(message.ident, { done: resolve })
      const { conversationId: c, ident, epoch, body, archive, ttl } = message
      this.say({ t: 'send', c, ident, epoch, body, archive, ...(ttl ? { ttl } : {}) })
    })
  }

  got(conversationId: string, seq: number): void {
    if (this.isReady) this.say({ t: 'got', c: conversationId, seq })
  }

  follow(conversationId: string, after: number): void {
    if (this.isReady) this.say({ t: 'follow', c: conversationId, after })
  }

  private say(frame: object): void {
    if (this.socket?.readyState === 1) this.socket.send(JSON.stringify(frame))
  }

  private connect(): void {
    clearTimeout(this.timer)
    if (this.socket || this.stopped) return
    const socket = this.open(this.url)
    this.socket = socket
    socket.onopen = () => {
      this.heard = true
      this.say({ t: 'hello', cursors: this.cursors() })
    }
    socket.onmessage = ({ data }) => {
      this.heard = true
      this.take(JSON.parse(String(data)) as { t: string } & Record<string, unknown>)
    }
    socket.onclose = ({ code }) => {
      if (this.socket !== socket) return
      const wasReady = this.isReady
      this.socket = undefined
      if (code === SIGN_IN_AGAIN) this.stopped = true
      this.lost(wasReady ? 'again' : 'gone', code !== REPLACED)
      if (code === SIGN_IN_AGAIN) this.listener.signedOut()
    }
    socket.onerror = () => undefined
  }

  private take(frame: { t: string } & Record<string, unknown>): void {
    if (frame.t === 'log') this.listener.log(frame as unknown as LogFrame)
    else if (frame.t === 'ack') this.answer(String(frame.ident), { seq: Number(frame.seq) })
    else if (frame.t === 'nack') this.answer(String(frame.ident), frame as unknown as Nacked)
    else if (frame.t === 'got') for (const [account, seq] of Object.entries(frame.at as object)) this.listener.delivered(String(frame.c), account, Number(seq))
    else if (frame.t === 'gap') this.listener.gap(String(frame.c), Number(frame.first))
    else if (frame.t === 'event') this.listener.event(String(frame.name), frame.body as Record<string, string>)
    else if (frame.t === 'ready') {
      this.tries = 0
      this.isReady = true
      this.be('open')
      this.listener.ready()
    }
  }

  private answer(ident: string, outcome: Acked | Nacked): void {
    this.waiting.get(ident)?.done(outcome)
    this.waiting.delete(ident)
  }

  private lost(line: Line, comesBack = true): void {
    this.isReady = false
    for (const { done } of this.waiting.values()) done(undefined as unknown as Nacked)
    this.waiting.clear()
    this.be(line)
    clearTimeout(this.timer)
    if (comesBack && !this.stopped) this.later()
  }

  /** Says how the line is when that changed. "again" does not last: it becomes "open", or "gone". */
  private be(line: Line): void {
    if (line === 'again' && this.line === 'gone') return
    clearTimeout(this.patience)
    if (line === 'again') this.patience = setTimeout(() => this.be('gone'), PATIENCE_MS)
    if (line === this.line) return
    this.line = line
    this.listener.line(line)
  }

  private later(): void {
    const wait = Math.min(WAIT_MS.most, WAIT_MS.first * 2 ** this.tries++) * (0.5 + Math.random() / 2)
    this.timer = setTimeout(() => this.connect(), wait)
  }

  private checkLife(): void {
    if (!this.socket) return
    if (!this.heard) return this.drop()
    this.heard = false
    this.say({ t: 'ping' })
  }
}
