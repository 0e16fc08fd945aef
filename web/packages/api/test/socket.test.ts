import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Line, type Listener, type LogFrame, Socket } from '../src'

/** The other end of a socket, as a browser shows it. */
class Wire {
  static all: Wire[] = []
  readyState = 0
  said: Record<string, unknown>[] = []
  onopen: (() => void) | undefined
  onmessage: ((message: { data: string }) => void) | undefined
  onclose: ((event: { code: number }) => void) | undefined
  closed = false

  constructor() {
    Wire.all.push(this)
  }
  send(text: string): void {
    this.said.push(JSON.parse(text) as Record<string, unknown>)
  }
  close(): void {
    this.closed = true
  }
  opens(): void {
    this.readyState = 1
    this.onopen?.()
  }
  says(frame: object): void {
    this.onmessage?.({ data: JSON.stringify(frame) })
  }
  ready(): void {
    this.opens()
    this.says({ t: 'ready' })
  }
  ends(code: number): void {
    this.readyState = 3
    this.onclose?.({ code })
  }
}

const PLACE_CHANGED = 4403
const LOST = 1006

let heard: { lines: Line[]; logs: LogFrame[]; events: [string, object][]; gaps: [string, number][]; signedOut: number }
let socket: Socket
const last = (): Wire => Wire.all.at(-1) as Wire

beforeEach(() => {
  vi.useFakeTimers()
  vi.spyOn(Math, 'random').mockReturnValue(1)
  Wire.all = []
  heard = { lines: [], logs: [], events: [], gaps: [], signedOut: 0 }
  const listener: Listener = {
    log: (frame) => heard.logs.push(frame),
    event: (name, body) => heard.events.push([name, body]),
    gap: (id, first) => heard.gaps.push([id, first]),
    delivered: () => undefined,
    ready: () => undefined,
    line: (line) => heard.lines.push(line),
    signedOut: () => (heard.signedOut += 1),
  }
  socket = new Socket('ws://here/ws/v1', () => ({ talk: 7 }), listener, () => new Wire() as unknown as WebSocket)
})

afterEach(() => {
  socket.stop()
  vi.restoreAllMocks()
  vi.useRealTimers()
})

describe('a socket', () => {
  test('says how far it is and is open when everything missed has come', () => {
    socket.start()
    last().opens()
    expect(last().said).toEqual([{ t: 'hello', cursors: { talk: 7 } }])
    expect(socket.canSend).toBe(false)
    last().says({ t: 'ready' })
    expect(socket.canSend).toBe(true)
    expect(heard.lines).toEqual(['again', 'open'])
  })

  test('hands on lines and hints', () => {
    socket.start()
    last().ready()
    last().says({ t: 'log', c: 'talk', seq: 8 })
    last().says({ t: 'event', name: 'account.portrait', body: { account_id: 'jan' } })
    expect(heard.logs).toMatchObject([{ c: 'talk', seq: 8 }])
    expect(heard.events).toEqual([['account.portrait', { account_id: 'jan' }]])
  })

  test('says where lines are missing', () => {
    socket.start()
    last().ready()
    last().says({ t: 'gap', c: 'talk', first: 40 })
    expect(heard.gaps).toEqual([['talk', 40]])
  })

  test('tells the server when a message disappears', () => {
    socket.start()
    last().ready()
    void socket.send({ conversationId: 'talk', ident: 'i', epoch: 1, body: 'b', archive: null, ttl: 3600 })
    void socket.send({ conversationId: 'talk', ident: 'j', epoch: 1, body: 'b', archive: null })
    expect(last().said.slice(1)).toEqual([
      { t: 'send', c: 'talk', ident: 'i', epoch: 1, body: 'b', archive: null, ttl: 3600 },
      { t: 'send', c: 'talk', ident: 'j', epoch: 1, body: 'b', archive: null },
    ])
  })

  test('that is closed because a place changed is not called gone', () => {
    socket.start()
    last().ready()
    last().ends(PLACE_CHANGED)
    vi.advanceTimersByTime(500)
    expect(Wire.all).toHaveLength(2)
    last().ready()
    vi.advanceTimersByTime(10_000)
    expect(heard.lines).toEqual(['again', 'open', 'again', 'open'])
  })

  test('is gone when coming back fails', () => {
    socket.start()
    last().ready()
    last().ends(LOST)
    vi.advanceTimersByTime(500)
    last().ends(LOST)
    expect(heard.lines.at(-1)).toBe('gone')
    vi.advanceTimersByTime(1000)
    last().ready()
    expect(heard.lines.at(-1)).toBe('open')
  })

  test('is gone when coming back takes more than a few seconds', () => {
    socket.start()
    last().ready()
    last().ends(LOST)
    vi.advanceTimersByTime(3900)
    expect(heard.lines.at(-1)).toBe('again')
    vi.advanceTimersByTime(200)
    expect(heard.lines.at(-1)).toBe('gone')
  })

  test('is gone when the very first try takes too long', () => {
    socket.start()
    vi.advanceTimersByTime(4100)
    expect(heard.lines).toEqual(['again', 'gone'])
  })

  test('waits twice as long after each failure, and never more than half a minute', () => {
    socket.start()
    const waits: number[] = []
    for (let tries = 0; tries < 10; tries++) {
      const before = Wire.all.length
      last().ends(LOST)
      let waited = 0
      for (; Wire.all.length === before; waited += 100) vi.advanceTimersByTime(100)
      waits.push(waited)
    }
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000, 30_000])
  })

  test('starts counting anew once it was open', () => {
    socket.start()
    for (const wait of [500, 1000, 2000]) {
      last().ends(LOST)
      vi.advanceTimersByTime(wait)
    }
    last().ready()
    last().ends(LOST)
    vi.advanceTimersByTime(500)
    expect(Wire.all).toHaveLength(5)
  })

  test('that must sign in again says so once and does not come back', () => {
    socket.start()
    last().ready()
    last().ends(4401)
    vi.advanceTimersByTime(120_000)
    expect(heard.signedOut).toBe(1)
    expect(Wire.all).toHaveLength(1)
  })

  test('that was replaced by another one of this device does not fight it', () => {
    socket.start()
    last().ready()
    last().ends(4409)
    vi.advanceTimersByTime(120_000)
    expect(Wire.all).toHaveLength(1)
    socket.hurry()
    expect(Wire.all).toHaveLength(2)
  })

  test('drops at once when the device is offline, and tries at once when it is online', () => {
    socket.start()
    last().ready()
    socket.drop()
    expect(heard.lines.at(-1)).toBe('gone')
    expect(Wire.all[0]?.closed).toBe(true)
    socket.hurry()
    expect(Wire.all).toHaveLength(2)
    Wire.all[0]?.ends(LOST)
    last().ready()
    expect(heard.lines.at(-1)).toBe('open')
  })

  test('tells what was being sent when the line breaks', async () => {
    socket.start()
    last().ready()
    const message = { conversationId: 'talk', ident: 'a', epoch: 1, body: 'b', archive: null }
    const kept = socket.send(message)
    const lost = socket.send({ ...message, ident: 'z' })
    last().says({ t: 'ack', c: 'talk', ident: 'a', seq: 9 })
    last().ends(LOST)
    expect(await kept).toEqual({ seq: 9 })
    expect(await lost).toBeUndefined()
    expect(await socket.send(message)).toBeUndefined()
  })

  test('notices a line that went dead without a word', () => {
    socket.start()
    last().ready()
    vi.advanceTimersByTime(25_000)
    expect(last().said.at(-1)).toEqual({ t: 'ping' })
    last().says({ t: 'pong' })
    vi.advanceTimersByTime(25_000)
    expect(Wire.all).toHaveLength(1)
    vi.advanceTimersByTime(25_000)
    expect(heard.lines.at(-1)).toBe('gone')
    vi.advanceTimersByTime(500)
    expect(Wire.all).toHaveLength(2)
  })

  test('that is stopped stays stopped', () => {
    socket.start()
    last().ready()
    socket.stop()
    vi.advanceTimersByTime(120_000)
    socket.hurry()
    expect(Wire.all).toHaveLength(1)
  })
})
