/** In which order things are shown, where each lies on the page, and what happened on this day in other years. */

import type { Album, AlbumItem } from '@prifora/core'

/** When it was taken, else when it was added; milliseconds since 1970. */
export const momentOf = (item: AlbumItem): number => item.taken ?? Date.parse(item.at)

/** As an album shows them: the newest first, or as somebody ordered them. */
export function arranged(album: Album, items: AlbumItem[]): AlbumItem[] {
  return album.kind === 'album' ? items.toSorted((one, other) => momentOf(other) - momentOf(one)) : ordered(album, items)
}

/** As they play: as somebody ordered them, then what is in no order, the oldest first. */
export function ordered(album: Album, items: AlbumItem[]): AlbumItem[] {
  const place = new Map(album.order.map((shot, at) => [shot.item, at]))
  const placeOf = (item: AlbumItem): number => place.get(item.id) ?? Infinity
  return items.toSorted((one, other) => (placeOf(one) === placeOf(other) ? momentOf(one) - momentOf(other) : placeOf(one) - placeOf(other)))
}

export interface Section {
  name: string
  items: AlbumItem[]
}

/** Together under the name of their month, in the order they have. */
export function byMonth(items: AlbumItem[], nameOf: (moment: number) => string): Section[] {
  const sections: Section[] = []
  for (const item of items) {
    const name = nameOf(momentOf(item))
    const last = sections.at(-1)
    if (last?.name === name) last.items.push(item)
    else sections.push({ name, items: [item] })
  }
  return sections
}

/** One line of the page: a month's name, or pictures side by side. In pixels. */
export interface Row {
  key: string
  top: number
  name: string
  items: AlbumItem[]
}

export interface Measures {
  columns: number
  /** Of one picture with the gap after it. */
  step: number
  /** Of a month's name. */
  head: number
}

/** Where every line lies, and how high all of them are. */
export function laidOut(sections: Section[], { columns, step, head }: Measures): { rows: Row[]; height: number } {
  const rows: Row[] = []
  let top = 0
  for (const { name, items } of sections) {
    if (name) {
      rows.push({ key: `month ${name} ${items[0]?.id ?? ''}`, top, name, items: [] })
      top += head
    }
    for (let at = 0; at < items.length; at += columns) {
      const side = items.slice(at, at + columns)
      rows.push({ key: side[0]?.id ?? '', top, name: '', items: side })
      top += step
    }
  }
  return { rows, height: top }
}

/** The lines that reach into from … to, found by halving. */
export function near(rows: Row[], from: number, to: number): Row[] {
  const firstFrom = (wanted: number): number => {
    let [low, high] = [0, rows.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((rows[middle]?.top ?? 0) < wanted) low = middle + 1
      else high = middle
    }
    return low
  }
  return rows.slice(Math.max(0, firstFrom(from) - 1), firstFrom(to))
}

/** Each picture once, however many albums it was copied to. */
export function once(items: AlbumItem[]): AlbumItem[] {
  const first = new Map<string, AlbumItem>()
  for (const item of items) {
    const same = item.taken === null ? item.id : `${item.name}|${item.taken}`
    if (!first.has(same)) first.set(same, item)
  }
  return [...first.values()]
}

/** Photos of this day in other years by how many years ago, the nearest first; a copy in another album counts once. */
export function memories(items: AlbumItem[], now: Date): { years: number; items: AlbumItem[] }[] {
  const found = new Map<number, AlbumItem[]>()
  for (const item of once(items)) {
    if (item.kind === 'sound' || item.taken === null) continue
    const day = new Date(item.taken)
    const years = now.getFullYear() - day.getFullYear()
    if (years < 1 || day.getMonth() !== now.getMonth() || day.getDate() !== now.getDate()) continue
    found.set(years, [...(found.get(years) ?? []), item])
  }
  return [...found].sort(([one], [other]) => one - other).map(([years, of]) => ({ years, items: of }))
}
