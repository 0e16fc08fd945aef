/** A group that lives through random changes; after each of them every device must be of one mind. */

import { engine, equal, type GroupState, hex, type NewKeyPackage, type OwnDevice, type Rules, text, utf8 } from '../../src'
import { person, type Person, removalKey, type RemovalKey } from './people'
import type { Chance } from './random'

const PEOPLE = 6
const DEVICES_EACH = 3

const rules: Rules = { isKnown: () => true, mayRemove: () => true, mayVouch: () => true }

const changes = ['add', 'remove', 'removeAsked', 'addAndRemove', 'update', 'externalJoin', 'rejoin'] as const
export type Change = (typeof changes)[number]

/** What a change sends through the server. */
export interface Sent {
  by: OwnDevice
  /** The ids of the devices that are in the group then. */
  devices: string[]
  proposals: Uint8Array[]
  commit: Uint8Array
  groupInfo: Uint8Array
  welcome: Uint8Array | undefined
}

interface Member {
  device: OwnDevice
  state: GroupState
}

/** What a change does, before the others hear of it. */
interface Made {
  member: Member
  sent: Sent
  gone: Member[]
  packages: Map<OwnDevice, NewKeyPackage>
}

export class History {
  readonly done: Partial<Record<Change, number>> = {}
  readonly log: Sent[] = []
  #members: Member[]
  /** Devices that had a leaf once, and may come again. */
  #outside: OwnDevice[] = []
  #last: Sent

  private constructor(
    readonly id: string,
    private readonly chance: Chance,
    private readonly limit: number,
    private readonly people: Person[],
    private readonly server: RemovalKey,
    first: Member,
    /** The group info of epoch 0. */
    readonly start: Uint8Array,
  ) {
    this.#members = [first]
    this.#last = { by: first.device, devices: [], proposals: [], commit: start, groupInfo: start, welcome: undefined }
  }

  /** A group of one device, which grows to at most `limit`. */
  static async begin(chance: Chance, limit: number): Promise<History> {
    const people = await Promise.all(Array.from({ length: PEOPLE }, person))
    const [server, device] = [await removalKey(), await chance.one(people).newDevice()]
    const id = crypto.randomUUID()
    const made = await engine.createGroup(device, id, server.externalSender, rules)
    return new History(id, chance, limit, people, server, { device, state: made.state }, made.groupInfo)
  }

  get size(): number {
    return this.#members.length
  }

  /** The ExternalSender the group names. */
  get externalSender(): Uint8Array {
    return this.server.externalSender
  }

  /** One random change, heard by everyone, and one message; throws when anyone is of another mind. */
  async step(): Promise<void> {
    const kind = this.#choose()
    const epoch = this.#epoch()
    try {
      const made = await this[kind]()
      await this.#tell(made)
      this.#agree(epoch + 1)
      await this.#talk(made.gone)
      await this.#store()
    } catch (error) {
      throw new Error(`${kind} with ${this.size} devices after epoch ${epoch}: ${String(error)}`, { cause: error })
    }
    this.done[kind] = (this.done[kind] ?? 0) + 1
  }

  #choose(): Change {
    const mayShrink = this.size > 2
    const mayGrow = this.size < this.limit
    const possible = changes.filter((one) => {
      if (one === 'add') return mayGrow
      if (one === 'addAndRemove') return mayGrow && mayShrink
      if (one === 'externalJoin') return mayGrow && this.#withRoom().length > 0
      if (one === 'remove' || one === 'removeAsked') return mayShrink
      return one === 'update' || this.size > 1
    })
    return this.chance.one(mayGrow && this.chance.happens(0.25) ? ['add'] : possible)
  }

  async add(): Promise<Made> {
    return this.#adding(this.chance.one(this.#members), [], [])
  }

  async remove(): Promise<Made> {
    const { member, gone } = this.#parting()
    const made = await engine.removeAndCommit(member.state, gone.map((one) => this.#leafOf(one)))
    return { member: { device: member.device, state: made.state }, sent: sent(member, made), gone, packages: new Map() }
  }

  async removeAsked(): Promise<Made> {
    const { member, gone } = this.#parting()
    const proposals = await this.#ask(gone)
    const made = await engine.commitPending(member.state)
    return { member: { device: member.device, state: made.state }, sent: sent(member, made, proposals), gone, packages: new Map() }
  }

  async addAndRemove(): Promise<Made> {
    const { member, gone } = this.#parting()
    return this.#adding(member, gone, await this.#ask(gone))
  }

  async update(): Promise<Made> {
    const member = this.chance.one(this.#members)
    const made = await engine.commitPending(member.state)
    return { member: { device: member.device, state: made.state }, sent: sent(member, made), gone: [], packages: new Map() }
  }

  async externalJoin(): Promise<Made> {
    const device = await this.chance.one(this.#withRoom()).newDevice()
    const made = await engine.externalJoin(device, this.#last.groupInfo, rules, false)
    const member = { device, state: made.state }
    return { member, sent: sent(member, made), gone: [], packages: new Map() }
  }

  async rejoin(): Promise<Made> {
    const lost = this.chance.one(this.#members)
    const made = await engine.externalJoin(lost.device, this.#last.groupInfo, rules, true)
    const member = { device: lost.device, state: made.state }
    return { member, sent: sent(member, made), gone: [lost], packages: new Map() }
  }

  async #adding(member: Member, gone: Member[], proposals: Uint8Array[]): Promise<Made> {
    const packages = new Map<OwnDevice, NewKeyPackage>()
    const room = this.limit - this.size + gone.length
    for (const device of await this.#newcomers(Math.min(room, 1 + this.chance.below(2)))) {
      const [made] = await engine.newKeyPackages(device, 1)
      if (made) packages.set(device, made)
    }
    const made = await engine.addAndCommit(member.state, [...packages.values()].map((one) => one.packageBytes))
    return { member: { device: member.device, state: made.state }, sent: sent(member, made, proposals), gone, packages }
  }

  async #newcomers(count: number): Promise<OwnDevice[]> {
    const back = this.chance.happens(0.5) ? this.chance.some(this.#outside, count) : []
    this.#outside = this.#outside.filter((one) => !back.includes(one))
    while (back.length < count) back.push(await this.chance.one(this.people).newDevice())
    return back
  }

  /** Somebody who commits, and one or two others who must go. */
  #parting(): { member: Member; gone: Member[] } {
    const [member, ...gone] = this.chance.some(this.#members, this.size > 3 && this.chance.happens(0.3) ? 3 : 2)
    if (!member) throw new Error('nobody')
    return { member, gone }
  }

  /** The server asks for removals; everyone keeps that in mind. */
  async #ask(gone: Member[]): Promise<Uint8Array[]> {
    const id = Uint8Array.from(this.id.replaceAll('-', '').match(/../g) ?? [], (pair) => parseInt(pair, 16))
    const epoch = this.#epoch()
    const asked = await Promise.all(gone.map((one) => this.server.propose(id, epoch, this.#leafOf(one))))
    for (const member of this.#members) {
      for (const proposal of asked) {
        const heard = await engine.process(member.state, proposal, rules)
        if (heard.kind !== 'proposal') throw new Error(`a proposal was taken for a ${heard.kind}`)
        member.state = heard.state
      }
      if (!engine.hasPending(member.state)) throw new Error('a proposal was forgotten')
    }
    return asked
  }

  /** Everyone hears of a change; those it removes stop, those it adds join. */
  async #tell({ member, sent, gone, packages }: Made): Promise<void> {
    const after: Member[] = [member]
    for (const one of this.#members) {
      if (one.device === member.device) continue
      const heard = await engine.process(one.state, sent.commit, rules)
      if (gone.includes(one) !== (heard.kind === 'removed')) throw new Error(`the commit was ${heard.kind} to another`)
      if (heard.kind === 'commit') after.push({ device: one.device, state: heard.state })
    }
    for (const [device, made] of packages) {
      const joined = sent.welcome && (await engine.join(sent.welcome, [made.secret], rules))
      if (!joined) throw new Error('a newcomer was not welcome')
      after.push({ device, state: joined.state })
    }
    this.#outside.push(...gone.map((one) => one.device).filter((device) => device !== member.device))
    this.#members = after
    this.#last = { ...sent, devices: after.map((one) => one.device.identity.deviceId) }
    this.log.push(this.#last)
  }

  /** Every device has the same secrets, and sees the same devices in the same places. */
  #agree(epoch: number): void {
    const expected = this.#members.map((one) => one.device.identity.deviceId).sort()
    const [first] = this.#members
    for (const { state } of this.#members) {
      if (engine.epoch(state) !== epoch) throw new Error(`epoch ${engine.epoch(state)}`)
      if (!first || !equal(engine.authenticator(state), engine.authenticator(first.state))) throw new Error('a fork')
      const shown = engine.leaves(state).map((leaf) => `${leaf.index} ${leaf.identity.deviceId} ${hex(leaf.signatureKey)}`)
      const known = engine.leaves(first.state).map((leaf) => `${leaf.index} ${leaf.identity.deviceId} ${hex(leaf.signatureKey)}`)
      if (shown.join() !== known.join()) throw new Error('other devices')
      const present = engine.leaves(state).map((leaf) => leaf.identity.deviceId)
      if (present.sort().join() !== expected.join()) throw new Error('not the devices that should be there')
      if (engine.hasPending(state)) throw new Error('a proposal outlived its epoch')
    }
  }

  /** One says something: everyone reads it and knows who spoke; who was removed cannot. */
  async #talk(gone: Member[]): Promise<void> {
    const speaker = this.chance.one(this.#members)
    const said = `said at ${this.#epoch()}`
    const { state, message } = await engine.encrypt(speaker.state, utf8(said))
    speaker.state = state
    for (const one of this.#members) {
      if (one === speaker) continue
      const heard = await engine.process(one.state, message, rules)
      if (heard.kind !== 'message' || text(heard.plain) !== said) throw new Error('another message was heard')
      if (heard.sender.identity.deviceId !== speaker.device.identity.deviceId) throw new Error('another speaker was heard')
      one.state = heard.state
    }
    for (const one of gone) {
      const heard = await engine.process(one.state, message, rules).catch(() => undefined)
      if (heard) throw new Error('a removed device heard more')
    }
  }

  /** Some devices put their state away and take it up again. */
  async #store(): Promise<void> {
    for (const one of this.#members) {
      if (!this.chance.happens(0.3)) continue
      const saved = engine.save(one.state)
      one.state = engine.load(saved, rules)
      if (!equal(engine.save(one.state), saved)) throw new Error('a state changed in the store')
    }
  }

  #epoch(): number {
    const [first] = this.#members
    if (!first) throw new Error('nobody is left')
    return engine.epoch(first.state)
  }

  #leafOf(member: Member): number {
    const leaf = engine.leaves(member.state).find((one) => one.identity.deviceId === member.device.identity.deviceId)
    if (!leaf) throw new Error('no leaf')
    return leaf.index
  }

  /** People in the group who may bring one more device. */
  #withRoom(): Person[] {
    return this.people.filter((one) => {
      const inside = this.#members.filter((member) => member.device.identity.accountId === one.accountId).length
      return inside > 0 && inside < DEVICES_EACH
    })
  }
}

function sent(
  member: Member,
  made: { commit: Uint8Array; groupInfo: Uint8Array; welcome?: Uint8Array },
  proposals: Uint8Array[] = [],
): Sent {
  return { by: member.device, devices: [], proposals, commit: made.commit, groupInfo: made.groupInfo, welcome: made.welcome }
}
