import { base64, chainNext, chainStart, digest, type LogPoint, unbase64, utf8 } from '@prifora/crypto'
import { describe, expect, test } from 'vitest'
import { type Line, LogChain } from '../src/logchain'
import { MemoryStore, Store } from '../src/store'

const ID = '11111111-2222-4333-8444-555555555555'
const line = async (seq: number, what = `line ${seq}`): Promise<Line> => ({ seq, kind: 'message', ident: base64(await digest(utf8(what))) })

async function pointAt(seq: number): Promise<LogPoint> {
  let point = await chainStart(ID)
  for (let at = 1; at <= seq; at++) {
    const { kind, ident } = await line(at)
    point = await chainNext(point, { seq: at, kind, ident: unbase64(ident) })
  }
  return point
}

async function following(store: Store, upTo: number): Promise<LogChain> {
  const chain = new LogChain(ID, store)
  await chain.begin()
  for (let seq = 1; seq <= upTo; seq++) {
    await chain.take(await line(seq))
    const { puts, deletes } = chain.rows()
    await store.write(puts, deletes)
  }
  return chain
}

describe('the chain over a log', () => {
  test('is everybody’s, however far each is', async () => {
    const chain = await following(new Store(new MemoryStore()), 20)
    expect(chain.head).toEqual(await pointAt(20))
    expect(chain.compare(await pointAt(7))).toBe('same')
    expect(chain.compare({ seq: 7, hash: (await pointAt(8)).hash })).toBe('differs')
    expect(chain.compare(await pointAt(30))).toBe('unknown')
  })

  test('notices a line that comes again, and another line under its number', async () => {
    const chain = await following(new Store(new MemoryStore()), 5)
    expect(chain.contradicts(await line(3))).toBe(false)
    expect(chain.contradicts({ ...(await line(3)), seq: 6 })).toBe(true)
    expect(chain.contradicts(await line(3, 'other'))).toBe(true)
    expect(chain.contradicts(await line(6))).toBe(false)
  })

  test('goes on after a fall, and keeps the last few hundred lines', async () => {
    const store = new Store(new MemoryStore())
    await following(store, 700)
    const chain = new LogChain(ID, store)
    await chain.load()
    expect(chain.head).toEqual(await pointAt(700))
    expect(chain.compare(await pointAt(300))).toBe('same')
    expect(chain.compare(await pointAt(3))).toBe('unknown')
    expect((await chain.stored()).length).toBeLessThan(10)
  })

  test('begins anywhere a member says', async () => {
    const chain = new LogChain(ID, new Store(new MemoryStore()))
    expect(chain.head).toBeUndefined()
    await chain.begin(await pointAt(10))
    await chain.take(await line(11))
    expect(chain.head).toEqual(await pointAt(11))
    await chain.take(await line(13))
    expect(chain.head?.seq).toBe(11)
  })
})
