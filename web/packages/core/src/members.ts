/** Who is in a group: the members' own word, the server's list and the keys, brought together in this order. */

import { ApiError, take } from '@prifora/api'
import type { Board } from './board'
import type { Commits } from './commits'
import type { Joining } from './joining'
import type { Todo, Todos } from './todos'

type Add = Extract<Todo, { what: 'add' }>
type TakeOut = Extract<Todo, { what: 'takeOut' }>

export class Members {
  constructor(
    private readonly board: Board,
    private readonly joining: Joining,
    private readonly commits: Commits,
    private readonly todos: Todos,
  ) {}

  async addToGroup(conversationId: string, accountId: string, history: 'start' | 'today'): Promise<void> {
    await this.todos.promise({ what: 'add', conversationId, accountId, history })
  }

  async removeFromGroup(conversationId: string, accountId: string): Promise<void> {
    await this.todos.promise({ what: 'takeOut', conversationId, accountId, isTold: false })
  }

  /** The members' own word first; keys follow as for everybody who belongs and has none. */
  async add(todo: Add): Promise<Todo | undefined> {
    const { conversationId, accountId, history } = todo
    const entry = { by: this.board.context.accountId, history }
    const room = this.board.rooms.get(conversationId)
    if (!room?.isOpen) return this.board.listed.has(conversationId) ? todo : undefined
    const isAgreed = await this.board.lane(conversationId, async () => {
      room.stored.given = room.stored.given.filter((one) => one !== accountId)
      return this.commits.agree(room, (details) => ({ ...details, roster: { ...details.roster, [accountId]: entry } }))
    })
    if (!isAgreed) return todo
    const where = { params: { path: { conversation_id: conversationId } }, body: { account_id: accountId } }
    await take(this.board.api.POST('/api/v1/conversations/{conversation_id}/members', where))
    return undefined
  }

  /** Tells the server, then changes the keys without waiting for it to ask. */
  async takeOut(todo: TakeOut): Promise<Todo | undefined> {
    const { conversationId, accountId } = todo
    if (!todo.isTold) await this.tell(conversationId, accountId)
    if (accountId === this.board.context.accountId) return undefined
    return (await this.cutOff(conversationId, accountId)) ? undefined : { ...todo, isTold: true }
  }

  /** Told twice, because the first answer was lost, is told. */
  private async tell(conversationId: string, accountId: string): Promise<void> {
    const { api, listed } = this.board
    const path = { conversation_id: conversationId, account_id: accountId }
    await take(api.DELETE('/api/v1/conversations/{conversation_id}/members/{account_id}', { params: { path } })).catch((problem: unknown) => {
      const isOut = listed.get(conversationId)?.member_ids.includes(accountId) === false
      if (!(problem instanceof ApiError) || problem.status !== 404 || !isOut) throw problem
    })
  }

  /** Takes somebody's keys to a conversation away, and their place in what its members agree on. Returns whether it is done. */
  async cutOff(conversationId: string, accountId: string, out: string[] = []): Promise<boolean> {
    const room = this.board.rooms.get(conversationId)
    if (!room?.isOpen) return !this.board.listed.has(conversationId)
    const done = await this.board.lane(conversationId, async () => {
      await this.joining.catchUp(room)
      return this.commits.remove(room, accountId, ({ roster, ...details }) => {
        const rest = Object.fromEntries(Object.entries(roster).filter(([id]) => id !== accountId))
        return { ...details, roster: rest, out: [...new Set([...details.out, ...out])] }
      })
    })
    if (!done) this.board.context.raise('removal-ignored', { conversationId, person: accountId })
    return done
  }
}
