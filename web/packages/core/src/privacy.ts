/** Calls about what I agree to, what I ask about my data, and having them only stored. */

import { type components, take } from '@prifora/api'
import { PlanCalls } from './plancalls'
import type { Cause, Child, Consent, Mandate, Parent, PrivacyRequest, Restriction, Right, Use } from './privacysurface'

type Schemas = components['schemas']

export abstract class PrivacyCalls extends PlanCalls {
  async consents() {
    return (await take(this.api.GET('/api/v1/me/consents'))).items.map(consent)
  }

  async setConsent(purpose: string, textHash: string) {
    const body = textHash ? { given: true, text_hash: textHash } : { given: false }
    const asked = this.api.PUT('/api/v1/me/consents/{purpose}', { params: { path: { purpose } }, body })
    return (await take(asked)).items.map(consent)
  }

  async tellUse(what: Use) {
    await take(this.api.POST('/api/v1/me/uses', { body: { what } }))
  }

  async objectToMarketing() {
    return (await take(this.api.POST('/api/v1/me/objection'))).items.map(consent)
  }

  async parent() {
    return parent(await take(this.api.GET('/api/v1/me/parent')))
  }

  async nameParent(accountId: string) {
    return parent(await take(this.api.PUT('/api/v1/me/parent', { body: { account_id: accountId } })))
  }

  async dropParent() {
    await take(this.api.DELETE('/api/v1/me/parent'))
  }

  async children() {
    const { items } = await take(this.api.GET('/api/v1/me/children'))
    return items.map((one): Child => ({ accountId: one.account_id, askedAt: one.asked_at, approvedAt: one.approved_at }))
  }

  async approveChild(accountId: string, yes: boolean) {
    const child = { params: { path: { account_id: accountId } } }
    await take(yes ? this.api.PUT('/api/v1/me/children/{account_id}', child) : this.api.DELETE('/api/v1/me/children/{account_id}', child))
  }

  async privacyRequests() {
    return (await take(this.api.GET('/api/v1/me/requests'))).items.map(request)
  }

  async fileRequest(kind: Right, text: string) {
    return request(await take(this.api.POST('/api/v1/me/requests', { body: { kind, text } })))
  }

  async addToRequest(id: string, text: string) {
    const path = { asked_id: id }
    return request(await take(this.api.POST('/api/v1/me/requests/{asked_id}/lines', { params: { path }, body: { text } })))
  }

  async withdrawRequest(id: string) {
    const path = { asked_id: id }
    return request(await take(this.api.POST('/api/v1/me/requests/{asked_id}/withdraw', { params: { path } })))
  }

  async revokeMandate(id: string) {
    const path = { mandated_id: id }
    return request(await take(this.api.DELETE('/api/v1/me/requests/{mandated_id}/mandate', { params: { path } })))
  }

  async restriction() {
    return restriction(await take(this.api.GET('/api/v1/me/restriction')))
  }

  async restrict(cause: Cause) {
    return restriction(await take(this.api.PUT('/api/v1/me/restriction', { body: { cause } })))
  }

  async endRestriction() {
    return restriction(await take(this.api.DELETE('/api/v1/me/restriction')))
  }

  async looks() {
    return (await take(this.api.GET('/api/v1/me/looks'))).items
  }

  async disclosures() {
    return (await take(this.api.GET('/api/v1/me/disclosures'))).items
  }
}

function parent(one: Schemas['ParentOut']): Parent {
  return { isChild: one.is_child, parentId: one.parent_id, approvedAt: one.approved_at }
}

function consent({ purpose, title, text, text_hash, state, allowed, at }: Schemas['ConsentOut']): Consent {
  return { purpose, title, text, textHash: text_hash, state, allowed, at }
}

function request(one: Schemas['RequestOut']): PrivacyRequest {
  return {
    id: one.id,
    kind: one.kind,
    filedAt: one.filed_at,
    dueOn: one.due_on,
    daysLeft: one.days_left,
    extended: one.extended_at !== null,
    acknowledgeOn: one.acknowledge_on,
    acknowledgedAt: one.acknowledged_at,
    outcome: one.outcome,
    lines: one.lines,
    refusal: one.refusal,
    remedy: one.remedy,
    authority: one.authority,
    mandate: one.mandate && mandate(one.mandate),
  }
}

function mandate({ agent, name, holds, proof, ...one }: Schemas['MandateOut']): Mandate {
  return { agent, name, holds, proof, proofOn: one.proof_on, endsOn: one.ends_on, revokedAt: one.revoked_at }
}

function restriction(one: Schemas['RestrictionOut']): Restriction {
  return { restricted: one.restricted, since: one.since, endsAt: one.ends_at }
}
