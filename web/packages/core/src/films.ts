/** What plays films: handles to keys, kept where the service worker finds them. The bytes of a key are never in them. */

import { partPath, takeRange } from '@prifora/api'
import { type Bytes, type PartName, SealedFile } from '@prifora/crypto'
import { dropKept, keepOnly, listKept, wipeKept } from '@prifora/media/offline'
import { dropItems, putRows, rowOf, wipeRows } from '@prifora/media/rows'

/** What views, thumbnails and posters are. */
const PICTURES = 'image/webp'
const PARTS: PartName[] = ['original', 'view', 'thumb', 'poster']

export interface Film {
  partId: string
  albumId: string
  itemId: string
  name: PartName
  /** Bytes of the opened file. */
  size: number
  mime: string
  /** Opens this part and nothing else; not extractable. */
  key: CryptoKey
}

export interface Films {
  put(film: Film): Promise<void>
  /** Forgets items that are gone, and what was kept of them. */
  drop(itemIds: string[]): Promise<void>
  /** Keeps the sealed bytes of these and nothing else, the first most; returns the ids of the parts that are here. */
  keep(parts: (Film & { sealedSize: number })[], limitBytes: number): Promise<string[]>
  clear(): Promise<void>
}

/** In the browser: rows that the service worker reads; what it keeps of sealed bytes goes with them. */
export class BrowserFilms implements Films {
  private keeping: AbortController | undefined
  private last: Promise<unknown> = Promise.resolve()

  async put(film: Film): Promise<void> {
    const { itemId, name: part, partId: id, size, key } = film
    const mime = part === 'original' ? film.mime : PICTURES
    await putRows([{ itemId, part, id, size, mime, key, url: filmPath(film) }])
  }
  /** What is being kept ends first, so that nothing of these comes back by it. */
  drop(itemIds: string[]): Promise<void> {
    this.keeping?.abort()
    const run = this.last.catch(() => undefined).then(() => this.dropNow(itemIds))
    this.last = run
    return run
  }
  private async dropNow(itemIds: string[]): Promise<void> {
    for (const id of itemIds) {
      for (const name of PARTS) {
        const row = await rowOf(id, name)
        if (row) await dropKept(row.id)
      }
    }
    await dropItems(itemIds)
  }
  /** A newer call ends an older one and waits for it: what has been taken away meanwhile must not come back by it. */
  keep(parts: (Film & { sealedSize: number })[], limitBytes: number): Promise<string[]> {
    this.keeping?.abort()
    const { signal } = (this.keeping = new AbortController())
    const wanted = parts.map((part) => ({ id: part.partId, url: filmPath(part), bytes: part.sealedSize }))
    const run = this.last.catch(() => undefined).then(async () => {
      if (signal.aborted) return (await listKept()).map(({ id }) => id)
      for (const part of parts) if (!signal.aborted) await this.put(part)
      return keepOnly(wanted, limitBytes, signal)
    })
    this.last = run
    return run
  }
  async clear(): Promise<void> {
    this.keeping?.abort()
    await wipeRows()
    await wipeKept()
  }
}

/** Where the sealed bytes of a film are. */
export const filmPath = ({ albumId, itemId, name }: Film): string => partPath({ albumId, itemId, name })

/** Opens a film; of what is read from it only the chunks that are needed are fetched. */
export const openFilm = (film: Film, fetcher: typeof fetch, origin: string): Promise<SealedFile> =>
  SealedFile.openWith(film.key, film.partId, (from, to) => takeRange(fetcher, origin, film, from, to))

/** The opened bytes of a film from (included) to (not included), fetched and opened. */
export async function filmBytes(film: Film, fetcher: typeof fetch, origin: string, from: number, to: number): Promise<Bytes> {
  return (await openFilm(film, fetcher, origin)).read(from, to)
}
