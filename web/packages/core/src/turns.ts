/** One thing at a time, under each name. */

export class Turns {
  private readonly last = new Map<string, Promise<unknown>>()

  /** Runs `work` after everything that was asked for under this name. Never from inside a turn of the same name. */
  take<T>(name: string, work: () => Promise<T>): Promise<T> {
    const next = (this.last.get(name) ?? Promise.resolve()).then(work, work)
    this.last.set(name, next.catch(() => undefined))
    return next
  }
}
