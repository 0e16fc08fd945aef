/** What the service worker must know to open a part: written by the engine, read by the service worker.
 *
 * The key opens this one part, and no script can read it. Rows go when somebody signs out, and with their item.
 */

export type PartName = 'original' | 'view' | 'thumb' | 'poster'

export interface PartRow {
  itemId: string
  part: PartName
  /** The id the part is sealed and kept under. */
  id: string
  /** Of the opened part, in bytes. */
  size: number
  mime: string
  /** AES-GCM, decrypt only, not extractable (`openingKey`). */
  key: CryptoKey
  /** Where its sealed bytes are, on our own origin. */
  url: string
}

const [DATABASE, STORE, VERSION] = ['prifora-media', 'parts', 1]

function open(): Promise<IDBDatabase> {
  return new Promise((done, refuse) => {
    const asked = indexedDB.open(DATABASE, VERSION)
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: ['itemId', 'part'] })
    asked.onsuccess = () => done(asked.result)
    asked.onerror = () => refuse(asked.error ?? new Error('no database'))
  })
}

/** Runs one transaction to its end; gives what was asked for in it. */
async function within<T>(mode: IDBTransactionMode, ask: (store: IDBObjectStore) => IDBRequest<T> | undefined): Promise<T | undefined> {
  const database = await open()
  try {
    return await new Promise<T | undefined>((done, refuse) => {
      const transaction = database.transaction(STORE, mode)
      const asked = ask(transaction.objectStore(STORE))
      transaction.oncomplete = () => done(asked?.result)
      transaction.onabort = () => refuse(transaction.error ?? new Error('aborted'))
    })
  } finally {
    database.close()
  }
}

/** Writes or replaces rows. Throws TypeError for a key that scripts could read. */
export async function putRows(rows: PartRow[]): Promise<void> {
  if (rows.some(({ key }) => key.extractable)) throw new TypeError('extractable key')
  await within('readwrite', (store) => {
    for (const row of rows) store.put(row)
    return undefined
  })
}

/** The row of a part; undefined when this device may not open it. */
export const rowOf = (itemId: string, part: string): Promise<PartRow | undefined> =>
  within<PartRow | undefined>('readonly', (store) => store.get([itemId, part]) as IDBRequest<PartRow | undefined>)

/** Forgets all parts of these items. */
export async function dropItems(itemIds: string[]): Promise<void> {
  await within('readwrite', (store) => {
    for (const id of itemIds) store.delete(IDBKeyRange.bound([id], [id, []]))
    return undefined
  })
}

/** Forgets everything. */
export async function wipeRows(): Promise<void> {
  await within('readwrite', (store) => {
    store.clear()
    return undefined
  })
}
