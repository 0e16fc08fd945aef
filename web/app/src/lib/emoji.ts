/** The six ways to react; each has a word for who hears it. */
export const EMOJI = [
  ['👍', 'thumb'],
  ['❤️', 'heart'],
  ['😂', 'laugh'],
  ['😮', 'wow'],
  ['😢', 'sad'],
  ['🙏', 'thanks'],
] as const
