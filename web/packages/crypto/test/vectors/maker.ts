/** Collects the cases of one file of vectors and writes it. */

import { writeFileSync } from 'node:fs'
import { base64, type Bytes, CryptoError, digest, type SigningPair, signingPairOf, boxPairOf, type BoxPair, utf8 } from '../../src'
import { inJson, operations } from './ops'

const FOLDER = new URL('../../../../../schema/vectors/', import.meta.url)

/** Bytes that are always the same for one name. */
export const fixed = async (name: string, size = 32): Promise<Bytes> => (await digest(utf8(`prifora test vector ${name}`))).slice(0, size)

/** A signature pair that is always the same for one name. */
export const fixedSigner = async (name: string): Promise<SigningPair> => signingPairOf(await fixed(name))

/** A box pair that is always the same for one name. */
export const fixedBoxes = async (name: string): Promise<BoxPair> => boxPairOf(await fixed(name))

/** base64url with one bit flipped. */
export function spoilt(bytes: Uint8Array, at = bytes.length - 1): string {
  const changed = new Uint8Array(bytes)
  changed[at] = (changed[at] ?? 0) ^ 1
  return base64(changed)
}

type Written = Record<string, unknown>

export class Maker {
  private readonly goodOnes: Written[] = []
  private readonly badOnes: Written[] = []

  constructor(
    private readonly name: string,
    private readonly about: string,
  ) {}

  /** A case that must be answered, with the answer of this package. */
  async good(name: string, op: string, input: Written): Promise<unknown> {
    const given = inJson(input)
    const out = inJson(await operations[op]?.(given))
    this.goodOnes.push({ name, op, in: given, out })
    return out
  }

  /** A case that must be refused. */
  async bad(name: string, op: string, input: Written): Promise<void> {
    const given = inJson(input)
    const answer = await operations[op]?.(given).then(
      () => 'answered',
      (problem: unknown) => problem,
    )
    if (!(answer instanceof CryptoError)) throw new Error(`${this.name}, ${name}: not refused but ${String(answer)}`)
    this.badOnes.push({ name, op, in: given })
  }

  /** Bad cases that change one field of a good input each. */
  async spoil(op: string, input: Written, changes: Record<string, Written>): Promise<void> {
    for (const [name, change] of Object.entries(changes)) await this.bad(name, op, { ...input, ...change })
  }

  write(): string {
    const counts = { good: this.goodOnes.length, bad: this.badOnes.length }
    const written = { about: this.about, counts, good: this.goodOnes, bad: this.badOnes }
    writeFileSync(new URL(`${this.name}.json`, FOLDER), `${JSON.stringify(written, undefined, 1)}\n`)
    return `  ${this.name}: [${counts.good}, ${counts.bad}],`
  }
}
