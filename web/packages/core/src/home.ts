/** Everything that runs while somebody is in: families, conversations, stations, the socket. */

import { type Api, type Line, type Media, Socket } from '@prifora/api'
import type { Identity } from '@prifora/crypto'
import { Albums } from './albums'
import { type About, Alerts } from './alerts'
import { isFinal } from './board'
import type { Context } from './context'
import type { Films } from './films'
import { Letters } from './letters'
import { conversationsOf, messagesOf } from './listing'
import { LookLedger } from './looks'
import { isShown, type Outgoing } from './outgoing'
import { type Part, partsOf } from './parts'
import { People } from './people'
import { Plans } from './plans'
import { Portraits } from './portraits'
import { Promises } from './promises'
import type { Ring } from './ring'
import { Rooms } from './rooms'
import { Rounds } from './rounds'
import type { Secrets } from './secrets'
import { stationsOf } from './stations'
import type { Store } from './store'
import type { Alert, ManagedUser, Message, Snapshot, Station } from './surface'
import { Todos } from './todos'
import { Trust } from './trust'

const SWEEP_MS = 20_000
const DAY_MS = 24 * 3_600_000

export interface Hooks {
  changed(): void
  /** The session is over. */
  ended(): void
  event(name: string, body: Record<string, string>): void
  /** Awaited before what rests on the account's keys and devices is fetched. */
  refreshAccount(): Promise<void>
  refreshRecovery(): Promise<void>
  /** Takes what other own devices changed of the account's keys. */
  refreshKeys(): Promise<void>
}

export interface Setting {
  api: Api
  media: Media
  films?: Films
  store: Store
  origin: string
  secrets: Secrets
  ring: Ring
  hooks: Hooks
  openSocket?: (url: string) => WebSocket
}

type Shown = Pick<
  Snapshot,
  'online' | 'cutOff' | 'fresh' | 'troubled' | 'queued' | 'families' | 'conversations' | 'stations' | 'versions' | 'alerts' | 'albums' | 'news' | 'uploads' | 'letters' | 'plans'
>

export class Home {
  readonly people: People
  readonly rooms: Rooms
  readonly portraits: Portraits
  readonly albums: Albums
  readonly letters: Letters
  readonly plans: Plans
  readonly versions: Record<string, number> = {}
  private readonly outgoing: Outgoing[] = []
  private readonly alerts: Alerts
  private readonly looks: LookLedger
  private readonly trust: Trust
  private readonly todos: Todos
  private readonly promises: Promises
  private readonly socket: Socket
  private line: Line = 'again'
  private stations: Station[] = []
  private sweeping: ReturnType<typeof setInterval> | undefined
  /** Families that are just being made here and get their talk from there. */
  private readonly making = new Set<string>()
  private readonly rounds = new Rounds({
    round: (parts) => this.round(parts),
    isOnline: () => this.line === 'open',
    isPromised: () => this.todos.isOpen || this.rooms.isFailing,
    whole: () => this.rooms.missed(),
    changed: () => this.changed(),
  })

  constructor(private readonly setting: Setting) {
    const { api, store, origin, secrets, ring, openSocket } = setting
    const raise = (kind: Alert['kind'], about?: About): void => void this.raise(kind, about)
    this.alerts = new Alerts(store, (id) => this.people.nameOf(id), () => this.changed())
    this.looks = new LookLedger(api, store, raise)
    this.trust = new Trust(store, secrets, ring, raise, (familyId) => new Set(this.everyone(familyId)?.stored.agreed?.out ?? []))
    this.people = new People(api, store, origin, secrets, this.trust, raise)
    this.portraits = new Portraits(api, store)
    this.letters = new Letters(api, () => this.changed())
    this.plans = new Plans(api, () => this.changed())
    this.albums = new Albums(setting, {
      secrets,
      trust: this.trust,
      raise,
      refreshPeople: () => this.people.tryRefresh(),
      refreshKeys: () => setting.hooks.refreshKeys(),
      nameOf: (id) => this.people.nameOf(id),
      changed: () => this.changed(),
    })
    this.todos = new Todos(store, (todo) => this.promises.carryOut(todo), isFinal, () => this.rounds.comeBack())
    this.rooms = new Rooms(api, this.context(raise), () => this.socket, (id) => this.changed(id), this.todos, (id) => this.people.nameOf(id))
    this.promises = new Promises(api, this.people, this.rooms, this.todos)
    this.socket = new Socket(`${origin.replace(/^http/, 'ws')}/ws/v1`, () => this.rooms.cursors(), {
      log: (frame) => this.rooms.hear(frame),
      event: (name, body) => this.hear(name, body),
      gap: (id, first) => this.rooms.heardGap(id, first),
      delivered: (id, account, seq) => this.rooms.heardDelivered(id, account, seq),
      ready: () => {
        this.rooms.missed()
        void this.refresh().then(() => {
          this.rooms.sending.flushAll()
          void this.albums.uploads.run()
        })
      },
      line: (line) => {
        this.line = line
        this.changed()
      },
      signedOut: () => this.setting.hooks.ended(),
    }, openSocket)
  }

  async start(): Promise<void> {
    await this.alerts.load()
    await this.trust.load()
    await this.people.load()
    await this.todos.load()
    await this.rooms.load()
    await this.albums.load()
    this.changed()
    this.sweeping = setInterval(() => void this.sweep(), SWEEP_MS)
    this.rounds.start()
    this.socket.start()
  }

  stop(): void {
    this.line = 'gone'
    this.rooms.stop()
    this.albums.stop()
    this.socket.stop()
    this.rounds.stop()
    clearInterval(this.sweeping)
  }

  /** The device heard that it is on or off line. */
  network(isOnline: boolean): void {
    if (isOnline) this.socket.hurry()
    else this.socket.drop()
  }

  /** Fetches everything anew. */
  refresh(): Promise<void> {
    return this.rounds.run()
  }

  private async round(parts: Set<Part>): Promise<void> {
    const { hooks, api } = this.setting
    if (parts.has('account')) {
      await hooks.refreshAccount()
      await this.alerts.merge(await this.trust.takeRing())
      await this.looks.follow()
    }
    if (parts.has('recovery')) await hooks.refreshRecovery()
    if (parts.has('people')) {
      await this.people.refresh()
      await this.portraits.keepOnly(this.people.portraits())
    }
    if (parts.has('rooms')) {
      await this.rooms.refresh()
      await this.giveEveryoneATalk()
    }
    await this.todos.run()
    if (parts.has('stations')) this.stations = await stationsOf(api, this.people.families)
    if (parts.has('letters')) await this.letters.refresh()
    if (parts.has('plans')) await this.plans.refresh(this.people.families.map((one) => one.id))
    await this.trust.share(this.alerts.written())
    await this.sweep()
    if (parts.has('albums')) await this.albums.refresh(this.people.families.map((one) => one.id))
  }

  /** A family without its talk of everyone gets one from whoever looks after it. */
  private async giveEveryoneATalk(): Promise<void> {
    for (const family of this.people.families) {
      const has = [...this.rooms.listed.values()].some((one) => one.family_id === family.id && one.everyone)
      if (has || !family.me.is_admin || this.making.has(family.id)) continue
      const user = family.people.find((one) => one.account_id === family.user_id)
      await this.rooms.start(family.id, 'group', [], user?.last_name ?? '', true)
    }
  }

  private async sweep(): Promise<void> {
    await this.rooms.sweep((familyId) => {
      const days = this.everyone(familyId)?.stored.agreed?.retention
      return days === undefined ? undefined : Date.now() - days * DAY_MS
    })
  }

  private hear(name: string, body: Record<string, string> = {}): void {
    this.setting.hooks.event(name, body)
    if (body.conversation_id) this.rooms.suspect(body.conversation_id)
    this.rounds.want(partsOf(name))
  }

  private changed(conversationId?: string): void {
    if (conversationId) this.versions[conversationId] = (this.versions[conversationId] ?? 0) + 1
    this.setting.hooks.changed()
  }

  // -- what is shown -----------------------------------------------------------------------------------

  private everyone(familyId: string) {
    const listed = this.rooms.shown().find((one) => one.family_id === familyId && one.everyone)
    return listed && this.rooms.rooms.get(listed.id)
  }

  familyName = (familyId: string): string => this.everyone(familyId)?.stored.title ?? ''

  snapshot(): Shown {
    return {
      online: this.line === 'open',
      cutOff: this.line === 'gone',
      fresh: this.rounds.fresh,
      troubled: this.rounds.troubled,
      queued: this.outgoing.filter(isShown).length,
      families: this.people.shown(this.familyName),
      conversations: conversationsOf(this.rooms, this.people),
      stations: this.stations,
      versions: { ...this.versions },
      alerts: this.alerts.shown(),
      albums: this.albums.shown(),
      news: this.albums.news(),
      uploads: this.albums.uploads.shown(),
      letters: this.letters.shown(),
      plans: this.plans.shown(),
    }
  }

  messages(id: string): Message[] {
    return messagesOf(this.rooms, this.people, id)
  }

  // -- what people do ----------------------------------------------------------------------------------

  /** Makes a family and its conversation of everyone. */
  async createFamily(name: string, user: 'me' | ManagedUser): Promise<string> {
    const id = crypto.randomUUID()
    this.making.add(id)
    try {
      await this.people.create(id, user)
      await this.people.refresh()
      await this.rooms.start(id, 'group', [], name, true)
    } finally {
      this.making.delete(id)
    }
    await this.refresh()
    return id
  }

  removePerson(familyId: string, accountId: string): Promise<void> {
    return this.promises.removePerson(familyId, accountId)
  }
  leaveFamily(familyId: string): Promise<void> {
    return this.people.end(familyId, this.people.me)
  }
  setRetention(familyId: string, days: 30 | 90 | 365 | null): Promise<void> {
    return this.promises.setRetention(familyId, days)
  }
  broadcast(familyId: string, accountIds: string[], text: string): Promise<void> {
    return this.promises.broadcast(familyId, accountIds, text)
  }

  /** Keeps something that must not happen, until somebody puts it away. */
  raise(kind: Alert['kind'], about?: About): Promise<void> {
    return this.alerts.raise(kind, about)
  }
  async dismissAlert(id: string): Promise<void> {
    await this.alerts.dismiss(id)
    await this.trust.share(this.alerts.written()).catch(() => undefined)
  }

  private context(raise: Context['raise']): Context {
    const { outgoing, trust, people } = this
    const { store, secrets } = this.setting
    const familyOf = (id: string): string => {
      return this.rooms.listed.get(id)?.family_id ?? this.rooms.shown().find((one) => one.id === id)?.family_id ?? ''
    }
    return {
      store,
      accountId: secrets.device.identity.accountId,
      device: secrets.device,
      get keys() {
        return secrets.keys
      },
      outgoing,
      trust,
      raise,
      familyOf,
      rulesOf: (id) => {
        const isNoMember = (identity: Identity): void =>
          raise(trust.mayBe(identity.accountId, identity.aik) ? 'ghost-person' : 'key-changed', { conversationId: id, person: identity.accountId })
        return {
          ...people.rules(
            () => new Set(this.rooms.listed.get(id)?.member_ids ?? []),
            (identity) => trust.trusts(familyOf(id), identity.accountId) && trust.lists(identity),
          ),
          mayVouch: (identity) => {
            const may = trust.maySpeak(familyOf(id), identity) && this.rooms.rooms.get(id)?.knowsAsOutside(identity.accountId) !== true
            if (!may) isNoMember(identity)
            return may
          },
          outsider: (identity) => {
            this.rooms.rooms.get(id)?.sawIntruder(identity.accountId)
            isNoMember(identity)
          },
        }
      },
      maySpeak: async (id, identity) => {
        if (trust.maySpeak(familyOf(id), identity)) return true
        await people.tryRefresh()
        if (trust.maySpeak(familyOf(id), identity)) return true
        raise('ghost-person', { conversationId: id, person: identity.accountId })
        return false
      },
      refreshPeople: () => people.tryRefresh(),
      refreshKeys: () => this.setting.hooks.refreshKeys(),
      sentOut: (one) => {
        const at = outgoing.indexOf(one)
        if (at >= 0) outgoing.splice(at, 1)
      },
      wantSettle: (id) => {
        this.rooms.unsettle(id)
        this.hear('settle')
      },
    }
  }
}
