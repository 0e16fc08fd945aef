/** What makes a password good enough: long and not easy to guess (NIST SP 800-63B-4). No rules about its letters. */

export const LEAST = 15
export const MOST = 64

const COMMON = ['password', 'wachtwoord', 'welkom', 'motdepasse', 'azerty', 'qwerty', 'bonjour', 'iloveyou', 'letmein', '123456', 'abcdef', 'prifora', 'homestation']

export type Weakness = 'too_short' | 'too_long' | 'common' | 'repeats' | 'about_you'

/** Why a password is not good enough; undefined when it is. `words` are the person's own names. */
export function weakness(password: string, words: string[]): Weakness | undefined {
  const letters = [...password.normalize('NFC')]
  if (letters.length < LEAST) return 'too_short'
  if (letters.length > MOST) return 'too_long'
  const plain = password.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '')
  if (new Set(letters).size < 5) return 'repeats'
  const without = (text: string, word: string): string => text.replaceAll(word, '')
  const uncommon = COMMON.reduce(without, plain)
  if (uncommon !== plain && uncommon.length < 6) return 'common'
  const own = words.map((word) => word.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '')).filter((word) => word.length > 2)
  if (own.reduce(without, plain).length < 8 && own.some((word) => plain.includes(word))) return 'about_you'
  return undefined
}
