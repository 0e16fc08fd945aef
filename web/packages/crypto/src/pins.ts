/** Whose keys are whose: what this device once learned, and how. Nothing is learned because a server showed it. */

import { base64, type Bytes, equal } from './bytes'
import { bytesOf, byIdOf, fieldsOf, oneOf, wholeOf } from './shape'

/** From strongest to weakest. "compared": the safety number was; "family": admitted by somebody we know. */
const WAYS = ['own', 'compared', 'invitation', 'pairing', 'family'] as const
const PINS_MAX = 10_000

export type How = (typeof WAYS)[number]

export interface Pin {
  aik: Bytes
  how: How
  /** The highest versions seen of the encryption key and of the device list; 0 is none yet. */
  aekVersion: number
  listVersion: number
}

/** The known keys. A changed key is never taken silently, and an older statement never over a newer one. */
export class PinBook {
  constructor(private readonly pins = new Map<string, Pin>()) {}

  /** Whether `aik` is the account's key: known, new, or changed. */
  check(accountId: string, aik: Uint8Array): 'known' | 'new' | 'changed' {
    const pin = this.pins.get(accountId)
    if (!pin) return 'new'
    return equal(pin.aik, aik) ? 'known' : 'changed'
  }

  /** Learns a key; a known one is only ever strengthened, never replaced. Returns false when it differs. */
  learn(accountId: string, aik: Bytes, how: How): boolean {
    if (this.check(accountId, aik) === 'changed') return false
    const known = this.pins.get(accountId) ?? { aik, how, aekVersion: 0, listVersion: 0 }
    this.pins.set(accountId, { ...known, how: stronger(how, known.how) })
    return true
  }

  /** Remembers how new an encryption key is; false when a newer one was seen before, or the account is not known. */
  noteKey(accountId: string, version: number): boolean {
    return this.note(accountId, 'aekVersion', version)
  }

  /** The same of a device list. */
  noteList(accountId: string, version: number): boolean {
    return this.note(accountId, 'listVersion', version)
  }

  private note(accountId: string, what: 'aekVersion' | 'listVersion', version: number): boolean {
    const pin = this.pins.get(accountId)
    if (!pin || version < pin[what]) return false
    this.pins.set(accountId, { ...pin, [what]: version })
    return true
  }

  pin(accountId: string): Pin | undefined {
    return this.pins.get(accountId)
  }

  /** How an account's key was learned. */
  how(accountId: string): How | undefined {
    return this.pins.get(accountId)?.how
  }

  /** Takes over what another own device knows; returns the accounts of which it knows another key, left as they are. */
  merge(entries: [string, Pin][]): string[] {
    return entries.flatMap(([accountId, pin]) => {
      if (!this.learn(accountId, pin.aik, pin.how)) return [accountId]
      this.noteKey(accountId, pin.aekVersion)
      this.noteList(accountId, pin.listVersion)
      return []
    })
  }

  /** Everything, to be stored. */
  entries(): [string, Pin][] {
    return [...this.pins]
  }
}

const stronger = (one: How, other: How): How => (WAYS.indexOf(one) < WAYS.indexOf(other) ? one : other)

export interface WrittenPin {
  aik: string
  how: How
  aekVersion: number
  listVersion: number
}

/** Pins as JSON. */
export const writePins = (entries: [string, Pin][]): Record<string, WrittenPin> =>
  Object.fromEntries(entries.map(([accountId, pin]) => [accountId, { ...pin, aik: base64(pin.aik) }]))

/** Reads them; throws malformed. */
export const readPins = (written: unknown): [string, Pin][] => Object.entries(byIdOf(written, PINS_MAX, readPin))

function readPin(value: unknown): Pin {
  const { aik, how, aekVersion, listVersion } = fieldsOf(value)
  return { aik: bytesOf(aik, 32), how: oneOf(how, WAYS), aekVersion: wholeOf(aekVersion), listVersion: wholeOf(listVersion) }
}
