/** One conversation on this device: its keys, its log, its messages. Everything happens one after the other. */

import type { LogFrame } from '@prifora/api'
import {
  base64,
  type Bytes,
  chainStart,
  type Details,
  digest,
  engine,
  EXPORT_LABEL,
  type GroupState,
  type LogPoint,
  openDetails,
  type Rules,
  sealDetails,
  unbase64,
  writeEnvelope,
  writeRecord,
} from '@prifora/crypto'
import type { Context } from './context'
import { LogChain } from './logchain'
import { Messages, type Rows } from './messages'
import { envelopeOf, isKeptForLater, type Outgoing, outgoingRow, type Sealed } from './outgoing'
import { takeMessage } from './lines'

/** What is stored of a conversation. `state` is absent until a key comes. */
export interface StoredRoom {
  id: string
  state?: string
  cursor: number
  /** A commit of ours that the log has not shown yet: hash of its bytes, and the state after it. */
  pending?: { hash: string; state: string }
  title: string
  /** What its members agreed on, as of an epoch; absent until it could be read. */
  agreed?: { epoch: number } & Pick<Details, 'roster' | 'out' | 'retention'>
  seen: Record<string, number>
  mySeen: number
  /** The newest archive record this device knows. */
  newest?: { seq: number; hash: string }
  /** Lines that could not be opened here and are looked for in the archive; a second time after joining anew. */
  unread: number[]
  isSecondLook?: true
  /** Accounts that let themselves in here from outside; nobody joins on their word until members agree on them. */
  intruders?: string[]
  /** How far back the archive was read, with keys from which epoch on, and of how many epochs since then there are none. */
  archive: { before: number | null; isDone: boolean; from: number | null; gaps?: number }
  /** Who got the keys of earlier epochs from this device. */
  given: string[]
  /** When this device last knew all of the log. */
  upToDateAt: number
  /** When commits could not be used. */
  broken: number[]
  /** When this device renews its keys here. */
  renewAt: number
  /** The newest epoch whose archive key at the server was compared with the group's. */
  checked: number
}

const HOUR_MS = 3_600_000
/** Lines younger than this are at the server; who was here since then misses none. */
export const KEPT_MS = 29 * 24 * HOUR_MS
const BROKEN_MOST = 3
const DOUBT_MS = 60_000

export const roomRow = (id: string): string => `room/${id}`

export const emptyRoom = (id: string): StoredRoom => ({
  id,
  cursor: 0,
  title: '',
  seen: {},
  mySeen: 0,
  unread: [],
  archive: { before: null, isDone: false, from: null },
  given: [],
  upToDateAt: 0,
  broken: [],
  renewAt: 0,
  checked: -1,
})

export class Room {
  private state: GroupState | undefined
  readonly messages: Messages
  readonly chain: LogChain
  readonly delivered: Record<string, number> = {}
  private doubtedAt = 0

  constructor(
    readonly stored: StoredRoom,
    readonly context: Context,
  ) {
    this.messages = new Messages(stored.id, context.store)
    this.chain = new LogChain(stored.id, context.store)
    if (stored.state) this.state = engine.load(unbase64(stored.state), this.rules)
  }

  get rules(): Rules {
    return this.context.rulesOf(this.stored.id)
  }
  get id(): string {
    return this.stored.id
  }
  get isOpen(): boolean {
    return this.state !== undefined
  }
  /**
   * Whether this device knows that somebody does not belong here: they let themselves in, or it was here a short while ago
   * and what its members agreed on is only for some.
   */
  knowsAsOutside(accountId: string): boolean {
    const { agreed, intruders = [], upToDateAt } = this.stored
    if (intruders.includes(accountId)) return true
    const isPrivate = agreed !== undefined && Object.keys(agreed.roster).length > 0
    return isPrivate && Date.now() - upToDateAt < KEPT_MS && !(accountId in agreed.roster)
  }
  get isBroken(): boolean {
    return this.stored.broken.filter((at) => at > Date.now() - HOUR_MS).length >= BROKEN_MOST
  }
  get epoch(): number {
    return this.state ? engine.epoch(this.state) : -1
  }
  get waitsForRemoval(): boolean {
    return this.state !== undefined && engine.hasPending(this.state)
  }
  get group(): GroupState {
    if (!this.state) throw new Error('no keys yet')
    return this.state
  }

  /** Somebody let themselves in; stored with the line by which they did. */
  sawIntruder(accountId: string): void {
    this.stored.intruders = [...new Set([...(this.stored.intruders ?? []), accountId])]
  }

  /** A member's devices have everything up to this line. */
  heardDelivered(accountId: string, seq: number): void {
    this.delivered[accountId] = Math.max(this.delivered[accountId] ?? 0, seq)
  }

  /** Reads back what is stored of the log and the newest messages. */
  async load(): Promise<void> {
    await this.chain.load()
    await this.messages.loadNewest(this.stored.cursor)
  }

  /** Takes keys: made, received by Welcome, or by joining. `cursor` is the last line that is behind them. */
  async adopt(state: GroupState, cursor: number, deletes: string[] = []): Promise<void> {
    this.state = state
    delete this.stored.pending
    Object.assign(this.stored, { state: base64(engine.save(state)), cursor })
    const chain = this.chain.rows()
    const puts = { ...chain.puts, [roomRow(this.id)]: this.stored }
    await this.context.store.write(puts, deletes.filter((name) => !(name in puts)))
  }

  /** What was said between this device's last line and its new keys is in the archive only. */
  readAnew(): void {
    this.stored.archive = { before: null, isDone: false, from: null }
  }

  /**
   * Processes one line. "missing": lines before it are not here; "altered": it is not what its number says, or was there
   * before. A line that is `settled` is what the log has, for good: what is wrong with it is left out.
   */
  async take(frame: LogFrame, settled = false): Promise<'taken' | 'missing' | 'altered'> {
    if (!this.state) return 'taken'
    const isRepeated = this.chain.contradicts(frame)
    if (isRepeated) this.doubt()
    if (frame.seq <= this.stored.cursor) return 'taken'
    if (frame.seq !== this.stored.cursor + 1) return 'missing'
    const isAltered = isRepeated || (frame.body !== '' && base64(await digest(unbase64(frame.body))) !== frame.ident)
    if (isAltered && !settled) return 'altered'
    const rows: Rows = { puts: {}, deletes: [] }
    if (frame.kind !== 'message') await this.takeChange(frame)
    else if (!isAltered) await takeMessage(this, frame, rows)
    else if (!isRepeated) this.seek(frame.seq)
    await this.chain.take(frame)
    this.stored.cursor = frame.seq
    await this.keep(rows)
    return 'taken'
  }

  /** Stores the present state together with other rows. */
  async keep({ puts, deletes }: Rows = { puts: {}, deletes: [] }): Promise<void> {
    if (this.state) this.stored.state = base64(engine.save(this.state))
    else delete this.stored.state
    const chain = this.chain.rows()
    await this.context.store.write({ ...puts, ...chain.puts, [roomRow(this.id)]: this.stored }, [...deletes, ...chain.deletes])
  }

  /** Opens a message with the group's keys, which go on with it; throws when that cannot be done. */
  async open(body: Bytes) {
    const result = await engine.process(this.group, body, this.rules)
    if (result.kind !== 'message') throw new Error('no message')
    this.state = result.state
    return result
  }

  /** Others have another log than this device was shown: said, and what may be missing is looked for in the archive. */
  doubt(): void {
    this.context.raise('history-differs', { conversationId: this.id })
    if (Date.now() - this.doubtedAt < DOUBT_MS) return
    this.doubtedAt = Date.now()
    this.stored.archive = { ...this.stored.archive, before: null, isDone: false }
    this.context.wantSettle(this.id)
  }

  /** A line that cannot be opened is looked for in the archive. */
  seek(seq: number): void {
    this.stored.unread.push(seq)
    this.stored.archive = { ...this.stored.archive, before: null, isDone: false }
    this.context.wantSettle(this.id)
  }

  /** These keys are of no use any more; this device must join again. */
  lose(isUnusable: boolean): void {
    this.state = undefined
    delete this.stored.pending
    if (isUnusable) {
      this.stored.broken = [...this.stored.broken, Date.now()].filter((at) => at > Date.now() - HOUR_MS)
      if (this.isBroken) this.context.raise('conversation-broken', { conversationId: this.id })
    }
    if (!this.isBroken) this.context.wantSettle(this.id)
  }

  /** Seals a waiting message for the present epoch and stores the advanced keys before it may leave. */
  async seal(one: Outgoing): Promise<void> {
    const { epoch } = this
    const log = this.chain.head ?? (await chainStart(this.id))
    const record = isKeptForLater(one) ? await this.record(one, writeEnvelope(envelopeOf(one, log))) : undefined
    const { state, message } = await engine.encrypt(this.group, writeEnvelope(envelopeOf(one, log, record?.hash)))
    this.state = state
    const archive = record ? { id: one.id, record: base64(record.record), signature: base64(record.signature) } : null
    const life = one.draft.type === 'location' ? LOCATION_LIFE : one.draft.ttl
    const sealed: Sealed = { ident: base64(await digest(message)), epoch, body: base64(message), archive, ...(life ? { ttl: life } : {}) }
    one.sealed = sealed
    await this.keep({ puts: { [outgoingRow(one)]: one }, deletes: [] })
  }

  private async record(one: Outgoing, envelope: Bytes) {
    const { identity, signatureKey, signatureSeed } = this.context.device
    const { accountId, deviceId, certificate } = identity
    const { newest } = this.stored
    const previous = newest ? { previous: { seq: newest.seq, hash: unbase64(newest.hash) } } : {}
    const content = { accountId, deviceId, envelope, signatureKey, certificate, ...previous }
    return writeRecord(await this.historyKey(), this.id, this.epoch, one.id, content, signatureSeed)
  }

  historyKey(state: GroupState = this.group): Promise<Bytes> {
    return engine.exportSecret(state, EXPORT_LABEL, 32)
  }

  /** Remembers a commit of ours before it is sent, so that a crash between sending and hearing loses nothing. */
  async expect(commit: Bytes, after: GroupState): Promise<void> {
    this.stored.pending = { hash: base64(await digest(commit)), state: base64(engine.save(after)) }
    await this.keep()
  }

  /** Reads what the members agreed on; it counts only for the present epoch. Returns what the log was where it was written. */
  async readDetails(sealed: Bytes): Promise<LogPoint | undefined> {
    const { epoch } = this
    const opened = await openDetails(await this.historyKey(), this.id, epoch, sealed).catch(() => undefined)
    if (!opened) return undefined
    if (this.chain.compare(opened.log) === 'differs') this.doubt()
    await this.agree(opened, epoch)
    return opened.log
  }

  /** Keeps what the members agreed on. Who was ever put out by an admission stays out. */
  async agree({ title, roster, out, retention }: Omit<Details, 'log'>, epoch: number): Promise<void> {
    const known = this.stored.agreed?.out ?? []
    const allOut = [...new Set([...known, ...out])]
    this.stored.title = title || this.stored.title
    this.stored.intruders = this.stored.intruders?.filter((one) => !(one in roster)) ?? []
    this.stored.agreed = { epoch, roster, out: allOut, ...(retention ? { retention } : {}) }
    await this.context.store.write({ [roomRow(this.id)]: this.stored })
    if (allOut.length > known.length) this.context.wantSettle(this.id) // Whoever the server still lists is judged anew.
  }

  /** What the members agree on from a commit of ours on. */
  async writeDetails(state: GroupState, details: Omit<Details, 'log'>): Promise<Bytes> {
    const log = this.chain.head ?? (await chainStart(this.id))
    return sealDetails(await this.historyKey(state), this.id, engine.epoch(state), { ...details, log })
  }

  private async takeChange(frame: LogFrame): Promise<void> {
    const bytes = unbase64(frame.body)
    const { pending } = this.stored
    if (frame.kind === 'commit' && pending) {
      delete this.stored.pending
      if (pending.hash === base64(await digest(bytes))) {
        this.state = engine.load(unbase64(pending.state), this.rules)
        return
      }
    }
    const isMine = frame.device === this.context.device.identity.deviceId
    if (isMine) return this.lose(false)
    const result = await this.process(bytes).catch(async () => {
      await this.context.refreshPeople()
      return this.process(bytes).catch(() => undefined)
    })
    if (!result) this.lose(true)
    else this.state = result.kind === 'removed' ? undefined : result.state
  }

  private process(bytes: Bytes) {
    return engine.process(this.group, bytes, this.rules)
  }
}

/** Seconds; a place is never kept longer. */
const LOCATION_LIFE = 86_400
