import { describe, expect, test } from 'vitest'
import { Messages, type Rows, type StoredMessage } from '../src/messages'
import { MemoryStore, Store } from '../src/store'

const none = (): Rows => ({ puts: {}, deletes: [] })
const said = (seq: number, more: Partial<StoredMessage> = {}): StoredMessage => ({
  id: `m${seq}`,
  seq,
  author: 'jan',
  at: seq * 1000,
  kind: 'text',
  text: `nummer ${seq}`,
  ...more,
})

async function holding(...all: StoredMessage[]): Promise<{ store: Store; messages: Messages }> {
  const store = new Store(new MemoryStore())
  const messages = new Messages('talk', store)
  for (const one of all) await kept(store, (rows) => messages.add(one, rows))
  return { store, messages }
}

async function kept<T>(store: Store, work: (rows: Rows) => T | Promise<T>): Promise<T> {
  const rows = none()
  const result = await work(rows)
  await store.write(rows.puts, rows.deletes)
  return result
}

describe('the messages of a conversation', () => {
  test('of ten thousand show their newest page at once, and the rest after it', async () => {
    const store = new Store(new MemoryStore())
    const first = new Messages('talk', store)
    await kept(store, async (rows) => {
      for (let seq = 1; seq <= 10_000; seq++) await first.add(said(seq), rows)
    })
    const messages = new Messages('talk', store)
    await messages.loadNewest(10_000)
    expect(messages.all.length).toBeLessThan(500)
    expect(messages.all.at(-1)?.seq).toBe(10_000)
    let pages = 0
    await messages.loadRest(() => (pages += 1))
    expect(pages).toBeGreaterThan(20)
    expect(messages.all.map((one) => one.seq)).toEqual(Array.from({ length: 10_000 }, (_, at) => at + 1))
    expect((await messages.find('m1'))?.text).toBe('nummer 1')
  })

  test('stand in the order of the log, each once', async () => {
    const { messages } = await holding(said(3), said(1), said(2), said(3), said(9, { id: 'm3' }))
    expect(messages.all.map((one) => one.seq)).toEqual([1, 2, 3])
  })

  test('take changes that came before them', async () => {
    const { store, messages } = await holding()
    const edit = { ref: 'm1', author: 'jan', seq: 5, what: 'edit', value: 'beter' } as const
    await kept(store, (rows) => messages.change(edit, rows))
    await kept(store, (rows) => messages.change({ ...edit, seq: 4, value: 'minder' }, rows))
    await kept(store, (rows) => messages.change({ ...edit, author: 'karel', seq: 6, value: 'vals' }, rows))
    await kept(store, (rows) => messages.add(said(1), rows))
    expect(messages.get('m1')).toMatchObject({ text: 'beter', edited: 5 })
    expect(await store.list('late/')).toEqual([])
  })

  test('keep the later of two changes, and one reaction of each person', async () => {
    const { store, messages } = await holding(said(1))
    const react = (author: string, seq: number, value: string): Promise<void> =>
      kept(store, (rows) => messages.change({ ref: 'm1', author, seq, what: 'reaction', value }, rows))
    await react('sofie', 7, '❤️')
    await react('sofie', 6, '👍')
    await react('karel', 8, '👍')
    expect(messages.get('m1')?.reactions).toEqual({ sofie: { emoji: '❤️', seq: 7 }, karel: { emoji: '👍', seq: 8 } })
  })

  test('that were taken back say nothing, and stay so', async () => {
    const { store, messages } = await holding(said(1))
    const change = (author: string, what: 'delete' | 'edit', value = ''): Promise<void> =>
      kept(store, (rows) => messages.change({ ref: 'm1', author, seq: 9, what, value }, rows))
    await change('karel', 'delete')
    expect(messages.get('m1')?.text).toBe('nummer 1')
    await change('jan', 'delete')
    await change('jan', 'edit', 'toch weer')
    expect(messages.get('m1')).toMatchObject({ text: '', gone: true })
    expect(JSON.stringify(await store.list('message/'))).not.toContain('nummer 1')
  })

  test('that disappear or are too old leave the store', async () => {
    const { store, messages } = await holding(said(1), said(2, { until: 5000 }), said(3))
    expect(await kept(store, (rows) => messages.sweep(4999, undefined, rows))).toBe(false)
    expect(await kept(store, (rows) => messages.sweep(5000, 2000, rows))).toBe(true)
    expect(messages.all.map((one) => [one.seq, one.text])).toEqual([[2, ''], [3, 'nummer 3']])
    const rows = (await store.list<StoredMessage>('message/')).map(([, one]) => [one.seq, one.text])
    expect(rows).toEqual([[2, ''], [3, 'nummer 3']])
  })
})
