/** What my families have paid for, and what that lets them do: what the screens see and can do. */

/** One term that is not over yet. It begins the day after `beginsOn`; days as "2027-12-30". */
export interface PlanPiece {
  kind: string
  station: boolean
  beginsOn: string
  endsOn: string
}

export interface Plan {
  /** "unused": this server asks nobody for a plan. "grace": no new uploads. "read_only": reading and taking along. */
  phase: 'unused' | 'active' | 'grace' | 'read_only'
  kind: string
  /** It covers a Home Station. */
  station: boolean
  /** The last day paid for; null: nothing is counted (yet). */
  paidUntil: string | null
  graceUntil: string | null
  pieces: PlanPiece[]
}

export interface PlanSnapshot {
  /** By family; one that is not here is not known yet. */
  plans: Record<string, Plan>
}

/** Every call may throw a Failure. */
export interface PlanCore {
  /**
   * Makes a family's plan longer by a code. `atOnce`: it begins today, and what is left of the rest comes after it.
   * Failure "activation_mistyped", "activation_unknown", "activation_entered", "too_many_codes", "throttled".
   */
  redeemCode(familyId: string, code: string, atOnce: boolean): Promise<Plan>
}
