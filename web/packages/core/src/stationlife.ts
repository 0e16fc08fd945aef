/** The life of a Home Station: pairs, signs in, asks for help when it has no keys, reports, forgets. */

import { ApiError } from '@prifora/api'
import type { Asking } from './asking'
import type { Secrets } from './secrets'
import { NoKey } from './session'
import { type StationDevice, Unpaired } from './stationdevice'
import type { Status } from './surface'

const REPORT_MS = 60_000
const RETRY_MS = 5000
/** A station without the keys looks whether it was taken away, within the limit of sign-ins (60 in 15 minutes). */
const LOCKED_RETRY_MS = 30_000

export interface Hooks {
  status(): Status
  set(status: Status): void
  showCode(code: string | null): void
  enter(secrets: Secrets): Promise<void>
  leave(): void
}

export class StationLife {
  private timer: ReturnType<typeof setInterval> | undefined
  private starting: Promise<void> | undefined
  private forgetting: Promise<void> | undefined
  private wake: () => void = () => undefined

  constructor(
    readonly device: StationDevice,
    private readonly asking: Asking,
    private readonly hooks: Hooks,
  ) {}

  /** Pairs or signs in until it is done; asked again meanwhile, it is still the same attempt. */
  start(): Promise<void> {
    this.starting ??= this.untilIn().finally(() => (this.starting = undefined))
    return this.starting
  }

  stop(): void {
    clearInterval(this.timer)
    this.timer = undefined
  }

  /** Somebody gave the keys: do not wait for the next try. */
  hurry(): void {
    this.wake()
  }

  async report(): Promise<void> {
    try {
      if (await this.device.report()) await this.forgetAll()
    } catch (problem) {
      if (!(problem instanceof ApiError) || ![401, 404].includes(problem.status)) return
      this.hooks.leave()
      await this.start()
    }
  }

  private async untilIn(): Promise<void> {
    const { device, hooks } = this
    for (;;) {
      try {
        if (hooks.status() !== 'locked') hooks.set('pairing')
        await hooks.enter(await device.open((code) => hooks.showCode(code)))
        this.timer ??= setInterval(() => void this.report(), REPORT_MS)
        void this.report()
        return
      } catch (problem) {
        if (problem instanceof Unpaired) {
          hooks.set('pairing')
          await this.forgetAll()
          continue
        }
        await this.pause(problem instanceof NoKey ? await this.askForHelp() : RETRY_MS)
      }
    }
  }

  /** Without keys: relatives can give them back. What was asked before, also before a restart, goes on. */
  private async askForHelp(): Promise<number> {
    this.hooks.set('locked')
    const state = this.asking.waiting?.state
    const goesOn = state !== 'ended' && state !== 'refused' && (await this.asking.resume())
    if (!goesOn) await this.asking.askRelatives('').catch(() => undefined)
    return LOCKED_RETRY_MS
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  /** Forgets everything, once however often it is told to: an event and a report may both say so. */
  private forgetAll(): Promise<void> {
    this.forgetting ??= this.forget().finally(() => (this.forgetting = undefined))
    return this.forgetting
  }

  private async forget(): Promise<void> {
    this.stop()
    this.hooks.leave()
    await this.asking.stop()
    await this.device.forget()
    void this.start()
  }
}
