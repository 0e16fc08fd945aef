/** Which albums there are, what their members know of them, who belongs, and the keys of each version. */

import { ApiError } from '@prifora/api'
import {
  type AlbumDetails,
  type AlbumRole,
  type AlbumRule,
  base64,
  boxAlbumKey,
  type Bytes,
  CryptoError,
  itemKeys,
  newAlbumKey,
  newFileKey,
  openAlbumDetails,
  sealAlbumDetails,
  signAlbumRule,
  unbase64,
} from '@prifora/crypto'
import { type AlbumShelf, isOpen, keyOf, type KnownDetails, pastOf, staysHere, type StoredAlbum } from './albumrows'
import type { AlbumServer, ListedAlbum, NewShare } from './albumserver'
import { aboutAlbum, type AlbumContext, type AlbumTrust, type TakenKey } from './albumtrust'
import { Failed } from './problem'
import type { Turns } from './turns'

const TRIES = 6
/** The turn in which the server's list is taken and changed. */
const LIST = 'list'

export interface AlbumForm {
  kind: StoredAlbum['kind']
  title: string
  noForward: boolean
  shares: { accountId: string; role: 'contributor' | 'viewer' }[]
}

export class AlbumBook {
  constructor(
    private readonly server: AlbumServer,
    private readonly shelf: AlbumShelf,
    private readonly word: AlbumTrust,
    private readonly context: AlbumContext,
    private readonly turns: Turns,
    /** The key of every item in an album, once all of them are here; items that open for nobody have none. */
    private readonly keysOfItems: (albumId: string) => Promise<Map<string, Bytes | undefined>>,
  ) {}

  /** Takes the albums of a family as the server has them; what is not shared with me any more leaves this device. */
  refresh(familyId: string): Promise<void> {
    return this.turns.take(LIST, async () => {
      const listed = await this.server.list(familyId)
      for (const one of listed) if (one.family_id === familyId) await this.take(one)
      const now = new Set(listed.map((one) => one.id))
      for (const album of [...this.shelf.albums.values()]) {
        if (album.familyId === familyId && !now.has(album.id)) await this.leave(album.id)
      }
    })
  }

  /** Forgets an album here, after `first` was done at the server where there is something to do. */
  forget(albumId: string, first: () => Promise<void> = async () => undefined): Promise<void> {
    return this.turns.take(LIST, async () => {
      await first()
      await this.leave(albumId)
    })
  }

  /** Takes one album as it is now. */
  reload(albumId: string): Promise<void> {
    return this.turns.take(LIST, () => this.fetch(albumId))
  }

  private async fetch(albumId: string): Promise<void> {
    await this.take(await this.server.get(albumId))
  }

  /** An album that can be read here; throws absent. */
  open(albumId: string): { album: StoredAlbum; details: KnownDetails; key: Bytes } {
    const album = this.shelf.albums.get(albumId)
    const key = album && keyOf(album)
    if (!album?.details || !key) throw new Failed('absent')
    return { album, details: album.details, key }
  }

  async create(familyId: string, { kind, title, noForward, shares }: AlbumForm): Promise<string> {
    const [id, key, me] = [crypto.randomUUID(), newAlbumKey(), this.word.me]
    const members: Record<string, AlbumRole> = { ...Object.fromEntries(shares.map((one) => [one.accountId, one.role])), [me]: 'owner' }
    const given = Object.keys(members).map((accountId) => this.shareFor({ id, familyId, version: 1 }, key, accountId, members[accountId] ?? 'viewer'))
    const rule = await this.sign({ id, familyId }, 1, noForward)
    const boxed = this.boxedTo(Object.keys(members))
    const details = base64(await sealAlbumDetails(key, id, 1, 1, { title, members, out: [], past: [], boxed, rule }))
    const body = { id, family_id: familyId, kind, no_forward: noForward, details, shares: await Promise.all(given) }
    await this.turns.take(LIST, async () => this.take(await this.server.create(body)))
    return id
  }

  /** Changes what the members know of an album. */
  change(albumId: string, change: (details: KnownDetails) => KnownDetails): Promise<void> {
    return this.turns.take(LIST, () => this.changing(albumId, change))
  }

  /** The owner says whether others may take what is in it to another album. */
  setRule(albumId: string, noForward: boolean): Promise<void> {
    return this.turns.take(LIST, () =>
      this.tries(albumId, async () => {
        const { album, details } = this.open(albumId)
        if (album.role !== 'owner') throw new Failed('absent')
        if (staysHere(album) === noForward && album.rule) return
        const rule = await this.sign(album, (album.rule?.n ?? 0) + 1, noForward)
        await this.put({ ...album, rule }, details, { no_forward: noForward })
      }),
    )
  }

  /** Lets somebody in, or changes what they may. */
  share(albumId: string, accountId: string, role: 'contributor' | 'viewer'): Promise<void> {
    return this.turns.take(LIST, async () => {
      await this.renewing(albumId)
      await this.changing(albumId, ({ members, out, boxed, ...rest }) => {
        const known = { ...rest, boxed: { ...boxed, ...this.boxedTo([accountId]) } }
        return { ...known, members: { ...members, [accountId]: role }, out: out.filter((one) => one !== accountId) }
      })
      await this.tries(albumId, async () => {
        const { album, key } = this.open(albumId)
        const { box, signature } = await this.shareFor(album, key, accountId, role)
        await this.server.share(albumId, accountId, { role, box, signature, version: album.version })
      })
      await this.fetch(albumId)
    })
  }

  /** Puts somebody out; what is added from then on is under a new key. */
  unshare(albumId: string, accountId: string): Promise<void> {
    return this.turns.take(LIST, async () => {
      const { album } = this.open(albumId)
      await this.shelf.update(albumId, { puttingOut: [...new Set([...album.puttingOut, accountId])] })
      await this.end(albumId, accountId)
      await this.renewing(albumId)
    })
  }

  /** Makes a new version where one is due and it is on me. */
  renew(albumId: string): Promise<void> {
    return this.turns.take(LIST, () => this.renewing(albumId))
  }

  /** Whether a new version is due, and on me. */
  isDue(album: StoredAlbum): boolean {
    if (!isOpen(album) || !this.word.mayRenew(album)) return false
    return album.stale || album.puttingOut.length > 0 || this.isGiverGone(album) || this.word.hasOldBoxes(album)
  }

  /** The device of mine that gave the key has ended, or another member's did: later devices wait for the owner's word. */
  private isGiverGone({ giver, ownerId }: StoredAlbum): boolean {
    if (!giver) return false
    const { me } = this.word
    return giver.accountId === me ? this.context.trust.hasEnded(me, giver.deviceId) : ownerId === me
  }

  /** Does something that rests on the present version, again where somebody else was first. */
  async tries<T>(albumId: string, work: () => Promise<T>, again: () => Promise<unknown> = () => this.fetch(albumId)): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        return await work()
      } catch (problem) {
        if (!(problem instanceof ApiError) || problem.code !== 'stale_album' || tries >= TRIES) throw problem
        await again()
      }
    }
  }

  // -- inside the turn ---------------------------------------------------------------------------------

  /** What is being read of it ends first, and comes to nothing. */
  private async leave(albumId: string): Promise<void> {
    this.shelf.albums.delete(albumId)
    await this.turns.take(albumId, () => this.shelf.forget(albumId))
    this.context.changed()
  }

  private changing(albumId: string, change: (details: KnownDetails) => KnownDetails): Promise<void> {
    return this.tries(albumId, async () => {
      const { album, details } = this.open(albumId)
      await this.put(album, change(details))
    })
  }

  /** The next details of an album. Its rule goes along unchanged, whoever writes. */
  private async put(album: StoredAlbum, details: KnownDetails, also: { no_forward?: boolean } = {}): Promise<void> {
    const { id, version } = album
    const [rev, key] = [album.detailsRev + 1, unbase64(album.keys[version] ?? '')]
    const sealed = await sealAlbumDetails(key, id, version, rev, { ...details, ...ruleIn(album), past: pastOf(album) })
    await openAlbumDetails(key, id, version, rev, sealed) // What others would not read is not sent.
    await this.take(await this.server.change(id, { details_rev: rev, version, details: base64(sealed), ...also }))
  }

  private sign(album: { id: string; familyId: string }, n: number, noForward: boolean): Promise<AlbumRule> {
    const place = { familyId: album.familyId, albumId: album.id }
    return signAlbumRule(place, { n, noForward }, this.word.signer, this.context.secrets.device.signatureSeed)
  }

  private renewing(albumId: string): Promise<void> {
    return this.tries(albumId, async () => {
      const before = this.shelf.albums.get(albumId)
      if (!before || !this.isDue(before)) return
      if (before.role !== 'owner') await this.fetch(albumId) // The owner's devices may have been faster.
      const album = this.shelf.albums.get(albumId)
      if (!album || !this.isDue(album)) return
      const keys = await this.keysOfItems(albumId)
      await this.makeVersion(albumId, keys)
    })
  }

  /** A new key for who belongs, by the members' own word; everybody else the server lists is put out first. */
  private async makeVersion(albumId: string, items: Map<string, Bytes | undefined>): Promise<void> {
    await this.context.refreshPeople() // Nobody is put out because this device was behind.
    const stays = await this.whoStays(albumId)
    if (!stays) return
    const { album, details } = this.open(albumId)
    const [version, rev, key] = [album.version + 1, album.detailsRev + 1, newAlbumKey()]
    const members = Object.fromEntries(stays.map((id) => [id, details.members[id] ?? album.members[id] ?? 'viewer']))
    const gone = Object.keys(details.members).filter((id) => !stays.includes(id))
    const boxed = this.boxedTo(stays)
    const next = { ...details, ...ruleIn(album), boxed, members, out: [...new Set([...details.out, ...gone])], past: nextPast(album) }
    const place = { id: albumId, familyId: album.familyId, version }
    const shares = await Promise.all(stays.map((id) => this.shareFor(place, key, id, members[id] ?? 'viewer')))
    const wrap = await itemKeys(key, albumId, version)
    const wrapped = await Promise.all([...items].map(async ([id, fileKey]) => ({ item_id: id, sealed_key: base64(await wrap.seal(id, fileKey ?? newFileKey())) })))
    const body = {
      version,
      details: base64(await sealAlbumDetails(key, albumId, version, rev, next)),
      details_rev: rev,
      boxes: shares.map(({ account_id, box, signature }) => ({ account_id, box, signature })),
      keys: wrapped,
    }
    await this.take(await this.server.renew(albumId, body))
    await this.shelf.update(albumId, { puttingOut: [] })
  }

  /** Who gets the next key; undefined, and said to people, when the server keeps somebody who must go. */
  private async whoStays(albumId: string): Promise<string[] | undefined> {
    for (let isTold = false; ; isTold = true) {
      const { album, details } = this.open(albumId)
      const mayStay = (id: string): boolean => {
        return details.members[id] !== undefined && !album.puttingOut.includes(id) && this.word.isTrusted(album.familyId, id)
      }
      const extra = Object.keys(album.members).filter((id) => !mayStay(id))
      if (extra.length === 0) return Object.keys(album.members)
      if (album.role !== 'owner') return undefined // Putting out is the owner's.
      if (isTold) {
        for (const id of extra) this.context.raise('removal-ignored', aboutAlbum(albumId, id))
        return undefined
      }
      for (const id of extra) await this.end(albumId, id)
      await this.fetch(albumId)
    }
  }

  /** Ends a share. Told twice, because the first answer was lost, is told. */
  private async end(albumId: string, accountId: string): Promise<void> {
    await this.server.unshare(albumId, accountId).catch((problem: unknown) => {
      if (!(problem instanceof ApiError) || problem.status !== 404) throw problem
    })
    await this.fetch(albumId)
  }

  /** Which encryption keys a box made now is sealed to. */
  private boxedTo(accountIds: string[]): Record<string, number> {
    return Object.fromEntries(accountIds.map((id) => [id, this.context.trust.aekVersionOf(id)]))
  }

  private async shareFor(album: Pick<StoredAlbum, 'id' | 'familyId' | 'version'>, key: Bytes, accountId: string, role: AlbumRole): Promise<NewShare> {
    const { familyId, id: albumId, version } = album
    if (!this.word.isTrusted(familyId, accountId)) throw new Failed('not_trusted')
    const { device } = this.context.secrets
    const place = { familyId, albumId, version, accountId, by: this.word.me, deviceId: device.identity.deviceId }
    const giver = { signatureKey: device.signatureKey, certificate: device.identity.certificate, seed: device.signatureSeed }
    const { box, signature } = await boxAlbumKey(this.context.trust.aekOf(accountId), key, place, giver)
    return { account_id: accountId, role, box: base64(box), signature: base64(signature) }
  }

  // -- what the server says ----------------------------------------------------------------------------

  private async take(listed: ListedAlbum): Promise<void> {
    const known = this.shelf.albums.get(listed.id)
    if (known && !follows(listed, known)) {
      return this.context.raise('rolled-back', aboutAlbum(listed.id, '', `${listed.version}|${listed.details_rev}|${listed.rev}`))
    }
    const taken = known?.keys[listed.version] === undefined ? await this.word.takeKey(listed, known) : undefined
    const keys = { ...known?.keys, ...(taken ? { [listed.version]: base64(taken.key) } : {}) }
    const key = keys[listed.version]
    const details = key === undefined ? undefined : await this.detailsOf(listed, unbase64(key))
    const rule = await this.ruleOf(listed, known?.rule ?? null, details?.rule)
    const present = { ...plainOf(listed), keys, rule, giver: giverOf(known, listed, taken), details: details ? shared(details) : keptDetails(known, listed) }
    if (details) this.takePast(listed, present.keys, details.past)
    if (details) this.checkMembers(listed, details)
    if (known) await this.shelf.update(listed.id, present)
    else await this.shelf.keep({ ...present, items: 0, remarks: 0, again: null, puttingOut: [], newsFrom: listed.rev })
    this.context.changed()
  }

  private async detailsOf({ id, version, details_rev: rev, details }: ListedAlbum, key: Bytes): Promise<AlbumDetails | undefined> {
    try {
      return await openAlbumDetails(key, id, version, rev, unbase64(details))
    } catch (problem) {
      if (!(problem instanceof CryptoError)) throw problem
      this.context.raise('forged', aboutAlbum(id, '', `details ${version}|${rev}`))
      return undefined
    }
  }

  /** The owner's newest word. One that is older, or not the owner's, changes nothing, and people are told. */
  private async ruleOf(listed: ListedAlbum, known: AlbumRule | null, said: AlbumRule | undefined): Promise<AlbumRule | null> {
    if (!said || said.signature === known?.signature) return known
    const place = { id: listed.id, familyId: listed.family_id, ownerId: listed.owner_id ?? '' }
    const problem = await this.word.problemOfRule(place, said)
    const wrong = problem ?? (known && said.n <= known.n ? 'rolled-back' : undefined)
    if (!wrong) return said
    this.context.raise(wrong, aboutAlbum(listed.id, said.by, `rule ${said.n}|${said.signature}`))
    return known
  }

  /** Earlier keys, as who had them says. One that this device took out of a box is not exchanged. */
  private takePast(listed: ListedAlbum, keys: Record<number, string>, past: Bytes[]): void {
    if (past.length !== listed.version - 1) return
    past.map(base64).forEach((key, at) => {
      const known = (keys[at + 1] ??= key)
      if (known !== key) this.context.raise('box-wrong', aboutAlbum(listed.id, '', `past ${at + 1}`))
    })
  }

  /** Whom the server lists and the members do not. */
  private checkMembers(listed: ListedAlbum, { members, out }: AlbumDetails): void {
    for (const { account_id: accountId } of listed.members) {
      if (members[accountId] !== undefined) continue
      this.context.raise(out.includes(accountId) ? 'removal-ignored' : 'ghost-person', aboutAlbum(listed.id, accountId, 'member'))
    }
  }
}

/** Whether the server's word can come after what it said before. */
function follows(listed: ListedAlbum, known: StoredAlbum): boolean {
  if (listed.family_id !== known.familyId || (listed.owner_id !== null && listed.owner_id !== known.ownerId)) return false
  if (listed.version !== known.version) return listed.version > known.version && listed.details_rev >= known.detailsRev
  return listed.details_rev >= known.detailsRev && listed.rev >= known.rev
}

const plainOf = (listed: ListedAlbum) => ({
  id: listed.id,
  familyId: listed.family_id,
  kind: listed.kind,
  ownerId: listed.owner_id ?? '',
  noForward: listed.no_forward,
  version: listed.version,
  rev: listed.rev,
  detailsRev: listed.details_rev,
  stale: listed.stale,
  createdAt: listed.created_at,
  role: listed.my.role,
  members: Object.fromEntries(listed.members.map((one) => [one.account_id, one.role])),
  count: listed.count,
  bytes: listed.bytes,
})

/** What members write together. */
function shared(details: AlbumDetails): KnownDetails {
  const kept = Object.entries(details).filter(([name]) => !['past', 'rule'].includes(name))
  return Object.fromEntries(kept) as unknown as KnownDetails
}

/** Details that could not be opened do not take the place of those of the same version. */
const keptDetails = (known: StoredAlbum | undefined, listed: ListedAlbum): KnownDetails | null =>
  known?.version === listed.version ? known.details : null

const giverOf = (known: StoredAlbum | undefined, listed: ListedAlbum, taken: TakenKey | undefined): StoredAlbum['giver'] =>
  taken ? taken.giver : known?.version === listed.version ? known.giver : null

const ruleIn = ({ rule }: StoredAlbum): { rule?: AlbumRule } => (rule ? { rule } : {})

function nextPast(album: StoredAlbum): Bytes[] {
  const [past, key] = [pastOf(album), keyOf(album)]
  return key && past.length === album.version - 1 ? [...past, key] : []
}
