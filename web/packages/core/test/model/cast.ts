/** The five people whose devices all schedules share: signed up once, in one family. */

import { PASSWORD } from '../people'
import type { Server } from '../server'
import { Device, until } from './device'
import type { Traffic } from './line'
import { PEOPLE, type Place } from './steps'

const NAMES = ['Anna', 'Bram', 'Cato', 'Daan', 'Elin']

export class Cast {
  familyId = ''
  readonly ids: string[] = []
  private readonly devices: Device[][] = []
  private addresses = 0

  constructor(
    readonly server: Server,
    private readonly traffic: Traffic,
  ) {}

  /**
   * Everybody signs up, comes into Anna's family, may change groups there, and signs in on a second device. Who has nothing
   * to do with it is off line meanwhile: ten devices that follow each step would make it five times as long.
   */
  async gather(): Promise<void> {
    const host = await this.signUp(0)
    this.devices.push([host])
    this.familyId = await host.engine.createFamily('De Vries', 'me')
    for (let who = 1; who < PEOPLE; who++) this.devices.push([await this.join(host, who)])
    host.goOff()
    for (let who = 0; who < PEOPLE; who++) {
      const device = await this.signIn(who)
      this.devices[who]?.push(device)
      device.goOff()
    }
    for (const one of this.all()) one.goOn()
    for (const one of this.all()) await this.knowsAll(one)
  }

  at({ who, device }: Place): Device {
    const found = this.devices[who]?.[device]
    if (!found) throw new Error(`no device ${who}.${device}`)
    return found
  }

  of(who: number): Device[] {
    return this.devices[who] ?? []
  }

  all(): Device[] {
    return this.devices.flat()
  }

  whoIs(accountId: string): number {
    return this.ids.indexOf(accountId)
  }

  /** A person's other device is revoked by the kept one; a new one signs in with the password and takes its place. */
  async replace({ who, kept }: { who: number; kept: number }): Promise<void> {
    const keeper = this.at({ who, device: kept })
    const old = this.at({ who, device: 1 - kept })
    const other = (await keeper.engine.devices()).find((one) => !one.this)
    if (!other) throw new Error(`${keeper.name} sees no other device`)
    await keeper.engine.revokeDevice(other.id)
    await until(() => `${old.name} is out`, () => old.now.status === 'signed-out')
    old.stop()
    const next = await this.signIn(who)
    this.devices[who]?.splice(1 - kept, 1, next)
  }

  stop(): void {
    for (const one of this.all()) one.stop()
  }

  private device(who: number): Device {
    this.addresses += 1
    return new Device(`${NAMES[who] ?? ''} ${this.addresses}`, this.server.origin, `10.1.${this.addresses >> 8}.${this.addresses & 255}`, this.traffic)
  }

  private async signUp(who: number): Promise<Device> {
    const device = this.device(who)
    await device.start()
    const name = NAMES[who] ?? ''
    const about = { kind: 'contact', first_name: name, last_name: 'de Vries', email: '', language: 'nl' } as const
    await device.engine.signUp({ ...about, username: name.toLowerCase(), phone: `+3161234700${who}`, password: PASSWORD })
    await device.engine.verify('phone', this.server.textCode())
    await device.isReady()
    this.ids[who] = device.accountId
    return device
  }

  private async join(host: Device, who: number): Promise<Device> {
    const { code } = await host.engine.invite(this.familyId, NAMES[who] ?? '', 'start')
    const device = await this.signUp(who)
    await device.engine.acceptInvitation(code)
    await this.isIn(device)
    await host.engine.setAdmin(this.familyId, device.accountId, true)
    device.goOff()
    return device
  }

  private async signIn(who: number): Promise<Device> {
    const device = this.device(who)
    await device.start()
    await device.engine.signIn((NAMES[who] ?? '').toLowerCase(), PASSWORD)
    await device.isReady()
    await this.isIn(device)
    return device
  }

  private async isIn(device: Device): Promise<void> {
    await until(() => `${device.name} has keys in the talk of everyone`, () => device.now.conversations.some((one) => one.everyone && one.isOpen))
  }

  private async knowsAll(device: Device): Promise<void> {
    await device.isReady()
    await until(() => `${device.name} trusts everybody`, () => {
      const people = device.now.families[0]?.people ?? []
      return people.length === PEOPLE && people.every((one) => !['unknown', 'none', 'changed'].includes(one.trust))
    })
  }
}
