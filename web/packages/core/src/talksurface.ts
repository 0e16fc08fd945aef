/** What is said: conversations and messages as the screens see them, and what they can do with them. */

export interface Conversation {
  id: string
  familyId: string
  kind: 'direct' | 'group'
  everyone: boolean
  title: string
  memberIds: string[]
  /** This device can read and write here; else it waits for another device to let it in. */
  isOpen: boolean
  unread: number
  last: { author: string; text: string; at: number } | null
  mayManage: boolean
}

export type MessageState = 'waiting' | 'sent' | 'delivered' | 'seen' | 'failed'

/** A sealed file that belongs to a message. Its key stays in the engine. */
export interface Attachment {
  id: string
  name: string
  mime: string
  size: number
}

export interface Place {
  lat: number
  lon: number
  /** Metres. */
  accuracy: number
  label: string
}

export interface Message {
  id: string
  seq: number
  authorId: string
  author: string
  mine: boolean
  kind: 'text' | 'file' | 'voice' | 'location' | 'newer'
  /** The words; of a file its caption. Empty when gone. */
  text: string
  at: number
  state: MessageState
  edited: boolean
  /** Taken back by its author for everybody, or disappeared. */
  gone: boolean
  /** When it disappears, in milliseconds since 1970; null: it stays. */
  until: number | null
  /** The message it answers, as far as it is here. */
  reply: { id: string; author: string; text: string } | null
  /** Each emoji once, with who gave it. */
  reactions: { emoji: string; names: string[]; mine: boolean }[]
  file: Attachment | null
  seconds: number | null
  place: Place | null
}

/** One message exactly as the server has it. */
export interface ServerView {
  seq: number
  kind: string
  epoch: number
  at: string
  account: string
  deviceId: string | null
  ident: string
  bodyHex: string
  bodyBytes: number
  expiresAt: string | null
  archive: { id: string; recordHex: string; recordBytes: number; signatureHex: string } | null
  delivered: { name: string; seq: number }[]
}

export type TimeToLive = 3600 | 86400 | 604800

/** Every call may throw a Failure. */
export interface TalkCore {
  startDirect(familyId: string, accountId: string): Promise<string>
  startGroup(familyId: string, title: string, memberIds: string[]): Promise<string>
  renameGroup(conversationId: string, title: string): Promise<void>
  addToGroup(conversationId: string, accountId: string, history: 'start' | 'today'): Promise<void>
  removeFromGroup(conversationId: string, accountId: string): Promise<void>
  messages(conversationId: string): Promise<Message[]>
  send(conversationId: string, text: string, how?: { reply?: string; ttl?: TimeToLive }): Promise<void>
  edit(conversationId: string, messageId: string, text: string): Promise<void>
  /** Takes a message of mine back for everybody, the server's copies too. */
  takeBack(conversationId: string, messageId: string): Promise<void>
  /** One reaction per person and message; '' takes it back. */
  react(conversationId: string, messageId: string, emoji: string): Promise<void>
  /** At most 32 MiB; name and type are sealed with it. */
  sendFile(conversationId: string, file: Blob, name: string, how?: { text?: string; reply?: string; ttl?: TimeToLive }): Promise<void>
  sendVoice(conversationId: string, recording: Blob, seconds: number): Promise<void>
  sendLocation(conversationId: string, place: Place): Promise<void>
  /** The opened file; undefined while it cannot be fetched. */
  file(conversationId: string, messageId: string): Promise<Blob | undefined>
  /** One message to several people, as one direct message to each. */
  broadcast(familyId: string, accountIds: string[], text: string): Promise<void>
  serverView(conversationId: string, seq: number): Promise<ServerView>
  markSeen(conversationId: string): Promise<void>
}
