/** Codes that stand for something paid: how people write them, and the link they come by. */

const LETTERS = 'BCDFGHJKLMNPQRSTVWXZ'
const LENGTH = 16
const KEPT = 'activation'

/** What was typed as letters in groups, when it can be a code; the last letter tells a slip of the pen. */
export function readActivation(typed: string): string | undefined {
  const letters = typed.toUpperCase().replaceAll(/[^A-Z]/g, '')
  if (letters.length !== LENGTH || ![...letters].every((one) => LETTERS.includes(one))) return undefined
  return checkLetter(letters.slice(0, -1)) === letters.at(-1) ? grouped(letters) : undefined
}

/** As it is typed: in capitals and groups. */
export function grouped(typed: string): string {
  const letters = typed.toUpperCase().replaceAll(/[^A-Z]/g, '').slice(0, LENGTH)
  return (letters.match(/.{1,4}/g) ?? []).join('-')
}

/** Luhn's, over our letters; the server checks the same (plans/rules.py). */
function checkLetter(letters: string): string {
  let total = 0
  for (const [place, letter] of [...letters].reverse().entries()) {
    const doubled = LETTERS.indexOf(letter) * (place % 2 ? 1 : 2)
    total += Math.floor(doubled / LETTERS.length) + (doubled % LETTERS.length)
  }
  return LETTERS[(LETTERS.length - (total % LETTERS.length)) % LETTERS.length] ?? ''
}

/**
 * Takes the code out of a link `/plan#code=…`. What stands behind # is never sent to a server; taken out here, it stays
 * in no history either. It waits in this tab until it is entered.
 */
export function takeFromAddress(): void {
  const code = /^#code=([A-Za-z-]{1,40})$/.exec(location.hash)?.[1]
  if (!code) return
  sessionStorage.setItem(KEPT, grouped(code))
  history.replaceState(null, '', location.pathname)
}

/** The code this tab was opened with and that is not entered yet. */
export const waiting = (): string => sessionStorage.getItem(KEPT) ?? ''

export const entered = (): void => sessionStorage.removeItem(KEPT)
