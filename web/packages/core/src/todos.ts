/** What was promised and is not done yet: each in a row, written together with the promise, tried again until it is done. */

import type { Store } from './store'

export type Todo =
  /** The server's copy of a message that was taken back. */
  | { what: 'erase'; conversationId: string; messageId: string; fileId?: string }
  /** Somebody is put out of a family: each conversation there changes its keys, and everyone's says which admission is over. */
  | { what: 'remove'; familyId: string; accountId: string; hash: string; isTold: boolean }
  /** Somebody is taken out of one group. */
  | { what: 'takeOut'; conversationId: string; accountId: string; isTold: boolean }
  /** Somebody comes into one group. */
  | { what: 'add'; conversationId: string; accountId: string; history: 'start' | 'today' }
  /** One message to several people. */
  | { what: 'broadcast'; familyId: string; accountIds: string[]; body: string }
  /** How long a family keeps its messages. */
  | { what: 'retention'; familyId: string; days: number | null }

interface KeptTodo {
  id: string
  todo: Todo
}

const todoRow = (id: string): string => `todo/${id}`

export class Todos {
  private all: KeptTodo[] = []
  private running: Promise<void> | undefined
  private readonly attempts = new Map<KeptTodo, Promise<void>>()

  constructor(
    private readonly store: Store,
    /** Does one; returns what is left of it, undefined when nothing is. Throws when it could not be tried. */
    private readonly carryOut: (todo: Todo) => Promise<Todo | undefined>,
    /** Trying again makes no sense. */
    private readonly isFinal: (problem: unknown) => boolean,
    /** A promise could not be carried out at once. */
    private readonly isLate: () => void,
  ) {}

  /** Something is promised and not done. */
  get isOpen(): boolean {
    return this.all.length > 0
  }

  async load(): Promise<void> {
    this.all = (await this.store.list<KeptTodo>('todo/')).map(([, one]) => one)
  }

  /** Keeps a promise, in the same write as `rows`. */
  async add(todo: Todo, rows: Record<string, unknown> = {}): Promise<KeptTodo> {
    const kept = { id: crypto.randomUUID(), todo }
    this.all.push(kept)
    await this.store.write({ ...rows, [todoRow(kept.id)]: kept })
    return kept
  }

  /** Keeps a promise and carries it out. What the server refuses ends with an error; what it does not answer is tried again. */
  async promise(todo: Todo): Promise<void> {
    const kept = await this.add(todo)
    await this.attempt(kept)
    if (this.all.includes(kept)) this.isLate()
  }

  /** Puts what is left of a promise in its place, in the same write as `rows`. */
  async replace(before: Todo, after: Todo, rows: Record<string, unknown>): Promise<void> {
    const kept = this.all.find(({ todo }) => todo === before)
    if (kept) kept.todo = after
    await this.store.write({ ...rows, ...(kept ? { [todoRow(kept.id)]: kept } : {}) })
  }

  private async change(kept: KeptTodo, todo: Todo | undefined): Promise<void> {
    if (todo) kept.todo = todo
    else this.all = this.all.filter((one) => one !== kept)
    await this.store.write(todo ? { [todoRow(kept.id)]: kept } : {}, todo ? [] : [todoRow(kept.id)])
  }

  /** Tries everything that is open, once. */
  run(): Promise<void> {
    this.running ??= this.runAll().finally(() => (this.running = undefined))
    return this.running
  }

  private async runAll(): Promise<void> {
    for (const kept of [...this.all]) await this.attempt(kept).catch(() => undefined)
  }

  /** Tries one; who asks meanwhile gets the same outcome. Done twice at once, one message would become two. */
  private attempt(kept: KeptTodo): Promise<void> {
    const present = this.attempts.get(kept)
    if (present) return present
    const attempt = this.tryOnce(kept).finally(() => this.attempts.delete(kept))
    this.attempts.set(kept, attempt)
    return attempt
  }

  private async tryOnce(kept: KeptTodo): Promise<void> {
    try {
      const left = await this.carryOut(kept.todo)
      if (left !== kept.todo) await this.change(kept, left)
    } catch (problem) {
      if (!this.isFinal(problem)) return
      await this.change(kept, undefined)
      throw problem
    }
  }
}
