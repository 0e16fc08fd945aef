/** The operator of a test server: writes into its database past the program, and makes it do what it should not. */

import { join } from 'node:path'
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import {
  asReceived,
  base64,
  boxHistoryKey,
  type Bytes,
  certify,
  chainNext,
  chainStart,
  type Committed,
  digest,
  engine,
  type GroupState,
  type LineKind,
  type LogPoint,
  newAccountKeys,
  newSigningPair,
  type OwnDevice,
  readEnvelope,
  type Rules,
  signKeyStatement,
} from '@prifora/crypto'
import { fromStored, type Secrets, type StoredSecrets } from '../src/secrets'
import type { Someone } from './people'
import type { Server } from './server'

type Row = Record<string, unknown>

const anything: Rules = { isKnown: () => true, mayRemove: () => true, mayVouch: () => true }
const plain = (id: string): string => id.replaceAll('-', '')
const bytes = (value: unknown): Bytes => new Uint8Array(value as Uint8Array)

/** What somebody's device knows, as a thief of it would have it. */
export async function secretsOf(someone: Someone): Promise<Secrets> {
  const kept = await someone.store.get<StoredSecrets>('secrets')
  if (!kept) throw new Error('no secrets')
  return fromStored(kept)
}

export class Operator {
  constructor(private readonly server: Server) {}

  /** Runs one statement; ids go without their dashes. Returns how many rows it changed. */
  write(sql: string, ...values: SQLInputValue[]): number {
    return this.within((rows) => Number(rows.prepare(sql).run(...values.map(asStored)).changes))
  }

  read(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.within((rows) => rows.prepare(sql).all(...values.map(asStored)) as Row[])
  }

  /** Lets a device into a conversation by a commit the server would refuse. Returns the keys it has then. */
  async breakIn(conversationId: string, device: OwnDevice): Promise<{ state: GroupState; made: Committed; seq: number }> {
    const [{ group_info: info } = {}] = this.read('SELECT group_info FROM chat_conversation WHERE id = ?', conversationId)
    const made = await engine.externalJoin(device, asReceived(bytes(info)), anything, false)
    const { accountId, deviceId } = device.identity
    const ident = await digest(made.commit)
    const seq = this.addLine(conversationId, { kind: 'commit', accountId, deviceId, ident, body: made.commit })
    this.write('DELETE FROM chat_removal WHERE conversation_id = ?', conversationId)
    this.write('UPDATE chat_conversation SET epoch = epoch + 1, group_info = ? WHERE id = ?', made.groupInfo, conversationId)
    return { state: made.state, made, seq }
  }

  /** Writes a line into the log as if somebody had sent it. Returns its number. */
  addLine(conversationId: string, line: { kind: LineKind; accountId: string; deviceId: string; ident: Bytes; body: Bytes }): number {
    const { kind, accountId, deviceId, ident, body } = line
    return this.within((rows) => {
      rows.exec('BEGIN IMMEDIATE')
      const { epoch, last_seq: last } = rows.prepare('SELECT epoch, last_seq FROM chat_conversation WHERE id = ?').get(plain(conversationId)) as Row
      const seq = Number(last) + 1
      rows
        .prepare(
          `INSERT INTO chat_entry (id, created_at, conversation_id, seq, kind, epoch, sender_id, device_ref, ident, body)
           VALUES (?, datetime('now'), ?, ?, ?, ?, ?, ?, ?, ?)`,
        )
        .run(plain(crypto.randomUUID()), plain(conversationId), seq, kind, Number(epoch), plain(accountId), plain(deviceId), ident, body)
      rows.prepare('UPDATE chat_conversation SET last_seq = ? WHERE id = ?').run(seq, plain(conversationId))
      rows.exec('COMMIT')
      return seq
    })
  }

  /** What a device that broke in can read of the lines after its own. */
  async overhears(conversationId: string, device: { state: GroupState; seq: number }): Promise<string[]> {
    const heard: string[] = []
    let { state } = device
    const lines = this.read('SELECT body FROM chat_entry WHERE conversation_id = ? AND seq > ? ORDER BY seq', conversationId, device.seq)
    for (const { body } of lines) {
      const result = await engine.process(state, bytes(body), anything).catch(() => undefined)
      if (result?.kind === 'removed') break
      if (result) state = result.state
      if (result?.kind !== 'message') continue
      const envelope = readEnvelope(result.plain)
      if (envelope.type === 'text') heard.push(envelope.body)
    }
    return heard
  }

  /** Lists an account in a conversation. */
  addMember(conversationId: string, accountId: string): void {
    this.write(
      "INSERT INTO chat_membership (id, created_at, conversation_id, member_id, delivered_seq) VALUES (?, datetime('now'), ?, ?, 0)",
      crypto.randomUUID(),
      conversationId,
      accountId,
    )
  }

  /** Boxes an epoch's archive key to these people, as who made the epoch would. */
  async giveKey(conversationId: string, epoch: number, key: Bytes, people: Someone[]): Promise<void> {
    for (const { id, store } of people) {
      const { keys } = fromStored((await store.get<StoredSecrets>('secrets')) as StoredSecrets)
      const box = await boxHistoryKey(keys.aek, key, conversationId, epoch, id)
      this.write('DELETE FROM chat_historybox WHERE conversation_id = ? AND epoch = ? AND account_id = ?', conversationId, epoch, id)
      this.write(
        "INSERT INTO chat_historybox (id, created_at, conversation_id, epoch, account_id, device_ref, box) VALUES (?, datetime('now'), ?, ?, ?, ?, ?)",
        crypto.randomUUID(),
        conversationId,
        epoch,
        id,
        crypto.randomUUID(),
        box,
      )
    }
  }

  /** How far the log goes, as an honest member would write it. */
  async logPoint(conversationId: string): Promise<LogPoint> {
    let point = await chainStart(conversationId)
    for (const line of this.read('SELECT seq, kind, ident FROM chat_entry WHERE conversation_id = ? ORDER BY seq', conversationId)) {
      point = await chainNext(point, { seq: Number(line.seq), kind: line.kind as LineKind, ident: bytes(line.ident) })
    }
    return point
  }

  /** What the server signs as one who may ask for removals, although nobody asked for it. */
  proposeRemoval(conversationId: string, accountId: string): void {
    this.server.shell(`
from uuid import UUID
from django.db import transaction
from django.utils import timezone
from chat.models import Conversation
from chat.services.removals import propose_removals
with transaction.atomic():
    conversation = Conversation.objects.select_for_update().get(pk=UUID("${conversationId}"))
    propose_removals(conversation=conversation, account_id=UUID("${accountId}"), now=timezone.now())
`)
  }

  private within<T>(work: (rows: DatabaseSync) => T): T {
    const rows = new DatabaseSync(join(this.server.folder, 'prifora.sqlite3'))
    try {
      rows.exec('PRAGMA busy_timeout = 10000')
      return work(rows)
    } finally {
      rows.close()
    }
  }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

const asStored = (value: SQLInputValue): SQLInputValue => (typeof value === 'string' && UUID.test(value) ? plain(value) : value)

/** Another byte at the end: a signature or seal that holds no more. */
export const spoilt = (sealed: unknown): string => {
  const [copy] = [Uint8Array.from(Buffer.from(String(sealed), 'base64url'))]
  copy[copy.length - 1] = (copy.at(-1) ?? 0) ^ 1
  return base64(copy)
}

/** Keys of nobody, with everything an account shows of them. */
export async function inventedKeys(accountId: string) {
  const keys = await newAccountKeys()
  const statement = base64(await signKeyStatement(keys.aikSeed, accountId, 1, keys.aek))
  return { keys, shown: { aik: base64(keys.aik), aek: base64(keys.aek), aek_version: 1, aek_signature: statement, device_list: null } }
}

/** A device that somebody's own invented account key certified; of `aik` only when it is given. */
export async function inventedDevice(accountId: string, aik?: Uint8Array<ArrayBuffer>): Promise<OwnDevice> {
  const [keys, pair, deviceId] = [await newAccountKeys(), await newSigningPair(), crypto.randomUUID()]
  const certificate = await certify(keys.aikSeed, accountId, deviceId, pair.publicKey)
  return { identity: { accountId, deviceId, aik: aik ?? keys.aik, certificate }, signatureKey: pair.publicKey, signatureSeed: pair.seed }
}

/** Everybody says something and hears it. */
export async function allTalk(id: string, people: Someone[], what: string): Promise<void> {
  for (const one of people) {
    await one.engine.send(id, `${what} ${one.id}`)
    for (const other of people) await other.hears(id, `${what} ${one.id}`)
  }
}
