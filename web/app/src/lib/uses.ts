/**
 * What of its use this device tells: only where somebody agreed, once a day for each thing, and nothing when it cannot.
 * Whether they agreed is kept from when their choice was last shown or made here, so that nothing is asked when they do
 * something: also a question would say that they do it. The server looks at their consent once more.
 */

import type { Consent, Use } from '@prifora/core'

const PURPOSE = 'use_counts'
const NAME = 'use-counts'

/** On which day each thing was told last. */
const told = new Map<Use, string>()

/** Keeps what somebody chose, whenever it is shown or changed. */
export function noteChoice(consents: Consent[]): Consent[] {
  if (consents.some((one) => one.purpose === PURPOSE && one.allowed)) localStorage.setItem(NAME, '1')
  else forgetChoice()
  return consents
}

export function forgetChoice(): void {
  localStorage.removeItem(NAME)
  told.clear()
}

/** Tells by `tell` that something was used today, if somebody agreed to it and it was not told yet. */
export async function tellUse(what: Use, tell: (what: Use) => Promise<void>, today = new Date().toDateString()): Promise<void> {
  if (localStorage.getItem(NAME) !== '1' || told.get(what) === today) return
  told.set(what, today)
  await tell(what).catch(() => undefined)
}
