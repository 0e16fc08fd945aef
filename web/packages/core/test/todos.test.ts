import { ApiError } from '@prifora/api'
import { describe, expect, test } from 'vitest'
import { isFinal } from '../src/board'
import { MemoryStore, Store } from '../src/engine'
import { type Todo, Todos } from '../src/todos'

const TODO: Todo = { what: 'broadcast', familyId: 'f', accountIds: ['a'], body: 'Dag' }

interface Made {
  todos: Todos
  store: Store
  done: Todo[]
  late(): number
  answer(how: () => Promise<Todo | undefined>): void
}

function made(store = new Store(new MemoryStore())): Made {
  const done: Todo[] = []
  let [late, how] = [0, (): Promise<Todo | undefined> => Promise.resolve(undefined)]
  const carryOut = (todo: Todo): Promise<Todo | undefined> => {
    done.push(todo)
    return how()
  }
  const todos = new Todos(store, carryOut, isFinal, () => (late += 1))
  return { todos, store, done, late: () => late, answer: (next) => (how = next) }
}

describe('a promise', () => {
  test('that is being carried out is not carried out a second time meanwhile', async () => {
    const { todos, done, answer } = made()
    let finish = (): void => undefined
    answer(() => new Promise((resolve) => (finish = () => resolve(undefined))))
    const promised = todos.promise(TODO)
    while (done.length === 0) await new Promise((next) => setTimeout(next, 1))
    const meanwhile = todos.run()
    finish()
    await Promise.all([promised, meanwhile])
    await todos.run()
    expect(done.length).toBe(1)
    expect(todos.isOpen).toBe(false)
  })

  test('without an answer stays, also after a restart, and somebody is told to come back to it', async () => {
    const first = made()
    first.answer(() => Promise.reject(new ApiError(0, 'offline')))
    await first.todos.promise(TODO)
    expect([first.todos.isOpen, first.late()]).toEqual([true, 1])
    const second = made(first.store)
    await second.todos.load()
    await second.todos.run()
    expect(second.done).toEqual([TODO])
    const third = made(first.store)
    await third.todos.load()
    expect(third.todos.isOpen).toBe(false)
  })

  test('that is refused is over, and says so', async () => {
    const { todos, answer } = made()
    answer(() => Promise.reject(new ApiError(404, 'absent')))
    await expect(todos.promise(TODO)).rejects.toMatchObject({ code: 'absent' })
    expect(todos.isOpen).toBe(false)
  })
})
