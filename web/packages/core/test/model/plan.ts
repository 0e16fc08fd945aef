/** Makes a schedule from a seed: only steps that make sense where they stand. */

import { Dice } from './dice'
import { type Change, DEVICES, type Fall, PEOPLE, type Place, type Saying, type Schedule, type Step } from './steps'

const LENGTH = { least: 6, more: 8 }
const WEIGHTS = { say: 30, add: 16, remove: 12, rename: 5, off: 10, on: 20, fall: 8, rush: 14, replace: 2 } as const
const FALLS: Fall[] = [
  { request: 'commits', is: 'answered' },
  { request: 'commits', is: 'answered' },
  { request: 'commits', is: 'asked' },
  { request: 'members', is: 'answered' },
  { request: 'members', is: 'asked' },
  { request: 'history-boxes', is: 'asked' },
]

type Kind = keyof typeof WEIGHTS

const everybody = Array.from({ length: PEOPLE }, (_, who) => who)

/** The schedule of one seed. */
export function plan(seed: number): Schedule {
  return new Planner(seed).schedule()
}

class Planner {
  private readonly dice: Dice
  private readonly members: Set<number>
  private readonly off = new Set<string>()
  /** Devices that were there when their person was a member: they know the group. */
  private readonly knowing = new Set<string>()
  private said = 0

  constructor(private readonly seed: number) {
    this.dice = new Dice(seed)
    this.members = new Set()
  }

  schedule(): Schedule {
    const { dice } = this
    const [first = 0, ...rest] = dice.some(everybody, PEOPLE)
    const maker = { who: first, device: dice.below(DEVICES) }
    const others = rest.slice(0, 1 + dice.below(PEOPLE - 1))
    for (const who of [first, ...others]) this.members.add(who)
    this.learn()
    const length = LENGTH.least + dice.below(LENGTH.more)
    const steps: Step[] = [this.say()].flatMap((one) => one ?? [])
    while (steps.length < length) steps.push(...this.next())
    return { seed: this.seed, maker, others, steps, last: { who: dice.one([...this.members]) ?? first, device: dice.below(DEVICES) } }
  }

  private next(): Step[] {
    const step = this.make(this.kind())
    if (!step) return []
    this.learn()
    return [step]
  }

  private kind(): Kind {
    const kinds = Object.entries(WEIGHTS) as [Kind, number][]
    let at = this.dice.below(kinds.reduce((sum, [, weight]) => sum + weight, 0))
    return kinds.find(([, weight]) => (at -= weight) < 0)?.[0] ?? 'say'
  }

  private make(kind: Kind): Step | undefined {
    switch (kind) {
      case 'say':
        return this.say()
      case 'rush':
        return this.rush()
      case 'replace':
        return this.replace()
      case 'off':
      case 'on':
      case 'fall':
        return this.power(kind)
      default:
        return this.change(kind, [...this.members], true)
    }
  }

  private say(by = this.dice.one(this.speakers()), mayFall = true): Saying | undefined {
    if (!by) return undefined
    const texts = Array.from({ length: 1 + this.dice.below(3) }, () => `${this.seed}.${++this.said}`)
    const falls = mayFall && !this.off.has(keyOf(by)) && this.dice.below(6) === 0
    return { do: 'say', by, texts, ...(falls ? { falls } : {}) }
  }

  /** Devices of members that know the group, on line or not. */
  private speakers(): Place[] {
    return places([...this.members]).filter((place) => this.knowing.has(keyOf(place)))
  }

  private present(people: number[]): Place[] {
    return places(people).filter((place) => !this.off.has(keyOf(place)))
  }

  private change(kind: 'add' | 'remove' | 'rename', actors: number[], mayFall: boolean, aims = everybody): Change | undefined {
    const by = this.dice.one(this.present(actors))
    if (!by) return undefined
    const fall = mayFall && this.dice.below(3) === 0 ? { fall: this.dice.one(FALLS) as Fall } : {}
    if (kind === 'rename') return { do: kind, by, title: `${this.seed} ${this.dice.below(1000)}`, ...fall }
    const who = this.dice.one(aims.filter((one) => one !== by.who && this.members.has(one) === (kind === 'remove')))
    if (who === undefined) return undefined
    if (kind === 'remove') this.members.delete(who)
    else this.members.add(who)
    for (const place of places([who])) this.knowing.delete(keyOf(place))
    if (kind === 'remove') return { do: kind, by, who, ...fall }
    return { do: kind, by, who, history: this.dice.below(2) ? 'start' : 'today', ...fall }
  }

  private power(kind: 'off' | 'on' | 'fall'): Step | undefined {
    const at = this.dice.one(places(everybody).filter((place) => this.off.has(keyOf(place)) === (kind === 'on')))
    if (!at) return undefined
    if (kind === 'off') this.off.add(keyOf(at))
    if (kind === 'on') this.off.delete(keyOf(at))
    return { do: kind, at }
  }

  /** Several things at once, by different people: who changes the group is changed by nobody else meanwhile. */
  private rush(): Step | undefined {
    const { dice } = this
    const actors = dice.some([...this.members], 2)
    const aims = everybody.filter((who) => !actors.includes(who))
    const speakers = dice.some(this.speakers().filter((place) => !this.off.has(keyOf(place))), 1 + dice.below(2))
    const sayings = speakers.flatMap((by) => this.say(by, false) ?? [])
    const changes = actors.flatMap((who) => {
      const made = this.change(dice.one(['add', 'remove', 'rename'] as const) ?? 'rename', [who], false, aims)
      if (made && made.do !== 'rename') aims.splice(aims.indexOf(made.who), 1)
      return made ?? []
    })
    const parts = dice.some<Change | Saying>([...sayings, ...changes], sayings.length + changes.length)
    return parts.length > 1 ? { do: 'rush', parts } : undefined
  }

  private replace(): Step | undefined {
    const who = this.dice.one(everybody.filter((one) => this.present([one]).length === DEVICES))
    return who === undefined ? undefined : { do: 'replace', who, kept: this.dice.below(DEVICES) }
  }

  private learn(): void {
    for (const place of this.present([...this.members])) this.knowing.add(keyOf(place))
  }
}

export const keyOf = ({ who, device }: Place): string => `${who}.${device}`
const places = (people: number[]): Place[] => people.flatMap((who) => Array.from({ length: DEVICES }, (_, device) => ({ who, device })))
