/** The plans of my families, as the server last said. */

import { type Api, type components, take } from '@prifora/api'
import type { Plan } from './plansurface'

export class Plans {
  private known: Record<string, Plan> = {}

  constructor(
    private readonly api: Api,
    private readonly changed: () => void,
  ) {}

  async refresh(familyIds: string[]): Promise<void> {
    const found = await Promise.all(familyIds.map(async (id) => [id, await this.ask(id)] as const))
    this.keep(Object.fromEntries(found))
  }

  shown(): Record<string, Plan> {
    return this.known
  }

  async redeem(familyId: string, code: string, atOnce: boolean): Promise<Plan> {
    const path = { family_id: familyId }
    const body = { code, at_once: atOnce }
    const plan = planOf(await take(this.api.POST('/api/v1/families/{family_id}/plan/codes', { params: { path }, body })))
    this.keep({ ...this.known, [familyId]: plan })
    return plan
  }

  private async ask(familyId: string): Promise<Plan> {
    return planOf(await take(this.api.GET('/api/v1/families/{family_id}/plan', { params: { path: { family_id: familyId } } })))
  }

  private keep(plans: Record<string, Plan>): void {
    const isSame = JSON.stringify(plans) === JSON.stringify(this.known)
    this.known = plans
    if (!isSame) this.changed()
  }
}

function planOf(one: components['schemas']['PlanOut']): Plan {
  return {
    phase: one.phase,
    kind: one.kind,
    station: one.station,
    paidUntil: one.paid_until,
    graceUntil: one.grace_until,
    pieces: one.pieces.map(({ kind, station, begins_on, ends_on }) => ({ kind, station, beginsOn: begins_on, endsOn: ends_on })),
  }
}
