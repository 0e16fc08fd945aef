/** What I agree to, what I ask about my data, and having them only stored: what the screens see and can do. */

export type Right = 'access' | 'rectification' | 'erasure' | 'restriction' | 'objection' | 'portability' | 'review' | 'complaint'
export type Cause = 'incorrect' | 'unlawful' | 'claims' | 'objection'

/** An optional purpose, in the words with which I am asked. */
export interface Consent {
  purpose: string
  title: string
  text: string
  /** Names these very words: a yes sends it back. */
  textHash: string
  state: 'never' | 'given' | 'withdrawn' | 'objected'
  /** It happens now. */
  allowed: boolean
  at: string | null
}

export interface PrivacyRequest {
  id: string
  kind: Right
  filedAt: string
  /** The last day for the answer, and how many days are left; negative: it is late. */
  dueOn: string
  daysLeft: number
  extended: boolean
  acknowledgeOn: string | null
  acknowledgedAt: string | null
  outcome: '' | 'answered' | 'refused' | 'withdrawn'
  lines: { at: string; by: 'person' | 'staff' | 'agent'; text: string }[]
  refusal: { text: string; article: string } | null
  /** Where else I can go; empty while there is no need. */
  remedy: string
  authority: { name: string; site: string }
  /** Who asks it for me; null when I asked myself. */
  mandate: Mandate | null
}

/** By what somebody else asks for me; while it does not hold, nothing is done for them. */
export interface Mandate {
  agent: 'guardian' | 'attorney' | 'care'
  name: string
  holds: boolean
  proof: '' | 'court' | 'deed' | 'signed' | 'register'
  proofOn: string | null
  endsOn: string | null
  revokedAt: string | null
}

export interface Restriction {
  restricted: boolean
  since: string | null
  /** I was told that it ends then. */
  endsAt: string | null
}

/** What only the app knows of its use. */
export type Use = 'read_aloud' | 'slideshow'

/** Who approves what I agree to, while I am younger than 16. */
export interface Parent {
  isChild: boolean
  /** Whom I named. */
  parentId: string | null
  approvedAt: string | null
}

/** A child of my family who named me. */
export interface Child {
  accountId: string
  askedAt: string
  approvedAt: string | null
}

/** Every call may throw a Failure. */
export interface PrivacyCore {
  consents(): Promise<Consent[]>
  /** Yes to the words with this hash; '': no. Words that changed meanwhile: Failure "other_words". */
  setConsent(purpose: string, textHash: string): Promise<Consent[]>
  /** That I used something today; the server keeps it only where I agreed, and under no name. */
  tellUse(what: Use): Promise<void>
  /** All marketing stays off until I say yes anew. */
  objectToMarketing(): Promise<Consent[]>
  parent(): Promise<Parent>
  nameParent(accountId: string): Promise<Parent>
  dropParent(): Promise<void>
  children(): Promise<Child[]>
  /** Yes, or no (any more). */
  approveChild(accountId: string, yes: boolean): Promise<void>
  privacyRequests(): Promise<PrivacyRequest[]>
  fileRequest(kind: Right, text: string): Promise<PrivacyRequest>
  addToRequest(id: string, text: string): Promise<PrivacyRequest>
  withdrawRequest(id: string): Promise<PrivacyRequest>
  /** Somebody else may not ask this for me. */
  revokeMandate(id: string): Promise<PrivacyRequest>
  restriction(): Promise<Restriction>
  restrict(cause: Cause): Promise<Restriction>
  /** It ends a day later. */
  endRestriction(): Promise<Restriction>
  looks(): Promise<{ at: string; role: string; table: string; reason: string }[]>
  /** What authorities asked about me; none that a law forbids to tell of yet. */
  disclosures(): Promise<{ asked_at: string; authority: string; article: string; state: string; ended_at: string | null; tables: string[] }[]>
}
