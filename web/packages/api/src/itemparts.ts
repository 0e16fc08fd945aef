/** Sealed files of items in albums: bytes, any range of them. */

import { ApiError, type Connection, problemOf } from './http'
import { Uploads } from './uploads'

export interface PartPlace {
  albumId: string
  itemId: string
  name: string
}

export const partPath = ({ albumId, itemId, name }: PartPlace): string => `/api/v1/albums/${albumId}/items/${itemId}/parts/${name}`

/** The sealed bytes from (included) to (not included); the end may be beyond the last. */
export async function takeRange(fetcher: typeof fetch, origin: string, place: PartPlace, from: number, to: number): Promise<Uint8Array<ArrayBuffer>> {
  const answer = await fetcher(`${origin}${partPath(place)}`, { headers: { Range: `bytes=${from}-${to - 1}` }, credentials: 'same-origin' })
  if (!answer.ok) throw problemOf(answer.status, await answer.json().catch(() => undefined))
  const bytes = new Uint8Array(await answer.arrayBuffer())
  if (answer.status !== 206) return bytes.slice(from, to)
  if (bytes.length > to - from) throw new ApiError(answer.status, 'error')
  return bytes
}

/** Everything that is bytes and not JSON in albums. */
export interface Media {
  uploads: Uploads
  range(place: PartPlace, from: number, to: number): Promise<Uint8Array<ArrayBuffer>>
}

export const createMedia = ({ origin }: Connection, fetcher: typeof fetch): Media => ({
  uploads: new Uploads(origin, fetcher),
  range: (place, from, to) => takeRange(fetcher, origin, place, from, to),
})
