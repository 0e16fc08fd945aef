/** Sealed parts on this device, so that a Home Station shows its photos without a network: the ciphertext as it came.
 *
 * How much is kept has a limit, and what the slideshow needs decides what stays. The keys are elsewhere (`rows`).
 */

export interface Wanted {
  /** The part's id. */
  id: string
  /** Where its sealed bytes are. */
  url: string
  /** How many sealed bytes. */
  bytes: number
}

export interface Kept {
  id: string
  bytes: number
}

/** The name of the cache; the service worker leaves it alone when a new version of the app comes. */
export const PARTS_CACHE = 'sealed-parts'

/** What to drop and what to fetch, so that the most needed are there and the limit holds.
 *
 * `wanted` begins with what is needed first. What is wanted nowhere goes; what no longer fits goes too. */
export function plan(kept: Kept[], wanted: Wanted[], limitBytes: number): { drop: string[]; fetch: Wanted[] } {
  const stays = new Set<string>()
  let bytes = 0
  for (const part of wanted) {
    if (stays.has(part.id) || bytes + part.bytes > limitBytes) continue
    stays.add(part.id)
    bytes += part.bytes
  }
  const right = new Map(wanted.map((part) => [part.id, part.bytes]))
  const drop = kept.filter(({ id, bytes: has }) => !stays.has(id) || right.get(id) !== has).map(({ id }) => id)
  const there = new Set(kept.map(({ id }) => id).filter((id) => !drop.includes(id)))
  const fetch = wanted.filter(({ id }, at) => stays.has(id) && !there.has(id) && wanted.findIndex((one) => one.id === id) === at)
  return { drop, fetch }
}

const rowUrl = ({ id, bytes }: Kept): string => `/sealed/${id}?bytes=${bytes}`

const keptIn = (url: string): Kept => {
  const { pathname, searchParams } = new URL(url)
  return { id: pathname.split('/').at(-1) ?? '', bytes: Number(searchParams.get('bytes')) }
}

/** All that is kept. */
export async function listKept(): Promise<Kept[]> {
  const cache = await caches.open(PARTS_CACHE)
  return (await cache.keys()).map(({ url }) => keptIn(url))
}

/** Makes what is kept what is wanted, the most needed first; returns the ids that are there now.
 *
 * What cannot be fetched, or is not as long as it should be, is left for the next time. */
export async function keepOnly(wanted: Wanted[], limitBytes: number, signal?: AbortSignal): Promise<string[]> {
  const { drop, fetch: missing } = plan(await listKept(), wanted, limitBytes)
  for (const id of drop) await dropKept(id)
  for (const part of missing) {
    if (signal?.aborted || !(await fetched(part, signal))) break
  }
  return (await listKept()).map(({ id }) => id)
}

/** False when there is no use in going on: no network, or no room on this device. */
async function fetched(part: Wanted, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    const answer = await fetch(part.url, { cache: 'no-store', ...(signal ? { signal } : {}) })
    const sealed = answer.status === 200 ? await answer.blob() : undefined
    if (sealed?.size !== part.bytes) return true
    const cache = await caches.open(PARTS_CACHE)
    await cache.put(rowUrl(part), new Response(sealed))
    return true
  } catch {
    return false
  }
}

/** The sealed bytes of a part; undefined when it is not kept. */
export async function findKept(id: string): Promise<Blob | undefined> {
  if (!(await caches.has(PARTS_CACHE))) return undefined
  const cache = await caches.open(PARTS_CACHE)
  return (await cache.match(`/sealed/${id}`, { ignoreSearch: true }))?.blob()
}

/** Forgets one part. */
export async function dropKept(id: string): Promise<void> {
  const cache = await caches.open(PARTS_CACHE)
  await cache.delete(`/sealed/${id}`, { ignoreSearch: true })
}

/** Forgets all of them, at once. */
export const wipeKept = async (): Promise<void> => {
  await caches.delete(PARTS_CACHE)
}
