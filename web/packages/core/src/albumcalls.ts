/** Calls about albums. */

import type { AlbumChanges, AlbumCore, NewItem, PartName, Shot } from './albumsurface'
import { Failed } from './problem'
import { TalkCalls } from './talk'

const COMMENT_MAX = 1000

export abstract class AlbumCalls extends TalkCalls implements AlbumCore {
  createAlbum(familyId: string, form: Parameters<AlbumCore['createAlbum']>[1]) {
    return this.home.albums.create(familyId, form)
  }
  changeAlbum(albumId: string, changes: AlbumChanges) {
    return this.home.albums.change(albumId, changes)
  }
  setNoForward(albumId: string, noForward: boolean) {
    return this.home.albums.setNoForward(albumId, noForward)
  }
  shareAlbum(albumId: string, accountId: string, role: 'contributor' | 'viewer') {
    return this.home.albums.share(albumId, accountId, role)
  }
  unshareAlbum(albumId: string, accountId: string) {
    return this.home.albums.unshare(albumId, accountId)
  }
  deleteAlbum(albumId: string) {
    return this.home.albums.remove(albumId)
  }
  albumItems(albumId: string) {
    return this.home.albums.inside(albumId)
  }
  async addToAlbum(albumId: string, items: NewItem[], batch?: string) {
    return this.home.albums.add(albumId, items, batch)
  }
  seeAlbum(albumId: string) {
    return this.home.albums.see(albumId)
  }
  cancelUpload(id: string) {
    return this.home.albums.uploads.cancel(id)
  }
  retryUpload(id: string) {
    return this.home.albums.uploads.retry(id)
  }
  giveFile(uploadId: string, file: Blob) {
    return this.home.albums.uploads.giveFile(uploadId, file)
  }
  setCaption(albumId: string, itemId: string, caption: string, people?: string[]) {
    return this.home.albums.items.describe(albumId, itemId, caption.trim(), people)
  }
  removeItem(albumId: string, itemId: string) {
    return this.home.albums.items.remove(albumId, itemId)
  }
  copyItem(fromAlbum: string, itemId: string, toAlbum: string) {
    return this.home.albums.items.copy(fromAlbum, itemId, toAlbum)
  }
  async remark(albumId: string, itemId: string, type: Parameters<AlbumCore['remark']>[2], text?: string) {
    const said = text?.trim()
    if (type === 'comment' && !said) throw new Failed('blank')
    await this.home.albums.items.remark(albumId, itemId, type, said?.slice(0, COMMENT_MAX))
  }
  removeRemark(albumId: string, remarkId: string) {
    return this.home.albums.items.unremark(albumId, remarkId)
  }
  picture(albumId: string, itemId: string, name: PartName) {
    return this.home.albums.items.picture(albumId, itemId, name)
  }
  film(albumId: string, itemId: string, name: PartName) {
    return this.home.albums.items.film(albumId, itemId, name)
  }
  keepShots(shots: Shot[], limitBytes: number) {
    return this.home.albums.items.keepShots(shots, limitBytes)
  }
  storage(familyId: string) {
    return this.home.albums.storage(familyId)
  }
}
