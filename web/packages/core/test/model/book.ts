/** The simple model: who is in, what was said, and who must read it. It knows no key, no epoch and no server. */

import type { History } from './steps'

/** Something that was said. */
export interface Said {
  text: string
  by: number
  device: number
  /** What has a lower rank stands before it in the log; one device's words of the same rank stand as they were said. */
  rank: number
  /** Its author was being removed meanwhile: it is there for all of its readers or for none. */
  isDoubtful: boolean
}

export class Book {
  readonly members = new Set<number>()
  readonly said: Said[] = []
  /** Said on devices that are off line: not in the log before they come back. */
  private readonly waiting: Said[] = []
  private readonly roster = new Map<number, { by: number; history: History }>()
  private readonly readers = new Map<number, Set<string>>()
  private readonly lenient = new Map<number, Set<string>>()
  private rank = 0

  constructor(maker: number, others: number[]) {
    for (const who of [maker, ...others]) {
      this.members.add(who)
      this.roster.set(who, { by: maker, history: 'start' })
    }
  }

  /** Everything until the next call is later than everything before. */
  turn(): void {
    this.rank += 1
  }

  /** Somebody says something on line: everybody who is in reads it. */
  say(by: number, device: number, text: string, readers: Iterable<number> = this.members, isDoubtful = false): void {
    this.said.push({ text, by, device, rank: this.rank, isDoubtful })
    for (const who of readers) this.readable(who).add(text)
  }

  sayLater(by: number, device: number, text: string): void {
    this.waiting.push({ text, by, device, rank: 0, isDoubtful: false })
  }

  /** A device comes back: what it kept goes out when its person is in, and is gone when not. Returns what goes out. */
  back(by: number, device: number): string[] {
    const mine = this.waiting.filter((one) => one.by === by && one.device === device)
    this.waiting.splice(0, this.waiting.length, ...this.waiting.filter((one) => !mine.includes(one)))
    if (!this.members.has(by)) return []
    for (const { text } of mine) this.say(by, device, text)
    return mine.map(({ text }) => text)
  }

  /** Somebody comes in; from the start means: whatever who added them may read. */
  add(by: number, who: number, history: History): void {
    this.members.add(who)
    this.roster.set(who, { by, history })
    if (history === 'start') for (const text of this.readable(by)) this.readable(who).add(text)
  }

  remove(who: number): void {
    this.members.delete(who)
    this.roster.delete(who)
  }

  /** What somebody must read now. */
  must(who: number): Set<string> {
    return this.members.has(who) ? new Set(this.readable(who)) : new Set()
  }

  /**
   * What they may read besides: who added them from the start may have come to read more since, and a further device of
   * theirs then passes that on.
   */
  may(who: number): Set<string> {
    const found = new Set([...this.must(who), ...(this.lenient.get(who) ?? [])])
    for (let at: number | undefined = who, steps = 0; at !== undefined && steps < this.roster.size; steps++) {
      const entry = this.roster.get(at)
      at = entry?.history === 'start' ? entry.by : undefined
      if (at !== undefined && this.members.has(at)) for (const text of [...this.readable(at), ...(this.lenient.get(at) ?? [])]) found.add(text)
    }
    return found
  }

  /** Somebody may read one more thing. */
  let(who: number, text: string): void {
    this.readable(who).add(text)
  }

  /** They were being put out when this was said: whether before or after is the server's to say. */
  mightLet(who: number, text: string): void {
    this.lenient.set(who, new Set([...(this.lenient.get(who) ?? []), text]))
  }

  private readable(who: number): Set<string> {
    const known = this.readers.get(who) ?? new Set<string>()
    this.readers.set(who, known)
    return known
  }
}
