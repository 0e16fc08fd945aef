/** Albums as the screens see them. Plain values only, and pictures as Blobs. */

export type AlbumKind = 'album' | 'playlist' | 'slideshow'
export type PartName = 'original' | 'view' | 'thumb' | 'poster'

/** One picture or film in a playlist or slideshow; it may lie in another album. */
export interface Shot {
  album: string
  item: string
  caption?: string
}

export interface Album {
  id: string
  familyId: string
  kind: AlbumKind
  title: string
  role: 'owner' | 'contributor' | 'viewer'
  owner: string
  /** Others may not take what is in it to another album. */
  noForward: boolean
  /** This device can read it; else it waits for a key. */
  isOpen: boolean
  members: { accountId: string; name: string; role: 'owner' | 'contributor' | 'viewer' }[]
  /** How many items, and their bytes at the server. */
  count: number
  bytes: number
  createdAt: string
  cover: string | null
  order: Shot[]
  /** Seconds for each picture. */
  interval: number | null
  music: Shot | null
  shuffle: boolean
  /** Everything in it is on this device; else more is coming. */
  isWhole: boolean
  /** Another number when what is in it changed on this device. */
  change: number
}

export interface AlbumRemark {
  id: string
  authorId: string
  author: string
  mine: boolean
  /** "take-off": this person asks to be taken off it. */
  type: 'heart' | 'comment' | 'take-off'
  text: string
  at: string
}

export interface AlbumItem {
  id: string
  albumId: string
  kind: 'photo' | 'film' | 'sound'
  name: string
  mime: string
  authorId: string
  author: string
  mine: boolean
  /** When it was added. */
  at: string
  /** When it was taken, in milliseconds since 1970. */
  taken: number | null
  width: number | null
  height: number | null
  seconds: number | null
  caption: string
  people: string[]
  /** Which parts there are, with the bytes of each once opened. */
  parts: Partial<Record<PartName, number>>
  remarks: AlbumRemark[]
  /** I may write its caption and take it out. */
  mayChange: boolean
}

/** What somebody adds to an album. The smaller forms are made by the screen. */
export interface NewItem {
  kind: AlbumItem['kind']
  name: string
  /** At most 5 GiB. */
  original: Blob
  view?: Blob
  thumb?: Blob
  poster?: Blob
  taken?: number
  width?: number
  height?: number
  seconds?: number
  caption?: string
  people?: string[]
}

/** An item on its way. */
export interface Upload {
  id: string
  albumId: string
  /** What was added in one go. */
  batch: string
  name: string
  /** Bytes that are at the server, of how many. */
  sent: number
  size: number
  /** "file-needed": the app was closed, and the file must be chosen once more. */
  state: 'waiting' | 'sending' | 'file-needed' | 'failed'
  /** Why it failed. */
  code: string
}

export interface AlbumChanges {
  title?: string
  /** null: none. */
  cover?: string | null
  order?: Shot[]
  interval?: number | null
  music?: Shot | null
  shuffle?: boolean
}


/** What somebody else added to an album and nobody here has looked at yet. */
export interface AlbumNews {
  albumId: string
  title: string
  authorId: string
  author: string
  count: number
  /** All of it is of this kind; null: of several. */
  only: AlbumItem['kind'] | null
  /** When the last of it was added. */
  at: string
}

export interface AlbumSnapshot {
  albums: Album[]
  /** One line for each album and author, the newest first. */
  news: AlbumNews[]
  /** In the order in which they go. */
  uploads: Upload[]
}

/** Everything the app can do with albums. Every call may throw a Failure. */
export interface AlbumCore {
  createAlbum(
    familyId: string,
    form: { kind: AlbumKind; title: string; noForward: boolean; shares: { accountId: string; role: 'contributor' | 'viewer' }[] },
  ): Promise<string>
  changeAlbum(albumId: string, changes: AlbumChanges): Promise<void>
  /** The owner says anew whether others may take what is in it to another album. */
  setNoForward(albumId: string, noForward: boolean): Promise<void>
  shareAlbum(albumId: string, accountId: string, role: 'contributor' | 'viewer'): Promise<void>
  /** Puts somebody out, oneself too (not the owner). They keep what they have downloaded. */
  unshareAlbum(albumId: string, accountId: string): Promise<void>
  /** Deletes it with everything in it, for everybody. */
  deleteAlbum(albumId: string): Promise<void>
  /** What is in it, in the order it was added. */
  albumItems(albumId: string): Promise<AlbumItem[]>
  /**
   * Seals and sends in the background (see Snapshot.uploads); returns the batch. What is added in one go, in however many
   * calls, is given the same batch, a random id: it is one piece of news for others.
   */
  addToAlbum(albumId: string, items: NewItem[], batch?: string): Promise<string>
  /** Somebody looks at the album: what is in it is no news any more. */
  seeAlbum(albumId: string): Promise<void>
  /** By the id of an upload or of a batch. */
  cancelUpload(id: string): Promise<void>
  retryUpload(id: string): Promise<void>
  /** The file again, after the app was closed. Another file than before is sent from its beginning. */
  giveFile(uploadId: string, file: Blob): Promise<void>
  setCaption(albumId: string, itemId: string, caption: string, people?: string[]): Promise<void>
  removeItem(albumId: string, itemId: string): Promise<void>
  /** Returns the id there. Failure "no_forward" when its album forbids it. */
  copyItem(fromAlbum: string, itemId: string, toAlbum: string): Promise<string>
  remark(albumId: string, itemId: string, type: AlbumRemark['type'], text?: string): Promise<void>
  removeRemark(albumId: string, remarkId: string): Promise<void>
  /** The opened part; undefined while it cannot be fetched. */
  picture(albumId: string, itemId: string, name: PartName): Promise<Blob | undefined>
  /** Readies a part for the service worker, which plays it piece by piece; returns the id under which it finds it. */
  film(albumId: string, itemId: string, name: PartName): Promise<string>
  /**
   * Keeps what is shown of these on this device, sealed, for a time without a network, and nothing else; the first most,
   * and films of up to 128 MiB where room is left.
   * Returns those of which the picture is here.
   */
  keepShots(shots: Shot[], limitBytes: number): Promise<Shot[]>
  /** Bytes in use by a family, and how many it may use. */
  storage(familyId: string): Promise<{ used: number; quota: number; files: number }>
}
