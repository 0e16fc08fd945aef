/** What this device promised to do for a family, carried out step by step until nothing is left (todos.ts). */

import { type Api, take } from '@prifora/api'
import type { People } from './people'
import type { Rooms } from './rooms'
import type { Todo, Todos } from './todos'

type Of<What extends Todo['what']> = Extract<Todo, { what: What }>

export class Promises {
  constructor(
    private readonly api: Api,
    private readonly people: People,
    private readonly rooms: Rooms,
    private readonly todos: Todos,
  ) {}

  /** Puts somebody out of a family: at the server, and by this device in every conversation it is in. */
  removePerson(familyId: string, accountId: string): Promise<void> {
    const hash = this.people.trust.standing(familyId, accountId).hash ?? ''
    return this.todos.promise({ what: 'remove', familyId, accountId, hash, isTold: false })
  }

  setRetention(familyId: string, days: number | null): Promise<void> {
    return this.todos.promise({ what: 'retention', familyId, days })
  }

  /** One message to several people, as one direct message to each. */
  async broadcast(familyId: string, accountIds: string[], body: string): Promise<void> {
    await this.todos.promise({ what: 'broadcast', familyId, accountIds: [...new Set(accountIds)], body })
  }

  carryOut(todo: Todo): Promise<Todo | undefined> {
    switch (todo.what) {
      case 'erase':
        return this.rooms.saying.erase(todo)
      case 'add':
        return this.rooms.members.add(todo)
      case 'takeOut':
        return this.rooms.members.takeOut(todo)
      case 'remove':
        return this.remove(todo)
      case 'retention':
        return this.keep(todo)
      case 'broadcast':
        return this.spread(todo)
    }
  }

  private async remove(todo: Of<'remove'>): Promise<Todo | undefined> {
    const { familyId, accountId, hash } = todo
    if (!todo.isTold) await this.people.end(familyId, accountId)
    const now = this.people.trust.standing(familyId, accountId).hash
    if (todo.isTold && now !== undefined && now !== hash) return undefined // They were let in again since.
    const here = [...this.rooms.listed.values()].filter((one) => one.family_id === familyId && one.kind === 'group')
    let isDone = true
    for (const { id, everyone } of here) {
      const out = everyone && hash ? [hash] : []
      isDone = (await this.rooms.members.cutOff(id, accountId, out).catch(() => false)) && isDone
    }
    return isDone ? undefined : { ...todo, isTold: true }
  }

  /** The server keeps nothing longer, and the devices by what everyone's conversation says. */
  private async keep(todo: Of<'retention'>): Promise<Todo | undefined> {
    const { familyId, days } = todo
    const body = { retention_days: days as 30 | 90 | 365 | null }
    await take(this.api.PATCH('/api/v1/families/{family_id}', { params: { path: { family_id: familyId } }, body }))
    const listed = [...this.rooms.listed.values()].find((one) => one.family_id === familyId && one.everyone)
    const room = listed && this.rooms.rooms.get(listed.id)
    if (!room?.isOpen) return listed ? todo : undefined
    const isDone = await this.rooms.lane(room.id, () =>
      this.rooms.commits.agree(room, ({ title, roster, out }) => ({ title, roster, out, ...(days === null ? {} : { retention: days }) })),
    )
    return isDone ? undefined : todo
  }

  /** Each message is stored in the same write that strikes its person off. */
  private async spread(todo: Of<'broadcast'>): Promise<Todo | undefined> {
    let left: Of<'broadcast'> = todo
    for (const accountId of todo.accountIds) {
      const conversationId = await this.rooms.starting.direct(todo.familyId, accountId)
      const { one, rows } = this.rooms.sending.prepare(conversationId, { type: 'text', body: todo.body })
      left = { ...left, accountIds: left.accountIds.filter((other) => other !== accountId) }
      await this.todos.replace(todo, left, rows)
      todo = left
      this.rooms.sending.take(one)
    }
    return undefined
  }
}
