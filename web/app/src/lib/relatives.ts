/** Who can be asked to help me come back: people with keys that can be trusted, each once. */

import type { Family, Person } from '@prifora/core'

const STOPPED = ['changed', 'unknown', 'none']

export function trusted(families: Family[]): Person[] {
  const all = families.flatMap((one) => one.people).filter((one) => !one.isMe && one.hasKeys && !one.blocked && !STOPPED.includes(one.trust))
  return [...new Map(all.map((one) => [one.accountId, one])).values()]
}
