/** How long each piece of work took, run after run, in milliseconds. */

export class Runs {
  private taken = new Map<string, number[]>()

  async time<T>(name: string, work: () => Promise<T>): Promise<T> {
    const from = performance.now()
    const result = await work()
    const milliseconds = performance.now() - from
    this.taken.set(name, [...(this.taken.get(name) ?? []), milliseconds])
    return result
  }

  /** Without the first of each, which warms up. */
  get figures(): Record<string, number[]> {
    return Object.fromEntries([...this.taken].map(([name, runs]) => [name, runs.slice(1)]))
  }
}
