import 'fake-indexeddb/auto'
import { describe, expect, test } from 'vitest'
import { BrowserStore, MemoryStore, type RawStore, Store } from '../src/store'

let numbers = 0
const kinds: [string, () => RawStore][] = [
  ['in memory', () => new MemoryStore()],
  ['in the browser', () => new BrowserStore(`test-${numbers++}`)],
]
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')

describe.each(kinds)('a store %s', (_name, make) => {
  test('gives back what was written', async () => {
    const store = new Store(make())
    await store.write({ 'room/a': { title: 'Oma' }, count: 3, nothing: null })
    expect(await store.get('room/a')).toEqual({ title: 'Oma' })
    expect(await store.get('count')).toBe(3)
    expect(await store.get('nothing')).toBeNull()
    expect(await store.get('other')).toBeUndefined()
  })

  test('lists rows by the beginning of their name, in order', async () => {
    const store = new Store(make())
    await store.write({ 'message/a/2': 'two', 'message/a/1': 'one', 'message/b/1': 'other', room: 'no' })
    expect(await store.list('message/a/')).toEqual([['message/a/1', 'one'], ['message/a/2', 'two']])
    expect(await store.list('none/')).toEqual([])
  })

  test('writes and deletes together', async () => {
    const store = new Store(make())
    await store.write({ old: 1, kept: 1 })
    await store.write({ new: 2 }, ['old'])
    expect([await store.get('old'), await store.get('kept'), await store.get('new')]).toEqual([undefined, 1, 2])
  })

  test('keeps nothing readable', async () => {
    const raw = make()
    await new Store(raw).write({ row: { text: 'kanarie kanarie kanarie' } })
    const row = await raw.get('row')
    expect(row).toBeDefined()
    expect(hex(row ?? new Uint8Array())).not.toContain('kanarie')
  })

  test('does not open a row that was moved to another name', async () => {
    const raw = make()
    const store = new Store(raw)
    await store.write({ mine: 'secret' })
    const row = await raw.get('mine')
    if (row) await raw.write([['yours', row]], [])
    await expect(store.get('yours')).rejects.toThrow()
  })

  test('does not open a row that was changed', async () => {
    const raw = make()
    const store = new Store(raw)
    await store.write({ row: 'secret' })
    const row = (await raw.get('row'))?.slice()
    if (!row) throw new Error('not there')
    row[row.length - 1] = (row[row.length - 1] ?? 0) ^ 1
    await raw.write([['row', row]], [])
    await expect(store.get('row')).rejects.toThrow()
  })

  test('has a key whose bytes nobody can read', async () => {
    const key = await make().key()
    expect(key.extractable).toBe(false)
    await expect(crypto.subtle.exportKey('raw', key)).rejects.toThrow()
  })

  test('forgets everything', async () => {
    const raw = make()
    const store = new Store(raw)
    await store.write({ row: 1 })
    await store.signingKey(true)
    await store.clear()
    expect(await store.get('row')).toBeUndefined()
    expect(await store.list('')).toEqual([])
    expect(await store.signingKey(false)).toBeUndefined()
    await store.write({ row: 2 })
    expect(await store.get('row')).toBe(2)
  })
})

describe('a store that was lent', () => {
  test('writes nothing any more after its end, also what was asked before', async () => {
    const store = new Store(new MemoryStore())
    const lent = store.lend()
    await lent.write({ row: 1 })
    expect(await store.get('row')).toBe(1)
    const late = lent.write({ row: 2 })
    lent.end()
    await Promise.all([late, lent.write({ other: 3 })])
    await store.clear()
    expect(await store.list('')).toEqual([])
    await store.write({ row: 4 })
    expect(await lent.get('row')).toBe(4)
  })
})

describe('two stores of one browser', () => {
  test('use one key', async () => {
    const name = `test-${numbers++}`
    await new Store(new BrowserStore(name)).write({ row: 'there' })
    expect(await new Store(new BrowserStore(name)).get('row')).toBe('there')
  })
})

describe('a store on a full device', () => {
  /** Refuses every write while `isFull`. */
  class Full extends MemoryStore {
    isFull = true
    override write(puts: [string, Uint8Array<ArrayBuffer>][], deletes: string[]): Promise<void> {
      return this.isFull ? Promise.reject(new DOMException('full', 'QuotaExceededError')) : super.write(puts, deletes)
    }
  }

  test('keeps what could not be written in memory, and says so', async () => {
    const raw = new Full()
    const store = new Store(raw)
    let told = 0
    store.onFull = () => (told += 1)
    await store.write({ 'message/1': 'Dag', 'message/2': 'Hallo' })
    await store.write({}, ['message/2'])
    expect([store.full, told]).toEqual([true, 1])
    expect(await store.get('message/1')).toBe('Dag')
    expect(await store.list('message/')).toEqual([['message/1', 'Dag']])
    expect(await new Store(raw).get('message/1')).toBeUndefined()
  })

  test('writes it as soon as there is room', async () => {
    const raw = new Full()
    const store = new Store(raw)
    raw.isFull = false
    await store.write({ old: 1 })
    raw.isFull = true
    await store.write({ first: 1 }, ['old'])
    raw.isFull = false
    await store.write({ second: 2 })
    expect(store.full).toBe(false)
    const later = new Store(raw)
    expect([await later.get('first'), await later.get('second'), await later.get('old')]).toEqual([1, 2, undefined])
  })

  test('keeps the order in which rows were written', async () => {
    const store = new Store(new Full())
    await Promise.all([store.write({ row: 'x'.repeat(100_000) }), store.write({ row: 'last' })])
    expect(await store.get('row')).toBe('last')
  })
})

describe('the database of a browser', () => {
  test('is gone after everything was forgotten', async () => {
    const name = `test-${numbers++}`
    const store = new Store(new BrowserStore(name))
    await store.write({ row: 1 })
    await store.clear()
    expect((await indexedDB.databases()).map((one) => one.name)).not.toContain(name)
  })

  test('is opened again after it was taken away', async () => {
    const name = `test-${numbers++}`
    const store = new Store(new BrowserStore(name))
    await store.write({ row: 1 })
    await new Promise((done) => (indexedDB.deleteDatabase(name).onsuccess = done))
    expect(await store.get('row')).toBeUndefined()
    await store.write({ row: 2 })
    expect(await store.get('row')).toBe(2)
  })
})
