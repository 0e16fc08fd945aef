/** Chance that comes out the same for the same seed. */

export class Dice {
  private state: number

  constructor(seed: number) {
    this.state = seed >>> 0
  }

  /** A whole number from 0 up to, not with, `sides` (mulberry32). */
  below(sides: number): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * sides)
  }

  /** One of these; undefined of none. */
  one<T>(things: readonly T[]): T | undefined {
    return things[this.below(things.length)]
  }

  /** So many of these, each at most once. */
  some<T>(things: readonly T[], count: number): T[] {
    const left = [...things]
    return Array.from({ length: Math.min(count, left.length) }, () => left.splice(this.below(left.length), 1)).flat()
  }
}
