/** A group with devices of two engines that lives through random changes; after each all must be of one mind. */

import { equal, random, text, utf8 } from '@prifora/crypto'
import { removalKey, type RemovalKey } from '../../packages/crypto/test/mls/people'
import type { Chance } from '../../packages/crypto/test/mls/random'
import { Ours, type Waiting } from './ours'
import { WireDevice } from './wire'

const EACH_MAX = 5

type Kind = 'add' | 'remove' | 'removeAsked' | 'update'

interface Change {
  commit: Uint8Array
  groupInfo: Uint8Array
  welcome: Uint8Array | undefined
}

export class Mixed {
  readonly done: Record<string, number> = {}
  readonly groupInfos: Uint8Array[] = []
  readonly packages: Uint8Array[] = []
  #wires: WireDevice[] = []

  private constructor(
    private readonly chance: Chance,
    private readonly id: Uint8Array,
    private readonly server: RemovalKey,
    private ours: Ours[],
  ) {}

  /** One device of each engine. */
  static async begin(chance: Chance): Promise<Mixed> {
    const [id, server] = [random(16), await removalKey()]
    const first = await Ours.create(id, server.externalSender)
    const group = new Mixed(chance, id, server, [first])
    await group.#add(first, [], [await group.#newWire()])
    await group.#agree()
    return group
  }

  /** One random change by a device of either engine, and a message by one of each. */
  async step(): Promise<void> {
    const by = this.chance.one([...this.ours, ...this.#wires])
    const kind = this.chance.one(this.#possible(by))
    try {
      await this.#change(kind, by)
      await this.#agree()
      await this.#talk()
    } catch (error) {
      throw new Error(`${kind} by ${by.constructor.name}, ${this.#size()}: ${describe(error)}`, { cause: error })
    }
    const name = `${kind} by ${by instanceof Ours ? 'ours' : 'wire'}`
    this.done[name] = (this.done[name] ?? 0) + 1
    if (this.chance.happens(0.3)) this.chance.one(this.ours).store()
  }

  #possible(by: Ours | WireDevice): Kind[] {
    const found: Kind[] = ['update']
    if (this.ours.length + this.#wires.length < 2 * EACH_MAX) found.push('add', 'add')
    if (this.#others(by).length > 0) found.push('remove', 'removeAsked')
    return found
  }

  /** Who may go, so that a device of each engine stays. */
  #others(by: Ours | WireDevice): (Ours | WireDevice)[] {
    const ours = this.ours.length > 1 ? this.ours : []
    const wires = this.#wires.length > 1 ? this.#wires : []
    return [...ours, ...wires].filter((one) => one !== by)
  }

  async #change(kind: Kind, by: Ours | WireDevice): Promise<void> {
    if (kind === 'update') return this.#tell(by, await by.update())
    if (kind === 'add') {
      const ours = this.chance.happens(0.5) && this.ours.length < EACH_MAX
      if (!ours && this.#wires.length < EACH_MAX) return this.#add(by, [], [await this.#newWire()])
      const count = Math.min(1 + this.chance.below(2), EACH_MAX - this.ours.length)
      return this.#add(by, await Promise.all(Array.from({ length: count }, () => Ours.wait())), [])
    }
    const gone = this.chance.one(this.#others(by))
    const leaf = this.ours.find((one) => one !== gone)!.leafOf(gone.name)
    return kind === 'remove' ? this.#remove(by, gone, leaf) : this.#ask(by, gone, leaf)
  }

  async #add(by: Ours | WireDevice, waiting: Waiting[], wires: WireDevice[]): Promise<void> {
    const packages = [...waiting.map((one) => one.packageBytes), ...(await Promise.all(wires.map((one) => one.keyPackage())))]
    this.packages.push(...packages)
    const made = await by.add(packages)
    await this.#tell(by, made)
    if (!made.welcome) throw new Error('no welcome')
    for (const one of waiting) this.ours.push(await one.join(made.welcome))
    for (const one of wires) await one.join(made.welcome)
    this.#wires.push(...wires)
  }

  async #remove(by: Ours | WireDevice, gone: Ours | WireDevice, leaf: number): Promise<void> {
    await this.#tell(by, await (by instanceof Ours ? by.remove(leaf) : by.remove(gone.name)), gone)
  }

  /** The server asks for a removal, and somebody commits it. */
  async #ask(by: Ours | WireDevice, gone: Ours | WireDevice, leaf: number): Promise<void> {
    const [first] = this.ours
    const proposal = await this.server.propose(this.id, first?.epoch() ?? 0, leaf)
    for (const one of [...this.ours, ...this.#wires]) await one.hear(proposal)
    await this.#tell(by, await (by instanceof Ours ? by.update() : by.commitPending()), gone)
  }

  async #tell(by: Ours | WireDevice, made: Change, gone?: Ours | WireDevice): Promise<void> {
    for (const one of [...this.ours, ...this.#wires]) {
      if (one !== by && one !== gone) await one.hear(made.commit)
    }
    if (gone instanceof WireDevice) await gone.hear(made.commit)
    this.ours = this.ours.filter((one) => one !== gone)
    this.#wires = this.#wires.filter((one) => one !== gone)
    this.groupInfos.push(made.groupInfo)
  }

  /** All are in one epoch and have its secrets. */
  async #agree(): Promise<void> {
    const [first] = this.ours
    if (!first) throw new Error('none of ours is left')
    const secret = await first.secret('exporter', new Uint8Array())
    for (const one of this.ours) {
      if (one.epoch() !== first.epoch() || !equal(one.authenticator(), first.authenticator())) throw new Error('ours forked')
    }
    for (const one of this.#wires) {
      if ((await one.epoch()) !== first.epoch()) throw new Error('another epoch')
      if (!equal(await one.secret(), secret)) throw new Error('another secret')
    }
  }

  async #talk(): Promise<void> {
    for (const speaker of [this.chance.one(this.ours), this.chance.one(this.#wires)]) {
      const said = `said by ${speaker.constructor.name}`
      const message = await speaker.say(utf8(said))
      for (const one of [...this.ours, ...this.#wires]) {
        if (one === speaker) continue
        const heard = await one.hear(message)
        if (!heard || text(heard) !== said) throw new Error('another message was heard')
      }
    }
  }

  #newWire(): Promise<WireDevice> {
    return WireDevice.open(this.id, 1 + this.chance.below(1_000_000))
  }

  #size(): string {
    return `${this.ours.length} of ours, ${this.#wires.length} of Wire's`
  }
}

function describe(error: unknown): string {
  const inner = (error as { inner?: unknown }).inner
  const shown = inner && JSON.stringify(inner, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value))
  return `${String(error)} ${shown ?? ''}`
}
