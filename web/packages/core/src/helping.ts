/** Helping others back: shares I hold, requests I see, about my own account too. And the relatives who hold mine. */

import { type Api, ApiError, take } from '@prifora/api'
import {
  askerProof,
  base64,
  codeSecret,
  makeShares,
  newRelativesSecret,
  openShare,
  passShare,
  proofHolds,
  readCode,
  RELATIVES,
  relativesSlot,
  shareHolds,
  unbase64,
  withoutSlot,
  withSlot,
} from '@prifora/crypto'
import type { People } from './people'
import { Failed } from './problem'
import type { RecoveryRequest } from './surface'
import type { Vault } from './vault'

export class Helping {
  requests: RecoveryRequest[] = []

  constructor(
    private readonly api: Api,
    private readonly vault: Vault,
    private readonly people: () => People,
  ) {}

  async refresh(): Promise<void> {
    const { items } = await take(this.api.GET('/api/v1/recovery/requests'))
    this.requests = items
      .filter((one) => one.state === 'waiting' || one.state === 'ready')
      .map((one) => ({
        id: one.id,
        accountId: one.account_id,
        name: one.first_name,
        mine: one.mine,
        deviceName: one.name,
        requestedAt: one.requested_at,
        waitUntil: one.wait_until,
        approvals: one.approvals,
        needed: one.needed,
        approvedByMe: one.approved_by_me,
      }))
  }

  /** Gives my share to who asks; only when the code they read out to me proves that these are their keys. */
  async approve(requestId: string, typed: string): Promise<void> {
    const { items } = await take(this.api.GET('/api/v1/recovery/requests'))
    const request = items.find((one) => one.id === requestId && !one.mine)
    if (!request) throw new Failed('absent')
    if (request.approved_by_me) return
    const code = readCode(typed, 'recovery')
    if (!code) throw new Failed('code_wrong')
    const secret = await codeSecret(code, 'recovery')
    const boxKey = unbase64(request.box_key)
    const expected = await askerProof(secret, boxKey, unbase64(request.auth_key))
    if (!proofHolds(unbase64(request.proof), expected)) throw new Failed('code_wrong')
    const { share, setId } = await this.held(request.account_id)
    const { aikSeed } = this.vault.secrets.keys
    const passed = await passShare({ secret, aikSeed, requestId, relativeId: this.vault.accountId, boxKey, setId, share })
    const path = { request_id: requestId }
    const body = { box: base64(passed.box), signature: base64(passed.signature) }
    await take(this.api.POST('/api/v1/recovery/requests/{request_id}/approve', { params: { path }, body }))
  }

  async veto(requestId: string): Promise<void> {
    const path = { request_id: requestId }
    await take(this.api.POST('/api/v1/recovery/requests/{request_id}/veto', { params: { path } }))
  }

  /** The newest share of somebody's keys that they gave me themselves. */
  private async held(accountId: string) {
    const { items } = await take(this.api.GET('/api/v1/recovery/held'))
    const held = items.find((one) => one.account_id === accountId)
    const aik = this.people().aikOf(accountId)
    if (!held || !aik) throw new Failed('absent')
    const me = this.vault.accountId
    const box = unbase64(held.box)
    const isTheirs = await shareHolds(aik, accountId, held.set_id, me, box, unbase64(held.signature))
    if (!isTheirs) throw new Failed('forged')
    const { share } = await openShare(this.vault.secrets.keys.aeks, accountId, held.set_id, me, box)
    return { share, setId: held.set_id }
  }

  /** Gives each relative a share of a new secret that opens my vault. */
  async setRelatives(accountIds: string[], waitHours: 0 | 24 | 72 | 168): Promise<void> {
    const people = this.people()
    const relatives = await Promise.all(accountIds.map(async (accountId) => ({ accountId, aek: await people.aekOf(accountId) })))
    const secret = newRelativesSecret()
    const slot = await relativesSlot(secret)
    const setId = crypto.randomUUID()
    const threshold = Math.min(2, accountIds.length)
    const { accountId, secrets } = this.vault
    const shares = await makeShares({ accountId, aikSeed: secrets.keys.aikSeed, secret, setId, threshold, relatives })
    const written = shares.map((one) => ({ account_id: one.accountId, box: base64(one.box), signature: base64(one.signature) }))
    const body = { set_id: setId, threshold, wait_hours: waitHours, shares: written }
    await this.vault.change((keys) => withSlot(keys, accountId, slot), {
      send: (vault) => take(this.api.PUT('/api/v1/recovery/relatives', { body: { ...body, vault } })),
    })
  }

  async dropRelatives(): Promise<void> {
    if (!(await this.relatives())) return
    await this.vault.change((keys) => withoutSlot(keys, RELATIVES), {
      send: (vault) => take(this.api.POST('/api/v1/recovery/relatives/end', { body: { vault } })),
    })
  }

  /** Who holds shares of my keys; null when nobody does. */
  async relatives() {
    return take(this.api.GET('/api/v1/recovery/relatives')).catch((problem: unknown) => {
      if (problem instanceof ApiError && problem.status === 404) return null
      throw problem
    })
  }
}
