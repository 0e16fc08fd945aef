/** What own devices share about whom they trust, put together; and whom a family was ever made of. */

import type { components } from '@prifora/api'
import { type Admitted, base64, type Pin, PinBook, readAdmission, type Ring, type Root, unbase64, writePins } from '@prifora/crypto'

/** Everybody a family was ever made of, as far as somebody's admission leads through them. */
export function everybody(family: components['schemas']['FamilyOut']): Admitted[] {
  return [...family.people, ...family.lineage].flatMap(({ account_id: accountId, aik, admission: raw }): Admitted[] => {
    const admission = readAdmission(raw)
    return aik && admission ? [{ accountId, aik: unbase64(aik), admission }] : []
  })
}

/** The shared ring with what this device knows; the same object when that is nothing new. */
export function merged(present: Ring, roots: Record<string, Root>, pins: [string, Pin][], alerts: unknown[]): Ring {
  const book = new PinBook(new Map(present.pins))
  book.merge(pins)
  const all = { ...present, roots: { ...roots, ...present.roots }, pins: book.entries(), alerts: alerts.length > 0 ? alerts : present.alerts }
  return written(all) === written(present) ? present : all
}

/** All of it in one text, to compare. */
export function written({ roots, pins, alerts }: Ring): string {
  const plain = Object.entries(roots).map(([id, one]) => [id, one.accountId, base64(one.aik)])
  return JSON.stringify([plain.sort(), Object.entries(writePins(pins)).sort(), alerts])
}
