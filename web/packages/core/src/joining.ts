/** Coming into a conversation, and keeping up with its log. All of it inside the conversation's lane. */

import { type components, type LogFrame, take } from '@prifora/api'
import { asReceived, type Bytes, CryptoError, type Details, engine, type GroupState, hex, type LogPoint, unbase64, uuidBytes } from '@prifora/crypto'
import type { Archive } from './archive'
import { type Board, isLostRace, type Listed, pause, RACE_MS } from './board'
import type { Commits } from './commits'
import { Failed } from './failed'
import type { Keys } from './keys'
import { emptyRoom, KEPT_MS, Room } from './room'

type Found = components['schemas']['ConversationWithGroupOut']

const PAGE = 500
const TRIES = 5

export class Joining {
  /** Set by who makes all the parts: they need each other. */
  commits!: Commits

  constructor(
    private readonly board: Board,
    private readonly keys: Keys,
    private readonly archive: Archive,
  ) {}

  /** Takes the keys somebody gave to this device. */
  async welcome({ conversation_id: id, welcome, seq }: components['schemas']['WelcomeOut']): Promise<void> {
    const room = this.board.rooms.get(id) ?? new Room(emptyRoom(id), this.board.context)
    if (room.isOpen) return
    const opened = await this.keys.open(unbase64(welcome), room.rules)
    if (!opened) return
    room.readAnew()
    await room.adopt(opened.state, seq, opened.used)
    this.board.rooms.set(id, room)
    this.board.socket()?.follow(id, seq)
    this.board.changed(id)
  }

  /** A further device of somebody who has keys here lets itself in; so does one whose own keys are of no use. */
  async join(id: string): Promise<Room> {
    const { rooms, context } = this.board
    const room = rooms.get(id) ?? new Room(emptyRoom(id), context)
    rooms.set(id, room)
    for (let tries = 1; ; tries++) {
      try {
        await this.joinOnce(room)
        return room
      } catch (problem) {
        if (problem instanceof CryptoError) room.lose(true)
        if (!isLostRace(problem) || tries >= TRIES) throw problem
        await pause(Math.random() * RACE_MS)
      }
    }
  }

  private async joinOnce(room: Room): Promise<void> {
    const { context } = this.board
    const found = await this.look(room)
    if (found.epoch < room.stored.checked) {
      context.raise('rolled-back', { conversationId: room.id })
      throw new Failed('rolled_back')
    }
    const info = unbase64(found.group_info)
    const made = await engine.externalJoin(context.device, asReceived(info), room.rules, this.hasLeafIn(info))
    const details = this.believed(room, made.state, await this.archive.detailsOf(found))
    if (details) await room.agree(details, found.epoch + 1)
    const { seq } = await this.commits.post(room, made, found.epoch, details)
    const old = await this.beginChain(room, details?.log, seq)
    room.readAnew()
    await room.adopt(made.state, seq, old)
    this.board.socket()?.follow(room.id, seq)
  }

  /** What members agreed on meanwhile. The server could have written it: who is new in it must have keys, which it cannot give. */
  private believed(room: Room, state: GroupState, details: Details | undefined): Details | undefined {
    if (!details) return undefined
    const inside = new Set(engine.leaves(state).map((leaf) => leaf.identity.accountId))
    const isBelieved = (accountId: string): boolean => inside.has(accountId) || !room.knowsAsOutside(accountId)
    for (const person of Object.keys(details.roster)) {
      if (!isBelieved(person)) this.board.context.raise('ghost-person', { conversationId: room.id, person })
    }
    return { ...details, roster: Object.fromEntries(Object.entries(details.roster).filter(([person]) => isBelieved(person))) }
  }

  private hasLeafIn(groupInfo: Bytes): boolean {
    return hex(groupInfo).includes(hex(uuidBytes(this.board.context.device.identity.deviceId)))
  }

  /** The conversation as the server has it now. */
  async look({ id }: Room): Promise<Found> {
    const where = { params: { path: { conversation_id: id } } }
    const found = await take(this.board.api.GET('/api/v1/conversations/{conversation_id}', where))
    this.board.listed.set(id, found)
    return found
  }

  /** Takes every line this device does not have yet. Lines that are not there any more: it joins anew. */
  async catchUp(room: Room): Promise<void> {
    const { api, context } = this.board
    const path = { conversation_id: room.id }
    while (room.isOpen) {
      const query = { after: room.stored.cursor, limit: PAGE }
      const page = await take(api.GET('/api/v1/conversations/{conversation_id}/log', { params: { path, query } }))
      if (page.last_seq < room.stored.cursor) context.raise('rolled-back', { conversationId: room.id })
      if (page.items.length === 0 && page.first_seq > room.stored.cursor + 1) await this.miss(room)
      for (const frame of page.items as LogFrame[]) await this.takeLine(room, frame)
      if (page.items.length < PAGE) break
    }
    room.stored.upToDateAt = Date.now()
  }

  private async takeLine(room: Room, frame: LogFrame): Promise<void> {
    let outcome = await room.take(frame)
    if (outcome === 'altered') {
      this.board.context.raise('forged', { conversationId: room.id, person: frame.account ?? '', key: frame.ident })
      outcome = await room.take(frame, true)
    }
    if (outcome === 'missing' && room.isOpen) await this.miss(room)
  }

  /** Lines are gone for good. Who was up to date a short while ago has been cheated. */
  private async miss(room: Room): Promise<void> {
    const isOld = Date.now() - room.stored.upToDateAt > KEPT_MS
    if (!isOld) this.board.context.raise('history-differs', { conversationId: room.id, key: `gap ${room.stored.cursor}` })
    room.lose(false)
    await room.keep()
  }

  /** The server said on the socket that lines are missing. */
  async gap(room: Room, first: number): Promise<void> {
    if (room.isOpen && first > room.stored.cursor + 1) await this.miss(room)
  }

  /** Makes sure that this device knows what the members agreed on in the present epoch. Returns whether it does. */
  async refreshDetails(room: Room): Promise<boolean> {
    for (let tries = 0; tries < TRIES && room.isOpen; tries++) {
      if (room.stored.agreed?.epoch === room.epoch) return true
      const kept = tries === 0 ? this.board.listed.get(room.id) : undefined
      const found = kept?.details_epoch === room.epoch ? kept : await this.look(room)
      if (found.epoch > room.epoch) {
        await this.catchUp(room)
        continue
      }
      if (await this.readDetails(room, found)) return true
      const { agreed } = room.stored
      if (agreed) await room.agree({ title: '', ...agreed }, room.epoch)
      return agreed !== undefined
    }
    return false
  }

  private async readDetails(room: Room, found: Listed): Promise<boolean> {
    const { raise } = this.board.context
    if (found.details_epoch !== room.epoch) {
      if (found.epoch < room.epoch) raise('rolled-back', { conversationId: room.id })
      return false
    }
    const log = await room.readDetails(unbase64(found.details))
    if (!log) raise('forged', { conversationId: room.id, key: `details ${room.epoch}` })
    else if (!room.chain.head) await this.chainFrom(room, log)
    return log !== undefined
  }

  private async chainFrom(room: Room, log: LogPoint): Promise<void> {
    const old = await this.beginChain(room, log, room.stored.cursor)
    const { puts } = room.chain.rows()
    await this.board.context.store.write(puts, old.filter((name) => !(name in puts)))
  }

  /** Brings the chain up to a line: on from what this device knows, else from a member's point. Returns rows to forget. */
  private async beginChain(room: Room, from: LogPoint | undefined, upTo: number): Promise<string[]> {
    const { chain } = room
    let old: string[] = []
    const reaches = chain.head !== undefined && (await this.follow(room, upTo))
    if (!reaches && from && from.seq <= upTo) {
      old = await chain.stored()
      await chain.begin(from)
      await this.follow(room, upTo)
    }
    if (from && chain.compare(from) === 'differs') room.doubt()
    return old
  }

  /** Adds the lines up to a number to the chain, without opening them. Returns whether all were there. */
  private async follow(room: Room, upTo: number): Promise<boolean> {
    const path = { conversation_id: room.id }
    for (let head = room.chain.head; head && head.seq < upTo; head = room.chain.head) {
      const query = { after: head.seq, limit: PAGE }
      const { items } = await take(this.board.api.GET('/api/v1/conversations/{conversation_id}/log', { params: { path, query } }))
      for (const line of (items as LogFrame[]).filter(({ seq }) => seq <= upTo)) {
        if (line.seq !== (room.chain.head?.seq ?? 0) + 1) return false
        await room.chain.take(line)
      }
      if (items.length === 0) return false
    }
    return true
  }
}

