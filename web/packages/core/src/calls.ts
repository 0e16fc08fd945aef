/** What the groups of calls share. The engine is their last heir: life in core.ts, calls by subject beside it. */

import { type Api, type Connection, createApi, createMedia, createSignIn, guarded, type Media, type SignIn, type SignInState, take } from '@prifora/api'
import { Asking } from './asking'
import type { Films } from './films'
import type { Helping } from './helping'
import type { Home } from './home'
import { Failed } from './problem'
import type { Ring } from './ring'
import { Session } from './session'
import type { Surroundings } from './stationdevice'
import type { Store } from './store'
import type { Language, Profile } from './surface'
import type { Vault } from './vault'

export interface Options {
  origin: string
  fetch: typeof fetch
  store: Store
  deviceName: string
  language: Language
  /** Present on a Home Station. */
  station?: Surroundings
  /** How sockets are opened where the platform's own way does not do (a headless client). */
  openSocket?: (url: string) => WebSocket
  /** Where keys of films are put for what plays them. */
  films?: Films
  /** What else this device keeps and must forget at sign-out. */
  forget?: () => Promise<void>
}

/** Everything there is while somebody is in. */
export interface Inside {
  home: Home
  vault: Vault
  ring: Ring
  helping: Helping
  /** Ends with them. */
  store: Store
}

export abstract class Calls {
  protected readonly api: Api
  protected readonly media: Media
  protected readonly auth: SignIn
  protected readonly session: Session
  protected readonly asking: Asking
  protected readonly store: Store
  protected profile: Profile | null = null
  protected language: Language
  protected entered: Inside | undefined

  constructor(protected readonly options: Options) {
    const { origin, fetch, store, deviceName } = options
    this.language = options.language
    this.store = store
    const connection: Connection = { origin, fetch, language: () => this.language }
    const fetcher = guarded(connection)
    this.api = createApi(connection, fetcher)
    this.media = createMedia(connection, fetcher)
    this.auth = createSignIn(connection, fetcher)
    this.session = new Session(this.api, this.auth, store, deviceName)
    this.asking = new Asking(this.api, store, origin, deviceName, () => this.show(), () => void this.letIn())
  }

  /** Goes on from wherever a sign-in stands. */
  protected abstract follow(state: SignInState | undefined, password?: string): Promise<void>
  /** Tells the screens. */
  protected abstract show(): void
  /** Somebody gave this device the master key. */
  protected abstract letIn(): Promise<void>

  protected get inside(): Inside {
    if (!this.entered) throw new Failed('signed_out')
    return this.entered
  }

  protected get home(): Home {
    return this.inside.home
  }

  protected get me(): Profile {
    if (!this.profile) throw new Failed('signed_out')
    return this.profile
  }

  /** Does something at the server, then shows what came of it. */
  protected async then<T>(work: Promise<T>): Promise<T> {
    const result = await work
    await this.home.refresh()
    return result
  }

  /** How often something new was known about me. */
  private news = 0

  /** Asks again when something new became known meanwhile: the answer may be from before it. */
  protected async loadProfile(): Promise<void> {
    for (;;) {
      const before = this.news
      const answer = (await take(this.api.GET('/api/v1/me'))) as unknown as Profile
      if (this.news === before) return this.know(answer)
    }
  }

  /** Keeps what is new about me. */
  protected async know(news: Partial<Profile>): Promise<void> {
    this.news += 1
    this.profile = { ...this.profile, ...news } as Profile
    this.language = this.profile.language
    await this.store.write({ profile: this.profile })
    this.show()
  }
}
