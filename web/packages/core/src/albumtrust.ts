/** Whose word counts in an album: boxes by a listed device of who may share it, items and remarks by a device of their author. */

import { type AlbumRule, type Bytes, CryptoError, equal, type ItemSigner, openAlbumBox, ruleSigner, signerHolds, unbase64 } from '@prifora/crypto'
import type { About, Raise } from './alerts'
import type { StoredAlbum } from './albumrows'
import type { ListedAlbum } from './albumserver'
import type { Secrets } from './secrets'
import type { Alert } from './surface'
import type { Trust } from './trust'

export interface AlbumContext {
  readonly secrets: Secrets
  readonly trust: Trust
  readonly raise: Raise
  /** Fetches families and their people; what is known stays when there is no answer. */
  refreshPeople(): Promise<void>
  /** Takes the account's keys as another own device may have changed them. */
  refreshKeys(): Promise<void>
  nameOf(accountId: string): string
  changed(): void
}

type Problem = Alert['kind']
type Place = Pick<StoredAlbum, 'id' | 'familyId' | 'ownerId'>

export interface TakenKey {
  key: Bytes
  giver: { accountId: string; deviceId: string }
}

/** A finding about an album: the same one again is said once. */
export const aboutAlbum = (albumId: string, person = '', what = ''): About => ({ person, key: `album|${albumId}|${what}` })

export class AlbumTrust {
  constructor(private readonly context: AlbumContext) {}

  get me(): string {
    return this.context.secrets.device.identity.accountId
  }

  /** Who signs here, and with what. */
  get signer(): ItemSigner {
    const { identity, signatureKey } = this.context.secrets.device
    return { accountId: identity.accountId, deviceId: identity.deviceId, signatureKey, certificate: identity.certificate }
  }

  /** What is wrong with a device that signed an item or a remark, after the lists were fetched anew; undefined: nothing. */
  async problemOf(familyId: string, signer: ItemSigner): Promise<Problem | undefined> {
    if (!(await this.wrongWith(familyId, signer))) return undefined
    await this.context.refreshPeople()
    return this.wrongWith(familyId, signer)
  }

  /** What is wrong with a rule; undefined: a device of the album's owner signed it. */
  async problemOfRule({ id: albumId, familyId, ownerId }: Place, rule: AlbumRule): Promise<Problem | undefined> {
    const signer = await ruleSigner({ familyId, albumId }, rule)
    return signer && signer.accountId === ownerId ? this.problemOf(familyId, signer) : 'forged'
  }

  /** A device that has ended since is known by its certificate: what it made stays. */
  private async wrongWith(familyId: string, signer: ItemSigner): Promise<Problem | undefined> {
    const { trust } = this.context
    const { accountId, deviceId, signatureKey } = signer
    const aik = this.aikOf(accountId)
    const mayBe = accountId === this.me || (aik && trust.maySpeak(familyId, { ...signer, aik }))
    if (!aik || !mayBe) return 'ghost-person'
    const listed = trust.listedKey(accountId, deviceId)
    if (listed) return equal(listed, signatureKey) ? undefined : 'ghost-device'
    return (await signerHolds(signer, aik)) ? undefined : 'ghost-device'
  }

  /**
   * Takes the key of an album's present version out of my box. Undefined, and said to people: the box is not what it
   * must be. Undefined, and not said: a device of the owner makes a new version, since the one that gave it has ended,
   * or was another member's and this device cannot know whether that one belonged. What the owner themself finds so
   * is taken, and replaced. `known`: the version before.
   */
  async takeKey(listed: ListedAlbum, known?: StoredAlbum): Promise<TakenKey | undefined> {
    const found = await this.tryBox(listed, known)
    if (typeof found === 'object') return found
    await this.context.refreshPeople()
    await this.context.refreshKeys()
    const again = await this.tryBox(listed, known)
    if (typeof again === 'object') return again
    if (again !== 'waits') this.context.raise(again, aboutAlbum(listed.id, boxIn(listed)?.by ?? '', `version ${listed.version}`))
    return undefined
  }

  private async tryBox(listed: ListedAlbum, known: StoredAlbum | undefined): Promise<TakenKey | Problem | 'waits'> {
    const box = boxIn(listed)
    if (!box?.by) return 'box-wrong'
    const { id: albumId, family_id: familyId, version } = listed
    const place = { familyId, albumId, version, accountId: this.me, by: box.by, deviceId: box.device_id }
    try {
      const opened = await openAlbumBox(this.context.secrets.keys.aeks, place, unbase64(box.box), unbase64(box.signature))
      const giver = { accountId: box.by, deviceId: box.device_id }
      const wrong = await this.wrongGiver(listed, { ...giver, signatureKey: opened.signatureKey, certificate: opened.certificate }, known)
      return wrong ?? { key: opened.albumKey, giver }
    } catch (problem) {
      if (problem instanceof CryptoError) return 'box-wrong'
      throw problem
    }
  }

  private async wrongGiver(listed: ListedAlbum, giver: ItemSigner, known: StoredAlbum | undefined): Promise<Problem | 'waits' | undefined> {
    const { trust } = this.context
    const { accountId, deviceId, signatureKey } = giver
    const place = { id: listed.id, familyId: listed.family_id, ownerId: listed.owner_id ?? '' }
    const role = listed.members.find((one) => one.account_id === accountId)?.role
    const isMine = place.ownerId === this.me
    if (!this.mayShare(place, accountId, role)) {
      if (role !== 'contributor') return 'box-wrong'
      if (!known?.details && !isMine) return 'waits'
      if (known?.details && known.details.members[accountId] !== 'contributor') return 'box-wrong' // Only the server calls them so.
    }
    if (!this.isTrusted(place.familyId, accountId)) return 'ghost-person'
    const key = trust.listedKey(accountId, deviceId)
    if (key) return equal(key, signatureKey) ? undefined : 'ghost-device'
    const aik = this.aikOf(accountId)
    if (!aik || !(await signerHolds(giver, aik))) return 'ghost-device'
    return isMine && accountId === this.me ? undefined : 'waits' // Mine: this device makes a new version of it at once.
  }

  /** The owner; when nobody in the family is, who may add. */
  mayShare({ familyId, ownerId }: Place, accountId: string, role: string | undefined): boolean {
    if (accountId === ownerId) return true
    const isOwnerGone = ownerId !== this.me && !this.context.trust.members(familyId).some(([id]) => id === ownerId)
    return isOwnerGone && role === 'contributor'
  }

  /** Whose devices make a new version: the owner's, and where the server waits for one, those of who may add. */
  mayRenew(album: StoredAlbum): boolean {
    return this.mayShare(album, this.me, album.role) || (album.stale && album.role === 'contributor')
  }

  /** Somebody's encryption key is another than the one the present key was boxed to: a device of theirs may have ended. */
  hasOldBoxes({ familyId, members, details }: StoredAlbum): boolean {
    const { trust } = this.context
    return Object.keys(members).some((id) => this.isTrusted(familyId, id) && trust.aekVersionOf(id) > (details?.boxed?.[id] ?? 0))
  }

  isTrusted(familyId: string, accountId: string): boolean {
    return accountId === this.me || this.context.trust.trusts(familyId, accountId)
  }

  private aikOf(accountId: string): Bytes | undefined {
    return accountId === this.me ? this.context.secrets.keys.aik : this.context.trust.aikOf(accountId)
  }
}

const boxIn = (listed: ListedAlbum) => listed.my.boxes.find((one) => one.version === listed.version)
