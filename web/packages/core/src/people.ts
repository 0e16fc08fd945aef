/** Families and the people in them. Whom to trust among them is judged in trust.ts. */

import { type Api, ApiError, type components, take } from '@prifora/api'
import { base64, type Bytes, founderAdmission, type Identity, type Rules, safetyMatches, safetyNumber, unbase64 } from '@prifora/crypto'
import type { Raise } from './alerts'
import { approveStation, lookAtStation } from './approving'
import { Failed } from './failed'
import { acceptInvitation, makeInvitation } from './invitations'
import type { Secrets } from './secrets'
import type { Store } from './store'
import type { Family, FoundStation, ManagedUser, Person } from './surface'
import type { Trust } from './trust'

export { lookAtInvitation } from './invitations'

type Listed = components['schemas']['FamilyOut']

/** Whom a Home Station learned of when it was let in; keys are base64url. */
export interface PairedBy {
  familyId: string
  approver: { accountId: string; aik: string }
  founder?: { accountId: string; aik: string } | undefined
}

export class People {
  families: Listed[] = []
  private running: Promise<void> = Promise.resolve()
  private next: Promise<void> | undefined

  constructor(
    readonly api: Api,
    private readonly store: Store,
    readonly origin: string,
    readonly secrets: Secrets,
    readonly trust: Trust,
    private readonly raise: Raise,
  ) {}

  get me(): string {
    return this.secrets.device.identity.accountId
  }

  /** Brings back what this device knew. */
  async load(): Promise<void> {
    this.families = (await this.store.get<Listed[]>('families')) ?? []
  }

  /**
   * Fetches the lists and judges everybody in them. One answer after the other, so that none is taken for a step back;
   * what is asked while one is under way is answered by the next, which knows everything that happened before.
   */
  refresh(): Promise<void> {
    this.next ??= this.running
      .catch(() => undefined)
      .then(() => {
        this.next = undefined
        this.running = this.fetch()
        return this.running
      })
    return this.next
  }

  private async fetch(): Promise<void> {
    this.families = (await take(this.api.GET('/api/v1/families'))).items
    await this.store.write({ families: this.families })
    await this.trust.judge(this.families)
  }

  /** The same when somebody asks in passing: what is known stays when there is no answer. */
  tryRefresh(): Promise<void> {
    return this.refresh().catch(() => undefined)
  }

  rules(members: () => Set<string>, isSound: (identity: Identity) => boolean): Pick<Rules, 'isKnown' | 'mayRemove'> {
    return {
      isKnown: ({ accountId, aik }: Identity) => {
        const isSame = this.trust.mayBe(accountId, aik)
        if (!isSame) this.raise('key-changed', { person: accountId, key: base64(aik) })
        return isSame
      },
      mayRemove: (identity) => !members().has(identity.accountId) || !isSound(identity),
    }
  }

  nameOf(accountId: string): string {
    for (const family of this.families) {
      const found = family.people.find((one) => one.account_id === accountId)
      if (found) return found.first_name
    }
    return ''
  }

  /** The version of each picture there is, by account. */
  portraits(): Map<string, string> {
    const people = this.families.flatMap((family) => family.people)
    return new Map(people.flatMap((one) => (one.portrait ? [[one.account_id, one.portrait] as const] : [])))
  }

  shown(nameOfFamily: (id: string) => string): Family[] {
    return this.families.map((family) => ({
      id: family.id,
      name: nameOfFamily(family.id),
      isAdmin: family.me.is_admin || family.me.role === 'user',
      isUser: family.me.role === 'user',
      userId: family.user_id,
      retentionDays: family.retention_days,
      people: family.people.map((one): Person => ({
        accountId: one.account_id,
        name: `${one.first_name} ${one.last_name}`.trim(),
        firstName: one.first_name,
        role: one.role as Person['role'],
        isAdmin: one.is_admin,
        isMe: one.account_id === this.me,
        favourite: one.favourite,
        blocked: one.blocked,
        seen: one.seen,
        portrait: one.portrait,
        hasKeys: one.aik !== null,
        trust: this.trust.standing(family.id, one.account_id).trust,
      })),
    }))
  }

  /** Makes a family: this account is where trust in everybody else in it begins. */
  async create(id: string, user: 'me' | ManagedUser): Promise<void> {
    const { aik, aikSeed } = this.secrets.keys
    const admission = await founderAdmission(aikSeed, id, this.me, aik)
    await this.trust.learnRoot(id, { accountId: this.me, aik })
    const none = { phone_via_relative: false, email_via_relative: false }
    const whom = user === 'me' ? { ...none, me: true } : { ...user, me: false }
    await take(this.api.POST('/api/v1/families', { body: { id, user: whom, admission: admission as never } }))
  }

  invite(familyId: string, familyName: string, inviter: string, invitee: string, history: 'start' | 'today') {
    return makeInvitation(this, familyId, { familyName, inviter, invitee }, history)
  }

  accept(typed: string): Promise<string> {
    return acceptInvitation(this, typed)
  }

  async findStation(typed: string): Promise<FoundStation> {
    const { found } = await lookAtStation(this.api, typed)
    return { pairingId: found.id, model: found.model, requestedAt: found.requested_at }
  }

  pairStation(familyId: string, familyName: string, typed: string, name: string): Promise<void> {
    return approveStation(this, familyId, familyName, typed, name)
  }

  /** On a Home Station: who let it in, and who founded the family, as the code it showed vouches for. */
  async paired({ familyId, approver, founder }: PairedBy): Promise<void> {
    await this.trust.learn(approver.accountId, unbase64(approver.aik), 'pairing')
    if (founder) await this.trust.learnRoot(familyId, { accountId: founder.accountId, aik: unbase64(founder.aik) })
  }

  aekOf(accountId: string): Promise<Bytes> {
    return Promise.resolve().then(() => this.trust.aekOf(accountId))
  }
  aikOf(accountId: string): Bytes | undefined {
    return this.trust.aikOf(accountId)
  }

  safetyNumber(accountId: string): Promise<{ groups: string[]; qr: string }> {
    const aik = this.trust.aikOf(accountId)
    if (!aik) throw new Failed('not_trusted')
    return safetyNumber({ accountId: this.me, aik: this.secrets.keys.aik }, { accountId, aik })
  }

  /** They compared it and it is the same. What was scanned is checked here. */
  async markCompared(accountId: string, scanned?: string): Promise<void> {
    const number = await this.safetyNumber(accountId)
    const aik = this.trust.aikOf(accountId)
    if (!aik || (scanned !== undefined && !safetyMatches(scanned, number))) throw new Failed('safety_number_differs')
    await this.trust.learn(accountId, aik, 'compared')
    await this.trust.judge(this.families)
    await this.trust.share().catch(() => undefined)
  }

  /** What an account shows to the people in a family, as it was admitted there. */
  founderOf(familyId: string) {
    const root = this.trust.root(familyId)
    if (!root) throw new Failed('not_trusted')
    return root
  }

  /** Ends somebody's bond. Told twice, because the first answer was lost, is told. */
  async end(familyId: string, accountId: string): Promise<void> {
    const path = { family_id: familyId, account_id: accountId }
    const call = this.api.DELETE('/api/v1/families/{family_id}/people/{account_id}', { params: { path } })
    await take(call).catch(async (problem: unknown) => {
      await this.refresh()
      const family = this.families.find((one) => one.id === familyId)
      const isOut = !family?.people.some((one) => one.account_id === accountId)
      if (!(problem instanceof ApiError) || problem.status !== 404 || !isOut) throw problem
    })
  }
}
