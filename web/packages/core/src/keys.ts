/** This device's key packages: what others need to give it keys. */

import { type Api, type components, take } from '@prifora/api'
import { base64, type Bytes, engine, type GroupState, type Rules, unbase64 } from '@prifora/crypto'
import type { Context } from './context'

const FULL = 20
const LOW = 10
/** Rows of packages that may be used more than once. */
const LAST = 'package/last/'

export class Keys {
  constructor(
    private readonly api: Api,
    private readonly context: Context,
  ) {}

  /** Stores new key packages at the server when few are left; the private parts are kept before they leave. */
  async refill(): Promise<void> {
    const { count } = await take(this.api.GET('/api/v1/key-packages'))
    if (count >= LOW) return
    const made = await engine.newKeyPackages(this.context.device, FULL - count + 1)
    const rowOf = (ref: Bytes, at: number): string => `${at === 0 ? LAST : 'package/'}${base64(ref)}`
    const rows = Object.fromEntries(made.map((one, at) => [rowOf(one.ref, at), base64(one.secret)]))
    await this.context.store.write(rows)
    const [last, ...single] = made.map((one) => base64(one.packageBytes))
    await take(
      this.api.POST('/api/v1/key-packages', { body: { packages: single, ...(last ? { last_resort: last } : {}) } }),
    )
  }

  /** Takes every Welcome that waits for this device. */
  async welcomes(use: (welcome: components['schemas']['WelcomeOut']) => Promise<void>): Promise<void> {
    const { items } = await take(this.api.GET('/api/v1/welcomes'))
    for (const welcome of items) {
      await use(welcome)
      const path = { welcome_id: welcome.id }
      await take(this.api.DELETE('/api/v1/welcomes/{welcome_id}', { params: { path } })).catch(() => undefined)
    }
  }

  /** Opens a Welcome with whichever key package it was made for; `used` is the row that must go with it. */
  async open(welcome: Bytes, rules: Rules): Promise<{ state: GroupState; used: string[] } | undefined> {
    const rows = await this.context.store.list<string>('package/')
    const joined = await engine.join(welcome, rows.map(([, secret]) => unbase64(secret)), rules)
    if (!joined) return undefined
    const used = rows.filter(([name, secret]) => !name.startsWith(LAST) && secret === base64(joined.used))
    return { state: joined.state, used: used.map(([name]) => name) }
  }
}
