/** Sending what waits: stored before anything leaves, sealed only for who belongs, sent again until the log shows it. */

import { ApiError } from '@prifora/api'
import { type Board, isFinal, pause, RACE_MS } from './board'
import type { Commits } from './commits'
import type { Files } from './files'
import type { Joining } from './joining'
import { type Draft, fileOf, type Outgoing, outgoingRow } from './outgoing'
import type { Room } from './room'

const TRIES = 40

export class Sending {
  constructor(
    private readonly board: Board,
    private readonly joining: Joining,
    private readonly commits: Commits,
    private readonly files: Files,
  ) {}

  /** A message that waits, with the rows that must be stored together with it. */
  prepare(conversationId: string, draft: Draft, id: string = crypto.randomUUID()): { one: Outgoing; rows: Record<string, unknown> } {
    const last = this.board.context.outgoing.at(-1)?.at ?? 0
    const one: Outgoing = { id, conversationId, at: Math.max(Date.now(), last + 1), draft }
    return { one, rows: { [outgoingRow(one)]: one } }
  }

  /** Takes a prepared message up, once it is stored. */
  take(one: Outgoing): void {
    this.board.context.outgoing.push(one)
    this.board.changed(one.conversationId)
    this.flushSoon(one.conversationId)
  }

  /** Stores a message first, then sends it when it can. */
  async send(conversationId: string, draft: Draft, rows: Record<string, unknown> = {}): Promise<Outgoing> {
    const prepared = this.prepare(conversationId, draft)
    await this.board.context.store.write({ ...rows, ...prepared.rows })
    this.take(prepared.one)
    return prepared.one
  }

  flushAll(): void {
    for (const id of new Set(this.board.context.outgoing.map((one) => one.conversationId))) this.flushSoon(id)
  }

  private flushSoon(id: string): void {
    void this.board.lane(id, () => this.flush(id)).catch(() => undefined)
  }

  /** Sends what waits for one conversation, in order, until it is empty or the line is gone. Inside its lane. */
  async flush(id: string): Promise<void> {
    const room = this.board.rooms.get(id)
    for (let tries = 0; room?.isOpen && tries < TRIES; tries++) {
      const one = this.board.context.outgoing.find((waiting) => waiting.conversationId === id && !waiting.failed)
      if (!one || !this.board.socket()?.canSend || !(await this.bringFile(one))) return
      if (one.failed) continue
      if (one.sealed?.epoch !== room.epoch && !(await this.seal(room, one))) return
      if (!(await this.settle(room, one, await this.deliver(one)))) return
    }
  }

  private async seal(room: Room, one: Outgoing): Promise<boolean> {
    if (!(await this.commits.audit(room)) || !room.isOpen) return false
    await room.seal(one)
    return true
  }

  /** The file is at the server before the message that names it is sent. Returns false when that must wait. */
  private async bringFile(one: Outgoing): Promise<boolean> {
    if (!fileOf(one.draft) || one.isFileThere) return true
    try {
      await this.files.bring(one)
      one.isFileThere = true
      await this.board.context.store.write({ [outgoingRow(one)]: one })
    } catch (problem) {
      const isRefused = isFinal(problem) || (problem instanceof ApiError && problem.code === 'file_taken')
      if (!isRefused) return false
      await this.fail(one, problem instanceof ApiError ? problem.code : 'refused')
    }
    return true
  }

  private async deliver({ conversationId, sealed }: Outgoing): Promise<string> {
    const socket = this.board.socket()
    if (!socket?.canSend || !sealed) return 'offline'
    const outcome = await socket.send({ conversationId, ...sealed })
    if (!outcome) return 'offline'
    return 'seq' in outcome ? 'sent' : outcome.code
  }

  /** Returns false when sending must stop for now. */
  private async settle(room: Room, one: Outgoing, outcome: string): Promise<boolean> {
    if (outcome === 'offline') return false
    if (outcome === 'busy') await pause(RACE_MS)
    else if (outcome === 'sent' || outcome === 'stale_epoch') await this.joining.catchUp(room)
    else if (outcome === 'pending_removal') {
      await this.joining.catchUp(room)
      await this.commits.carryOutRemovals(room)
    } else if (outcome === 'record_taken') await this.alreadyThere(one)
    else await this.fail(one, outcome)
    return true
  }

  /** The server has it from before this device lost count; the archive shows it. */
  private async alreadyThere(one: Outgoing): Promise<void> {
    this.board.context.sentOut(one)
    await this.board.context.store.write({}, [outgoingRow(one)])
    this.board.changed(one.conversationId)
  }

  private async fail(one: Outgoing, code: string): Promise<void> {
    one.failed = code
    await this.board.context.store.write({ [outgoingRow(one)]: one })
    this.board.changed(one.conversationId)
  }
}
