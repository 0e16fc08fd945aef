/** What the screens share: the engine's latest snapshot, the language, and how errors are said. */

import type { Client, Conversation, Core, Failure, Language, Person, Snapshot } from '@prifora/core'
import { catalogues, type Messages } from './i18n/load'
import { daysAgo } from './lib/days'
import { keepSpoken } from './lib/spoken'
import { forgetChoice } from './lib/uses'

const nothing: Snapshot = {
  status: 'starting',
  online: false,
  cutOff: false,
  fresh: false,
  troubled: false,
  queued: 0,
  profile: null,
  pending: [],
  families: [],
  conversations: [],
  stations: [],
  pairingCode: null,
  alerts: [],
  waiting: null,
  recoveries: [],
  full: false,
  versions: {},
  albums: [],
  news: [],
  uploads: [],
  letters: { any: false, unread: 0, change: 0 },
  plans: {},
}

const STYLES = {
  time: { hour: '2-digit', minute: '2-digit' },
  short: { day: 'numeric', month: 'short' },
  day: { weekday: 'long', day: 'numeric', month: 'long' },
  full: { day: 'numeric', month: 'long', year: 'numeric' },
  both: { day: 'numeric', month: 'long', hour: '2-digit', minute: '2-digit' },
} satisfies Record<string, Intl.DateTimeFormatOptions>

/** The day before the month and 24 hours, in all three. */
const REGIONS = { nl: 'nl-NL', fr: 'fr-FR', en: 'en-GB' }

const LANGUAGES: Language[] = ['nl', 'fr', 'en']

export function browserLanguage(): Language {
  const kept = localStorage.getItem('language')
  const wished = [kept, ...navigator.languages].map((one) => one?.slice(0, 2))
  return LANGUAGES.find((one) => wished.includes(one) && wished.indexOf(one) === wished.findIndex((w) => LANGUAGES.includes(w as Language))) ?? 'nl'
}

class App {
  now = $state.raw<Snapshot>(nothing)
  language = $state<Language>(browserLanguage())
  toast = $state('')
  /** This device was signed out from elsewhere: by its person on another device, or by a new password. */
  shutOut = $state(false)
  private leaving = false
  core!: Core

  /** The sentences of the language; there before the first screen. */
  t = $state.raw() as Messages

  attach({ core, subscribe }: Client): void {
    this.core = core
    subscribe((snapshot) => {
      const before = this.now.profile?.language
      if (snapshot.status !== this.now.status) {
        this.shutOut = snapshot.status === 'signed-out' && this.now.status === 'ready' && !this.leaving
        this.leaving = false
      }
      this.now = snapshot
      if (snapshot.status === 'ready') localStorage.setItem('was-in', '1')
      if (snapshot.status === 'signed-out') {
        localStorage.removeItem('was-in')
        forgetChoice()
      }
      const wished = snapshot.profile?.language
      if (wished && wished !== before) void this.speak(wished)
      document.documentElement.dataset.text = snapshot.profile?.text_size ?? '1'
    })
  }

  /** Signs out here, at the wish of who sits here. */
  async leave(): Promise<void> {
    this.leaving = true
    await this.core.signOut()
  }

  /** The version of the picture of somebody I know, or of me. */
  portraitOf(accountId: string): string | null {
    const { profile } = this.now
    return accountId === profile?.id ? profile.portrait : (this.personOf(accountId)?.portrait ?? null)
  }

  /** Somebody of my families. */
  personOf(accountId: string): Person | undefined {
    return this.now.families.flatMap((one) => one.people).find((one) => one.accountId === accountId)
  }

  /** Whose picture stands for a conversation: the other's; a group has a colour of its own. */
  faceOf(talk: Conversation): string {
    const other = talk.memberIds.find((one) => one !== this.now.profile?.id)
    return talk.kind === 'direct' && other ? other : talk.id
  }

  /** What a conversation is called: its name, or who takes part until its name can be read. */
  titleOf(talk: Conversation): string {
    if (talk.title) return talk.title
    const people = this.now.families.find((one) => one.id === talk.familyId)?.people ?? []
    return people.filter((one) => !one.isMe && talk.memberIds.includes(one.accountId)).map((one) => one.firstName).join(', ')
  }

  private faces = new Map<string, { version: string; url: Promise<string> }>()

  /** An address of a picture for this page; asked once for each version. */
  face(accountId: string, version: string): Promise<string> {
    const kept = this.faces.get(accountId)
    if (kept?.version === version) return kept.url
    void kept?.url.then((old) => URL.revokeObjectURL(old), () => undefined)
    const url = this.core.portrait(accountId, version).then((picture) => {
      if (!picture) throw new Error('not here')
      return URL.createObjectURL(picture)
    })
    this.faces.set(accountId, { version, url })
    url.catch(() => this.faces.delete(accountId))
    return url
  }

  private wished: Language | undefined

  /** Goes over to a language as soon as its sentences are here. */
  async speak(language: Language): Promise<void> {
    this.wished = language
    localStorage.setItem('language', language)
    void keepSpoken(language).catch(() => undefined)
    const sentences = await catalogues[language]().catch(() => undefined)
    if (!sentences || this.wished !== language) return
    this.t = sentences
    this.language = language
    document.documentElement.lang = language
  }

  /** A sentence for what went wrong; some fields have one of their own for "invalid". */
  say(problem: unknown, field = ''): string {
    const { code, detail } = problem as Failure
    const sentences = this.t.errors as Record<string, string>
    const known = (code === 'invalid' ? sentences[`invalid_${field}`] : undefined) ?? sentences[code]
    return known ?? (detail && code !== 'unexpected' ? detail : this.t.errors.unexpected)
  }

  private telling: ReturnType<typeof setTimeout> | undefined

  tell(text: string): void {
    this.toast = text
    clearTimeout(this.telling)
    this.telling = setTimeout(() => (this.toast = ''), 5000)
  }

  /** As short as it is clear: the time today, else the day. */
  when(at: number): string {
    const days = daysAgo(at)
    if (days === 0) return this.date(at, 'time')
    return days === 1 ? this.t.talks.yesterday : this.date(at, 'short')
  }

  date(value: string | number, style: keyof typeof STYLES = 'both'): string {
    return new Intl.DateTimeFormat(REGIONS[this.language], STYLES[style]).format(new Date(value))
  }
}

export const app = new App()
