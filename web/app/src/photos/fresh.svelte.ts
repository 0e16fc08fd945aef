/** What others added to albums, as it is said: a line for each album and author; what came in quiet hours in one line after them. */

import type { AlbumNews } from '@prifora/core'
import { app } from '../app.svelte'
import { isQuiet, type QuietHours } from '../lib/quiet'

const TICK_MS = 15_000
/** Lines beside each other; the others are counted. */
const MOST = 2

export interface FreshLine {
  key: string
  text: string
  href: string
  albumIds: string[]
}

class Fresh {
  private now = $state(Date.now())
  readonly hours = $derived.by((): QuietHours => {
    const { quiet_from: from = '22:00', quiet_to: to = '07:00', time_zone: timeZone = '' } = app.now.profile ?? {}
    return { from, to, timeZone }
  })
  readonly quiet = $derived(isQuiet(this.hours, this.now))
  readonly lines = $derived(this.quiet ? [] : linesOf(app.now.news, this.hours))

  constructor() {
    setInterval(() => (this.now = Date.now()), TICK_MS)
  }

  /** Somebody has read it. */
  see(albumIds: string[]): void {
    for (const id of albumIds) void app.core.seeAlbum(id).catch(() => undefined)
  }
}

function linesOf(news: AlbumNews[], hours: QuietHours): FreshLine[] {
  const [night, day] = [news.filter((one) => isQuiet(hours, Date.parse(one.at))), news.filter((one) => !isQuiet(hours, Date.parse(one.at)))]
  const lines = day.slice(0, MOST).map((one): FreshLine => ({ key: `${one.albumId} ${one.authorId}`, text: saying(one), href: `/photos/${one.albumId}`, albumIds: [one.albumId] }))
  const rest = day.slice(MOST)
  if (rest.length > 0) lines.push({ key: 'more', text: app.t.fresh.more(rest.length), href: '/photos', albumIds: albumsIn(rest) })
  if (night.length > 0) lines.push({ key: 'quiet', text: app.t.fresh.quiet(night.map(saying).join('; ')), href: hrefOf(night), albumIds: albumsIn(night) })
  return lines
}

const saying = ({ author, count, only, title }: AlbumNews): string => app.t.fresh.added(author || app.t.alerts.somebody, app.t.fresh.what[only ?? 'several'](count), title)

const albumsIn = (news: AlbumNews[]): string[] => [...new Set(news.map((one) => one.albumId))]

function hrefOf(news: AlbumNews[]): string {
  const [first, ...others] = albumsIn(news)
  return first && others.length === 0 ? `/photos/${first}` : '/photos'
}

export const fresh = new Fresh()
