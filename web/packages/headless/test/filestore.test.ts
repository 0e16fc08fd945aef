/** A device that keeps its rows in a folder: nothing readable, nothing half written, everything there after a fall. */

import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Store } from '@prifora/core/engine'
import { afterEach, describe, expect, test } from 'vitest'
import { FileStore } from '../src'

const folders: string[] = []
const folder = (): string => {
  const made = mkdtempSync(join(tmpdir(), 'prifora-files-'))
  folders.push(made)
  return made
}
const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text)

afterEach(() => {
  for (const one of folders.splice(0)) rmSync(one, { recursive: true, force: true })
})

describe('a store in a folder', () => {
  test('gives back after a restart what was written, and lists it in order', async () => {
    const where = folder()
    const first = new FileStore(where)
    await new Store(first).write({ 'message/2': 'two', 'message/1': 'one', gone: 1 })
    await new Store(first).write({ room: { title: 'Oma' } }, ['gone'])
    first.close()
    const second = new Store(new FileStore(where))
    expect(await second.list('message/')).toEqual([['message/1', 'one'], ['message/2', 'two']])
    expect([await second.get('room'), await second.get('gone')]).toEqual([{ title: 'Oma' }, undefined])
  })

  test('keeps nothing readable, for nobody else to read', async () => {
    const where = folder()
    await new Store(new FileStore(where)).write({ row: 'kanarie kanarie kanarie' })
    for (const name of readdirSync(where)) {
      expect(readFileSync(join(where, name), 'utf8')).not.toContain('kanarie')
      expect(statSync(join(where, name)).mode & 0o077).toBe(0)
    }
  })

  test('drops a batch that was cut by a fall, and goes on behind it', async () => {
    const where = folder()
    const store = new FileStore(where)
    await store.write([['kept', bytes('1')]], [])
    store.close()
    appendFileSync(join(where, 'rows'), '{"puts":[["half","MQ=')
    const after = new FileStore(where)
    expect(await after.get('half')).toBeUndefined()
    await after.write([['next', bytes('2')]], ['kept'])
    after.close()
    const last = new FileStore(where)
    expect([await last.get('kept'), await last.get('next')]).toEqual([undefined, bytes('2')])
  })

  test('is the state before or after each batch, wherever a fall cuts the file', async () => {
    const where = folder()
    const store = new FileStore(where)
    await store.write([['a', bytes('1')], ['b', bytes('1')]], [])
    await store.write([['a', bytes('2')], ['b', bytes('2')]], [])
    store.close()
    const whole = readFileSync(join(where, 'rows'))
    for (let length = whole.length; length >= 0; length -= 1) {
      writeFileSync(join(where, 'rows'), whole)
      truncateSync(join(where, 'rows'), length)
      const found = new FileStore(where)
      expect(await found.get('a')).toEqual(await found.get('b'))
      found.close()
    }
  })

  test('does not grow with every change', async () => {
    const where = folder()
    const store = new FileStore(where)
    for (let at = 0; at < 1500; at++) await store.write([['row', bytes(String(at))]], [])
    expect(readFileSync(join(where, 'rows'), 'utf8').split('\n').length).toBeLessThan(1100)
    store.close()
    expect(await new FileStore(where).get('row')).toEqual(bytes('1499'))
  })

  test('has a signing key that is the same after a restart', async () => {
    const where = folder()
    const first = new FileStore(where)
    expect(await first.signingKey(false)).toBeUndefined()
    const made = await first.signingKey(true)
    first.close()
    const kept = await new FileStore(where).signingKey(false)
    if (!made || !kept) throw new Error('no key')
    const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, kept.privateKey, bytes('x'))
    expect(await crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, made.publicKey, signature, bytes('x'))).toBe(true)
    expect(kept.privateKey.extractable).toBe(false)
  })

  test('opens only with the secret it was sealed with, where that lies elsewhere', async () => {
    const where = folder()
    const secret = crypto.getRandomValues(new Uint8Array(32))
    const first = new FileStore(where, secret)
    await new Store(first).write({ row: 1 })
    first.close()
    expect(existsSync(join(where, 'key'))).toBe(false)
    const wrong = new FileStore(where, new Uint8Array(32))
    await expect(new Store(wrong).get('row')).rejects.toThrow()
    wrong.close()
    expect(await new Store(new FileStore(where, secret)).get('row')).toBe(1)
  })

  test('forgets everything, the keys too', async () => {
    const where = folder()
    const store = new FileStore(where)
    await new Store(store).write({ row: 1 })
    await store.signingKey(true)
    await store.clear()
    expect(readdirSync(where)).toEqual(['lock'])
    expect(await store.signingKey(false)).toBeUndefined()
    await new Store(store).write({ row: 2 })
    expect(await new Store(store).get('row')).toBe(2)
  })

  test('is not used by two processes at once', () => {
    const where = folder()
    const begun = readFileSync(`/proc/${process.ppid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[19]
    writeFileSync(join(where, 'lock'), `${process.ppid} ${begun}`)
    expect(() => new FileStore(where)).toThrow(/uses/)
    for (const gone of ['999999999 1', `${process.ppid} 1`]) {
      writeFileSync(join(where, 'lock'), gone)
      new FileStore(where).close()
    }
    expect(existsSync(join(where, 'lock'))).toBe(false)
  })
})
