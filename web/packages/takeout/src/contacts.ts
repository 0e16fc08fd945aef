/** Me and whom I know, as far as I may see it, as vCard 4.0 (RFC 6350, by way of jCard, RFC 7095). */

import type { Family, Person, Profile } from '@prifora/core'

type Card = [string, [string, Record<string, string>, string, unknown][], []]
type Property = Card[1][number]

export interface Pictured {
  /** A picture as a data: address. */
  portraits: Map<string, string>
}

export async function contactsOf(me: Profile, families: Family[], { portraits }: Pictured): Promise<string> {
  const { default: ICAL } = await import('ical.js')
  const others = new Map<string, { person: Person; families: string[] }>()
  for (const family of families) {
    for (const person of family.people.filter((one) => !one.isMe)) {
      const known = others.get(person.accountId) ?? { person, families: [] }
      others.set(person.accountId, { person, families: [...known.families, family.name].filter(Boolean) })
    }
  }
  const cards = [ownCard(me, portraits.get(me.id)), ...[...others.values()].map((one) => cardOf(one.person, one.families, portraits.get(one.person.accountId)))]
  return `${cards.map((card) => ICAL.stringify(card)).join('\r\n')}\r\n`
}

function ownCard(me: Profile, portrait: string | undefined): Card {
  const { address } = me
  const lines = address ? ['', '', [address.line1, address.line2].filter(Boolean).join(', '), address.city ?? '', '', address.postcode ?? '', address.country ?? ''] : undefined
  return card(me.id, `${me.first_name} ${me.last_name}`.trim(), me.last_name, me.first_name, [
    ...(me.phone ? [text('tel', me.phone, { type: 'cell' })] : []),
    ...(me.email ? [text('email', me.email)] : []),
    ...(me.date_of_birth ? [['bday', {}, 'date', me.date_of_birth] satisfies Property] : []),
    ...(lines ? [['adr', {}, 'text', lines] satisfies Property] : []),
    ...(me.notes ? [text('note', me.notes)] : []),
    ['lang', {}, 'language-tag', me.language],
    ['tz', {}, 'text', me.time_zone],
    ...photo(portrait),
  ])
}

function cardOf(person: Person, families: string[], portrait: string | undefined): Card {
  const last = person.name.startsWith(`${person.firstName} `) ? person.name.slice(person.firstName.length + 1) : ''
  return card(person.accountId, person.name, last, person.firstName, [
    ...(families.length > 0 ? [['categories', {}, 'text', ...families] as unknown as Property] : []),
    ...photo(portrait),
  ])
}

const card = (id: string, name: string, last: string, first: string, more: Property[]): Card => [
  'vcard',
  [text('version', '4.0'), ['uid', {}, 'uri', `urn:uuid:${id}`], text('fn', name || '-'), ['n', {}, 'text', [last, first, '', '', '']], ...more],
  [],
]

const text = (name: string, value: string, parameters: Record<string, string> = {}): Property => [name, parameters, 'text', value]

const photo = (address: string | undefined): Property[] => (address ? [['photo', {}, 'uri', address]] : [])
