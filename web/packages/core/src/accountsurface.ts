/** Me, my devices, how I sign in and come back, and what the platform told me: what the screens see and can do. */

import type { SignUpForm } from './forms'

export type Language = 'nl' | 'fr' | 'en'

export interface Profile {
  id: string
  kind: 'user' | 'contact'
  username: string
  first_name: string
  last_name: string
  phone: string | null
  phone_via_relative: boolean
  email: string | null
  email_via_relative: boolean
  date_of_birth: string | null
  other_dates: { label: string; on: string }[]
  address: Record<string, string> | null
  notes: string | null
  language: Language
  time_zone: string
  text_size: string
  hint_dismissed: boolean
  /** Nothing sounds or pops up from … to …, "HH:MM" in the person's time zone; the same twice: never quiet. */
  quiet_from: string
  quiet_to: string
  /** The version of my picture; null when there is none. */
  portrait: string | null
}

export interface FieldNotice {
  name: string
  required: boolean
  at_sign_up: boolean
  why: string
}

export interface OwnDevice {
  id: string
  kind: string
  name: string
  created_at: string
  last_seen_on: string | null
  this: boolean
}

/** How this account can come back when devices are lost. */
export interface Ways {
  password: boolean
  passkeys: number
  sheet: boolean
  relatives: { threshold: number; waitHours: number; names: string[] } | null
  devices: number
}

/** Somebody asks to come back with the help of relatives. */
export interface RecoveryRequest {
  id: string
  accountId: string
  name: string
  /** It is about my own account: only a veto makes sense. */
  mine: boolean
  deviceName: string
  requestedAt: string
  waitUntil: string
  approvals: number
  needed: number
  approvedByMe: boolean
}

/** What this browser, which asked to come back or to be linked, waits for. */
export interface Waiting {
  kind: 'link' | 'recovery'
  code: string
  /** For a link: what the QR code opens on the other device. */
  link: string
  state: 'waiting' | 'ready' | 'vetoed' | 'ended' | 'refused'
  approvals: number
  needed: number
  waitUntil: string | null
}

/** Something the platform told me. */
export interface Letter {
  id: string
  topic: 'service' | 'updates' | 'maintenance' | 'offers' | 'privacy' | 'partners' | 'disclosure' | 'statements'
  title: string
  text: string
  /** A page of the server that says more; '' when there is none. */
  path: string
  at: string
  readAt: string | null
}

export interface LetterPage {
  items: Letter[]
  /** There are older ones. */
  more: boolean
}

/** What closing my account means. */
export interface Closing {
  families: { familyId: string; people: number; alone: boolean; lastAdmin: boolean; isUser: boolean }[]
  albums: { own: number; shared: number; elsewhere: number }
  conversations: { number: number; direct: number; messages: number; files: number }
  stations: number
  graceDays: number
  /** When it is erased, if I asked for that. */
  dueAt: string | null
  shared: 'leave' | 'withdraw'
  /** Whether the certificate comes by mail too. */
  byMail: boolean
  stays: { what: string; article: string; until: string }[]
  /** The certificate, to keep: for people, and for programs (JSON). */
  text: string
  json: string
}

/** Every call may throw a Failure. */
export interface AccountCore {
  fields(kind: 'user' | 'contact'): Promise<FieldNotice[]>
  setLanguage(language: Language): Promise<void>
  signUp(form: SignUpForm): Promise<void>
  verify(what: 'phone' | 'email', code: string): Promise<void>
  resend(what: 'phone' | 'email'): Promise<void>
  signIn(login: string, password: string): Promise<void>
  secondFactor(code: string): Promise<void>
  unlock(password: string): Promise<void>
  signOut(): Promise<void>
  changePassword(current: string, next: string): Promise<void>
  changeProfile(changes: Partial<Profile>): Promise<void>
  /** From now on I sign in by this name. Taken: Failure "username_taken". */
  changeUsername(username: string, password: string): Promise<void>
  /** Sends a code to the new number; it counts once `verify` was given that code. First `confirmPassword`. */
  changePhone(phone: string): Promise<void>
  /** The same for an address. */
  changeEmail(email: string): Promise<void>
  /** Where an address is optional. First `confirmPassword`. */
  removeEmail(): Promise<void>
  setPortrait(picture: Blob): Promise<void>
  removePortrait(): Promise<void>
  /** The picture of somebody I know; undefined when it cannot be had now. */
  portrait(accountId: string, version: string): Promise<Blob | undefined>
  devices(): Promise<OwnDevice[]>
  /** Ends a device and changes every key it knew. */
  revokeDevice(id: string): Promise<void>
  /** On a new browser: shows a code and waits (see Snapshot.waiting). */
  askForLink(): Promise<void>
  /** On a new browser: asks relatives to let me back in. On a Home Station without keys it asks by itself. */
  askRelatives(login: string): Promise<void>
  stopWaiting(): Promise<void>
  /** On a device I have: who asks under this code. */
  findLink(code: string): Promise<{ name: string; requestedAt: string }>
  approveLink(code: string): Promise<void>
  ways(): Promise<Ways>
  /** Makes a new recovery sheet; the letters are shown once. The old sheet opens nothing any more. */
  makeSheet(): Promise<string>
  dropSheet(): Promise<void>
  /** Comes back with the letters of a sheet; the status becomes "recovered". */
  recoverWithSheet(login: string, letters: string): Promise<void>
  /** After coming back: the new password. */
  choosePassword(password: string): Promise<void>
  /** Two or three relatives of whom two together can let me back in. On a Home Station with one relative: that one. */
  setRelatives(accountIds: string[], waitHours: 0 | 24 | 72 | 168): Promise<void>
  dropRelatives(): Promise<void>
  /** As a relative: the code they read out to me by telephone. Wrong: Failure "code_wrong". */
  approveRecovery(requestId: string, code: string): Promise<void>
  vetoRecovery(requestId: string): Promise<void>
  /** What to compare with somebody, by eye or by scanning. */
  safetyNumber(accountId: string): Promise<{ groups: string[]; qr: string }>
  /** They compared it and it is the same; `scanned` is checked when given (Failure "safety_number_differs"). */
  markCompared(accountId: string, scanned?: string): Promise<void>
  dismissAlert(id: string): Promise<void>
  sessions(): Promise<{ id: string; client: string; created_at: string | null; last_seen_on: string | null; this: boolean }[]>
  endSession(id: string): Promise<void>
  log(): Promise<{ at: string; what: string; who: string }[]>
  closing(): Promise<Closing>
  /** Closes my account: erased after some days. Everywhere else I am signed out. Wrong password: Failure "wrong_password". */
  askClosing(password: string, shared: 'leave' | 'withdraw'): Promise<Closing>
  keepAccount(): Promise<void>
  /** What the platform told me, newest first, a page at a time. */
  letters(before?: string): Promise<LetterPage>
  /** Marks what I read, on all my devices; without ids all of it. */
  markLettersRead(ids?: string[]): Promise<void>
  /** Whether this device is told that something is new, and the key by which its browser gives an address; null: nobody is. */
  pushState(): Promise<{ key: string | null; on: boolean }>
  startPush(address: { endpoint: string; p256dh: string; auth: string }): Promise<void>
  stopPush(): Promise<void>
  confirmPassword(password: string): Promise<void>
  factors(): Promise<{ id?: number; type: string; name?: string }[]>
  startTotp(): Promise<{ secret: string; url: string }>
  confirmTotp(code: string): Promise<string[]>
  endTotp(): Promise<void>
  passkeyOptions(): Promise<unknown>
  /** `prf`: the 32 bytes the passkey gave for PASSKEY_SALT, where it can: then it opens the keys as well. */
  addPasskey(name: string, credential: unknown, prf?: Uint8Array): Promise<void>
  dropPasskey(id: number): Promise<void>
  passkeySignInOptions(): Promise<unknown>
  passkeySignIn(credential: unknown, prf?: Uint8Array): Promise<void>
}
