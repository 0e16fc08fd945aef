/** Quiet hours: a time of the day, in somebody's own time zone, in which nothing pops up. */

export interface QuietHours {
  /** "HH:MM"; the same twice is never quiet. */
  from: string
  to: string
  /** As IANA names it. */
  timeZone: string
}

const DAY_MINUTES = 24 * 60

const minutesOf = (time: string): number => {
  const [hours, minutes] = time.split(':').map(Number)
  return (hours ?? 0) * 60 + (minutes ?? 0)
}

/** A time of the day so many minutes later, over midnight too. */
export function shifted(time: string, minutes: number): string {
  const all = (minutesOf(time) + minutes + DAY_MINUTES) % DAY_MINUTES
  return [Math.floor(all / 60), all % 60].map((part) => String(part).padStart(2, '0')).join(':')
}

/** Minutes since midnight there; a time zone this device does not know is its own. */
function minuteAt(at: number, timeZone: string): number {
  const style = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
  try {
    return minutesOf(new Intl.DateTimeFormat('en-GB', { ...style, timeZone }).format(at))
  } catch {
    return minutesOf(new Intl.DateTimeFormat('en-GB', style).format(at))
  }
}

/** Whether a moment, in milliseconds since 1970, lies in the quiet hours. */
export function isQuiet({ from, to, timeZone }: QuietHours, at: number): boolean {
  const [begin, end, now] = [minutesOf(from), minutesOf(to), minuteAt(at, timeZone)]
  return begin <= end ? begin <= now && now < end : begin <= now || now < end
}
