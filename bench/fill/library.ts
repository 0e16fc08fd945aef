/**
 * Somebody alone with an album of a great many pictures, by the app's own engine on a server that runs on this machine:
 * a few pictures sent, the rest copies of them, each with a key and a description of its own. What there is then stands
 * in library.json in the data folder.
 *
 *   node library.mjs <origin> <data folder> <folder with pictures: 1.webp, 1.thumb.webp, 2.webp, …> <how many>
 */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { NewItem } from '../../web/packages/core/src'
import { FAMILY, Someone } from '../../web/packages/headless/demo/someone'

const AT_ONCE = 8
const SAID_EVERY = 500

async function fill(origin: string, folder: string, pictures: string, count: number): Promise<void> {
  const jan = new Someone({ origin, folder }, 'Jan', '+31600000001')
  await jan.signUp()
  const family = await jan.engine.createFamily(FAMILY, 'me')
  await jan.talk()
  const album = await jan.engine.createAlbum(family, { kind: 'album', title: 'Alles', noForward: false, shares: [] })
  const sent = picturesIn(pictures)
  await jan.engine.addToAlbum(album, sent)
  const from = await all(jan, album, sent.length)
  const todo = Array.from({ length: count - sent.length }, (_, at) => from[at % from.length] ?? '')
  let done = sent.length
  const copying = async (): Promise<void> => {
    for (let id = todo.pop(); id !== undefined; id = todo.pop()) {
      await jan.engine.copyItem(album, id, album)
      done += 1
      if (done % SAID_EVERY === 0) process.stderr.write(`    ${done} pictures\n`)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, copying))
  await all(jan, album, count)
  jan.engine.stop()
  writeFileSync(join(folder, 'library.json'), JSON.stringify({ album, login: 'jan', pictures: count }))
}

function picturesIn(folder: string): NewItem[] {
  const webp = (file: string): Blob => new Blob([readFileSync(join(folder, file))], { type: 'image/webp' })
  const names = readdirSync(folder).filter((file) => /^\d+\.webp$/.test(file))
  return names.map((name) => ({ kind: 'photo', name, original: webp(name), thumb: webp(name.replace('.webp', '.thumb.webp')) }))
}

async function all(of: Someone, album: string, count: number): Promise<string[]> {
  for (;;) {
    const items = await of.engine.albumItems(album)
    if (items.length >= count) return items.map(({ id }) => id)
    await new Promise((done) => setTimeout(done, 100))
  }
}

const [origin = '', folder = '', pictures = '', count = ''] = process.argv.slice(2)
await fill(origin, folder, pictures, Number(count))
process.exit(0)
