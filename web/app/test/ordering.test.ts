import type { Album, AlbumItem } from '@prifora/core'
import { describe, expect, test } from 'vitest'
import { arranged, byMonth, laidOut, memories, near, ordered } from '../src/photos/ordering'

const DAY_MS = 86_400_000
const NOON = Date.UTC(2026, 10, 25, 12)

const item = (id: string, taken: number | null = null, more: Partial<AlbumItem> = {}): AlbumItem => ({
  id,
  albumId: 'album',
  kind: 'photo',
  name: `${id}.jpg`,
  mime: 'image/jpeg',
  authorId: 'jan',
  author: 'Jan',
  mine: true,
  at: new Date(NOON).toISOString(),
  taken,
  width: 4,
  height: 3,
  seconds: null,
  caption: '',
  people: [],
  parts: { original: 1 },
  remarks: [],
  mayChange: true,
  ...more,
})
const album = (changes: Partial<Album> = {}): Album => ({ kind: 'album', order: [], ...changes }) as Album
const ids = (items: AlbumItem[]): string[] => items.map((one) => one.id)
const monthOf = (moment: number): string => new Date(moment).toISOString().slice(0, 7)

describe('an album', () => {
  const items = [item('old', NOON - 400 * DAY_MS), item('added'), item('new', NOON + DAY_MS)]

  test('shows the newest first, by when it was taken, else by when it was added', () => {
    expect(ids(arranged(album(), items))).toEqual(['new', 'added', 'old'])
  })

  test('plays in the order somebody gave it, then the oldest first', () => {
    const order = [{ album: 'album', item: 'new' }, { album: 'album', item: 'gone' }]
    expect(ids(ordered(album({ order }), items))).toEqual(['new', 'old', 'added'])
    expect(ids(arranged(album({ kind: 'slideshow', order }), items))).toEqual(['new', 'old', 'added'])
  })
})

describe('ten thousand photos', () => {
  const items = Array.from({ length: 10_000 }, (_, at) => item(`photo ${at}`, NOON - at * DAY_MS * 0.3))
  const sections = byMonth(items, monthOf)
  const { rows, height } = laidOut(sections, { columns: 3, step: 124, head: 48 })

  test('are all laid out once, month by month', () => {
    expect(ids(rows.flatMap((row) => row.items))).toEqual(ids(items))
    expect(new Set(rows.map((row) => row.key)).size).toBe(rows.length)
    expect(sections.every(({ name, items: of }) => of.every((one) => monthOf(one.taken ?? 0) === name))).toBe(true)
    expect(height).toBe(sections.length * 48 + rows.filter((row) => row.items.length > 0).length * 124)
  })

  test('are in the page only near the screen, wherever one is', () => {
    for (const top of [-3000, 0, 5000, height / 2, height - 800]) {
      const shown = near(rows, top - 800, top + 1600)
      expect(shown.length).toBeLessThan(50)
      const must = rows.filter((row) => row.top + 124 > top && row.top < top + 800)
      expect(must.every((row) => shown.includes(row))).toBe(true)
    }
    expect(near([], 0, 800)).toEqual([])
  })
})

describe('memories', () => {
  const now = new Date(2026, 10, 25, 9)
  const on = (year: number, day = 25): number => new Date(year, 10, day, 15).getTime()

  test('are of this day in other years, the nearest first', () => {
    const items = [item('today', on(2026)), item('five', on(2021)), item('one', on(2025)), item('beside', on(2021, 24)), item('unknown'), item('song', on(2021), { kind: 'sound' })]
    expect(memories(items, now).map(({ years, items: of }) => [years, ids(of)])).toEqual([[1, ['one']], [5, ['five']]])
  })

  test('show a copy in another album once', () => {
    const copies = [item('first', on(2021), { name: 'zee.jpg' }), item('second', on(2021), { name: 'zee.jpg', albumId: 'other' })]
    expect(memories(copies, now)).toHaveLength(1)
    expect(memories(copies, now)[0]?.items).toHaveLength(1)
  })
})
