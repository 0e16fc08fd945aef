import { describe, expect, it } from 'vitest'
import { chainNext, chainStart, digest, type LineKind, type LogPoint, random, readPoint, samePoint, utf8, writePoint } from '../src'
import { CONVERSATION, OTHER } from './ids'

const idents = await Promise.all(['een', 'twee', 'drie'].map((word) => digest(utf8(word))))

async function chain(order: number[], kinds: LineKind[] = ['message', 'commit', 'proposal'], conversation = CONVERSATION) {
  let point: LogPoint = await chainStart(conversation)
  for (const [at, index] of order.entries()) {
    point = await chainNext(point, { seq: at + 1, kind: kinds[at] ?? 'message', ident: idents[index] ?? random(32) })
  }
  return point
}

describe('the chain of a log', () => {
  it('is the same exactly where the log is', async () => {
    const [one, same] = [await chain([0, 1, 2]), await chain([0, 1, 2])]
    expect(samePoint(one, same)).toBe(true)
    const others = [await chain([1, 0, 2]), await chain([0, 2, 1]), await chain([0, 1]), await chain([0, 0, 2])]
    others.push(await chain([0, 1, 2], ['message', 'message', 'proposal']), await chain([0, 1, 2], undefined, OTHER))
    for (const other of others) expect(samePoint(one, other)).toBe(false)
  })

  it('takes only the next line', async () => {
    const start = await chainStart(CONVERSATION)
    for (const seq of [0, 2, -1]) {
      await expect(chainNext(start, { seq, kind: 'message', ident: random(32) })).rejects.toMatchObject({ code: 'malformed' })
    }
    await expect(chainNext(start, { seq: 1, kind: 'message', ident: random(31) })).rejects.toMatchObject({ code: 'malformed' })
  })

  it('is written down and read', async () => {
    const point = await chain([0, 1])
    expect(readPoint(JSON.parse(JSON.stringify(writePoint(point))))).toEqual(point)
    for (const wrong of [undefined, {}, { seq: -1, hash: writePoint(point).hash }, { seq: 1, hash: 'AAAA' }, { seq: 1.5, hash: writePoint(point).hash }]) {
      expect(readPoint(wrong)).toBeUndefined()
    }
  })
})
