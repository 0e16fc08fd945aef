/** The messages of one conversation as they are kept: each in one row, with everything later lines changed already applied. */

import type { Store } from './store'
import type { Message } from './surface'

export interface StoredFile {
  id: string
  key: string
  name: string
  mime: string
  size: number
}

export interface StoredMessage {
  id: string
  seq: number
  author: string
  at: number
  kind: Message['kind']
  text: string
  reply?: string
  /** Milliseconds since 1970. */
  until?: number
  file?: StoredFile
  seconds?: number
  place?: NonNullable<Message['place']>
  /** The line that wrote the present words. */
  edited?: number
  gone?: true
  reactions?: Record<string, { emoji: string; seq: number }>
  /** SHA-256 of its archive record. */
  archive?: string
}

/** A line that changes a message. */
export interface Change {
  ref: string
  author: string
  seq: number
  what: 'edit' | 'delete' | 'reaction'
  value: string
}

export interface Rows {
  puts: Record<string, unknown>
  deletes: string[]
}

/** Lines in one stretch of rows that is read at once. */
const STRETCH = 100
const DIGITS = 12
const PAGE = 200

const stretchOf = (conversationId: string, at: number): string =>
  `message/${conversationId}/${String(at).padStart(DIGITS - 2, '0')}`
/** Two may claim one number: who lied about it is not known yet, so both stay. */
const rowOf = (conversationId: string, { seq, id }: StoredMessage): string => `message/${conversationId}/${String(seq).padStart(DIGITS, '0')}/${id}`
const lateRow = (conversationId: string, ref: string): string => `late/${conversationId}/${ref}`

export class Messages {
  /** In the order of the log. */
  readonly all: StoredMessage[] = []
  private byId = new Map<string, StoredMessage>()
  private next = -1
  private loading: Promise<void> | undefined
  private late: Promise<Map<string, Change[]>> | undefined

  constructor(
    private readonly conversationId: string,
    private readonly store: Store,
  ) {}

  /** Reads the newest page; the older ones come by `loadRest`. */
  async loadNewest(lastSeq: number): Promise<void> {
    this.next = Math.floor(lastSeq / STRETCH)
    await this.loadPage()
  }

  /** Reads everything older, page by page. */
  loadRest(onPage: () => void): Promise<void> {
    this.loading ??= (async () => {
      while (this.next >= 0) {
        await this.loadPage()
        onPage()
      }
    })()
    return this.loading
  }

  get(id: string): StoredMessage | undefined {
    return this.byId.get(id)
  }

  /** A message wherever it is kept. */
  async find(id: string): Promise<StoredMessage | undefined> {
    return this.byId.get(id) ?? (await this.loadRest(() => undefined).then(() => this.byId.get(id)))
  }

  /** Puts a new message in its place, with the changes that came before it. A second one of the same id or line is no message. */
  async add(message: StoredMessage, rows: Rows): Promise<boolean> {
    if (this.byId.has(message.id)) return false
    const late = await this.lateChanges()
    const changed = (late.get(message.id) ?? []).reduce(applied, message)
    if (late.delete(message.id)) drop(rows, lateRow(this.conversationId, message.id))
    this.place(changed)
    rows.puts[rowOf(this.conversationId, message)] = changed
    return true
  }

  /** Applies a change; one whose message is not here yet waits for it. */
  async change(change: Change, rows: Rows): Promise<void> {
    const target = await this.find(change.ref)
    if (target) {
      const changed = applied(target, change)
      if (changed !== target) this.put(changed, rows)
      return
    }
    const all = await this.lateChanges()
    const late = all.get(change.ref) ?? []
    if (late.some((one) => one.seq === change.seq)) return
    all.set(change.ref, [...late, change])
    rows.puts[lateRow(this.conversationId, change.ref)] = [...late, change]
  }

  /** Empties what has disappeared, and forgets what is older than `since`. Returns whether anything went. */
  sweep(now: number, since: number | undefined, rows: Rows): boolean {
    const due = this.all.filter((one) => !one.gone && one.until !== undefined && one.until <= now)
    for (const one of due) this.put(emptied(one), rows)
    const isOld = (one: StoredMessage): boolean => since !== undefined && one.at < since
    const old = this.all.filter(isOld)
    if (old.length > 0) this.all.splice(0, this.all.length, ...this.all.filter((one) => !isOld(one)))
    for (const one of old) {
      this.byId.delete(one.id)
      drop(rows, rowOf(this.conversationId, one))
    }
    return due.length + old.length > 0
  }

  /** Empties the message of one line, as its author asked the server to. */
  empty(seq: number, rows: Rows): boolean {
    const found = this.all.find((one) => one.seq === seq && !one.gone)
    if (found) this.put(emptied(found), rows)
    return found !== undefined
  }

  /** Every row there is of this conversation. */
  async stored(): Promise<string[]> {
    const found = await Promise.all(['message', 'late'].map((kind) => this.store.list(`${kind}/${this.conversationId}/`)))
    return found.flat().map(([name]) => name)
  }

  /** The changes whose message is not here yet, by its id; read once, for nobody else writes them. */
  private lateChanges(): Promise<Map<string, Change[]>> {
    this.late ??= this.readLate().catch((problem: unknown) => {
      this.late = undefined
      throw problem
    })
    return this.late
  }

  private async readLate(): Promise<Map<string, Change[]>> {
    const prefix = lateRow(this.conversationId, '')
    return new Map((await this.store.list<Change[]>(prefix)).map(([name, late]) => [name.slice(prefix.length), late]))
  }

  private put(message: StoredMessage, rows: Rows): void {
    this.place(message)
    rows.puts[rowOf(this.conversationId, message)] = message
  }

  private place(message: StoredMessage): void {
    const after = this.after(message.seq)
    let at = after
    while (this.all[at - 1]?.seq === message.seq && this.all[at]?.id !== message.id) at -= 1
    if (this.all[at]?.id === message.id) this.all[at] = message
    else this.all.splice(after, 0, message)
    this.byId.set(message.id, message)
  }

  /** Where the messages after this line begin. */
  private after(seq: number): number {
    let [low, high] = [0, this.all.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.all[middle]?.seq ?? 0) <= seq) low = middle + 1
      else high = middle
    }
    return low
  }

  private async loadPage(): Promise<void> {
    for (const before = this.all.length; this.next >= 0 && this.all.length < before + PAGE; this.next--) {
      for (const [, one] of await this.store.list<StoredMessage>(stretchOf(this.conversationId, this.next))) {
        if (!this.byId.has(one.id)) this.place(one)
      }
    }
  }
}

/** A row that goes, also when it was to be written in the same write. */
function drop(rows: Rows, name: string): void {
  rows.puts = Object.fromEntries(Object.entries(rows.puts).filter(([other]) => other !== name))
  rows.deletes.push(name)
}

/** A message without anything it said. */
function emptied({ id, seq, author, at, kind, until, archive }: StoredMessage): StoredMessage {
  return { id, seq, author, at, kind, text: '', gone: true, ...(until ? { until } : {}), ...(archive ? { archive } : {}) }
}

/** The message after a change: only its author edits or takes back, of two changes the later line holds. */
export function applied(message: StoredMessage, { what, author, seq, value }: Change): StoredMessage {
  if (message.gone) return message
  if (what === 'reaction') {
    if ((message.reactions?.[author]?.seq ?? 0) > seq) return message
    return { ...message, reactions: { ...message.reactions, [author]: { emoji: value, seq } } }
  }
  if (author !== message.author) return message
  if (what === 'delete') return emptied(message)
  return (message.edited ?? 0) > seq ? message : { ...message, text: value, edited: seq }
}
