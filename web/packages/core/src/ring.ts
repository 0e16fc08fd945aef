/**
 * What my own devices share about whom they trust: sealed under the vault's master key, kept by the server.
 *
 *   load(): Promise<Trusted>                                        the newest one; without a network the last known
 *   save(change: (present: Trusted) => Trusted): Promise<Trusted>   `change` is pure; the same object back stores nothing
 */

import { type Api, ApiError, take } from '@prifora/api'
import { base64, type Bytes, openRing, readPins, type Ring as Trusted, type Root, sealRing, unbase64, writePins } from '@prifora/crypto'
import type { Secrets } from './secrets'
import type { Store } from './store'
import type { Alert } from './surface'
import { readVault, type VaultOut } from './vaultform'

const TRIES = 6
const ROW = 'ring'
const EMPTY: Trusted = { n: 0, roots: {}, pins: [], alerts: [] }

export interface Carried {
  n: number
  sealed: string
}

interface Kept {
  n: number
  roots: Record<string, { accountId: string; aik: string }>
  pins: ReturnType<typeof writePins>
  alerts: unknown[]
}

export class Ring {
  constructor(
    private readonly api: Api,
    private readonly store: Store,
    private readonly secrets: Secrets,
    private readonly raise: (kind: Alert['kind']) => void,
    /** Takes the keys that another device made. */
    private readonly follow: () => Promise<unknown>,
  ) {}

  async load(): Promise<Trusted> {
    const kept = await keptIn(this.store)
    const shown = await this.shown()
    const n = shown?.ring?.n ?? 0
    if (shown && n < kept.n) this.raise('rolled-back')
    if (!shown?.ring || n <= kept.n) return kept
    const opened = await openRing(this.secrets.keys.masterKey, this.accountId, unbase64(shown.ring.sealed)).catch(() => undefined)
    if (opened?.n !== n) {
      this.raise('rolled-back')
      return { ...kept, n }
    }
    await this.keep(opened)
    return opened
  }

  /** The vault whose keys this device has; undefined without a network. */
  private async shown(): Promise<VaultOut | undefined> {
    for (let tries = 1; ; tries++) {
      const shown = await readVault(this.api).catch((problem: unknown) => {
        if (problem instanceof ApiError && problem.status === 0) return undefined
        throw problem
      })
      if (!shown || shown.revision === this.secrets.vaultRevision || tries >= TRIES) return shown
      await this.follow()
    }
  }

  async save(change: (present: Trusted) => Trusted): Promise<Trusted> {
    for (let tries = 1; ; tries++) {
      const present = await this.load()
      const changed = change(present)
      if (changed === present) return present
      try {
        return await this.put({ ...changed, n: present.n + 1 })
      } catch (problem) {
        if (!(problem instanceof ApiError) || !['stale_ring', 'stale_vault'].includes(problem.code) || tries >= TRIES) throw problem
      }
    }
  }

  private get accountId(): string {
    return this.secrets.device.identity.accountId
  }

  private async put(ring: Trusted): Promise<Trusted> {
    const { keys, vaultRevision: revision } = this.secrets
    const sealed = base64(await sealRing(keys.masterKey, this.accountId, ring))
    await take(this.api.PUT('/api/v1/vault/ring', { body: { revision, n: ring.n, sealed } }))
    await this.keep(ring)
    return ring
  }

  private keep(ring: Trusted): Promise<void> {
    return this.store.write({ [ROW]: written(ring) })
  }
}

/** What goes along when the keys change from `before` to `next`: the ring, sealed anew. Nothing where there is none. */
export async function carriedRing(store: Store, { ring }: Pick<VaultOut, 'ring'>, accountId: string, before: Bytes, next: Bytes): Promise<Carried | undefined> {
  if (!ring) return undefined
  const opened = await openRing(before, accountId, unbase64(ring.sealed)).catch(() => undefined)
  const present = opened?.n === ring.n ? opened : await keptIn(store)
  const n = ring.n + 1
  return { n, sealed: base64(await sealRing(next, accountId, { ...present, n })) }
}

async function keptIn(store: Store): Promise<Trusted> {
  const kept = await store.get<Kept>(ROW)
  if (!kept) return EMPTY
  const roots = Object.entries(kept.roots).map(([id, { accountId, aik }]): [string, Root] => [id, { accountId, aik: unbase64(aik) }])
  return { n: kept.n, roots: Object.fromEntries(roots), pins: readPins(kept.pins), alerts: kept.alerts }
}

function written({ n, roots, pins, alerts }: Trusted): Kept {
  const rooted = Object.entries(roots).map(([id, { accountId, aik }]) => [id, { accountId, aik: base64(aik) }] as const)
  return { n, roots: Object.fromEntries(rooted), pins: writePins(pins), alerts }
}
