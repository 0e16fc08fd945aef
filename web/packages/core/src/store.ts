/** Where a device keeps what it must not lose. Everything is encrypted by a key the platform does not give out. */

import { type Bytes, openWith, sealWith, text, utf8 } from '@prifora/crypto'

/** Rows of bytes under text keys; a batch is written whole or not at all. */
export interface RawStore {
  key(): Promise<CryptoKey>
  get(name: string): Promise<Bytes | undefined>
  /** Names and values of every row whose name begins so, in the order of their names. */
  list(prefix: string): Promise<[string, Bytes][]>
  write(puts: [string, Bytes][], deletes: string[]): Promise<void>
  clear(): Promise<void>
  /** A key pair of this device that signs and never leaves it. */
  signingKey(make: boolean): Promise<CryptoKeyPair | undefined>
}

/** What the platform refused to write, and what is being written. */
class Queue {
  unsaved = new Map<string, Bytes | undefined>()
  last: Promise<unknown> = Promise.resolve()
  onFull: () => void = () => undefined
}

/**
 * Typed rows over a raw store, each sealed for its own name. What the platform refuses to write (the device is full)
 * stays in memory, is read from there, and is written with the next batch that succeeds.
 */
export class Store {
  private hasEnded = false

  constructor(
    private readonly raw: RawStore,
    private readonly queue = new Queue(),
  ) {}

  /** Something lives only as long as this object, because it could not be written. */
  get full(): boolean {
    return this.queue.unsaved.size > 0
  }

  /** Told when `full` changed. */
  set onFull(told: () => void) {
    this.queue.onFull = told
  }

  /** The same rows, until `end`: whatever still runs when somebody leaves must not write again what was forgotten. */
  lend(): Store {
    return new Store(this.raw, this.queue)
  }

  end(): void {
    this.hasEnded = true
  }

  async get<T>(name: string): Promise<T | undefined> {
    const { unsaved } = this.queue
    const row = unsaved.has(name) ? unsaved.get(name) : await this.raw.get(name)
    return row ? this.open<T>(name, row) : undefined
  }

  async list<T>(prefix: string): Promise<[string, T][]> {
    const rows = new Map<string, Bytes | undefined>(await this.raw.list(prefix))
    for (const [name, row] of this.queue.unsaved) if (name.startsWith(prefix)) rows.set(name, row)
    const found = [...rows].flatMap(([name, row]): [string, Bytes][] => (row ? [[name, row]] : []))
    found.sort(([one], [other]) => (one < other ? -1 : 1))
    return Promise.all(found.map(async ([name, row]): Promise<[string, T]> => [name, await this.open<T>(name, row)]))
  }

  /** Writes and deletes several rows in one transaction, after every write asked for before. */
  write(puts: Record<string, unknown>, deletes: string[] = []): Promise<void> {
    const written = Object.entries(puts).map(([name, value]): [string, Bytes] => [name, utf8(JSON.stringify(value))])
    return this.inTurn(async () => {
      if (this.hasEnded) return
      const key = await this.raw.key()
      await this.put(await Promise.all(written.map(async ([name, row]): Promise<[string, Bytes]> => [name, await sealWith(key, row, name)])), deletes)
    })
  }

  /** Forgets everything, the keys too. */
  async clear(): Promise<void> {
    await this.inTurn(async () => {
      this.queue.unsaved.clear()
      await this.raw.clear()
    })
  }

  signingKey(make: boolean): Promise<CryptoKeyPair | undefined> {
    return this.raw.signingKey(make)
  }

  private async put(puts: [string, Bytes][], deletes: string[]): Promise<void> {
    const { queue } = this
    const wasFull = this.full
    const batch = new Map(queue.unsaved)
    for (const name of deletes) batch.set(name, undefined)
    for (const [name, row] of puts) batch.set(name, row)
    const rows = [...batch].flatMap(([name, row]): [string, Bytes][] => (row ? [[name, row]] : []))
    const gone = [...batch].flatMap(([name, row]) => (row ? [] : [name]))
    queue.unsaved = await this.raw.write(rows, gone).then(() => new Map(), () => batch)
    if (this.full !== wasFull) queue.onFull()
  }

  private inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.queue.last.then(work)
    this.queue.last = done.catch(() => undefined)
    return done
  }

  private async open<T>(name: string, row: Bytes): Promise<T> {
    return JSON.parse(text(await openWith(await this.raw.key(), row, name))) as T
  }
}

const AES = { name: 'AES-GCM', length: 256 }
const ECDSA = { name: 'ECDSA', namedCurve: 'P-256' }

/** In memory, for Node: headless clients and tests. */
export class MemoryStore implements RawStore {
  private rows = new Map<string, Bytes>()
  private kept: CryptoKey | undefined
  private pair: CryptoKeyPair | undefined

  async key(): Promise<CryptoKey> {
    this.kept ??= await crypto.subtle.generateKey(AES, false, ['encrypt', 'decrypt'])
    return this.kept
  }
  get(name: string): Promise<Bytes | undefined> {
    return Promise.resolve(this.rows.get(name))
  }
  list(prefix: string): Promise<[string, Bytes][]> {
    const found = [...this.rows].filter(([name]) => name.startsWith(prefix))
    return Promise.resolve(found.sort(([one], [other]) => (one < other ? -1 : 1)))
  }
  write(puts: [string, Bytes][], deletes: string[]): Promise<void> {
    for (const name of deletes) this.rows.delete(name)
    for (const [name, row] of puts) this.rows.set(name, row)
    return Promise.resolve()
  }
  clear(): Promise<void> {
    this.rows.clear()
    this.pair = undefined
    return Promise.resolve()
  }
  async signingKey(make: boolean): Promise<CryptoKeyPair | undefined> {
    if (make) this.pair = await crypto.subtle.generateKey(ECDSA, false, ['sign', 'verify'])
    return this.pair
  }
}

/** In the browser. The keys are objects the browser keeps; their bytes can be read by nobody. */
export class BrowserStore implements RawStore {
  private opened: Promise<IDBDatabase> | undefined

  constructor(private readonly name: string) {}

  async key(): Promise<CryptoKey> {
    const kept = await this.keyRow<CryptoKey>('storage')
    if (kept) return kept
    const made = await crypto.subtle.generateKey(AES, false, ['encrypt', 'decrypt'])
    await this.run('keys', 'readwrite', (table) => table.add(made, 'storage')).catch(() => undefined)
    return (await this.keyRow<CryptoKey>('storage')) ?? made
  }

  get(name: string): Promise<Bytes | undefined> {
    return this.run<Bytes | undefined>('rows', 'readonly', (table) => table.get(name))
  }

  async list(prefix: string): Promise<[string, Bytes][]> {
    const range = IDBKeyRange.bound(prefix, `${prefix}\uffff`)
    const names = await this.run<IDBValidKey[]>('rows', 'readonly', (table) => table.getAllKeys(range))
    const rows = await this.run<Bytes[]>('rows', 'readonly', (table) => table.getAll(range))
    return names.flatMap((name, at): [string, Bytes][] => (rows[at] ? [[String(name), rows[at]]] : []))
  }

  async write(puts: [string, Bytes][], deletes: string[]): Promise<void> {
    const database = await this.database()
    await new Promise<void>((resolve, reject) => {
      const transaction = database.transaction('rows', 'readwrite', { durability: 'strict' })
      const table = transaction.objectStore('rows')
      for (const name of deletes) table.delete(name)
      for (const [name, row] of puts) table.put(row, name)
      transaction.oncomplete = () => resolve()
      transaction.onabort = transaction.onerror = () => reject(transaction.error ?? new Error('not stored'))
    })
  }

  /** Deletes the database itself. Where another page still holds it open, its rows and keys go at once all the same. */
  async clear(): Promise<void> {
    await this.run('rows', 'readwrite', (table) => table.clear())
    await this.run('keys', 'readwrite', (table) => table.clear())
    const database = await this.database()
    this.opened = undefined
    database.close()
    await new Promise<void>((resolve) => {
      const request = indexedDB.deleteDatabase(this.name)
      request.onsuccess = request.onerror = request.onblocked = () => resolve()
    })
  }

  async signingKey(make: boolean): Promise<CryptoKeyPair | undefined> {
    if (make) {
      const made = await crypto.subtle.generateKey(ECDSA, false, ['sign', 'verify'])
      await this.run('keys', 'readwrite', (table) => table.put(made, 'signing'))
    }
    return this.keyRow<CryptoKeyPair>('signing')
  }

  private keyRow<T>(name: string): Promise<T | undefined> {
    return this.run<T | undefined>('keys', 'readonly', (table) => table.get(name))
  }

  private database(): Promise<IDBDatabase> {
    this.opened ??= this.connect().catch((problem: unknown) => {
      this.opened = undefined
      throw problem
    })
    return this.opened
  }

  /** The browser may close the database (storage taken away, another page deletes it): the next use opens it again. */
  private connect(): Promise<IDBDatabase> {
    return new Promise((resolve, reject) => {
      const request = indexedDB.open(this.name, 1)
      request.onupgradeneeded = () => {
        request.result.createObjectStore('rows')
        request.result.createObjectStore('keys')
      }
      request.onsuccess = () => {
        const database = request.result
        database.onclose = () => (this.opened = undefined)
        database.onversionchange = () => {
          database.close()
          this.opened = undefined
        }
        resolve(database)
      }
      request.onerror = () => reject(request.error ?? new Error('no storage'))
    })
  }

  private async run<T>(table: string, mode: IDBTransactionMode, work: (table: IDBObjectStore) => IDBRequest): Promise<T> {
    const database = await this.database()
    return new Promise<T>((resolve, reject) => {
      const request = work(database.transaction(table, mode).objectStore(table))
      request.onsuccess = () => resolve(request.result as T)
      request.onerror = () => reject(request.error ?? new Error('storage'))
    })
  }
}
