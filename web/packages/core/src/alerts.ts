/** What this device caught that must not happen: said once, kept until somebody puts it away. */

import type { Store } from './store'
import type { Alert } from './surface'

export interface About {
  conversationId?: string
  /** The account it is about. */
  person?: string
  /** Tells two findings of one kind apart. */
  key?: string
}

export type Raise = (kind: Alert['kind'], about?: About) => void

interface Kept extends Alert {
  isAway: boolean
}

const MOST = 100
const ROW = 'alerts'

export class Alerts {
  private kept: Kept[] = []

  constructor(
    private readonly store: Store,
    private readonly nameOf: (accountId: string) => string,
    private readonly changed: () => void,
  ) {}

  async load(): Promise<void> {
    this.kept = (await this.store.get<Kept[]>(ROW)) ?? []
  }

  /** Keeps a finding; the same one again changes nothing, also after it was put away. */
  async raise(kind: Alert['kind'], { conversationId, person = '', key = '' }: About = {}): Promise<void> {
    const id = [kind, conversationId ?? '', person, key].join('|')
    if (this.kept.some((one) => one.id === id)) return
    this.kept.push({ id, kind, at: Date.now(), conversationId: conversationId ?? null, person, isAway: false })
    await this.keep()
  }

  async dismiss(id: string): Promise<void> {
    this.kept = this.kept.map((one) => (one.id === id ? { ...one, isAway: true } : one))
    await this.keep()
  }

  /** What to show, newest first, with names in place of accounts. */
  shown(): Alert[] {
    const open = this.kept.filter((one) => !one.isAway).reverse()
    return open.map(({ id, kind, at, conversationId, person }) => ({ id, kind, at, conversationId, person: this.nameOf(person) }))
  }

  /** What own devices share of it. */
  written(): unknown[] {
    return this.kept
  }

  /** Takes what another own device found or put away. */
  async merge(others: unknown[]): Promise<void> {
    let isNews = false
    for (const other of others.filter(isKept)) {
      const mine = this.kept.find((one) => one.id === other.id)
      if (mine && (mine.isAway || !other.isAway)) continue
      this.kept = [...this.kept.filter((one) => one !== mine), other]
      isNews = true
    }
    if (isNews) await this.keep()
  }

  private async keep(): Promise<void> {
    this.kept = this.kept.sort((one, other) => one.at - other.at).slice(-MOST)
    await this.store.write({ [ROW]: this.kept })
    this.changed()
  }
}

function isKept(one: unknown): one is Kept {
  const { id, kind, at, person } = (one ?? {}) as Partial<Record<keyof Kept, unknown>>
  return typeof id === 'string' && typeof kind === 'string' && typeof at === 'number' && typeof person === 'string'
}
