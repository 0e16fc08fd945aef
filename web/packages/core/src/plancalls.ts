/** Calls about what a family has paid for. */

import { Calls } from './calls'
import type { PlanCore } from './plansurface'

export abstract class PlanCalls extends Calls implements PlanCore {
  redeemCode(familyId: string, code: string, atOnce: boolean) {
    return this.home.plans.redeem(familyId, code, atOnce)
  }
}
