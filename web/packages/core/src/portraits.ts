/** Pictures of people, kept sealed on this device so that faces are there without a network too. */

import { type Api, takePortrait } from '@prifora/api'
import { base64, unbase64 } from '@prifora/crypto'
import type { Store } from './store'

interface Kept {
  version: string
  bytes: string
}

const row = (accountId: string): string => `portrait/${accountId}`

export class Portraits {
  constructor(
    private readonly api: Api,
    private readonly store: Store,
  ) {}

  /** The picture of this version: from this device, else from the server; undefined when neither has it. */
  async get(accountId: string, version: string): Promise<Blob | undefined> {
    const kept = await this.store.get<Kept>(row(accountId))
    if (kept?.version === version) return asPicture(unbase64(kept.bytes))
    const bytes = await takePortrait(this.api, accountId).catch(() => undefined)
    if (!bytes) return undefined
    await this.store.write({ [row(accountId)]: { version, bytes: base64(bytes) } satisfies Kept })
    return asPicture(bytes)
  }

  /** Forgets every picture that is not one of these any more: changed, removed, or of somebody who is gone. */
  async keepOnly(versions: Map<string, string>): Promise<void> {
    const kept = await this.store.list<Kept>('portrait/')
    const gone = kept.filter(([name, { version }]) => versions.get(name.slice('portrait/'.length)) !== version)
    if (gone.length > 0) await this.store.write({}, gone.map(([name]) => name))
  }
}

const asPicture = (bytes: Uint8Array<ArrayBuffer>): Blob => new Blob([bytes], { type: 'image/webp' })
