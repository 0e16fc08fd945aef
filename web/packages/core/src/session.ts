/** Who is signed in on this device, with which keys. */

import { type Api, ApiError, type SignIn, type SignInState, take } from '@prifora/api'
import {
  type AccountKeys,
  base64,
  type Bytes,
  CryptoError,
  newAccountKeys,
  openVault,
  openVaultWith,
  passkeySlot,
  PASSWORD,
  passwordKeys,
  random,
  readSheet,
  rotateAccountKeys,
  sheetSecret,
  signSheetSignIn,
  type SlotSecret,
  unbase64,
  withSlot,
} from '@prifora/crypto'
import { newDevice, NotMine, registerDevice } from './devices'
import { Failed } from './problem'
import { carriedRing } from './ring'
import { fromStored, keysFromStored, keysToStored, type Secrets, type StoredKeys, type StoredSecrets, toStored } from './secrets'
import type { Store } from './store'
import { bytesOf, firstVault, readVault, sheetKeyOf, vaultChange, type VaultOut } from './vaultform'

/** The master key as somebody gave it: another device of mine, a pairing, relatives. */
export interface Given {
  accountId: string
  masterKey: string
  /** Others helped to get it: a password must be chosen (a person), new keys made (a Home Station). */
  recovered?: boolean
}

/** Keys a Home Station made before it knew whose they are. */
type Proposed = StoredKeys

/** The account has keys, and this device has nothing that opens them. */
export class NoKey extends Error {}

export class Session {
  /** Derived from what was just typed or touched; kept only until the vault is open. */
  private slot: SlotSecret | undefined
  private touched: Bytes | undefined

  constructor(
    private readonly api: Api,
    private readonly auth: SignIn,
    private readonly store: Store,
    private readonly deviceName: string,
  ) {}

  /** Signs up; the server gets a key derived from the password, never the password. */
  async signUp(form: Record<string, string>, password: string): Promise<SignInState> {
    const { salt, derived } = await freshPassword(password)
    this.slot = derived.slot
    return this.auth.signUp({ ...form, password: derived.authKey, kdf_salt: base64(salt) })
  }

  async signIn(login: string, password: string): Promise<SignInState> {
    const derived = await this.derive(login, password)
    this.slot = derived.slot
    const name = login.includes('@') ? 'email' : /^[+(]?[0-9][0-9 ()./-]{4,}$/.test(login.trim()) ? 'phone' : 'username'
    return this.auth.signIn({ [name]: login.trim(), password: derived.authKey })
  }

  /** Signs in with a passkey; `prf` is what it derived, where it can. */
  async passkeySignIn(credential: object, prf?: Uint8Array): Promise<SignInState> {
    this.touched = prf ? new Uint8Array(prf) : undefined
    return this.auth.passkeySignIn(credential)
  }

  /** Confirms the password once more, for changes that matter. */
  async confirm(login: string, password: string): Promise<void> {
    await this.auth.reauthenticate((await this.derive(login, password)).authKey)
  }

  async derive(login: string, password: string) {
    const kdf = await take(this.api.GET('/api/v1/kdf', { params: { query: { login } } }))
    return passwordKeys(password, {
      salt: unbase64(kdf.salt),
      memoryKib: kdf.memory_kib,
      passes: kdf.passes,
      lanes: kdf.lanes,
    })
  }

  /**
   * Returns this device's keys: those it has, or new ones after opening the vault. Undefined: a password is needed.
   * A device that was ended elsewhere forgets everything first.
   */
  async open(accountId: string, username: string, password?: string): Promise<Secrets | undefined> {
    const known = await this.known(accountId)
    if (known) return known
    if (password) this.slot = (await this.derive(username, password)).slot
    const given = await this.given(accountId)
    const vault = await readVault(this.api)
    if (given && !given.recovered && vault) return this.settle(accountId, await openWith(vault, given.masterKey, accountId), vault, given)
    const opened = await this.openBySlot(accountId, vault)
    this.slot = this.touched = undefined
    return opened
  }

  /** Opens the vault of a Home Station's user, or stores the keys it proposed; throws NoKey when none opens it. */
  async openOrMake(accountId: string): Promise<Secrets> {
    const known = await this.known(accountId)
    if (known) return known
    const proposed = await this.store.get<Proposed>('proposed')
    let vault = await readVault(this.api)
    if (!vault && proposed) vault = await this.make(keysFromStored(proposed), accountId)
    const given = await this.given(accountId)
    for (const masterKey of [given?.masterKey, proposed?.masterKey]) {
      const keys = masterKey && vault ? await openWith(vault, masterKey, accountId).catch(ignoreOtherKeys) : undefined
      if (keys && vault) return this.settle(accountId, keys, vault, given?.masterKey === masterKey ? given : undefined)
    }
    throw new NoKey()
  }

  /** The keys a Home Station proposes when it is paired: kept until they are stored, the same after a restart. */
  async proposed(): Promise<AccountKeys> {
    const kept = await this.store.get<Proposed>('proposed')
    if (kept) return keysFromStored(kept)
    const keys = await newAccountKeys()
    await this.store.write({ proposed: keysToStored(keys) })
    return keys
  }

  /** Keeps a master key that somebody gave, until the vault is open. */
  async keepGiven(given: Given, deletes: string[] = []): Promise<void> {
    await this.store.write({ given }, deletes)
  }

  /** Something was just typed or touched that may open the vault. */
  get hasKey(): boolean {
    return this.slot !== undefined || this.touched !== undefined
  }

  async given(accountId: string): Promise<Given | undefined> {
    const given = await this.store.get<Given>('given')
    return given?.accountId === accountId ? given : undefined
  }

  /** The stored keys without asking the server, for a start without a network. */
  async offline(accountId: string): Promise<Secrets | undefined> {
    const kept = await this.store.get<StoredSecrets>('secrets')
    return kept?.accountId === accountId ? fromStored(kept) : undefined
  }

  /** Gets a recovered session and the master key by the letters of a recovery sheet. */
  async recoverWithSheet(login: string, typed: string): Promise<void> {
    const letters = await readSheet(typed)
    if (!letters) throw new Failed('sheet_wrong')
    const sheet = await sheetSecret(letters)
    const { nonce } = await take(this.api.POST('/api/v1/recovery/challenge', { body: { login } }))
    const signature = base64(await signSheetSignIn(sheet.authSeed, login, nonce))
    await take(this.api.POST('/api/v1/recovery/sign-in', { body: { login, nonce, signature } }))
    const [me, vault] = await Promise.all([take(this.api.GET('/api/v1/me')), readVault(this.api)])
    if (!vault) throw new Failed('absent')
    const keys = await openVault(bytesOf(vault), sheet.slot, me.id)
    await this.keepGiven({ accountId: me.id, masterKey: base64(keys.masterKey), recovered: true })
  }

  /** After coming back: the new password, and new keys in the same request. */
  async choosePassword(accountId: string, username: string, password: string): Promise<Secrets> {
    const given = await this.given(accountId)
    const vault = await readVault(this.api)
    if (!given || !vault) throw new Failed('absent')
    const keys = await openWith(vault, given.masterKey, accountId).catch(ignoreOtherKeys)
    if (!keys) {
      // The request arrived before, and its answer was lost: then the password chosen in it opens the vault.
      this.slot = (await this.derive(username, password)).slot
      const secrets = await this.openBySlot(accountId, vault)
      if (!secrets) throw new Failed('absent')
      return secrets
    }
    const next = await this.withPassword(accountId, keys, vault, password)
    return next ? this.introduce(await newDevice(accountId, next, vault.revision + 1)) : this.choosePassword(accountId, username, password)
  }

  /** Gives the account a password and new keys. Undefined: another device changed something first. */
  private async withPassword(accountId: string, keys: AccountKeys, vault: VaultOut, password: string): Promise<AccountKeys | undefined> {
    const { salt, derived } = await freshPassword(password)
    const next = await withSlot(await rotateAccountKeys(keys), accountId, derived.slot)
    const ring = await carriedRing(this.store, vault, accountId, keys.masterKey, next.masterKey)
    const change = await vaultChange(next, accountId, vault.revision, { before: keys.aekVersion, sheetKey: sheetKeyOf(vault), ring })
    const body = { password: derived.authKey, kdf_salt: base64(salt), vault: change }
    return take(this.api.POST('/api/v1/me/password', { body })).then(
      () => next,
      (problem: unknown) => {
        if (problem instanceof ApiError && ['stale_ring', 'stale_vault'].includes(problem.code)) return undefined
        throw problem
      },
    )
  }

  /** Another password; its slot is made in the change of the vault that `send` carries. */
  async newPassword(username: string, current: string, next: string) {
    const [old, { salt, derived }] = await Promise.all([this.derive(username, current), freshPassword(next)])
    return { body: { current_password: old.authKey, password: derived.authKey, kdf_salt: base64(salt) }, slot: derived.slot }
  }

  private async known(accountId: string): Promise<Secrets | undefined> {
    const kept = await this.store.get<StoredSecrets>('secrets')
    if (!kept) return undefined
    if (kept.accountId === accountId) {
      try {
        return await this.register(fromStored(kept))
      } catch (problem) {
        if (!(problem instanceof NotMine)) throw problem
      }
    }
    await this.forget()
    return undefined
  }

  /** Forgets what belongs to a device that is none any more; where this is a Home Station, not where it stands. */
  private async forget(but: string[] = []): Promise<void> {
    const rows = await this.store.list('')
    const stays = ['station', 'proposed', 'given', 'asking', 'profile', ...but]
    await this.store.write({}, rows.map(([name]) => name).filter((name) => !stays.includes(name)))
  }

  private async openBySlot(accountId: string, shown: VaultOut | undefined): Promise<Secrets | undefined> {
    const { slot } = this
    const isFirst = !shown && slot?.name === PASSWORD
    const vault = isFirst ? await this.make(await withSlot(await newAccountKeys(), accountId, slot), accountId) : shown
    const secret = slot ?? (vault && (await this.passkeySecret(vault)))
    if (!vault || !secret) return undefined
    if (!vault.slots.some((one) => one.name === secret.name)) throw new Failed('no_password_slot')
    const keys = await openVault(bytesOf(vault), secret, accountId).catch((problem: unknown) => {
      throw problem instanceof CryptoError && secret.name === PASSWORD ? new Failed('wrong_password') : problem
    })
    return this.introduce(await newDevice(accountId, keys, vault.revision))
  }

  /** Which passkey was touched follows from what it derived. */
  private async passkeySecret(vault: VaultOut): Promise<SlotSecret | undefined> {
    const { touched } = this
    if (!touched) return undefined
    for (const { name, public_key } of vault.slots) {
      if (!name.startsWith('passkey:')) continue
      const secret = await passkeySlot(name.slice('passkey:'.length), touched)
      if (base64(secret.pair.publicKey) === public_key) return secret
    }
    return undefined
  }

  /** Stores a first vault; where there is one already (an answer was lost), that one. */
  private async make(keys: AccountKeys, accountId: string): Promise<VaultOut> {
    const body = await firstVault(keys, accountId)
    return take(this.api.PUT('/api/v1/vault', { body })).catch(async (problem: unknown) => {
      const vault = problem instanceof ApiError && problem.code === 'vault_exists' ? await readVault(this.api) : undefined
      if (!vault) throw problem
      return vault
    })
  }

  private async settle(accountId: string, keys: AccountKeys, vault: VaultOut, given: Given | undefined): Promise<Secrets> {
    const secrets = await newDevice(accountId, keys, vault.revision)
    secrets.mustRotate = given?.recovered === true
    return this.introduce(secrets)
  }

  /** Keeps a new device's secrets in place of an earlier one's, then tells the server. */
  private async introduce(secrets: Secrets): Promise<Secrets> {
    if (await this.store.get('secrets')) await this.forget(['ring'])
    await this.store.write({ secrets: toStored(secrets) })
    return this.register(secrets)
  }

  /** What was kept only until this device is known goes when it is. */
  private async register(secrets: Secrets): Promise<Secrets> {
    const wasRegistered = secrets.isRegistered
    await registerDevice(this.api, secrets, this.deviceName)
    if (!wasRegistered) await this.store.write({ secrets: toStored(secrets) }, ['given', 'proposed', 'asking'])
    return secrets
  }
}

async function freshPassword(password: string) {
  const salt = random(16)
  return { salt, derived: await passwordKeys(password, { salt, memoryKib: 64 * 1024, passes: 3, lanes: 1 }) }
}

const openWith = (vault: VaultOut, masterKey: string, accountId: string): Promise<AccountKeys> =>
  openVaultWith(bytesOf(vault), unbase64(masterKey), accountId)

/** Keys that are not this vault's open nothing: another way may. */
function ignoreOtherKeys(problem: unknown): undefined {
  if (problem instanceof CryptoError && problem.code === 'not_readable') return undefined
  throw problem
}
