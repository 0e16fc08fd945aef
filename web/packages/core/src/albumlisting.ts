/** Albums and what is in them as the screens show them. */

import { plainSize } from '@prifora/crypto'
import { isOpen, staysHere, type StoredAlbum, type StoredItem, type StoredRemark } from './albumrows'
import type { Album, AlbumItem, AlbumRemark } from './albumsurface'

interface View {
  me: string
  nameOf(accountId: string): string
}

export function shownAlbum(album: StoredAlbum, nameOf: View['nameOf'], isWhole: boolean): Album {
  const { details } = album
  return {
    id: album.id,
    familyId: album.familyId,
    kind: album.kind,
    title: details?.title ?? '',
    role: album.role,
    owner: nameOf(album.ownerId),
    noForward: staysHere(album),
    isOpen: isOpen(album),
    members: Object.entries(album.members).map(([accountId, role]) => ({ accountId, name: nameOf(accountId), role })),
    count: album.count,
    bytes: album.bytes,
    createdAt: album.createdAt,
    cover: details?.cover ?? null,
    order: details?.order ?? [],
    interval: details?.interval ?? null,
    music: details?.music ?? null,
    shuffle: details?.shuffle ?? false,
    isWhole,
    change: album.items + album.remarks,
  }
}

/** Items in the order they were added, each with its remarks. */
export function itemsOf(album: StoredAlbum, items: Map<string, StoredItem>, remarks: Map<string, StoredRemark>, view: View): AlbumItem[] {
  const said = Map.groupBy(remarks.values(), (one) => one.itemId)
  const all = [...items.values()].sort(inOrder)
  return all.flatMap((item) => itemOf(album, item, (said.get(item.id) ?? []).sort(inOrder), view))
}

function itemOf(album: StoredAlbum, item: StoredItem, remarks: StoredRemark[], { me, nameOf }: View): AlbumItem[] {
  const { meta } = item
  if (!meta) return []
  const sizes = Object.entries(meta.parts).map(([name, part]) => [name, plainSize(part.size)])
  const shown = {
    id: item.id,
    albumId: album.id,
    kind: meta.kind,
    name: meta.name,
    mime: meta.mime,
    authorId: item.authorId,
    author: nameOf(item.authorId),
    mine: item.authorId === me,
    at: item.createdAt,
    taken: meta.taken ?? null,
    width: meta.width ?? null,
    height: meta.height ?? null,
    seconds: meta.seconds ?? null,
    caption: meta.caption ?? '',
    people: meta.people ?? [],
    parts: Object.fromEntries(sizes) as AlbumItem['parts'],
    remarks: remarks.map((one) => remarkOf(one, { me, nameOf })),
    mayChange: item.authorId === me || album.ownerId === me,
  }
  return [shown]
}

const remarkOf = (one: StoredRemark, { me, nameOf }: View): AlbumRemark => ({
  id: one.id,
  authorId: one.authorId,
  author: nameOf(one.authorId),
  mine: one.authorId === me,
  type: one.type,
  text: one.text,
  at: one.createdAt,
})

/** The order in which things were added; their number changes with a caption. */
const inOrder = (one: { createdAt: string; id: string }, other: { createdAt: string; id: string }): number =>
  one.createdAt === other.createdAt ? (one.id < other.id ? -1 : 1) : one.createdAt < other.createdAt ? -1 : 1
