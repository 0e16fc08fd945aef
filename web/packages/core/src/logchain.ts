/** The log of one conversation as this device saw it, line by line: whoever shows something else is noticed. */

import { base64, chainNext, chainStart, type LineKind, type LogPoint, unbase64 } from '@prifora/crypto'
import type { Store } from './store'

/** One line of the log, as far as the chain goes. */
export interface Line {
  seq: number
  kind: LineKind
  ident: string
}

type Link = [hash: string, ident: string] | null

/** Lines in one stored row, and how many such rows are kept. */
const IN_ROW = 64
const ROWS = 8

const rowOf = (seq: number): number => Math.floor(seq / IN_ROW)

export class LogChain {
  private links = new Map<number, [hash: string, ident: string]>()
  private seqs = new Map<string, number>()
  private newest: LogPoint | undefined

  constructor(
    private readonly conversationId: string,
    private readonly store: Store,
  ) {}

  /** How far this device knows the log, and what it was; undefined until it knows a beginning. */
  get head(): LogPoint | undefined {
    return this.newest
  }

  async load(): Promise<void> {
    for (const [name, links] of await this.store.list<Link[]>(`chain/${this.conversationId}/`)) {
      const first = Number(name.split('/').at(-1)) * IN_ROW
      links.forEach((link, at) => link && this.keep({ seq: first + at, hash: unbase64(link[0]) }, link[1]))
    }
  }

  /** Begins at a point: the log's very first, or one that a member wrote into the conversation's details. */
  async begin(from?: LogPoint): Promise<void> {
    this.links.clear()
    this.seqs.clear()
    this.newest = undefined
    this.keep(from ?? (await chainStart(this.conversationId)), '')
  }

  /** Whether a line was there before under another number, or another line under this one. */
  contradicts(line: Line): boolean {
    const [, ident] = this.links.get(line.seq) ?? []
    const seq = this.seqs.get(line.ident)
    return (ident !== undefined && ident !== '' && ident !== line.ident) || (seq !== undefined && seq !== line.seq)
  }

  /** Takes the next line; without a beginning nothing happens. */
  async take(line: Line): Promise<void> {
    if (this.newest?.seq !== line.seq - 1) return
    this.keep(await chainNext(this.newest, { ...line, ident: unbase64(line.ident) }), line.ident)
  }

  /** Whether somebody else's point lies on this chain; "unknown" when it is too old or too new to tell. */
  compare(point: LogPoint): 'same' | 'differs' | 'unknown' {
    const link = this.links.get(point.seq)
    if (!link) return 'unknown'
    return link[0] === base64(point.hash) ? 'same' : 'differs'
  }

  /** The rows to write after lines were taken, and those that are too old. */
  rows(): { puts: Record<string, unknown>; deletes: string[] } {
    if (!this.newest) return { puts: {}, deletes: [] }
    const at = rowOf(this.newest.seq)
    const links = Array.from({ length: IN_ROW }, (_, index): Link => this.links.get(at * IN_ROW + index) ?? null)
    const old = at - ROWS
    for (const seq of [...this.links.keys()].filter((one) => rowOf(one) <= old)) this.drop(seq)
    return { puts: { [this.row(at)]: links }, deletes: old >= 0 ? [this.row(old)] : [] }
  }

  /** Every row there can be, to forget them or to begin anew. */
  async stored(): Promise<string[]> {
    return (await this.store.list(`chain/${this.conversationId}/`)).map(([name]) => name)
  }

  private keep(point: LogPoint, ident: string): void {
    this.links.set(point.seq, [base64(point.hash), ident])
    if (ident) this.seqs.set(ident, point.seq)
    if (!this.newest || point.seq > this.newest.seq) this.newest = point
  }

  private drop(seq: number): void {
    this.seqs.delete(this.links.get(seq)?.[1] ?? '')
    this.links.delete(seq)
  }

  private row(at: number): string {
    return `chain/${this.conversationId}/${String(at).padStart(10, '0')}`
  }
}
