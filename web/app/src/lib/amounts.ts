/** Amounts as people say them. */

import type { Language } from '@prifora/core'

const KIB = 1024
const MINUTE = 60

/** For example "3,4 MB"; in French "3,4 Mo". */
export function size(bytes: number, language: Language): string {
  const tenth = (amount: number): number => Math.round(amount * 10) / 10
  const mib = tenth(bytes / KIB / KIB)
  const large = mib < KIB ? [mib, 'M'] as const : [tenth(bytes / KIB ** 3), 'G'] as const
  const [amount, unit] = bytes < KIB * KIB ? [Math.max(1, Math.round(bytes / KIB)), 'k'] as const : large
  return `${new Intl.NumberFormat(language).format(amount)} ${unit}${language === 'fr' ? 'o' : 'B'}`
}

/** For example "1:05". */
export function length(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  return `${Math.floor(whole / MINUTE)}:${String(whole % MINUTE).padStart(2, '0')}`
}

/** For example "30 m" or "2 km". */
export function distance(metres: number, language: Language): string {
  const far = metres >= 1000
  return new Intl.NumberFormat(language, { style: 'unit', unit: far ? 'kilometer' : 'meter', maximumFractionDigits: 0 }).format(far ? metres / 1000 : metres)
}

/** For example "52.36731, 4.90414": enough to find a front door. */
export const position = (lat: number, lon: number): string => `${lat.toFixed(5)}, ${lon.toFixed(5)}`
