/** The engine of the app: one per account and browser, in a worker. Implements everything in surface.ts. */

import { ApiError, isAway, type SignInState } from '@prifora/api'
import { CryptoError } from '@prifora/crypto'
import { AlbumCalls } from './albumcalls'
import type { Options } from './calls'
import { checkDevices, revokeDevice } from './devices'
import { Helping } from './helping'
import { Home } from './home'
import { Ring } from './ring'
import type { Secrets } from './secrets'
import { StationDevice } from './stationdevice'
import { StationLife } from './stationlife'
import type { Alert, Core, Profile, Snapshot, Status } from './surface'
import { Vault } from './vault'

export type { Options }

const SHOW_MS = 15

export class Engine extends AlbumCalls implements Core {
  private readonly station: StationLife | undefined
  private status: Status = 'starting'
  private pending: string[] = []
  private code: string | null = null
  private showing: ReturnType<typeof setTimeout> | undefined

  constructor(
    options: Options,
    private readonly publish: (snapshot: Snapshot) => void,
  ) {
    super(options)
    this.store.onFull = () => this.show()
    if (options.station) this.station = this.stationIn(new StationDevice(this.api, this.store, this.session, options.station))
  }

  private stationIn(device: StationDevice): StationLife {
    return new StationLife(device, this.asking, {
      status: () => this.status,
      set: (status) => this.set(status),
      showCode: (code) => {
        this.code = code
        this.show()
      },
      enter: async (secrets) => {
        const kept = await this.stored()
        await this.loadProfile().catch((problem: unknown) => {
          if (!kept || !isAway(problem)) throw problem
          this.profile = kept
        })
        await this.enter(secrets)
        if (device.paired) void this.home.people.paired(device.paired).catch(() => undefined) // The next refresh shares it.
      },
      leave: () => this.leave(),
    })
  }

  /** Finds out who is here. Without a network, who was here last sees what is stored. */
  async start(): Promise<void> {
    const kept = await this.stored()
    if (this.station) return this.station.start()
    const secrets = kept ? await this.storedSecrets(kept.id) : undefined
    if (kept && secrets) {
      this.profile = kept
      await this.enter(secrets)
    } else await this.asking.resume()
    await this.follow(await this.auth.session().catch(() => undefined))
  }

  /** Who was here last. A store that cannot be read, because the platform took a part of it away, starts again empty. */
  private async stored(): Promise<Profile | undefined> {
    try {
      return await this.store.get<Profile>('profile')
    } catch (problem) {
      if (!(problem instanceof CryptoError)) throw problem
      await this.store.clear()
      return undefined
    }
  }

  private async storedSecrets(accountId: string): Promise<Secrets | undefined> {
    return this.session.open(accountId, '').catch((problem: unknown) => {
      if (isAway(problem)) return this.session.offline(accountId)
      return undefined
    })
  }

  protected async follow(state: SignInState | undefined, password?: string): Promise<void> {
    if (!state) {
      if (this.status === 'starting') this.set('signed-out')
      return
    }
    this.pending = state.pending
    if (!state.isIn) {
      if (this.entered) this.leave()
      const asks = (name: string): boolean => state.pending.includes(name)
      if (asks('verify_phone') || asks('verify_email')) this.set('verify')
      else if (asks('mfa_authenticate')) this.set('second-factor')
      else this.set('signed-out')
      return
    }
    await this.loadProfile()
    if (this.entered) return
    const { id, username } = this.me
    if (!this.session.hasKey && (await this.session.given(id))?.recovered) return this.set('recovered')
    const secrets = await this.session.open(id, username, password)
    if (secrets) await this.enter(secrets)
    else this.set('locked')
  }

  protected async letIn(): Promise<void> {
    if (this.station) this.station.hurry()
    else await this.follow(await this.auth.session().catch(() => undefined)).catch(() => this.set('locked'))
  }

  /** After coming back: the new password. Where it was stored and the answer lost, the session ended with it: sign in. */
  async choosePassword(password: string): Promise<void> {
    const { id, username } = this.me
    try {
      await this.enter(await this.session.choosePassword(id, username, password))
    } catch (problem) {
      if (problem instanceof ApiError && problem.status === 401) await this.follow({ isIn: false, pending: [] })
      throw problem
    }
  }

  private async enter(secrets: Secrets): Promise<void> {
    const { api, options } = this
    const store = this.store.lend()
    const raise = (kind: Alert['kind'], person?: string): void => {
      void this.entered?.home.raise(kind, person ? { person } : {})
    }
    const vault = new Vault(api, store, secrets, raise)
    const ring = new Ring(api, store, secrets, raise, () => vault.check())
    const helping = new Helping(api, vault, () => this.home.people)
    const home = new Home({
      api,
      media: this.media,
      ...(options.films ? { films: options.films } : {}),
      store,
      origin: options.origin,
      secrets,
      ring,
      hooks: {
        changed: () => this.show(),
        ended: () => void this.signInAgain(),
        event: (name, body) => this.heard(name, body),
        refreshAccount: async () => {
          await vault.check()
          await checkDevices(api, vault, raise)
        },
        refreshRecovery: () => helping.refresh(),
        refreshKeys: () => vault.check().then(() => undefined, () => undefined),
      },
      ...(options.openSocket ? { openSocket: options.openSocket } : {}),
    })
    this.entered = { home, vault, ring, helping, store }
    await home.start()
    this.set('ready')
  }

  private async signInAgain(): Promise<void> {
    if (!this.station) return this.follow({ isIn: false, pending: [] })
    this.leave()
    await this.station.start()
  }

  private heard(name: string, body: Record<string, string>): void {
    if (name === 'account.portrait' && body.account_id === this.profile?.id) void this.loadProfile().catch(() => undefined)
    if (name === 'station.wipe' || name === 'station.unpaired') void this.station?.report()
  }

  private leave(): void {
    this.entered?.home.stop()
    this.entered?.store.end()
    this.entered = undefined
    this.profile = null
  }

  /** Leaves nothing on this device, and nothing that comes will be sealed for it. */
  async signOut(): Promise<void> {
    const { entered } = this
    if (entered) await revokeDevice(this.api, entered.vault, entered.vault.secrets.device.identity.deviceId).catch(() => undefined)
    await this.auth.signOut()
    this.leave()
    await this.asking.stop()
    await this.store.clear()
    await this.options.films?.clear()
    await this.options.forget?.()
    this.set('signed-out')
  }

  private set(status: Status): void {
    this.status = status
    this.show()
  }

  /** Tells the screens, at most every few milliseconds. */
  protected show(): void {
    this.showing ??= setTimeout(() => {
      this.showing = undefined
      this.publish(this.snapshot())
    }, SHOW_MS)
  }

  snapshot(): Snapshot {
    const { status, profile, pending, code, entered, asking } = this
    return {
      ...(entered?.home.snapshot() ?? nothing),
      status,
      profile,
      pending,
      pairingCode: code,
      waiting: asking.waiting,
      recoveries: entered?.helping.requests ?? [],
      full: this.store.full,
    }
  }

  network(isOnline: boolean): void {
    this.entered?.home.network(isOnline)
  }

  /** Stops everything this engine does; what is stored stays. */
  stop(): void {
    this.station?.stop()
    this.asking.pause()
    this.entered?.home.stop()
  }
}

const nothing = {
  online: false,
  cutOff: false,
  fresh: false,
  troubled: false,
  queued: 0,
  families: [],
  conversations: [],
  stations: [],
  versions: {},
  alerts: [],
  albums: [],
  news: [],
  uploads: [],
  letters: { any: false, unread: 0, change: 0 },
  plans: {},
}
