/** Bringing a package back into an account: what I told, my settings, my picture, my albums. Messages stay in the package. */

import type { Core, NewItem, Profile } from '@prifora/core'
import type { Manifest, TakenAlbum, TakenItem } from './takeout'

/** What of a profile can be brought back; the rest (name to sign in, number, address) belongs to the new account. */
export const PROFILE = [
  'first_name',
  'last_name',
  'date_of_birth',
  'other_dates',
  'address',
  'notes',
  'language',
  'time_zone',
  'text_size',
  'hint_dismissed',
  'quiet_from',
  'quiet_to',
] as const

/** It is no package, or not a whole one. */
export class NoTakeout extends Error {
  readonly code = 'no_takeout'
}

export interface Package {
  profile: Partial<Profile>
  albums: { album: TakenAlbum; items: TakenItem[] }[]
  /** Bytes of what comes back. */
  bytes: number
  portrait(): Promise<Blob | undefined>
  /** The file of an item, checked; undefined when it is not what was taken along. */
  open(item: TakenItem): Promise<Blob | undefined>
  close(): Promise<void>
}

interface Account {
  tables: { table: string; rows: Record<string, unknown>[] }[]
}

/** Looks into a package: its big files are read one by one, later. */
export async function openPackage(file: Blob): Promise<Package> {
  const { BlobReader, BlobWriter, configure, ZipReader } = await import('@zip.js/zip.js')
  configure({ useWebWorkers: false })
  const zip = new ZipReader(new BlobReader(file))
  const entries = await zip.getEntries().catch(() => [])
  const named = new Map(entries.map((one) => [one.filename, one]))
  const read = async (name: string, mime = ''): Promise<Blob | undefined> => {
    const entry = named.get(name)
    return entry && !entry.directory ? await entry.getData(new BlobWriter(mime), { checkSignature: true }).catch(() => undefined) : undefined
  }
  const account = await asJson<Account>(await read('account.json'))
  const manifest = await asJson<Manifest>(await read('media/manifest.json'))
  const albums = albumsOf(manifest)
  return {
    profile: profileOf(account),
    albums,
    bytes: albums.flatMap(({ items }) => items).reduce((sum, one) => sum + one.size, 0),
    portrait: () => read('portrait.webp', 'image/webp'),
    open: async (item) => {
      const content = await read(`media/${item.file}`, item.mime)
      return content?.size === item.size ? content : undefined
    },
    close: () => zip.close(),
  }
}

export interface Bringing {
  core: Pick<Core, 'changeProfile' | 'setPortrait' | 'createAlbum' | 'addToAlbum'>
  /** Whose albums they become part of; null: albums stay in the package. */
  familyId: string | null
  /** Makes the smaller forms of a picture or film; throws when it cannot be read. */
  prepare(content: Blob, item: TakenItem): Promise<NewItem>
  signal?: AbortSignal
  progress?(done: number, all: number): void
}

/** Returns the names of what could not be brought back. */
export async function bringBack(found: Package, how: Bringing): Promise<string[]> {
  const { core, familyId } = how
  await core.changeProfile(found.profile)
  const portrait = await found.portrait()
  if (portrait) await core.setPortrait(portrait)
  const missing: string[] = []
  const all = found.albums.reduce((sum, { items }) => sum + items.length, 0)
  let done = 0
  for (const { album, items } of familyId === null ? [] : found.albums) {
    if (how.signal?.aborted) break
    const { kind, title, noForward } = album
    const id = await core.createAlbum(familyId as string, { kind, title, noForward, shares: [] })
    for (const item of items) {
      if (how.signal?.aborted) break
      const isHere = await addItem(id, item, found, how)
      if (!isHere) missing.push(item.name)
      how.progress?.((done += 1), all)
    }
  }
  return missing
}

async function addItem(albumId: string, item: TakenItem, found: Package, { core, prepare }: Bringing): Promise<boolean> {
  const content = await found.open(item)
  if (!content) return false
  const made = await prepare(content, item).catch(() => undefined)
  if (!made) return false
  const moment = item.taken === null ? {} : { taken: Date.parse(item.taken) }
  await core.addToAlbum(albumId, [{ ...made, name: item.name, ...moment, caption: item.caption, people: item.people }])
  return true
}

function profileOf({ tables }: Account): Partial<Profile> {
  const told = tables.find((one) => one.table === 'accounts_account')?.rows[0]?.sealed as Record<string, unknown> | null | undefined
  if (!told) throw new NoTakeout()
  return Object.fromEntries(PROFILE.filter((name) => told[name] !== undefined).map((name) => [name, told[name]]))
}

/** My own albums; of those of others what I put in. */
function albumsOf({ albums, items }: Manifest): Package['albums'] {
  return albums
    .map((album) => ({ album, items: items.filter((one) => one.album === album.id && (album.role === 'owner' || one.mine)) }))
    .filter(({ album, items }) => album.role === 'owner' || items.length > 0)
}

async function asJson<T>(content: Blob | undefined): Promise<T> {
  if (!content) throw new NoTakeout()
  try {
    return JSON.parse(await content.text()) as T
  } catch {
    throw new NoTakeout()
  }
}
