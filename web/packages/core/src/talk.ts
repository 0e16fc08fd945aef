/** Calls about conversations and the messages in them. */

import { FamilyCalls } from './families'
import { Failed } from './problem'
import type { Core } from './surface'

export abstract class TalkCalls extends FamilyCalls {
  refresh() {
    return this.home.refresh()
  }
  startDirect(familyId: string, accountId: string) {
    return this.then(this.home.rooms.start(familyId, 'direct', [accountId], ''))
  }
  startGroup(familyId: string, title: string, memberIds: string[]) {
    return this.then(this.home.rooms.start(familyId, 'group', memberIds, title))
  }
  renameGroup(conversationId: string, title: string) {
    return this.home.rooms.rename(conversationId, title)
  }
  addToGroup(conversationId: string, accountId: string, history: 'start' | 'today') {
    return this.then(this.home.rooms.addToGroup(conversationId, accountId, history))
  }
  removeFromGroup(conversationId: string, accountId: string) {
    return this.then(this.home.rooms.removeFromGroup(conversationId, accountId))
  }
  messages(conversationId: string) {
    return Promise.resolve(this.home.messages(conversationId))
  }
  async wholeTalk(conversationId: string) {
    await this.home.rooms.readAll(conversationId)
    return this.home.messages(conversationId)
  }
  async send(conversationId: string, text: string, how?: Parameters<Core['send']>[2]) {
    await this.home.rooms.sendText(conversationId, written(text), how)
  }
  async edit(conversationId: string, messageId: string, text: string) {
    await this.home.rooms.edit(conversationId, messageId, written(text))
  }
  takeBack(conversationId: string, messageId: string) {
    return this.home.rooms.takeBack(conversationId, messageId)
  }
  react(conversationId: string, messageId: string, emoji: string) {
    return this.home.rooms.react(conversationId, messageId, emoji)
  }
  sendFile(conversationId: string, file: Blob, name: string, how?: Parameters<Core['sendFile']>[3]) {
    return this.home.rooms.sendFile(conversationId, file, name, how)
  }
  sendVoice(conversationId: string, recording: Blob, seconds: number) {
    return this.home.rooms.sendVoice(conversationId, recording, seconds)
  }
  sendLocation(conversationId: string, place: Parameters<Core['sendLocation']>[1]) {
    return this.home.rooms.sendLocation(conversationId, place)
  }
  file(conversationId: string, messageId: string) {
    return this.home.rooms.file(conversationId, messageId)
  }
  async broadcast(familyId: string, accountIds: string[], text: string) {
    await this.home.broadcast(familyId, accountIds, written(text))
  }
  serverView(conversationId: string, seq: number) {
    return this.home.rooms.serverView(conversationId, seq)
  }
  markSeen(conversationId: string) {
    return this.home.rooms.markSeen(conversationId)
  }
}

function written(text: string): string {
  const body = text.trim()
  if (!body) throw new Failed('blank')
  return body
}
