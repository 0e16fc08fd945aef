/** A browser or Home Station without keys asks to be let in: by another device of its person, or by relatives. */

import { type Api, ApiError, type components, take } from '@prifora/api'
import {
  askerProof,
  base64,
  combineShares,
  codeSecret,
  type CodeSecret,
  linkDeviceProof,
  linkOwnerProof,
  linkUrl,
  newBoxPair,
  newCode,
  newSigningPair,
  openLink,
  openPassedShare,
  openVault,
  proofHolds,
  relativesSlot,
  sign,
  unbase64,
  utf8,
} from '@prifora/crypto'
import type { Given } from './session'
import type { Store } from './store'
import type { Waiting } from './surface'
import { bytesOf, readVault } from './vaultform'

const POLL_MS = 2500

/** What must outlive a restart: relatives may take days. */
interface Asked {
  kind: Waiting['kind']
  id: string
  code: string
  boxPrivate: string
  boxKey: string
  authSeed: string
  authKey: string
}

type Recovery = components['schemas']['RecoveryPollOut']

export class Asking {
  waiting: Waiting | null = null
  private asked: Asked | undefined
  private secret: CodeSecret | undefined
  private timer: ReturnType<typeof setTimeout> | undefined

  /** `let`: called with the master key once somebody gave it; it is kept already. */
  constructor(
    private readonly api: Api,
    private readonly store: Store,
    private readonly origin: string,
    private readonly deviceName: string,
    private readonly changed: () => void,
    private readonly letIn: () => void,
  ) {}

  /** Goes on with what was asked before a restart. */
  async resume(): Promise<boolean> {
    const asked = this.asked ?? (await this.store.get<Asked>('asking'))
    if (!asked) return false
    if (!this.asked) await this.follow(asked)
    return true
  }

  /** Shows a code that another device of mine may let in. */
  async askForLink(): Promise<void> {
    const asked = await this.fresh('link')
    const secret = await codeSecret(asked.code, 'link')
    const [boxKey, authKey] = [unbase64(asked.boxKey), unbase64(asked.authKey)]
    const body = {
      id: asked.id,
      lookup: base64(secret.lookup),
      proof: base64(await linkDeviceProof(secret, boxKey, authKey)),
      box_key: asked.boxKey,
      auth_key: asked.authKey,
      name: this.deviceName,
    }
    await take(this.api.POST('/api/v1/links', { body }))
    await this.keep(asked)
  }

  /** Asks relatives; a Home Station names no login, its session says who it is. */
  async askRelatives(login: string): Promise<void> {
    const asked = await this.fresh('recovery')
    const secret = await codeSecret(asked.code, 'recovery')
    const body = {
      id: asked.id,
      ...(login ? { login } : {}),
      box_key: asked.boxKey,
      auth_key: asked.authKey,
      proof: base64(await askerProof(secret, unbase64(asked.boxKey), unbase64(asked.authKey))),
      name: this.deviceName,
    }
    await take(this.api.POST('/api/v1/recovery/requests', { body }))
    await this.keep(asked)
  }

  /** Waits no longer. */
  async stop(): Promise<void> {
    this.pause()
    this.asked = this.secret = undefined
    this.waiting = null
    await this.store.write({}, ['asking'])
    this.changed()
  }

  /** Asks no more for now; what was asked stays. */
  pause(): void {
    clearTimeout(this.timer)
  }

  private async fresh(kind: Waiting['kind']): Promise<Asked> {
    this.pause()
    const [boxes, auth] = await Promise.all([newBoxPair(), newSigningPair()])
    return {
      kind,
      id: crypto.randomUUID(),
      code: newCode(kind),
      boxPrivate: base64(boxes.privateKey),
      boxKey: base64(boxes.publicKey),
      authSeed: base64(auth.seed),
      authKey: base64(auth.publicKey),
    }
  }

  private async keep(asked: Asked): Promise<void> {
    await this.store.write({ asking: asked })
    await this.follow(asked)
  }

  private async follow(asked: Asked): Promise<void> {
    const { kind, code } = asked
    this.secret = await codeSecret(code, kind)
    this.asked = asked
    const link = kind === 'link' ? linkUrl(this.origin, code) : ''
    this.waiting = { kind, code, link, state: 'waiting', approvals: 0, needed: kind === 'link' ? 1 : 2, waitUntil: null }
    this.changed()
    this.later()
  }

  private later(): void {
    this.pause()
    this.timer = setTimeout(() => void this.look(), POLL_MS)
  }

  private async look(): Promise<void> {
    const { asked, secret } = this
    if (!asked || !secret) return
    try {
      const given = await (asked.kind === 'link' ? this.lookAtLink(asked, secret) : this.lookAtRecovery(asked, secret))
      if (asked !== this.asked) return
      if (given) return await this.take(given)
    } catch (problem) {
      if (asked !== this.asked) return
      const isPassing = problem instanceof ApiError && (problem.status === 0 || problem.status === 429 || problem.status >= 500)
      if (!isPassing) this.be({ state: 'refused' })
    }
    if (this.waiting?.state === 'waiting' || this.waiting?.state === 'ready') this.later()
  }

  private async take(given: Given): Promise<void> {
    await this.store.write({ given }, ['asking'])
    this.asked = this.secret = undefined
    this.waiting = null
    this.letIn()
  }

  private async lookAtLink(asked: Asked, secret: CodeSecret): Promise<Given | undefined> {
    const path = { link_id: asked.id }
    const body = await this.signed(asked, 'link')
    const answer = await take(this.api.POST('/api/v1/links/{link_id}/poll', { params: { path }, body }))
    if (answer.state === 'expired') this.be({ state: 'ended' })
    if (answer.state !== 'approved' || !answer.box || !answer.proof) return undefined
    const box = unbase64(answer.box)
    if (!proofHolds(unbase64(answer.proof), await linkOwnerProof(secret, box))) throw new Error('forged')
    const { accountId, masterKey } = await openLink(unbase64(asked.boxPrivate), secret.lookup, box)
    return { accountId, masterKey: base64(masterKey) }
  }

  private async lookAtRecovery(asked: Asked, secret: CodeSecret): Promise<Given | undefined> {
    const path = { request_id: asked.id }
    const body = await this.signed(asked, 'recovery')
    const answer = await take(this.api.POST('/api/v1/recovery/requests/{request_id}/poll', { params: { path }, body }))
    const { state, approvals, needed, wait_until } = answer
    this.be({ approvals, needed, waitUntil: wait_until, state })
    return state === 'ready' ? this.open(asked, secret, answer) : undefined
  }

  private async open(asked: Asked, secret: CodeSecret, { account_id, shares, needed }: Recovery): Promise<Given> {
    const vault = await readVault(this.api)
    if (!account_id || !shares || !vault) throw new Error('incomplete')
    const opened = await Promise.all(
      shares.map((one) =>
        openPassedShare({
          secret,
          privateKey: unbase64(asked.boxPrivate),
          requestId: asked.id,
          relativeId: one.account_id,
          aik: unbase64(one.aik),
          box: unbase64(one.box),
          signature: unbase64(one.signature),
        }).catch(() => undefined),
      ),
    )
    const together = opened.flatMap((one) => (one ? [one.share] : []))
    for (const some of choices(together, needed)) {
      const slot = await relativesSlot(await combineShares(some, needed))
      const keys = await openVault(bytesOf(vault), slot, account_id).catch(() => undefined)
      if (keys) return { accountId: account_id, masterKey: base64(keys.masterKey), recovered: true }
    }
    throw new Error('forged')
  }

  private async signed(asked: Asked, what: 'link' | 'recovery') {
    const at = Date.now()
    const signature = await sign(unbase64(asked.authSeed), utf8(`prifora ${what} poll|${asked.id}|${at}`))
    return { at, signature: base64(signature) }
  }

  private be(news: Partial<Waiting>): void {
    if (this.waiting) this.waiting = { ...this.waiting, ...news }
    this.changed()
  }
}

/** Every choice of `size` out of `all`: one false share among three must not spoil the other two. */
function choices<T>(all: T[], size: number): T[][] {
  if (size === 0) return [[]]
  return all.flatMap((one, at) => choices(all.slice(at + 1), size - 1).map((rest) => [one, ...rest]))
}
