/** How an item is called where it cannot be seen. */

import type { AlbumItem } from '@prifora/core'
import { app } from '../app.svelte'
import { momentOf } from './ordering'

export function nameOf(item: AlbumItem): string {
  const say = { photo: app.t.photos.photoOf, film: app.t.photos.filmOf, sound: app.t.photos.soundOf }[item.kind]
  const name = say(item.mine ? app.t.photos.mine : app.t.photos.by(item.author), app.date(momentOf(item), 'full'))
  return item.caption ? `${name}: ${item.caption}` : name
}
