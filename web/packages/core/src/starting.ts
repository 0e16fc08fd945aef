/** Starting a conversation: its group, its first keys, what its members agree on from the first moment. */

import { ApiError, take } from '@prifora/api'
import { base64, boxHistoryKey, chainStart, engine, unbase64 } from '@prifora/crypto'
import type { Board, Listed } from './board'
import { emptyRoom, Room } from './room'

export class Starting {
  constructor(
    private readonly board: Board,
    private readonly settle: (id: string) => Promise<unknown>,
  ) {}

  /** Starts a conversation here, then gives the others keys. Returns its id, or that of the one there is. */
  async start(familyId: string, kind: 'direct' | 'group', memberIds: string[], title: string, everyone = false): Promise<string> {
    const { api, context, listed, rooms } = this.board
    const id = crypto.randomUUID()
    const room = new Room({ ...emptyRoom(id), title }, context)
    const external = unbase64((await take(api.GET('/api/v1/mls/sender'))).external_sender)
    const { state, groupInfo } = await engine.createGroup(context.device, id, external, room.rules)
    await room.chain.begin(await chainStart(id))
    const details = { title, roster: everyone ? {} : this.roster(memberIds), out: [] }
    const key = await room.historyKey(state)
    const body = {
      id,
      family_id: familyId,
      kind,
      everyone,
      member_ids: memberIds,
      group_info: base64(groupInfo),
      details: base64(await room.writeDetails(state, details)),
      history_box: base64(await boxHistoryKey(context.keys.aek, key, id, 0, context.accountId)),
    }
    // In its lane: the news of it may come before the answer, and nobody must join what is being started here.
    const found = await this.board.lane(id, async () => {
      try {
        listed.set(id, await take(api.POST('/api/v1/conversations', { body })))
      } catch (problem) {
        if (problem instanceof ApiError && problem.code === 'exists') return String(problem.extra.id)
        throw problem
      }
      await room.adopt(state, 0)
      await room.agree(details, 0)
      rooms.set(id, room)
      return id
    })
    if (found !== id) return found
    this.board.socket()?.follow(id, 0)
    await this.board.lane(id, () => this.settle(id)).catch(() => undefined)
    this.board.changed(id)
    return id
  }

  /** The direct conversation with somebody, made when there is none. */
  async direct(familyId: string, accountId: string): Promise<string> {
    const isIt = (one: Listed): boolean => one.family_id === familyId && one.kind === 'direct' && one.member_ids.includes(accountId)
    return [...this.board.listed.values()].find(isIt)?.id ?? this.start(familyId, 'direct', [accountId], '')
  }

  /** Who is there from the beginning may read from the beginning. */
  private roster(memberIds: string[]) {
    const by = this.board.context.accountId
    return Object.fromEntries([...new Set([by, ...memberIds])].map((one) => [one, { by, history: 'start' as const }]))
  }
}
