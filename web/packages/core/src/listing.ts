/** The conversations and their messages as the screens show them. */

import type { Listed } from './board'
import { isShown } from './outgoing'
import type { People } from './people'
import type { Room } from './room'
import type { Rooms } from './rooms'
import { draftOf, shown } from './shown'
import type { Conversation, Message } from './surface'

export function conversationsOf(rooms: Rooms, people: People): Conversation[] {
  const all = rooms.shown().map((listed) => conversationOf(listed, rooms, people))
  return all.sort((one, other) => (other.last?.at ?? 0) - (one.last?.at ?? 0))
}

function conversationOf(listed: Listed, rooms: Rooms, people: People): Conversation {
  const room = rooms.rooms.get(listed.id)
  const other = listed.member_ids.find((one) => one !== people.me)
  return {
    id: listed.id,
    familyId: listed.family_id,
    kind: listed.kind as Conversation['kind'],
    everyone: listed.everyone,
    title: listed.kind === 'direct' ? people.nameOf(other ?? '') : (room?.stored.title ?? ''),
    memberIds: listed.member_ids,
    isOpen: room?.isOpen ?? false,
    unread: room ? unreadIn(room, people.me) : 0,
    last: room ? lastOf(room, rooms, people) : null,
    mayManage: listed.kind === 'group' && !listed.everyone && mayManage(listed, people),
  }
}

function unreadIn({ messages, stored }: Room, me: string): number {
  let count = 0
  for (let at = messages.all.length - 1; at >= 0; at--) {
    const one = messages.all[at]
    if (!one || one.seq <= stored.mySeen) break
    if (one.author !== me && !one.gone) count += 1
  }
  return count
}

/** The newest message, one that waits to be sent included. */
function lastOf(room: Room, rooms: Rooms, people: People): Conversation['last'] {
  const waiting = rooms.context.outgoing.findLast((one) => one.conversationId === room.id && isShown(one))
  const last = waiting ? draftOf(waiting, people.me) : room.messages.all.findLast((one) => !one.gone)
  return last ? { author: people.nameOf(last.author), text: last.text, at: last.at } : null
}

function mayManage(listed: Listed, people: People): boolean {
  const family = people.families.find((one) => one.id === listed.family_id)
  return listed.made_by === people.me || family?.me.is_admin === true || family?.me.role === 'user'
}

export function messagesOf(rooms: Rooms, people: People, id: string): Message[] {
  const room = rooms.rooms.get(id)
  if (!room) return []
  const waiting = rooms.context.outgoing.filter((one) => one.conversationId === id)
  return shown(room.messages.all, waiting, {
    me: people.me,
    nameOf: (accountId) => people.nameOf(accountId),
    seen: room.stored.seen,
    delivered: room.delivered,
    get: (messageId) => room.messages.get(messageId),
  })
}
