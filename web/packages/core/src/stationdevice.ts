/** The Home Station itself: shows a code, waits, signs in with its own key, reports how it is. */

import { type Api, ApiError, isAway, take } from '@prifora/api'
import {
  base64,
  boxProof,
  concat,
  newBoxPair,
  newPairingCode,
  openOnStation,
  type PairingContent,
  pairingSecret,
  proofHolds,
  stationProof,
  unbase64,
  utf8,
} from '@prifora/crypto'
import type { Secrets } from './secrets'
import type { Given, Session } from './session'
import type { Store } from './store'

const POLL_MS = 2000
const CODE_LASTS_MS = 9.5 * 60_000

interface StoredStation {
  stationId: string
  accountId: string
  familyId: string
  familyName: string
  approver: { accountId: string; aik: string }
  founder: { accountId: string; aik: string }
}

export interface Surroundings {
  mac: string | undefined
  model: string
  network: () => 'ethernet' | 'wifi' | 'offline' | 'unknown'
}

/** The station belongs to nobody any more and must forget everything. */
export class Unpaired extends Error {}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

export class StationDevice {
  private place: StoredStation | undefined

  constructor(
    private readonly api: Api,
    private readonly store: Store,
    private readonly session: Session,
    private readonly surroundings: Surroundings,
  ) {}

  /** Where it was let in, and by whom. */
  get paired(): StoredStation | undefined {
    return this.place
  }

  /** Signs in when paired, and goes on with what is stored without a network; otherwise shows codes until a relative enters one. */
  async open(showCode: (code: string | null) => void): Promise<Secrets> {
    this.place = await this.store.get<StoredStation>('station')
    while (!this.place) await this.pairOnce(showCode)
    showCode(null)
    const { accountId } = this.place
    try {
      await this.signIn()
      return await this.session.openOrMake(accountId)
    } catch (problem) {
      const kept = isAway(problem) ? await this.session.offline(accountId) : undefined
      if (!kept) throw problem
      return kept
    }
  }

  /** Proves the device's key; throws Unpaired when the family took the station away. */
  async signIn(): Promise<void> {
    const { stationId } = this.place ?? { stationId: '' }
    const body = await this.proof(stationId)
    try {
      await take(this.api.POST('/api/v1/stations/sign-in', { body }))
    } catch (problem) {
      if (problem instanceof ApiError && problem.code === 'station_unpaired') throw new Unpaired()
      throw problem
    }
  }

  /** Reports; returns whether everything must be forgotten. */
  async report(): Promise<boolean> {
    const { mac } = this.surroundings
    const body = { network: this.surroundings.network(), ...(mac ? { mac_address: mac } : {}) }
    return (await take(this.api.POST('/api/v1/stations/me/heartbeat', { body }))).wipe
  }

  /** Forgets everything and says so. */
  async forget(): Promise<void> {
    const stationId = this.place?.stationId ?? (await this.store.get<StoredStation>('station'))?.stationId
    const body = stationId ? await this.proof(stationId).catch(() => undefined) : undefined
    await this.store.clear()
    this.place = undefined
    if (body) await take(this.api.POST('/api/v1/stations/me/wiped', { body })).catch(() => undefined)
  }

  private async pairOnce(showCode: (code: string | null) => void): Promise<void> {
    const code = newPairingCode()
    const [secret, boxes, { aik }] = await Promise.all([pairingSecret(code), newBoxPair(), this.session.proposed()])
    const auth = await this.store.signingKey(true)
    if (!auth) throw new Error('no key')
    const authKey = new Uint8Array(await crypto.subtle.exportKey('raw', auth.publicKey))
    const id = crypto.randomUUID()
    const { mac, model } = this.surroundings
    const body = {
      id,
      lookup: base64(secret.lookup),
      proof: base64(await stationProof(secret, boxes.publicKey, authKey, aik)),
      aik: base64(aik),
      box_key: base64(boxes.publicKey),
      auth_key: base64(authKey),
      model,
      ...(mac ? { mac_address: mac } : {}),
    }
    try {
      await take(this.api.POST('/api/v1/pairings', { body }))
    } catch {
      await pause(POLL_MS * 2)
      return
    }
    showCode(code)
    for (const end = Date.now() + CODE_LASTS_MS; Date.now() < end; await pause(POLL_MS)) {
      const answer = await this.poll(id).catch(() => undefined)
      if (answer?.state === 'expired') return
      if (answer?.state !== 'approved' || !answer.box || !answer.proof || !answer.station_id) continue
      const box = unbase64(answer.box)
      if (!proofHolds(unbase64(answer.proof), await boxProof(secret, box))) return
      await this.settle(await openOnStation(boxes.privateKey, secret.lookup, box), answer.station_id)
      return
    }
  }

  private async settle(content: PairingContent, stationId: string): Promise<void> {
    const { familyId, accountId, familyName, approver, founder, masterKey } = content
    this.place = { stationId, accountId, familyId, familyName, approver, founder }
    const given = masterKey ? { given: { accountId, masterKey } satisfies Given } : {}
    await this.store.write({ station: this.place, ...given })
  }

  private async poll(id: string) {
    const at = Date.now()
    const signature = await this.sign(utf8(`prifora pairing poll|${id}|${at}`))
    const body = { at, signature: base64(signature) }
    return take(this.api.POST('/api/v1/pairings/{pairing_id}/poll', { params: { path: { pairing_id: id } }, body }))
  }

  private async proof(stationId: string) {
    const { nonce } = await take(this.api.POST('/api/v1/stations/challenge', { body: { station_id: stationId } }))
    const signature = await this.sign(utf8(`prifora station|${stationId}|${nonce}`))
    return { station_id: stationId, nonce, signature: base64(signature) }
  }

  private async sign(message: Uint8Array): Promise<Uint8Array> {
    const pair = await this.store.signingKey(false)
    if (!pair) throw new Error('no key')
    const algorithm = { name: 'ECDSA', hash: 'SHA-256' }
    return new Uint8Array(await crypto.subtle.sign(algorithm, pair.privateKey, concat(message)))
  }
}
