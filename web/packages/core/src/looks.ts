/** The ledger of what staff looked at, followed by digests alone: whoever changes or drops a line of it is noticed. */

import { type Api, take } from '@prifora/api'
import { base64, type Bytes, concat, digest, unbase64, utf8 } from '@prifora/crypto'
import type { Raise } from './alerts'
import type { Store } from './store'

/** How far the ledger was, and the hash of its last line there. */
interface Head {
  n: number
  hash: string
}

const ROW = 'looks'
/** Nobody has so many lines: who asks for what comes after them gets the newest head alone. */
const NEWEST = Number.MAX_SAFE_INTEGER
/** Answers in one round; a device that was away for long goes on in the next. */
const MOST = 20

export class LookLedger {
  constructor(
    private readonly api: Api,
    private readonly store: Store,
    private readonly raise: Raise,
  ) {}

  /**
   * Goes on from the head this device saw last, and keeps the new one. A device that comes new begins with the
   * present head. What does not follow is said once, and the ledger is followed anew from what it is now.
   */
  async follow(): Promise<void> {
    let seen = await this.store.get<Head>(ROW)
    for (let round = 0; round < MOST; round++) {
      const { n, hash, entries } = await this.since(seen?.n ?? NEWEST)
      if (!seen) return this.keep({ n, hash })
      const after = await chained(seen, entries)
      if (after.n !== n || after.hash !== hash) {
        this.raise('looks-changed', { key: seen.hash })
        const now = await this.since(NEWEST)
        return this.keep({ n: now.n, hash: now.hash })
      }
      if (entries.length === 0) return
      await this.keep(after)
      seen = after
    }
  }

  private async since(after: number) {
    return take(this.api.GET('/api/v1/ledger/since', { params: { query: { after } } }))
  }

  private keep({ n, hash }: Head): Promise<void> {
    return this.store.write({ [ROW]: { n, hash } satisfies Head })
  }
}

/** The head after these lines; the server computes the same (support/rules.py). */
async function chained({ n, hash }: Head, entries: string[]): Promise<Head> {
  let last: Bytes = unbase64(hash)
  for (const entry of entries) last = await digest(concat(utf8('prifora/1 looks'), last, unbase64(entry)))
  return { n: n + entries.length, hash: base64(last) }
}
