/** What somebody can say in a conversation, and see of what was said. */

import { type Api, take } from '@prifora/api'
import { hex, type TimeToLive, unbase64 } from '@prifora/crypto'
import type { Board } from './board'
import { Failed } from './failed'
import { type Files, sealFile } from './files'
import type { StoredMessage } from './messages'
import { type Draft, type Outgoing, outgoingRow } from './outgoing'
import { roomRow } from './room'
import type { Sending } from './sending'
import { draftOf } from './shown'
import type { Place, ServerView } from './surface'
import type { Todo, Todos } from './todos'

type Erase = Extract<Todo, { what: 'erase' }>

const TEXT_MAX = 4000

export class Saying {
  constructor(
    private readonly api: Api,
    private readonly board: Board,
    private readonly sending: Sending,
    private readonly files: Files,
    private readonly todos: Todos,
    private readonly nameOf: (accountId: string) => string,
  ) {}

  async sendText(id: string, body: string, how: { reply?: string; ttl?: TimeToLive } = {}): Promise<void> {
    checkLength(body)
    await this.sending.send(id, { type: 'text', body, ...how })
  }

  async edit(id: string, messageId: string, body: string): Promise<void> {
    checkLength(body)
    await this.sending.send(id, { type: 'edit', ref: messageId, body, ...lifeOf(await this.mine(id, messageId)) })
  }

  /** Takes a message back for everybody; the server's copies go as soon as it can be told. */
  async takeBack(id: string, messageId: string): Promise<void> {
    const waiting = this.board.context.outgoing.find((one) => one.id === messageId)
    if (waiting && (!waiting.sealed || waiting.failed)) return this.unsend(waiting)
    const message = waiting ? draftOf(waiting, this.board.context.accountId) : await this.mine(id, messageId)
    const { one, rows } = this.sending.prepare(id, { type: 'delete', ref: messageId, ...lifeOf(message) })
    const file = message.file ? { fileId: message.file.id } : {}
    await this.todos.add({ what: 'erase', conversationId: id, messageId, ...file }, rows)
    this.sending.take(one)
    void this.todos.run()
  }

  private async unsend(one: Outgoing): Promise<void> {
    this.board.context.sentOut(one)
    await this.board.context.store.write({}, [outgoingRow(one)])
    this.board.changed(one.conversationId)
  }

  /** Tells the server to forget a message that was taken back. */
  async erase(todo: Erase): Promise<Erase | undefined> {
    const message = await this.board.rooms.get(todo.conversationId)?.messages.find(todo.messageId)
    if (!message) return this.board.context.outgoing.some((one) => one.id === todo.messageId) ? todo : undefined
    const path = { conversation_id: todo.conversationId, seq: message.seq }
    await take(this.api.DELETE('/api/v1/conversations/{conversation_id}/entries/{seq}', { params: { path } }))
    if (todo.fileId) await this.files.drop(todo.conversationId, todo.fileId)
    return undefined
  }

  async react(id: string, messageId: string, emoji: string): Promise<void> {
    await this.sending.send(id, { type: 'reaction', ref: messageId, emoji, ...lifeOf(await this.message(id, messageId)) })
  }

  async sendFile(id: string, content: Blob, name: string, how: { text?: string; reply?: string; ttl?: TimeToLive } = {}): Promise<void> {
    const { text, ...rest } = how
    if (text) checkLength(text)
    const { file, rows } = await sealFile(content, name)
    await this.sending.send(id, { type: 'file', file, ...(text ? { body: text } : {}), ...rest }, rows)
  }

  async sendVoice(id: string, recording: Blob, seconds: number): Promise<void> {
    const { file, rows } = await sealFile(recording, 'voice')
    await this.sending.send(id, { type: 'voice', file, seconds }, rows)
  }

  async sendLocation(id: string, { lat, lon, accuracy, label }: Place): Promise<void> {
    await this.sending.send(id, { type: 'location', lat, lon, accuracy, label })
  }

  /** The opened file of a message; undefined while it cannot be fetched. */
  async file(id: string, messageId: string): Promise<Blob | undefined> {
    const waiting = this.board.context.outgoing.find((one) => one.id === messageId)?.draft
    const file = waiting && 'file' in waiting ? waiting.file : (await this.message(id, messageId)).file
    if (!file) throw new Failed('absent')
    return this.files.open(id, file)
  }

  /** Tells the others how far this person has read. */
  async markSeen(id: string): Promise<void> {
    const { rooms, context } = this.board
    const room = rooms.get(id)
    const last = room?.messages.all.findLast((one) => one.author !== context.accountId)
    if (!room?.isOpen || !last || last.seq <= room.stored.mySeen) return
    room.stored.mySeen = last.seq
    await this.sending.send(id, { type: 'seen', upTo: last.seq }, { [roomRow(id)]: room.stored })
  }

  /** One message exactly as the server has it. */
  async serverView(id: string, seq: number): Promise<ServerView> {
    const path = { conversation_id: id, seq }
    const found = await take(this.api.GET('/api/v1/conversations/{conversation_id}/entries/{seq}', { params: { path } }))
    const { archive } = found
    const body = unbase64(found.body)
    const record = archive && unbase64(archive.record)
    return {
      seq: found.seq,
      kind: found.kind,
      epoch: found.epoch,
      at: found.created_at,
      account: found.account_id ?? '',
      deviceId: found.device_id,
      ident: found.ident,
      bodyHex: hex(body),
      bodyBytes: body.length,
      expiresAt: found.expires_at,
      archive:
        archive && record
          ? { id: archive.id, recordHex: hex(record), recordBytes: record.length, signatureHex: hex(unbase64(archive.signature)) }
          : null,
      delivered: found.delivered.map(({ account_id, seq: upTo }) => ({ name: this.nameOf(account_id), seq: upTo })),
    }
  }

  private async message(id: string, messageId: string): Promise<StoredMessage> {
    const found = await this.board.rooms.get(id)?.messages.find(messageId)
    if (!found || found.gone) throw new Failed('absent')
    return found
  }

  private async mine(id: string, messageId: string): Promise<StoredMessage> {
    const found = await this.message(id, messageId)
    if (found.author !== this.board.context.accountId) throw new Failed('absent')
    return found
  }
}

function checkLength(body: string): void {
  if (body.length > TEXT_MAX) throw new Failed('too_large')
}

/** What changes a message that disappears must disappear too. */
function lifeOf({ until }: StoredMessage): Pick<Draft, 'ttl'> {
  return until === undefined ? {} : { ttl: 86_400 }
}
