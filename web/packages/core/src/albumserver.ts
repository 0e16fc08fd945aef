/** What the server is asked about albums, one call each. Every byte in it is sealed, base64url. */

import { type Api, type components, take } from '@prifora/api'

type Schemas = components['schemas']
export type ListedAlbum = Schemas['AlbumOut']
export type ListedItem = Schemas['ItemOut']
export type ListedRemark = Schemas['RemarkOut']
export type NewShare = Schemas['ShareShapeRequest']
type NewAlbum = Schemas['AlbumInRequest']
type NewDetails = Schemas['DetailsChangeInRequest']
type NewVersion = Schemas['VersionInRequest']
type NewItem = Schemas['ItemInRequest']
type NewCopy = Schemas['CopyInRequest']
type NewRemark = Schemas['RemarkInRequest']
type ShareChange = Schemas['ShareChangeInRequest']

/** Changes in the order of their numbers, and how far they go. */
export interface Page<T> {
  items: (T | Schemas['RemovedOut'])[]
  rev: number
  /** Who knew less than this has missed removals. */
  forgotten_rev: number
}

export class AlbumServer {
  constructor(private readonly api: Api) {}

  async list(family: string): Promise<ListedAlbum[]> {
    return (await take(this.api.GET('/api/v1/albums', { params: { query: { family } } }))).items
  }
  create(body: NewAlbum): Promise<ListedAlbum> {
    return take(this.api.POST('/api/v1/albums', { body }))
  }
  get(album_id: string): Promise<ListedAlbum> {
    return take(this.api.GET('/api/v1/albums/{album_id}', { params: { path: { album_id } } }))
  }
  change(album_id: string, body: NewDetails): Promise<ListedAlbum> {
    return take(this.api.PUT('/api/v1/albums/{album_id}/details', { params: { path: { album_id } }, body }))
  }
  async share(album_id: string, account_id: string, body: ShareChange): Promise<void> {
    await take(this.api.PUT('/api/v1/albums/{album_id}/members/{account_id}', { params: { path: { album_id, account_id } }, body }))
  }
  async unshare(album_id: string, account_id: string): Promise<void> {
    await take(this.api.DELETE('/api/v1/albums/{album_id}/members/{account_id}', { params: { path: { album_id, account_id } } }))
  }
  renew(album_id: string, body: NewVersion): Promise<ListedAlbum> {
    return take(this.api.POST('/api/v1/albums/{album_id}/versions', { params: { path: { album_id } }, body }))
  }
  async remove(album_id: string): Promise<void> {
    await take(this.api.DELETE('/api/v1/albums/{album_id}', { params: { path: { album_id } } }))
  }

  items(album_id: string, after: number, limit: number): Promise<Page<ListedItem>> {
    return take(this.api.GET('/api/v1/albums/{album_id}/items', { params: { path: { album_id }, query: { after, limit } } }))
  }
  add(album_id: string, body: NewItem): Promise<ListedItem> {
    return take(this.api.POST('/api/v1/albums/{album_id}/items', { params: { path: { album_id } }, body }))
  }
  copy(album_id: string, body: NewCopy): Promise<ListedItem> {
    return take(this.api.POST('/api/v1/albums/{album_id}/items/copy', { params: { path: { album_id } }, body }))
  }
  describe(album_id: string, item_id: string, sealed_meta: string): Promise<ListedItem> {
    const where = { params: { path: { album_id, item_id } }, body: { sealed_meta } }
    return take(this.api.PUT('/api/v1/albums/{album_id}/items/{item_id}/meta', where))
  }
  async take(album_id: string, item_id: string): Promise<void> {
    await take(this.api.DELETE('/api/v1/albums/{album_id}/items/{item_id}', { params: { path: { album_id, item_id } } }))
  }

  remarks(album_id: string, after: number, limit: number): Promise<Page<ListedRemark>> {
    return take(this.api.GET('/api/v1/albums/{album_id}/remarks', { params: { path: { album_id }, query: { after, limit } } }))
  }
  remark(album_id: string, item_id: string, body: NewRemark): Promise<ListedRemark> {
    const where = { params: { path: { album_id, item_id } }, body }
    return take(this.api.POST('/api/v1/albums/{album_id}/items/{item_id}/remarks', where))
  }
  async unremark(album_id: string, remark_id: string): Promise<void> {
    await take(this.api.DELETE('/api/v1/albums/{album_id}/remarks/{remark_id}', { params: { path: { album_id, remark_id } } }))
  }

  storage(family_id: string) {
    return take(this.api.GET('/api/v1/families/{family_id}/storage', { params: { path: { family_id } } }))
  }
}
