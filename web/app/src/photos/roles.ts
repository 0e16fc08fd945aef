/** Who an album can be shared with. */

import type { Family, Person } from '@prifora/core'

export type Role = 'none' | 'viewer' | 'contributor'

/** The others of a family whose keys can be trusted. */
export const others = (family: Family): Person[] =>
  family.people.filter((one) => !one.isMe && one.hasKeys && !one.blocked && one.trust !== 'changed' && one.trust !== 'unknown')
