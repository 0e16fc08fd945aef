/** Whom this device trusts, and with which keys: never because the server says so (docs/decisions/0017). */

import type { components } from '@prifora/api'
import {
  type Admission,
  admissionHash,
  admitted,
  base64,
  type Bytes,
  type DeviceList,
  equal,
  type How,
  type Identity,
  isListed,
  keyStatementHolds,
  type Leaf,
  openDeviceList,
  PinBook,
  readAdmission,
  readPins,
  type Root,
  unbase64,
  type WrittenPin,
  writePins,
} from '@prifora/crypto'
import type { Raise } from './alerts'
import { Failed } from './failed'
import type { Ring } from './ring'
import type { Secrets } from './secrets'
import { everybody, merged, written } from './sharing'
import type { Store } from './store'
import type { Alert, Person } from './surface'

type Listed = components['schemas']['FamilyOut']
type ListedPerson = Listed['people'][number]

/** How an account stands in one family. */
interface Standing {
  trust: Person['trust']
  admission?: Admission
  /** By this the conversation of everyone says who is out. */
  hash?: string
}

interface Stored {
  roots: Record<string, { accountId: string; aik: string }>
  pins: Record<string, WrittenPin>
  lists: Record<string, { body: string; signature: string }>
  aeks: Record<string, string>
  /** Of each of these. */
  aekVersions?: Record<string, number>
}

const ROW = 'trust'
const placeOf = (familyId: string, accountId: string): string => `${familyId}|${accountId}`

export class Trust {
  private pins = new PinBook()
  private roots: Record<string, Root> = {}
  private standings = new Map<string, Standing>()
  private deviceLists = new Map<string, DeviceList>()
  private written: Stored['lists'] = {}
  private aeks: Record<string, string> = {}
  private aekVersions: Record<string, number> = {}
  private shared: { written: string; alerts: unknown[] } = { written: '', alerts: [] }
  /** Grows with every judgement that came out otherwise. */
  version = 0
  private judged = ''

  constructor(
    private readonly store: Store,
    private readonly secrets: Secrets,
    private readonly ring: Ring,
    private readonly raise: Raise,
    /** Admissions that the family's own members say are over. */
    private readonly outOf: (familyId: string) => Set<string>,
  ) {}

  private get me(): string {
    return this.secrets.device.identity.accountId
  }

  async load(): Promise<void> {
    const kept = await this.store.get<Stored>(ROW)
    if (kept) {
      this.pins = new PinBook(new Map(readPins(kept.pins)))
      this.roots = Object.fromEntries(Object.entries(kept.roots).map(([id, one]) => [id, { ...one, aik: unbase64(one.aik) }]))
      this.aeks = kept.aeks
      this.aekVersions = kept.aekVersions ?? {}
      for (const [accountId, list] of Object.entries(kept.lists)) await this.restore(accountId, list)
    }
    this.pins.learn(this.me, this.secrets.keys.aik, 'own')
  }

  /** Judges everybody in these families anew. */
  async judge(families: Listed[]): Promise<void> {
    const next = new Map<string, Standing>()
    for (const family of families) {
      const root = this.rootOf(family)
      const chain = root ? await admitted(family.id, root, everybody(family)) : new Map<string, string>()
      if (!root) this.raise('rolled-back', { key: `root|${family.id}` })
      for (const person of family.people) {
        next.set(placeOf(family.id, person.account_id), await this.standingOf(family.id, person, chain, root))
      }
    }
    this.standings = next
    const judged = JSON.stringify([[...next], this.kept()])
    if (judged === this.judged) return
    this.judged = judged
    this.version += 1
    await this.keep()
  }

  /** How somebody stands in a family. */
  standing(familyId: string, accountId: string): Standing {
    if (accountId === this.me) return { ...this.standings.get(placeOf(familyId, accountId)), trust: 'own' }
    return this.standings.get(placeOf(familyId, accountId)) ?? { trust: 'unknown' }
  }

  /** Everybody listed in a family, and how they stand. */
  members(familyId: string): [string, Standing][] {
    const head = placeOf(familyId, '')
    const found = [...this.standings].filter(([place]) => place.startsWith(head))
    return found.map(([place, standing]) => [place.slice(head.length), standing])
  }

  trusts(familyId: string, accountId: string): boolean {
    return !['changed', 'unknown', 'none'].includes(this.standing(familyId, accountId).trust)
  }

  /** What is wrong with a leaf of a conversation in this family; undefined: nothing. */
  leafProblem(familyId: string, { identity, signatureKey }: Pick<Leaf, 'identity' | 'signatureKey'>): Alert['kind'] | undefined {
    const { accountId, deviceId, aik } = identity
    if (this.pins.check(accountId, aik) === 'changed') return 'key-changed'
    if (!this.trusts(familyId, accountId)) return 'ghost-person'
    if (deviceId === this.secrets.device.identity.deviceId) return undefined
    const list = this.deviceLists.get(accountId)
    return list && isListed(list, deviceId, signatureKey) ? undefined : 'ghost-device'
  }

  /** Whether somebody may speak here: trusted now, or known and no longer listed at all. */
  maySpeak(familyId: string, { accountId, aik }: Identity): boolean {
    if (this.standings.has(placeOf(familyId, accountId))) return this.trusts(familyId, accountId) && this.mayBe(accountId, aik)
    return this.pins.check(accountId, aik) === 'known'
  }

  /** Whether this key may be somebody's: it does not contradict what this device knows. */
  mayBe(accountId: string, aik: Bytes): boolean {
    return this.pins.check(accountId, aik) !== 'changed'
  }

  /** The verified key to seal something to an account; throws not_trusted. */
  aekOf(accountId: string): Bytes {
    if (accountId === this.me) return this.secrets.keys.aek
    const aek = this.aeks[accountId]
    const isTrusted = [...this.standings].some(([place, { trust }]) => {
      return place.endsWith(`|${accountId}`) && !['changed', 'unknown', 'none'].includes(trust)
    })
    if (!aek || !isTrusted) throw new Failed('not_trusted')
    return unbase64(aek)
  }

  /** Which version `aekOf` gives; 0 where none is known. */
  aekVersionOf(accountId: string): number {
    return accountId === this.me ? this.secrets.keys.aekVersion : (this.aekVersions[accountId] ?? 0)
  }

  /** The identity key this device knows of an account. */
  aikOf(accountId: string): Bytes | undefined {
    return this.pins.pin(accountId)?.aik
  }

  /** Who founded a family. */
  root(familyId: string): Root | undefined {
    return this.roots[familyId]
  }

  /** Whether its owner's newest list names a device. */
  lists({ accountId, deviceId }: Identity): boolean {
    return this.deviceLists.get(accountId)?.devices.some((one) => one.deviceId === deviceId) ?? false
  }

  /** The signature key of a device that its owner's newest list names. */
  listedKey(accountId: string, deviceId: string): Bytes | undefined {
    const { identity, signatureKey } = this.secrets.device
    if (accountId === this.me && deviceId === identity.deviceId) return signatureKey
    return this.deviceLists.get(accountId)?.devices.find((one) => one.deviceId === deviceId)?.signatureKey
  }

  /** Whether its owner's newest list, where this device has one, does not name a device any more. */
  hasEnded(accountId: string, deviceId: string): boolean {
    return this.deviceLists.has(accountId) && this.listedKey(accountId, deviceId) === undefined
  }

  /** Learns who founded a family, and keeps it with the account before anything depends on it. */
  async learnRoot(familyId: string, root: Root): Promise<void> {
    this.roots[familyId] ??= root
    await this.keep()
    await this.share()
  }

  /** Learns a key at first hand; returns false when this device knows another one. */
  async learn(accountId: string, aik: Bytes, how: How): Promise<boolean> {
    const isSame = this.pins.learn(accountId, aik, how)
    if (!isSame) this.raise('key-changed', { person: accountId, key: base64(aik) })
    await this.keep()
    return isSame
  }

  /** Takes what other own devices know; `alerts` are handed on. */
  async takeRing(): Promise<unknown[]> {
    const { roots, pins, alerts } = await this.ring.load()
    for (const [familyId, root] of Object.entries(roots)) this.roots[familyId] ??= root
    for (const accountId of this.pins.merge(pins)) this.raise('key-changed', { person: accountId, key: 'ring' })
    return alerts
  }

  /** Tells other own devices what this one knows, when that is more than it told them last. */
  async share(alerts: unknown[] = this.shared.alerts): Promise<void> {
    const present = written({ n: 0, roots: this.roots, pins: this.pins.entries(), alerts })
    if (present === this.shared.written) return
    await this.ring.save((ring) => merged(ring, this.roots, this.pins.entries(), alerts))
    this.shared = { written: present, alerts }
  }

  /** Who founded the family: as learned, or I did, by my own key. */
  private rootOf(family: Listed): Root | undefined {
    const { founder } = family
    const { aik } = this.secrets.keys
    if (founder?.account_id === this.me && equal(unbase64(founder.aik), aik)) {
      this.roots[family.id] ??= { accountId: this.me, aik }
    }
    return this.roots[family.id]
  }

  private async standingOf(familyId: string, person: ListedPerson, chain: Map<string, string>, root: Root | undefined): Promise<Standing> {
    const { account_id: accountId } = person
    if (!person.aik) return { trust: 'none' }
    const aik = unbase64(person.aik)
    if (this.pins.check(accountId, aik) === 'changed') {
      this.raise('key-changed', { person: accountId, key: person.aik })
      return { trust: 'changed' }
    }
    const admission = readAdmission(person.admission)
    const hash = admission ? base64(await admissionHash(familyId, accountId, admission)) : ''
    const known = { ...(admission ? { admission, hash } : {}) }
    if (this.outOf(familyId).has(hash)) {
      this.raise('removal-ignored', { person: accountId, key: hash })
      return { trust: 'unknown', ...known }
    }
    if (accountId !== this.me && (!admission || admission.aik !== person.aik || !chain.has(accountId))) {
      if (root) this.raise('ghost-person', { person: accountId, key: familyId })
      return { trust: 'unknown', ...known }
    }
    this.pins.learn(accountId, aik, accountId === this.me ? 'own' : this.howAdmitted(admission))
    await this.takeList(person, aik)
    const isSealable = await this.takeKey(person, aik)
    return { trust: isSealable ? (this.pins.how(accountId) ?? 'family') : 'unknown', ...known }
  }

  private howAdmitted(admission: Admission | undefined): How {
    if (admission?.kind === 'founder' || admission?.by !== this.me) return 'family'
    return admission.kind === 'paired' ? 'pairing' : 'invitation'
  }

  /** Takes the key things are sealed to, when its owner signed it and it is not older than one seen before. */
  private async takeKey(person: ListedPerson, aik: Bytes): Promise<boolean> {
    const { account_id: accountId, aek, aek_version: version, aek_signature: signature } = person
    if (accountId === this.me) return true
    if (!aek || !version || !signature) return false
    const statement = { version, aek: unbase64(aek), signature: unbase64(signature) }
    if (!(await keyStatementHolds(aik, accountId, statement))) {
      this.raise('key-changed', { person: accountId, key: aek })
      return false
    }
    if (!this.pins.noteKey(accountId, version)) {
      this.raise('rolled-back', { person: accountId, key: `key ${version}` })
      return this.aeks[accountId] !== undefined
    }
    this.aeks[accountId] = aek
    this.aekVersions[accountId] = version
    return true
  }

  /** Takes the list of somebody's devices, when they signed it and it is not older than one seen before. */
  private async takeList({ account_id: accountId, device_list: given }: ListedPerson, aik: Bytes): Promise<void> {
    if (!given) {
      if (this.pins.pin(accountId)?.listVersion) this.raise('rolled-back', { person: accountId, key: 'no list' })
      return
    }
    const opened = await openDeviceList(aik, accountId, unbase64(given.body), unbase64(given.signature)).catch(() => undefined)
    if (!opened) return this.raise('ghost-device', { person: accountId, key: `list ${given.version}` })
    if (!this.pins.noteList(accountId, opened.version)) {
      return this.raise('rolled-back', { person: accountId, key: `list ${opened.version}` })
    }
    this.deviceLists.set(accountId, opened)
    this.written[accountId] = { body: given.body, signature: given.signature }
  }

  private async restore(accountId: string, list: Stored['lists'][string]): Promise<void> {
    const aik = this.pins.pin(accountId)?.aik
    const opened = aik && (await openDeviceList(aik, accountId, unbase64(list.body), unbase64(list.signature)).catch(() => undefined))
    if (!opened) return
    this.deviceLists.set(accountId, opened)
    this.written[accountId] = list
  }

  private kept(): Stored {
    const roots = Object.fromEntries(Object.entries(this.roots).map(([id, one]) => [id, { ...one, aik: base64(one.aik) }]))
    return { roots, pins: writePins(this.pins.entries()), lists: this.written, aeks: this.aeks, aekVersions: this.aekVersions }
  }

  private async keep(): Promise<void> {
    await this.store.write({ [ROW]: this.kept() })
  }
}
