/** The ring: what a person's own devices share about others. Sealed under HKDF(master key, "ring"), counted upwards. */

import type { Root } from './admission'
import { derive, open, seal } from './aead'
import { base64, type Bytes, type Sealed, utf8 } from './bytes'
import { type Pin, readPins, writePins } from './pins'
import { byIdOf, bytesOf, fieldsOf, idOf, listOf, oneOf, readJson, wholeOf } from './shape'

const FAMILIES_MAX = 1000
const ALERTS_MAX = 1000

export interface Ring {
  /** Which writing this is, from 1 up. */
  n: number
  /** Who founded each family. */
  roots: Record<string, Root>
  pins: [string, Pin][]
  /** What was noticed and not yet put away, in the form of whoever shows it. */
  alerts: unknown[]
}

/** Seals a ring for the account's own devices. */
export async function sealRing(masterKey: Bytes, accountId: string, ring: Ring): Promise<Sealed> {
  const roots = Object.entries(ring.roots).map(([familyId, root]) => [familyId, { account: root.accountId, aik: base64(root.aik) }])
  const written = { v: 1, n: ring.n, roots: Object.fromEntries(roots), pins: writePins(ring.pins), alerts: ring.alerts }
  return seal(await derive(masterKey, 'ring'), utf8(JSON.stringify(written)), `ring|${accountId}`)
}

/** Opens it; throws not_readable or malformed. */
export async function openRing(masterKey: Bytes, accountId: string, sealedRing: Uint8Array): Promise<Ring> {
  const raw = readJson(await open(await derive(masterKey, 'ring'), sealedRing, `ring|${accountId}`))
  oneOf(raw.v, [1])
  return {
    n: wholeOf(raw.n, 1),
    roots: byIdOf(raw.roots, FAMILIES_MAX, readRoot),
    pins: readPins(raw.pins),
    alerts: listOf(raw.alerts, ALERTS_MAX, (one) => one),
  }
}

function readRoot(value: unknown): Root {
  const { account, aik } = fieldsOf(value)
  return { accountId: idOf(account), aik: bytesOf(aik, 32) }
}
