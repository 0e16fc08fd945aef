/** All conversations of this device: which there are, and what happens in each, one thing after the other. */

import { type Api, ApiError, type LogFrame, type Socket, take } from '@prifora/api'
import { Archive } from './archive'
import { type Board, isFinal, type Listed } from './board'
import { Commits } from './commits'
import type { Context } from './context'
import { fileRows, Files } from './files'
import { Joining } from './joining'
import { Keys } from './keys'
import { Members } from './members'
import { type Outgoing, outgoingRow } from './outgoing'
import { Room, roomRow, type StoredRoom } from './room'
import { Saying } from './saying'
import { Sending } from './sending'
import { Starting } from './starting'
import type { Todos } from './todos'

const ACK_MS = 150
const LOOK_AGAIN_MS = 4000

export class Rooms implements Board {
  readonly rooms = new Map<string, Room>()
  readonly listed = new Map<string, Listed>()
  /** The list as this device last knew it: for showing only, never for deciding. */
  private kept: Listed[] | undefined
  private lanes = new Map<string, Promise<unknown>>()
  private timers = new Map<string, ReturnType<typeof setTimeout>>()
  private stopped = false
  private suspected = new Set<string>()
  private failing = new Set<string>()
  /** What each conversation looked like when nothing was left to do in it. */
  private settled = new Map<string, string>()
  private readonly keys: Keys
  private readonly archive: Archive
  private readonly joining: Joining
  readonly commits: Commits
  readonly sending: Sending
  readonly members: Members
  readonly starting: Starting
  readonly saying: Saying

  constructor(
    readonly api: Api,
    readonly context: Context,
    readonly socket: () => Socket | undefined,
    readonly changed: (conversationId?: string) => void,
    todos: Todos,
    nameOf: (accountId: string) => string,
  ) {
    const files = new Files(api, context.store)
    this.keys = new Keys(api, context)
    this.archive = new Archive(this)
    this.joining = new Joining(this, this.keys, this.archive)
    this.commits = new Commits(this, this.joining)
    this.joining.commits = this.commits
    this.sending = new Sending(this, this.joining, this.commits, files)
    this.members = new Members(this, this.joining, this.commits, todos)
    this.starting = new Starting(this, (id) => this.settle(id))
    this.saying = new Saying(api, this, this.sending, files, todos, nameOf)
  }

  /** Brings back what is stored: the newest of each conversation at once, the older messages after it. */
  async load(): Promise<void> {
    for (const [, stored] of await this.context.store.list<StoredRoom>('room/')) {
      const room = new Room(stored, this.context)
      await room.load()
      this.rooms.set(room.id, room)
    }
    for (const [, one] of await this.context.store.list<Outgoing>('outgoing/')) this.context.outgoing.push(one)
    this.kept = await this.context.store.get<Listed[]>('conversations')
    void this.loadRest().catch(() => undefined)
  }

  private async loadRest(): Promise<void> {
    for (const room of this.rooms.values()) await room.messages.loadRest(() => this.changed(room.id))
  }

  /** Has all messages of a conversation here; nothing of one that this device cannot read. */
  async readAll(id: string): Promise<void> {
    const room = this.rooms.get(id)
    if (!room?.isOpen) return
    await room.messages.loadRest(() => this.changed(id))
    await this.archive.readAll(room)
  }

  /** The conversations to show: the server's list, until it is there the one this device kept. */
  shown(): Listed[] {
    return this.kept ?? [...this.listed.values()]
  }

  stop(): void {
    this.stopped = true
    for (const timer of this.timers.values()) clearTimeout(timer)
  }

  cursors(): Record<string, number> {
    return Object.fromEntries([...this.rooms.values()].filter((room) => room.isOpen).map((room) => [room.id, room.stored.cursor]))
  }

  lane<T>(id: string, work: () => Promise<T>): Promise<T> {
    const next = (this.lanes.get(id) ?? Promise.resolve()).then(work, work)
    this.lanes.set(id, next.catch(() => undefined))
    return next
  }

  /** Fetches the list and makes this device follow it: join, let others in, carry out removals, send. */
  async refresh(): Promise<void> {
    await this.keys.refill()
    // What is started while the list is on its way is not in it.
    const known = [...this.listed.keys(), ...this.rooms.keys(), ...this.context.outgoing.map((one) => one.conversationId)]
    const { items } = await take(this.api.GET('/api/v1/conversations'))
    const now = new Map(items.map((one) => [one.id, one]))
    for (const id of new Set(known)) if (!now.has(id)) await this.lane(id, () => this.forget(id))
    for (const [id, one] of now) this.listed.set(id, one)
    this.kept = undefined
    await this.context.store.write({ conversations: items })
    this.changed()
    if (items.some(({ id }) => !this.rooms.get(id)?.isOpen)) {
      await this.keys.welcomes(async (welcome) => {
        await this.lane(welcome.conversation_id, () => this.joining.welcome(welcome))
        this.lookAgain(welcome.conversation_id)
      })
    }
    await Promise.all(items.map(({ id }) => this.lane(id, () => this.settleIfDue(id)).then(() => this.failing.delete(id), (problem: unknown) => this.failed(id, problem))))
    this.changed()
  }

  /** Something is left to do that failed, and may go well in a while. */
  get isFailing(): boolean {
    return this.failing.size > 0
  }

  private failed(id: string, problem: unknown): void {
    if (problem instanceof ApiError && !isFinal(problem) && this.listed.has(id)) this.failing.add(id)
    else this.failing.delete(id)
  }

  // -- what people do: see saying.ts and members.ts ---------------------------------------------------

  start(...given: Parameters<Starting['start']>) {
    return this.starting.start(...given)
  }
  addToGroup(...given: Parameters<Members['addToGroup']>) {
    return this.members.addToGroup(...given)
  }
  removeFromGroup(...given: Parameters<Members['removeFromGroup']>) {
    return this.members.removeFromGroup(...given)
  }
  sendText(...given: Parameters<Saying['sendText']>) {
    return this.saying.sendText(...given)
  }
  edit(...given: Parameters<Saying['edit']>) {
    return this.saying.edit(...given)
  }
  takeBack(...given: Parameters<Saying['takeBack']>) {
    return this.saying.takeBack(...given)
  }
  react(...given: Parameters<Saying['react']>) {
    return this.saying.react(...given)
  }
  sendFile(...given: Parameters<Saying['sendFile']>) {
    return this.saying.sendFile(...given)
  }
  sendVoice(...given: Parameters<Saying['sendVoice']>) {
    return this.saying.sendVoice(...given)
  }
  sendLocation(...given: Parameters<Saying['sendLocation']>) {
    return this.saying.sendLocation(...given)
  }
  file(...given: Parameters<Saying['file']>) {
    return this.saying.file(...given)
  }
  markSeen(...given: Parameters<Saying['markSeen']>) {
    return this.saying.markSeen(...given)
  }
  serverView(...given: Parameters<Saying['serverView']>) {
    return this.saying.serverView(...given)
  }

  // -- what the server tells ---------------------------------------------------------------------------

  /** A line from the socket. */
  hear(frame: LogFrame): void {
    void this.lane(frame.c, async () => {
      const room = this.rooms.get(frame.c)
      if (!room) return
      const outcome = await room.take(frame).catch(() => 'altered')
      if (outcome !== 'taken') await this.joining.catchUp(room)
      await this.afterLog(room)
    }).catch(() => undefined)
  }

  heardDelivered(id: string, accountId: string, seq: number): void {
    const room = this.rooms.get(id)
    if (!room) return
    room.heardDelivered(accountId, seq)
    this.changed(id)
  }

  /** The server keeps no lines of a conversation before this one. */
  heardGap(id: string, first: number): void {
    const room = this.rooms.get(id)
    if (room) void this.lane(id, () => this.joining.gap(room, first)).catch(() => undefined)
  }

  /** Calls a group something else, for everybody. */
  async rename(id: string, title: string): Promise<void> {
    await this.lane(id, () => this.commits.agree(this.opened(id), (details) => ({ ...details, title })))
    this.changed(id)
  }

  /** Empties what has disappeared, and forgets what is older than a family keeps. */
  async sweep(sinceOf: (familyId: string) => number | undefined): Promise<void> {
    for (const room of this.rooms.values()) {
      const familyId = this.context.familyOf(room.id)
      await this.lane(room.id, async () => {
        const rows = { puts: {}, deletes: [] }
        if (!room.messages.sweep(Date.now(), sinceOf(familyId), rows)) return
        await room.keep(rows)
        this.changed(room.id)
      })
    }
  }

  /** Who let this device in may pass on the keys of earlier epochs a moment later. */
  private lookAgain(id: string): void {
    const look = (): void => {
      this.suspect(id)
      this.context.wantSettle(id)
    }
    this.timers.set(`look ${id}`, setTimeout(look, LOOK_AGAIN_MS))
  }

  /** What was said while this device was away it did not hear: where earlier keys may have come, they are looked at again. */
  missed(): void {
    this.settled.clear()
    for (const { id, stored } of this.rooms.values()) if (stored.archive.from !== 0 || stored.archive.gaps) this.suspect(id)
  }

  /** Something was said about a conversation: its archive keys are looked at again. */
  suspect(id: string): void {
    this.suspected.add(id)
    this.unsettle(id)
  }

  /** There is something to do in a conversation. */
  unsettle(id: string): void {
    this.settled.delete(id)
  }

  opened(id: string): Room {
    const room = this.rooms.get(id)
    if (!room?.isOpen) throw new ApiError(409, 'not_open')
    return room
  }

  // -- one conversation, inside its lane --------------------------------------------------------------

  /** Does what is due in a conversation, unless nothing changed since nothing was. */
  private async settleIfDue(id: string): Promise<void> {
    const shown = this.listed.get(id)
    if (!shown) return
    const room = this.rooms.get(id)
    const { delivered, ...listed } = shown
    for (const { account_id, seq } of delivered) room?.heardDelivered(account_id, seq)
    const seen = JSON.stringify([listed, this.context.trust.version])
    if (room?.isOpen && this.settled.get(id) === seen && room.stored.cursor === listed.last_seq) return
    this.settled.set(id, seen)
    const isQuiet = await this.settle(id).catch((problem: unknown) => {
      this.unsettle(id)
      throw problem
    })
    if (!isQuiet) this.unsettle(id)
  }

  /** Does everything a conversation needs. Returns whether nothing is left that may be tried again. */
  private async settle(id: string): Promise<boolean> {
    const listed = this.listed.get(id)
    if (!listed || this.stopped) return false
    const known = this.rooms.get(id)
    if (!known?.isOpen && (listed.missing_ids.includes(this.context.accountId) || known?.isBroken)) return false
    const room = known?.isOpen ? known : await this.joining.join(id)
    for (const { account_id, seq } of listed.delivered) room.heardDelivered(account_id, seq)
    await this.joining.catchUp(room)
    await this.joining.refreshDetails(room)
    await this.commits.carryOutRemovals(room)
    const isSound = room.isOpen && (await this.commits.audit(room))
    if (room.isOpen) await this.commits.letIn(room)
    if (room.isOpen) await this.keepArchive(room, listed)
    const isRenewed = room.isOpen && (await this.commits.renew(room))
    await this.sending.flush(id)
    this.changed(id)
    const waits = this.context.outgoing.some((one) => one.conversationId === id)
    const isWhole = room.isOpen && !room.waitsForRemoval && room.stored.archive.isDone
    return isSound && isRenewed && isWhole && !waits && listed.missing_ids.length === 0
  }

  private async keepArchive(room: Room, listed: Listed): Promise<void> {
    await this.archive.give(room, listed)
    if (room.stored.checked < room.epoch || this.suspected.delete(room.id)) await this.archive.check(room)
    this.archive.readOn(room)
  }

  private async afterLog(room: Room): Promise<void> {
    clearTimeout(this.timers.get(room.id))
    this.timers.set(room.id, setTimeout(() => this.socket()?.got(room.id, room.stored.cursor), ACK_MS))
    this.changed(room.id)
    await this.commits.carryOutRemovals(room)
  }

  private async forget(id: string): Promise<void> {
    const room = this.rooms.get(id)
    this.listed.delete(id)
    this.rooms.delete(id)
    this.failing.delete(id)
    const waiting = this.context.outgoing.filter((one) => one.conversationId === id)
    for (const one of waiting) this.context.sentOut(one)
    const rows = room ? [...(await room.messages.stored()), ...(await room.chain.stored())] : []
    await this.context.store.write({}, [roomRow(id), ...rows, ...waiting.flatMap((one) => [outgoingRow(one), ...fileRows(one.draft)])])
    this.changed(id)
  }
}
