/** Changing who has keys to a conversation: letting in, removing, renewing. All of it inside the conversation's lane. */

import { take } from '@prifora/api'
import {
  asReceived,
  base64,
  boxHistoryKey,
  type Bytes,
  type Committed,
  type Details,
  engine,
  type GroupState,
  newBoxPair,
  random,
  unbase64,
} from '@prifora/crypto'
import { type Board, isFinal, isLostRace, type Listed, pause } from './board'
import type { Joining } from './joining'
import type { Room } from './room'
import { agreedIn, type Problem, problemsIn, rosterIn, rosterOf } from './roster'

const TRIES = 6
/** How long each turn lasts, and how many there are: a device later in the row is not waited for longer than this. */
const TURN_MS = 200
const TURNS = 8
const WEEK_MS = 7 * 24 * 3_600_000

type Agreed = Omit<Details, 'log'>
type Make = (state: GroupState) => Promise<Committed | undefined>

const unchanged = (details: Agreed): Agreed => details

export class Commits {
  /** Conversations whose leaves were all right, and as of when. */
  private sound = new Map<string, string>()

  constructor(
    private readonly board: Board,
    private readonly joining: Joining,
  ) {}

  /**
   * Makes, announces and adopts a commit; a lost race starts again from the newer state. `make` returns nothing when
   * nothing is left to do. Returns whether it is done.
   */
  async commit(room: Room, make: Make, change: (details: Agreed) => Agreed = unchanged): Promise<boolean> {
    for (let tries = 0; tries < TRIES && room.isOpen; tries++) {
      if (!(await this.joining.refreshDetails(room))) return false
      const { epoch } = room
      const details = change(agreedIn(room))
      const made = await make(room.group)
      if (!made) return true
      try {
        await room.expect(made.commit, made.state)
        await this.post(room, made, epoch, details)
        await this.joining.catchUp(room)
        if (room.epoch === epoch + 1) await room.agree(details, room.epoch)
        return true
      } catch (problem) {
        if (!isLostRace(problem)) throw problem
        await this.myTurn(room)
        if (room.waitsForRemoval) make = after(make)
      }
    }
    return false
  }

  /**
   * Sends a commit with the next epoch's archive key for everybody, and what the members agree on. The boxes are for
   * people's newest keys: whose device was revoked has new ones since, and this may be the commit that puts it out.
   */
  async post(room: Room, made: Committed, epoch: number, details: Agreed | undefined): Promise<{ seq: number }> {
    await this.board.context.refreshPeople()
    const key = await room.historyKey(made.state)
    const inside = new Set(engine.leaves(made.state).map((leaf) => leaf.identity.accountId))
    const boxes = [...inside, ...(await this.away(room, inside, details))].map(async (accountId) => ({
      account_id: accountId,
      box: base64(await this.boxFor(accountId, key, room.id, epoch + 1)),
    }))
    const body = {
      epoch,
      commit: base64(made.commit),
      group_info: base64(made.groupInfo),
      history_boxes: await Promise.all(boxes),
      ...(made.welcome ? { welcome: base64(made.welcome) } : {}),
      ...(details ? { details: base64(await room.writeDetails(made.state, details)) } : {}),
    }
    const path = { conversation_id: room.id }
    return take(this.board.api.POST('/api/v1/conversations/{conversation_id}/commits', { params: { path }, body }))
  }

  /** Who belongs here and has no device at the moment: what is said meanwhile is theirs to read when they are back. */
  private async away(room: Room, inside: Set<string>, details: Agreed | undefined): Promise<string[]> {
    const listed = this.listedOf(room)
    if (!details || !listed) return []
    const isAway = (one: Listed): string[] => {
      const { trust } = this.board.context
      return [...rosterIn(details, one, trust).keys()].filter((id) => !inside.has(id) && one.member_ids.includes(id))
    }
    return isAway(listed).length > 0 ? isAway(await this.joining.look(room)) : []
  }

  /** Commits removals the server asked for. */
  async carryOutRemovals(room: Room): Promise<void> {
    if (!room.waitsForRemoval) return
    await this.myTurn(room)
    if (room.waitsForRemoval) await this.commit(room, async (state) => (engine.hasPending(state) ? engine.commitPending(state) : undefined))
  }

  /** Changes what the members agree on. */
  async agree(room: Room, change: (details: Agreed) => Agreed): Promise<boolean> {
    return this.commit(room, (state) => engine.commitPending(state), change)
  }

  /** Takes an account's keys away, with what the members agree on from now. */
  async remove(room: Room, accountId: string, change: (details: Agreed) => Agreed): Promise<boolean> {
    const isIn = (): boolean => engine.leaves(room.group).some((leaf) => leaf.identity.accountId === accountId)
    const isAgreed = (): boolean => JSON.stringify(change(agreedIn(room))) === JSON.stringify(agreedIn(room))
    for (let tries = 0; tries < 2 && room.isOpen; tries++) {
      if (!(await this.joining.refreshDetails(room))) return false
      if (!isIn() && isAgreed()) return true
      await this.commit(room, (state) => removal(state, (leaf) => leaf.identity.accountId === accountId, true), change).catch(
        async (problem: unknown) => {
          if (!isFinal(problem)) throw problem
          await this.agree(room, change) // The server does not let them go: at least everybody knows that they should.
        },
      )
    }
    return room.isOpen && !isIn()
  }

  /** Gives keys to who belongs here and has none. */
  async letIn(room: Room): Promise<void> {
    if (this.missing(room).length === 0) return
    await this.myTurn(room)
    if (!room.isOpen || !(await this.joining.refreshDetails(room))) return
    const wanted = await this.wanted(room)
    if (wanted.length === 0) return
    const path = { conversation_id: room.id }
    const claim = this.board.api.POST('/api/v1/conversations/{conversation_id}/key-packages/claim', {
      params: { path },
      body: { account_ids: wanted },
    })
    const { items } = await take(claim)
    if (items.length > 0) await this.commit(room, (state) => this.add(room, state, items, wanted))
  }

  /** Removes who should not be here and says so. Returns whether something may be sealed now. */
  async audit(room: Room): Promise<boolean> {
    const { context } = this.board
    const standing = (): string => `${room.epoch}|${context.trust.version}`
    if (!(await this.joining.refreshDetails(room))) return false
    if (this.sound.get(room.id) === standing()) return true
    if (this.problems(room).length > 0) {
      await context.refreshPeople()
      await this.joining.look(room)
      await this.joining.catchUp(room)
      if (!room.isOpen || room.waitsForRemoval) return false // Whose removal was asked for goes before anything is sealed.
      const found = this.problems(room)
      this.say(room, found)
      if (found.length > 0 && !(await this.removeAll(room).catch(() => false))) return false
    }
    if (!room.isOpen || this.problems(room).length > 0) return false
    this.sound.set(room.id, standing())
    return true
  }

  /** Changes this device's keys about once a week, so that the archive's keys change too. Returns whether nothing is due. */
  async renew(room: Room): Promise<boolean> {
    const { stored } = room
    const isDue = stored.renewAt > 0 && Date.now() > stored.renewAt
    if (stored.renewAt > 0 && !isDue) return true
    if (isDue && !(await this.commit(room, (state) => engine.commitPending(state)))) return false
    stored.renewAt = Date.now() + WEEK_MS * (0.8 + 0.4 * Math.random())
    await room.keep()
    return true
  }

  /**
   * Waits until it is this device’s turn to do what all devices see is due, after whoever began it, and takes what was
   * done meanwhile. The row begins with another device in every epoch: one that is off line holds the others up once.
   */
  private async myTurn(room: Room): Promise<void> {
    const leaves = engine.leaves(room.group)
    const mine = leaves.findIndex(({ identity }) => identity.deviceId === this.board.context.device.identity.deviceId)
    const turn = (mine + room.epoch) % leaves.length
    await pause((1 + Math.min(turn, TURNS) + Math.random() / 2) * TURN_MS)
    await this.joining.catchUp(room)
  }

  private listedOf(room: Room): Listed | undefined {
    return this.board.listed.get(room.id)
  }

  private problems(room: Room): Problem[] {
    const listed = this.listedOf(room)
    return listed && room.isOpen ? problemsIn(room, listed, this.board.context.trust) : []
  }

  /** Who is here without belonging is named, unless it is somebody known whom the server no longer lists: they are just leaving. */
  private say(room: Room, found: Problem[]): void {
    const { trust, raise } = this.board.context
    const members = this.listedOf(room)?.member_ids ?? []
    for (const { leaf, kind } of found) {
      const { accountId, deviceId } = leaf.identity
      const isLeaving = !members.includes(accountId) && trust.aikOf(accountId) !== undefined
      if (!isLeaving) raise(kind, { conversationId: room.id, person: accountId, key: deviceId })
    }
  }

  private removeAll(room: Room): Promise<boolean> {
    return this.commit(room, (state) => {
      const bad = new Set(this.problems(room).map(({ leaf }) => leaf.index))
      return removal(state, (leaf) => bad.has(leaf.index), false)
    })
  }

  /** Members of the server's list without keys. */
  private missing(room: Room): string[] {
    const inside = new Set(engine.leaves(room.group).map((leaf) => leaf.identity.accountId))
    return (this.listedOf(room)?.member_ids ?? []).filter((id) => !inside.has(id))
  }

  /** Those of them who really belong; who does not is named. */
  private async wanted(room: Room): Promise<string[]> {
    const { trust, raise, refreshPeople } = this.board.context
    const roster = (): Map<string, unknown> => {
      const listed = this.listedOf(room)
      return (listed && rosterOf(room, listed, trust)) ?? new Map<string, unknown>()
    }
    if (this.missing(room).some((id) => !roster().has(id))) {
      await refreshPeople()
      await this.joining.look(room)
    }
    const allowed = roster()
    const isEveryone = this.listedOf(room)?.everyone === true
    for (const person of this.missing(room)) {
      if (!allowed.has(person) && !isEveryone && !(person in (room.stored.agreed?.roster ?? {}))) {
        raise('ghost-person', { conversationId: room.id, person })
      }
    }
    return this.missing(room).filter((id) => allowed.has(id))
  }

  /** Adds those packages that really are of devices of people who belong here. */
  private async add(room: Room, state: GroupState, items: { device_id: string; package: string }[], wanted: string[]): Promise<Committed | undefined> {
    const { trust, familyOf, refreshPeople, raise } = this.board.context
    const before = new Set(engine.leaves(state).map((leaf) => leaf.identity.deviceId))
    const packages = items.filter((one) => !before.has(one.device_id)).map((one) => asReceived(unbase64(one.package)))
    const good: Bytes[] = []
    for (const one of packages) {
      const alone = await engine.addAndCommit(state, [one]).catch(() => undefined)
      const leaf = alone && engine.leaves(alone.state).find(({ identity }) => !before.has(identity.deviceId))
      if (!leaf) continue
      const problem = (): string | undefined => trust.leafProblem(familyOf(room.id), leaf)
      if (problem()) await refreshPeople()
      const { accountId, deviceId } = leaf.identity
      if (problem()) raise('ghost-device', { conversationId: room.id, person: accountId, key: deviceId })
      else if (wanted.includes(accountId)) good.push(one)
    }
    return good.length > 0 ? engine.addAndCommit(state, good) : undefined
  }

  /** The archive key for one account; who is not trusted gets something that opens nothing. */
  private async boxFor(accountId: string, key: Bytes, conversationId: string, epoch: number): Promise<Bytes> {
    const { trust, familyOf } = this.board.context
    if (trust.trusts(familyOf(conversationId), accountId)) {
      return boxHistoryKey(trust.aekOf(accountId), key, conversationId, epoch, accountId)
    }
    return boxHistoryKey((await newBoxPair()).publicKey, random(key.length), conversationId, epoch, accountId)
  }
}

/** Commits what the server asked to remove, else removes these leaves. */
async function removal(state: GroupState, isOut: (leaf: ReturnType<typeof engine.leaves>[number]) => boolean, always: boolean): Promise<Committed | undefined> {
  if (engine.hasPending(state)) return engine.commitPending(state)
  const indexes = engine.leaves(state).filter(isOut).map((leaf) => leaf.index)
  if (indexes.length > 0) return engine.removeAndCommit(state, indexes)
  return always ? engine.commitPending(state) : undefined
}

/** First what the server asked to remove; the rest is done in a next commit. */
const after = (make: Make): Make => (state) => (engine.hasPending(state) ? engine.commitPending(state) : make(state))
