/** A ledger that a server shows; what it changes of it is noticed by whoever saw it before. */

import { createApi } from '@prifora/api'
import { base64, concat, digest, utf8 } from '@prifora/crypto'
import { describe, expect, test } from 'vitest'
import { LookLedger } from '../src/looks'
import { MemoryStore, Store } from '../src/store'

const PAGE = 3

/** A server with these lines, and a device that follows it. */
function setting() {
  const lines: string[] = []
  const warned: string[] = []
  const asked: number[] = []
  const fetcher: typeof fetch = async (input) => {
    const after = Number(new URL((input as Request).url).searchParams.get('after'))
    asked.push(after)
    const given = lines.slice(after, after + PAGE)
    let last = new Uint8Array(32)
    const upTo = given.length > 0 ? after + given.length : lines.length
    for (const line of lines.slice(0, upTo)) last = await digest(concat(utf8('prifora/1 looks'), last, await digest(utf8(line))))
    const entries = await Promise.all(given.map(async (line) => base64(await digest(utf8(line)))))
    return Response.json({ n: upTo, hash: base64(last), entries })
  }
  const store = new Store(new MemoryStore())
  const device = () => new LookLedger(createApi({ origin: 'http://here', fetch: fetcher, language: () => 'nl' }, fetcher), store, (kind) => void warned.push(kind))
  return { lines, warned, asked, device, store }
}

describe('the ledger of looks', () => {
  test('is followed over many answers without a warning, and begins where it is', async () => {
    const { lines, warned, asked, device } = setting()
    lines.push('one', 'two')
    await device().follow()
    expect(asked).toHaveLength(1)
    lines.push('three', 'four', 'five', 'six', 'seven')
    await device().follow()
    await device().follow()
    expect(warned).toEqual([])
    expect(asked.slice(1)).toEqual([2, 5, 7, 7])
  })

  test.each<[string, (lines: string[]) => void]>([
    ['a line changed', (lines) => lines.splice(1, 1, 'nothing')],
    ['a line dropped', (lines) => lines.splice(1, 1)],
    ['the last line dropped', (lines) => lines.splice(-1)],
    ['a line changed and others after it', (lines) => lines.splice(1, 1, 'nothing', 'more', 'still more', 'a fourth')],
    ['all of it forgotten', (lines) => lines.splice(0)],
  ])('is noticed with %s, once, and followed from there', async (_how, change) => {
    const { lines, warned, device } = setting()
    lines.push('one', 'two', 'three')
    await device().follow()
    change(lines)
    await device().follow()
    expect(warned).toEqual(['looks-changed'])
    lines.push('later')
    await device().follow()
    expect(warned).toEqual(['looks-changed'])
  })

  test('is noticed by another device at the head it saw', async () => {
    const { lines, warned, device, store } = setting()
    lines.push('one')
    await device().follow()
    expect(await store.get('looks')).toMatchObject({ n: 1 })
    lines[0] = 'another'
    lines.push('two')
    await device().follow()
    expect(warned).toEqual(['looks-changed'])
  })
})
