/** Days as people count them. */

const DAY_MS = 86_400_000

/** How many midnights lie between a moment and now, by this device's clock. */
export function daysAgo(at: number, now = Date.now()): number {
  const midnight = (moment: number): number => new Date(moment).setHours(0, 0, 0, 0)
  return Math.round((midnight(now) - midnight(at)) / DAY_MS)
}
