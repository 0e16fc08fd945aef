/** A line that loses what it is told to: the server has done it, and its answer never comes. */

import type { Fetch } from './people'

export class Losing {
  readonly lost: string[] = []
  private next: { method: string; path: RegExp } | undefined

  /** Loses the next answer to such a request that succeeded. */
  lose(method: string, path: RegExp): void {
    this.next = { method, path }
  }

  readonly through =
    (fetch: Fetch): Fetch =>
    async (input, init) => {
      const { method, url } = input instanceof Request ? input : new Request(input, init)
      const answer = await fetch(input, init)
      const { pathname } = new URL(url)
      if (!answer.ok || method !== this.next?.method || !this.next.path.test(pathname)) return answer
      this.next = undefined
      this.lost.push(`${method} ${answer.status}`)
      throw new TypeError('network')
    }
}
