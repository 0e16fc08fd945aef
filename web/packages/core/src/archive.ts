/** The archive of a conversation: read back page by page, newest first, and its keys given to newcomers. */

import { type components, take } from '@prifora/api'
import {
  base64,
  boxHistoryKey,
  type Bytes,
  CryptoError,
  type Details,
  engine,
  equal,
  openDetails,
  openHistoryKey,
  readEnvelope,
  type ReadRecord,
  readRecord,
  unbase64,
} from '@prifora/crypto'
import type { Board, Listed } from './board'
import { missingIn, type Told } from './dropped'
import { applyEnvelope } from './lines'
import type { Rows } from './messages'
import type { Room, StoredRoom } from './room'
import { rosterOf } from './roster'

type Item = components['schemas']['ArchiveRecords']['items'][number]

const PAGE = 200
const BOXES_AT_ONCE = 500

/** What records said of earlier ones while an archive was read from its newest on. */
interface Seen extends Told {
  /** Epochs of which this account has keys. */
  epochs: Set<number>
}

export class Archive {
  private reading = new Set<string>()
  private seen = new Map<string, Seen>()

  constructor(private readonly board: Board) {}

  /** The keys of all epochs that were sealed for this account. */
  async keysOf(id: string): Promise<Map<number, Bytes>> {
    const where = { params: { path: { conversation_id: id } } }
    const { items } = await take(this.board.api.GET('/api/v1/conversations/{conversation_id}/history-boxes', where))
    const { keys, accountId } = this.board.context
    const opened = await Promise.all(
      items.map(async ({ epoch, box }): Promise<[number, Bytes][]> => {
        const key = await openHistoryKey(keys.aeks, unbase64(box), id, epoch, accountId).catch(() => undefined)
        return key ? [[epoch, key]] : []
      }),
    )
    return new Map(opened.flat())
  }

  /** What the members of a conversation agreed on, read without being in its group. */
  async detailsOf({ id, details, details_epoch: epoch }: Listed): Promise<Details | undefined> {
    const key = (await this.keysOf(id)).get(epoch)
    return key && openDetails(key, id, epoch, unbase64(details)).catch(() => undefined)
  }

  /** Compares this epoch's key at the server with the group's, and begins again when there are keys of earlier epochs. */
  async check(room: Room): Promise<void> {
    const { stored, epoch } = room
    let keys = await this.keysOf(room.id)
    if (!keys.has(epoch)) {
      await this.board.context.refreshKeys() // It may be sealed to keys that another own device just made.
      keys = await this.keysOf(room.id)
    }
    if (!room.isOpen || room.epoch !== epoch) return
    const key = keys.get(epoch)
    if (!key || !equal(key, await room.historyKey())) this.board.context.raise('box-wrong', { conversationId: room.id, key: String(epoch) })
    const epochs = [...keys.keys()].filter((one) => one <= epoch)
    const from = Math.min(epoch, ...epochs)
    const gaps = epoch - from + 1 - epochs.length
    const { archive } = stored
    const hasMore = archive.from === null || from < archive.from || gaps < (archive.gaps ?? 0)
    if (hasMore) stored.archive = { before: null, isDone: false, from, gaps }
    else archive.gaps = gaps
    stored.checked = epoch
    await room.keep()
  }

  /** Reads on until everything is here; pages and other work of the conversation take turns. */
  readOn(room: Room): void {
    if (room.stored.archive.isDone || this.reading.has(room.id)) return
    this.reading.add(room.id)
    void this.readAll(room)
      .catch(() => undefined) // The next round goes on from there.
      .finally(() => this.reading.delete(room.id))
  }

  /** Reads until everything is here, beside who does so already. Throws when the server cannot be reached. */
  async readAll(room: Room): Promise<void> {
    let begun: StoredRoom['archive'] | undefined
    let keys = new Map<number, Bytes>()
    while (!room.stored.archive.isDone && this.board.rooms.get(room.id) === room) {
      await this.board.lane(room.id, async () => {
        const { archive } = room.stored
        if (begun !== archive) {
          keys = await this.keysOf(room.id)
          begun = archive
          if (archive.before === null) this.seen.set(room.id, { records: [], deletions: 0, epochs: new Set(keys.keys()) })
        }
        await this.readPage(room, keys)
      })
    }
  }

  private async readPage(room: Room, keys: Map<number, Bytes>): Promise<void> {
    const { archive } = room.stored
    const path = { conversation_id: room.id }
    const query = { limit: PAGE, ...(archive.before === null ? {} : { before: archive.before }) }
    const { items } = await take(this.board.api.GET('/api/v1/conversations/{conversation_id}/archive', { params: { path, query } }))
    await room.messages.loadRest(() => undefined)
    const rows: Rows = { puts: {}, deletes: [] }
    const opened = await Promise.all(items.map((one) => this.open(room, one, keys)))
    for (const [at, one] of items.entries()) await this.readItem(room, one, opened[at], rows)
    const oldest = items.at(-1)?.seq
    archive.isDone = items.length < PAGE || oldest === undefined
    archive.before = archive.isDone ? null : (oldest ?? null)
    if (archive.isDone) this.finish(room)
    await room.keep(rows)
    this.board.changed(room.id)
  }

  /** Opens a record; undefined where this account has no key or does not know who wrote it. */
  private async open(room: Room, item: Item, keys: Map<number, Bytes>): Promise<ReadRecord | 'forged' | undefined> {
    const { account_id: accountId } = item
    const key = keys.get(item.epoch)
    const aik = accountId ? this.board.context.trust.aikOf(accountId) : undefined
    if (!key || !accountId || !aik) return undefined
    const sender = { accountId, deviceId: item.device_id, aik }
    return readRecord(key, room.id, item.epoch, item.id, unbase64(item.record), unbase64(item.signature), sender).catch(forgedOrFailed)
  }

  private async readItem(room: Room, item: Item, read: ReadRecord | 'forged' | undefined, rows: Rows): Promise<void> {
    const { account_id: accountId } = item
    if (!read || !accountId) return
    const forged = (): void => this.board.context.raise('forged', { conversationId: room.id, person: accountId, key: item.id })
    const envelope = read === 'forged' ? read : envelopeIn(read)
    if (read === 'forged' || envelope === 'forged') return forged()
    const known = room.messages.get(envelope.id)
    const isOther = known && (known.seq !== item.seq || known.author !== accountId || (known.archive ?? base64(read.hash)) !== base64(read.hash))
    if (envelope.id !== item.id || isOther) return forged()
    this.note(room.id, item, read, envelope.type === 'delete')
    room.stored.unread = room.stored.unread.filter((seq) => seq !== item.seq)
    await applyEnvelope(room, { seq: item.seq, at: envelope.at }, { ...envelope, archive: read.hash }, accountId, rows)
  }

  private note(id: string, { seq, epoch }: Item, { hash, previous }: ReadRecord, isDeletion: boolean): void {
    const seen = this.seen.get(id)
    if (!seen) return
    seen.records.push({ seq, epoch, hash: base64(hash), ...(previous ? { previous: { seq: previous.seq, hash: base64(previous.hash) } } : {}) })
    if (isDeletion) seen.deletions += 1
  }

  /** All is read: what could not be opened and is not here either, and records that others name, are missing. */
  private finish(room: Room): void {
    const { stored } = room
    const { raise } = this.board.context
    const seen = this.seen.get(room.id)
    this.seen.delete(room.id)
    const missing = seen ? missingIn(seen, seen.epochs) : []
    if (missing.length > 0) raise('forged', { conversationId: room.id, key: missing[0] ?? '' })
    if (stored.unread.length === 0) return
    if (!stored.isSecondLook) {
      stored.isSecondLook = true
      room.lose(false)
      return
    }
    raise('forged', { conversationId: room.id, key: `line ${stored.unread.join(' ')}` })
    stored.unread = []
    delete stored.isSecondLook
  }

  /** Gives the keys of earlier epochs to those whom this account let in with the right to read from the start. */
  async give(room: Room, listed: Listed): Promise<void> {
    const { trust, accountId } = this.board.context
    const inside = new Set(engine.leaves(room.group).map((leaf) => leaf.identity.accountId))
    for (const [person, { by, history }] of rosterOf(room, listed, trust) ?? []) {
      const isMine = by === accountId && history === 'start' && person !== accountId
      if (!isMine || !inside.has(person) || room.stored.given.includes(person)) continue
      await this.giveTo(room, person)
      room.stored.given.push(person)
      await room.keep()
    }
  }

  /** Newest first, so that every part of it makes the newcomer look again. */
  private async giveTo(room: Room, person: string): Promise<void> {
    const aek = this.board.context.trust.aekOf(person)
    const path = { conversation_id: room.id }
    const keys = [...(await this.keysOf(room.id))].sort(([one], [other]) => other - one)
    for (let at = 0; at < keys.length; at += BOXES_AT_ONCE) {
      const boxes = keys.slice(at, at + BOXES_AT_ONCE).map(async ([epoch, key]) => {
        return { epoch, box: base64(await boxHistoryKey(aek, key, room.id, epoch, person)) }
      })
      const body = { account_id: person, boxes: await Promise.all(boxes) }
      await take(this.board.api.POST('/api/v1/conversations/{conversation_id}/history-boxes', { params: { path }, body }))
    }
  }
}

function envelopeIn({ envelope }: ReadRecord): ReturnType<typeof readEnvelope> | 'forged' {
  try {
    return readEnvelope(envelope)
  } catch (problem) {
    return forgedOrFailed(problem)
  }
}

function forgedOrFailed(problem: unknown): 'forged' {
  if (problem instanceof CryptoError) return 'forged'
  throw problem
}
