/** Days of mine as iCalendar (RFC 5545, by way of jCal, RFC 7265). */

import type { Profile } from '@prifora/core'
import type { Words } from './words'

export interface Ends {
  /** When my account is erased, if I asked for that. */
  closing: string | null
  /** Invitations of mine that still hold. */
  invitations: { id: string; expires_at: string }[]
}

type Property = [string, Record<string, string>, string, unknown]
type Event = ['vevent', Property[], []]

/** undefined: there is nothing with a date. */
export async function datesOf(me: Profile, ends: Ends, words: Words, now: Date): Promise<string | undefined> {
  const events = [...yearly(me, words, now), ...once(ends, words, now)]
  if (events.length === 0) return undefined
  const { default: ICAL } = await import('ical.js')
  const head: Property[] = [
    ['version', {}, 'text', '2.0'],
    ['prodid', {}, 'text', '-//PRIFORA//takeout 1//EN'],
  ]
  return `${ICAL.stringify(['vcalendar', head, events])}\r\n`
}

function yearly(me: Profile, words: Words, now: Date): Event[] {
  const days = me.other_dates.map(({ label, on }) => ({ label, on }))
  if (me.date_of_birth) days.unshift({ label: words.birthday(me.first_name), on: me.date_of_birth })
  return days.map(({ label, on }, at) => event(`${me.id}-day-${at}`, label, on, now, [['rrule', {}, 'recur', { freq: 'YEARLY' }]]))
}

function once({ closing, invitations }: Ends, words: Words, now: Date): Event[] {
  const day = (moment: string): string => new Date(moment).toISOString().slice(0, 10)
  return [
    ...(closing ? [event('closing', words.closes, day(closing), now)] : []),
    ...invitations.map((one) => event(`invitation-${one.id}`, words.invitation, day(one.expires_at), now)),
  ]
}

function event(id: string, label: string, on: string, now: Date, more: Property[] = []): Event {
  return [
    'vevent',
    [
      ['uid', {}, 'text', `${id}@prifora`],
      ['dtstamp', {}, 'date-time', `${now.toISOString().slice(0, 19)}Z`],
      ['dtstart', {}, 'date', on],
      ['summary', {}, 'text', label],
      ['transp', {}, 'text', 'TRANSPARENT'],
      ...more,
    ],
    [],
  ]
}
