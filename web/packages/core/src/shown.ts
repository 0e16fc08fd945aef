/** The messages of a conversation as the screens show them. */

import { applied, type Change, type StoredMessage } from './messages'
import { fileOf, isShown, type Outgoing } from './outgoing'
import type { Message } from './surface'

export interface View {
  me: string
  nameOf(accountId: string): string
  /** How far each account has read and received. */
  seen: Record<string, number>
  delivered: Record<string, number>
  get(id: string): StoredMessage | undefined
}

/** Everything that is here, then what waits to be sent. */
export function shown(messages: StoredMessage[], waiting: Outgoing[], view: View): Message[] {
  const changes = waiting.flatMap((one) => changeOf(one, view.me))
  const here = messages.map((one) => {
    const mine = changes.filter(({ ref }) => ref === one.id)
    return messageOf(mine.reduce(applied, one), view, stateOf(one.seq, view))
  })
  const coming = waiting.filter(isShown).map((one) => messageOf(draftOf(one, view.me), view, one.failed ? 'failed' : 'waiting'))
  return [...here, ...coming]
}

/** A message that waits, as if it were in the log already. */
export function draftOf({ id, at, draft }: Outgoing, author: string): StoredMessage {
  const file = fileOf(draft)
  const place = draft.type === 'location' ? { lat: draft.lat, lon: draft.lon, accuracy: draft.accuracy, label: draft.label } : undefined
  return {
    id,
    seq: Number.MAX_SAFE_INTEGER,
    author,
    at,
    kind: draft.type as Message['kind'],
    text: 'body' in draft ? (draft.body ?? '') : '',
    ...('reply' in draft && draft.reply ? { reply: draft.reply } : {}),
    ...(draft.ttl ? { until: at + draft.ttl * 1000 } : {}),
    ...(file ? { file } : {}),
    ...(draft.type === 'voice' ? { seconds: draft.seconds } : {}),
    ...(place ? { place } : {}),
  }
}

function changeOf({ draft }: Outgoing, author: string): Change[] {
  const seq = Number.MAX_SAFE_INTEGER
  if (draft.type === 'edit') return [{ ref: draft.ref, author, seq, what: 'edit', value: draft.body }]
  if (draft.type === 'delete') return [{ ref: draft.ref, author, seq, what: 'delete', value: '' }]
  if (draft.type === 'reaction') return [{ ref: draft.ref, author, seq, what: 'reaction', value: draft.emoji }]
  return []
}

function stateOf(seq: number, { me, seen, delivered }: View): Message['state'] {
  const reached = (how: Record<string, number>): boolean => Object.entries(how).some(([account, upTo]) => account !== me && upTo >= seq)
  if (reached(seen)) return 'seen'
  return reached(delivered) ? 'delivered' : 'sent'
}

function messageOf(one: StoredMessage, view: View, state: Message['state']): Message {
  const isGone = one.gone === true || (one.until !== undefined && one.until <= Date.now())
  return {
    id: one.id,
    seq: one.seq,
    authorId: one.author,
    author: view.nameOf(one.author),
    mine: one.author === view.me,
    kind: one.kind,
    text: isGone ? '' : one.text,
    at: one.at,
    state,
    edited: one.edited !== undefined,
    gone: isGone,
    until: one.until ?? null,
    reply: isGone || one.reply === undefined ? null : replyOf(one.reply, view),
    reactions: isGone ? [] : reactionsOf(one, view),
    file: isGone || !one.file ? null : { id: one.file.id, name: one.file.name, mime: one.file.mime, size: one.file.size },
    seconds: isGone ? null : (one.seconds ?? null),
    place: isGone ? null : (one.place ?? null),
  }
}

function replyOf(id: string, view: View): Message['reply'] {
  const answered = view.get(id)
  return { id, author: answered ? view.nameOf(answered.author) : '', text: answered?.text ?? '' }
}

function reactionsOf({ reactions = {} }: StoredMessage, { me, nameOf }: View): Message['reactions'] {
  const given = Object.entries(reactions).filter(([, { emoji }]) => emoji !== '').sort(([, one], [, other]) => one.seq - other.seq)
  return [...new Set(given.map(([, { emoji }]) => emoji))].map((emoji) => {
    const by = given.filter(([, one]) => one.emoji === emoji).map(([account]) => account)
    return { emoji, names: by.map(nameOf), mine: by.includes(me) }
  })
}
