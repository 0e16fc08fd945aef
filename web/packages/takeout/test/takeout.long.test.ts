/** A whole package of a real account on a real server, opened on its own device; looked at by readers of others, and brought back. */

import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { data as nl } from '../../../app/src/i18n/nl.data'
import type { AlbumItem } from '../../core/src'
import { family, joined, PASSWORD, signedIn, signedUp, type Someone, stopAll } from '../../core/test/people'
import { type Server, startServer } from '../../core/test/server'
import { bringBack, NoTakeout, openPackage, PROFILE } from '../src/bringing'
import { type Given, type Manifest, takeOut } from '../src/takeout'
import type { TakenTalk } from '../src/talks'

const ROOT = resolve(import.meta.dirname, '../../../..')

interface Judged {
  names: string[]
  account: { tables: { table: string; rows: Record<string, unknown>[] }[] }
  contacts: Record<string, unknown[]>[]
  events: { summary: string; on: string; rule: string }[]
  talks: TakenTalk[]
  manifest: Manifest
  languages: string[]
  front: string
  errors: string[]
}

const WORDS = ['Zeepaardje onder de trap', 'De mat ligt scheef; "echt" \\ waar,\nzei Riet'] as const
const PICTURE = new Uint8Array(randomBytes(70_000))

let server: Server
let folder: string
let jan: Someone
let sofie: Someone
let file: Blob
let judged: Judged

const bytesOf = async (blob: Blob | undefined): Promise<Buffer> => Buffer.from(await (blob ?? new Blob()).arrayBuffer())

function judge(name: string): Judged {
  const python = join(ROOT, '.venv/bin/python')
  return JSON.parse(execFileSync(python, ['-m', 'tests.takeout', join(folder, name)], { cwd: ROOT, maxBuffer: 2 ** 28 }).toString()) as Judged
}

async function given(of: Someone, more: Partial<Given> = {}): Promise<Given> {
  const original = async (item: AlbumItem): Promise<Blob> => {
    const found = await of.engine.picture(item.albumId, item.id, 'original')
    if (!found) throw new Error('away')
    return found
  }
  return {
    core: of.engine,
    snapshot: of.engine.snapshot(),
    account: await of.engine.exported(PASSWORD),
    data: await of.engine.myData(),
    words: nl.takeout,
    now: new Date('2026-11-30T12:00:00Z'),
    when: (at) => at,
    titleOf: (talk) => talk.title || 'gesprek',
    original,
    ...more,
  }
}

async function packed(of: Someone, name: string, more: Partial<Given> = {}): Promise<Blob> {
  const blob = await new Response(takeOut(await given(of, more))).blob()
  writeFileSync(join(folder, name), await bytesOf(blob))
  return blob
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'prifora-takeout-'))
  server = await startServer()
  jan = await signedUp(server, 'Jan', 'contact', 'jan@devries.example')
  const { familyId, talk } = await family(jan, 'oma.riet', '+31612345999')
  sofie = await joined(server, jan, { familyId, talk }, 'Sofie')
  await jan.engine.changeProfile({
    date_of_birth: '1971-05-06',
    other_dates: [{ label: 'Trouwdag; met, komma', on: '1999-09-09' }],
    address: { line1: 'Kerkstraat 1', city: 'Gent', postcode: '9000', country: 'BE' },
    notes: 'Sleutel onder de mat.\nEcht waar.',
    quiet_from: '21:30',
  })
  await jan.engine.send(talk, WORDS[0])
  await sofie.hears(talk, WORDS[0])
  await sofie.engine.send(talk, WORDS[1])
  await jan.hears(talk, WORDS[1])
  await jan.engine.sendFile(talk, new Blob([PICTURE], { type: 'image/jpeg' }), '../../boos.html', { text: 'Kijk' })
  await jan.until('all is sent', (now) => now.queued === 0)
  const mine = await jan.engine.createAlbum(familyId, { kind: 'album', title: 'Zomer / zee', noForward: false, shares: [{ accountId: sofie.id, role: 'contributor' }] })
  const hers = await sofie.engine.createAlbum(familyId, { kind: 'album', title: 'Van Sofie', noForward: true, shares: [{ accountId: jan.id, role: 'contributor' }] })
  const photo = (name: string) => ({ kind: 'photo' as const, name, original: new File([PICTURE], name, { type: 'image/jpeg' }), taken: Date.UTC(2024, 6, 1, 12, 30), caption: `Bij ${name}`, people: ['Riet'], width: 40, height: 30 })
  await jan.until('the album of Sofie', (now) => now.albums.find((one) => one.id === hers && one.isOpen))
  await jan.engine.addToAlbum(mine, [photo('zee.jpg'), photo('zee.jpg')])
  await jan.engine.addToAlbum(hers, [photo('van-jan.jpg')])
  await sofie.engine.addToAlbum(hers, [photo('geheim.jpg')])
  for (const one of [jan, sofie]) await one.until('nothing on its way', (now) => now.uploads.length === 0)
  await jan.eventually('three pictures', async () => (await jan.engine.albumItems(mine)).length + (await jan.engine.albumItems(hers)).length === 4)
  file = await packed(jan, 'jan.zip')
  judged = judge('jan.zip')
}, 180_000)

afterAll(async () => {
  stopAll()
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
})

test('readers of others find nothing wrong with it [PRI-105 in part]', () => {
  expect(judged.errors).toEqual([])
  expect(judged.names).toEqual(expect.arrayContaining(['account.json', 'schema.json', 'index.html', 'contacts.vcf', 'dates.ics', 'media/manifest.json']))
  expect(judged.languages).toEqual(['nl'])
  expect(judged.front).not.toContain(nl.takeout.missing)
})

test('what was said is in it as it was said, with its file [PRI-97 in part]', () => {
  const messages = judged.talks.flatMap((one) => one.messages)
  expect(messages.map((one) => one.text)).toEqual(expect.arrayContaining([...WORDS, 'Kijk']))
  const [withFile] = messages.filter((one) => one.file)
  expect(withFile?.file).toMatchObject({ size: PICTURE.length, path: expect.stringMatching(/^files\/boos/) as string })
  expect(messages.find((one) => one.text === WORDS[1])).toMatchObject({ author: 'Sofie', mine: false })
})

test('what members sealed is in account.json sealed, and opened beside it', () => {
  const tables = judged.account.tables.map((one) => one.table)
  expect(tables).toEqual(expect.arrayContaining(['accounts_account', 'chat_archiverecord', 'media_item']))
  const text = JSON.stringify(judged.account)
  expect(text).not.toContain('Zeepaardje')
  expect(text).toContain('Sleutel onder de mat')
  expect(text).not.toMatch(/"(password|kdf_salt)":/)
})

test('my card has what I told, those of others what I may see [PRI-105 in part]', () => {
  const [me, ...others] = judged.contacts
  expect(me).toMatchObject({ version: ['4.0'], fn: ['Jan de Vries'], email: ['jan@devries.example'], n: [{ family: 'de Vries', given: 'Jan' }] })
  expect(me?.bday?.[0]).toMatch(/^1971-?05-?06$/)
  expect(me?.note?.[0]).toContain('Echt waar.')
  expect(others.map((one) => one.fn?.[0]).sort()).toEqual(['Riet de Vries', 'Sofie de Vries'])
  for (const one of others) expect(one.n).toMatchObject([{ family: 'de Vries' }])
  for (const one of others) expect(Object.keys(one)).not.toEqual(expect.arrayContaining(['tel']))
  for (const one of others) expect(one.email).toBeUndefined()
})

test('my days are in the calendar, each year again [PRI-105 in part]', () => {
  expect(judged.events).toEqual(
    expect.arrayContaining([
      { summary: nl.takeout.birthday('Jan'), on: '1971-05-06', rule: 'FREQ=YEARLY' },
      { summary: 'Trouwdag; met, komma', on: '1999-09-09', rule: 'FREQ=YEARLY' },
    ]),
  )
})

test('photos are whole, with captions and dates; what its owner does not want passed on stays behind', () => {
  const items = judged.manifest.items
  expect(items.map((one) => one.name).sort()).toEqual(['van-jan.jpg', 'zee.jpg', 'zee.jpg'])
  expect(items.find((one) => one.name === 'zee.jpg')).toMatchObject({ caption: 'Bij zee.jpg', people: ['Riet'], taken: '2024-07-01T12:30:00.000Z', size: PICTURE.length, mine: true })
  expect(new Set(items.map((one) => one.file)).size).toBe(3)
})

test('without anything that has a date there is no calendar, and the page says why', async () => {
  const bert = await signedUp(server, 'Bert', 'contact')
  await packed(bert, 'bert.zip')
  const found = judge('bert.zip')
  expect(found.errors).toEqual([])
  expect(found.names).not.toContain('dates.ics')
  expect(found.front).toContain(nl.takeout.files.noDates)
  expect(JSON.stringify(found)).not.toContain('Jan')
})

test('what cannot be fetched is named, and the rest is there', async () => {
  await packed(jan, 'less.zip', { original: () => Promise.reject(new Error('away')) })
  const found = judge('less.zip')
  expect(found.errors).toEqual([])
  expect(found.manifest.items).toEqual([])
  expect(found.front).toContain(nl.takeout.missing)
  expect(found.front).toContain('zee.jpg')
})

test('it says how far it is, and can be stopped', async () => {
  const steps: [number, number][] = []
  await packed(jan, 'steps.zip', { progress: (done, all) => steps.push([done, all]) })
  expect(steps.at(-1)?.[0]).toBe(steps.at(-1)?.[1])
  expect(steps.length).toBeGreaterThan(3)
  const stop = new AbortController()
  const stream = takeOut(await given(jan, { signal: stop.signal, progress: () => stop.abort() }))
  await expect(new Response(stream).blob()).rejects.toThrow()
})

test('needs the password, or a sign-in just now', async () => {
  await expect(jan.engine.exported('a wrong password, long enough')).rejects.toMatchObject({ code: 'wrong_password' })
  const phone = await signedIn(server, 'Jan')
  await phone.until('in', (now) => now.status === 'ready' && now.online)
  expect(JSON.parse(await (await phone.engine.exported(null)).text())).toMatchObject({ account_id: jan.id })
  phone.engine.stop()
})

test('everything that can be brought back comes back, on another server [PRI-105 in part]', async () => {
  const elsewhere = await startServer()
  try {
    const again = await signedUp(elsewhere, 'Jan', 'contact')
    const { familyId } = await family(again, 'oma.riet', '+31612345998')
    const found = await openPackage(file)
    const prepare = (content: Blob, item: { name: string; mime: string }) =>
      Promise.resolve({ kind: 'photo' as const, name: item.name, original: new File([content], item.name, { type: item.mime }), width: 40, height: 30 })
    expect(await bringBack(found, { core: again.engine, familyId, prepare })).toEqual([])
    await found.close()
    await again.until('nothing on its way', (now) => now.albums.length === 2 && now.uploads.length === 0)
    await again.eventually('all pictures', async () => (await itemsOf(again)).length === 3)
    const pairs = [...(await profiles(jan, again)), ...(await albums(again))]
    const wrong = pairs.filter(([one, other]) => JSON.stringify(one) !== JSON.stringify(other))
    expect(wrong).toEqual([])
    expect(pairs.length).toBeGreaterThan(25)
    again.engine.stop()
  } finally {
    await elsewhere.stop()
  }
})

test('what is no package, or a changed one, is refused', async () => {
  await expect(openPackage(new Blob(['no zip']))).rejects.toThrow(NoTakeout)
  const changed = readFileSync(join(folder, 'jan.zip'))
  const at = changed.indexOf(Buffer.from(PICTURE.subarray(100, 140)), changed.indexOf('media/'))
  changed[at] = (changed[at] ?? 0) ^ 1
  const found = await openPackage(new Blob([changed]))
  const opened = await Promise.all(found.albums.flatMap(({ items }) => items).map((item) => found.open(item)))
  expect(opened.filter((one) => one === undefined)).toHaveLength(1)
})

async function itemsOf(of: Someone): Promise<AlbumItem[]> {
  return (await Promise.all(of.engine.snapshot().albums.map((one) => of.engine.albumItems(one.id)))).flat()
}

/** Each field that can be brought back, before and after. */
async function profiles(before: Someone, after: Someone): Promise<[unknown, unknown][]> {
  const [was, is] = [before.engine.snapshot().profile!, after.engine.snapshot().profile!]
  return PROFILE.map((name) => [was[name], is[name]])
}

async function albums(after: Someone): Promise<[unknown, unknown][]> {
  const [was, is] = [judged.manifest, await itemsOf(after)]
  const key = (one: { name: string; caption: string }): string => `${one.name} ${one.caption}`
  const sorted = <T extends { name: string; caption: string }>(all: T[]): T[] => [...all].sort((one, other) => key(one).localeCompare(key(other)))
  const titles: [unknown, unknown] = [was.albums.map((one) => one.title).sort(), after.engine.snapshot().albums.map((one) => one.title).sort()]
  const pairs = await Promise.all(
    sorted(was.items).map(async (one, at): Promise<[unknown, unknown][]> => {
      const other = sorted(is)[at]!
      const content = await after.engine.picture(other.albumId, other.id, 'original')
      return [
        [one.name, other.name],
        [one.caption, other.caption],
        [one.people, other.people],
        [one.taken, new Date(other.taken ?? 0).toISOString()],
        [one.mime, other.mime],
        [true, Buffer.from(PICTURE).equals(await bytesOf(content))],
      ]
    }),
  )
  return [titles, ...pairs.flat()]
}
