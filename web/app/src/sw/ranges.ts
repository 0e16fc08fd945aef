/** The header Range (RFC 9110, section 14.1.2) of one range of bytes. */

/** From (included) to (not included). */
export interface Range {
  from: number
  to: number
}

/** What is asked for of `size` bytes: undefined for all of it, also where it is written in a way we do not serve;
 * `beyond` when none of it is there. */
export function rangeOf(header: string | null, size: number): Range | 'beyond' | undefined {
  const found = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '')
  if (!found || (found[1] === '' && found[2] === '')) return undefined
  if (found[1] === '') {
    const last = Number(found[2])
    return last === 0 ? 'beyond' : { from: Math.max(0, size - last), to: size }
  }
  const [from, last] = [Number(found[1]), found[2] === '' ? size - 1 : Number(found[2])]
  if (found[2] !== '' && last < from) return undefined
  return from >= size ? 'beyond' : { from, to: Math.min(last + 1, size) }
}
