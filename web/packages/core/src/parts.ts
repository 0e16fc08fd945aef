/** What an event of the server makes a device fetch anew. Everything is fetched when the line comes back, and now and then. */

/** Keys and devices of this account; those who ask relatives; families; conversations; albums; Home Stations; letters to me; what families paid for. */
export type Part = 'account' | 'recovery' | 'people' | 'rooms' | 'albums' | 'stations' | 'letters' | 'plans'

export const ALL: readonly Part[] = ['account', 'recovery', 'people', 'rooms', 'albums', 'stations', 'letters', 'plans']

/** Devices and keys of people are in the lists of families: what changes a conversation may rest on them. */
const TALK: readonly Part[] = ['people', 'rooms']

const PARTS: Record<string, readonly Part[]> = {
  settle: TALK,
  'account.portrait': ['people'],
  'account.ring': ['account', 'people'],
  'account.vault': ['account', 'people'],
  'album.changed': ['albums'],
  'conversation.changed': TALK,
  'conversation.joined': TALK,
  'conversation.left': TALK,
  'keys.low': ['rooms'],
  'message.gone': ['rooms'],
  'notices.changed': ['letters'],
  'plan.changed': ['plans'],
  'recovery.changed': ['recovery'],
  'station.changed': ['people', 'stations'],
  'welcome.waiting': TALK,
}

/** The parts an event is about; one that is not known may be about everything. */
export const partsOf = (event: string): readonly Part[] => PARTS[event] ?? ALL
