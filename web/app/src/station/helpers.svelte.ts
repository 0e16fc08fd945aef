/** Who may bring the messages of this Home Station back, as this screen knows it. */

import { app } from '../app.svelte'
import { trusted } from '../lib/relatives'

const ASKED = 'relatives-asked'
const TOGETHER = 2

class Helpers {
  /** Their names; undefined until the engine said it. */
  names = $state.raw<string[]>()
  asked = $state(localStorage.getItem(ASKED) === '1')

  /** The two people to ask for: who looks after the family first, then favourites. */
  get wished(): { id: string; name: string }[] {
    const rank = (one: { isAdmin: boolean; favourite: boolean }): number => (one.isAdmin ? 2 : 0) + (one.favourite ? 1 : 0)
    return trusted(app.now.families)
      .toSorted((one, other) => rank(other) - rank(one))
      .slice(0, TOGETHER)
      .map((one) => ({ id: one.accountId, name: one.firstName }))
  }

  async load(): Promise<void> {
    const ways = await app.core.ways().catch(() => undefined)
    if (ways) this.names = ways.relatives?.names ?? []
  }

  /** Lets them, at the word of who uses this screen. */
  async agree(): Promise<void> {
    await app.core.setRelatives(this.wished.map((one) => one.id), 0)
    this.settle()
    await this.load()
  }

  async end(): Promise<void> {
    if (this.names?.length) await app.core.dropRelatives()
    this.settle()
    await this.load()
  }

  /** The question has been answered: it does not come by itself again. */
  settle(): void {
    this.asked = true
    localStorage.setItem(ASKED, '1')
  }
}

export const helpers = new Helpers()

/** "Jan en Sofie". */
export const together = (names: string[]): string => new Intl.ListFormat(app.language, { type: 'conjunction' }).format(names)

/** The question in words. */
export function question(names: string[]): string {
  const [only = '', ...more] = names
  return more.length === 0 ? app.t.kioskKeys.askOne(only) : app.t.kioskKeys.ask(together(names))
}
