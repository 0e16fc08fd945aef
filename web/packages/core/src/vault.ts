/** This account's vault, as one of its devices keeps it: opens it, changes it, follows what other devices changed. */

import { type Api, ApiError, take } from '@prifora/api'
import {
  type AccountKeys,
  CryptoError,
  type DeviceList,
  deviceSlot,
  equal,
  openDeviceList,
  openVault,
  rotateAccountKeys,
  unbase64,
} from '@prifora/crypto'
import { Failed } from './problem'
import { carriedRing } from './ring'
import { type Secrets, toStored } from './secrets'
import type { Store } from './store'
import type { Alert } from './surface'
import { bytesOf, readVault, sheetKeyOf, type VaultChange, vaultChange, type VaultOut } from './vaultform'

const TRIES = 6

/** What is done with the keys; it may be asked again when another device was faster, so it must not act elsewhere. */
export type Edit = (keys: AccountKeys) => AccountKeys | Promise<AccountKeys>

/** Gives the server a change in whichever request it belongs to. */
export type Send = (change: VaultChange) => Promise<unknown>

interface How {
  send?: Send
  keep?: boolean
  sheetKey?: string
}

export class Vault {
  private last: Promise<unknown> = Promise.resolve()

  constructor(
    private readonly api: Api,
    private readonly store: Store,
    readonly secrets: Secrets,
    private readonly raise: (kind: Alert['kind']) => void,
  ) {}

  get accountId(): string {
    return this.secrets.device.identity.accountId
  }

  /** Takes over what other devices of mine changed. What must not be is said, and the keys stay as they were. */
  check(): Promise<VaultOut> {
    return this.inTurn(() => this.checkNow())
  }

  private async checkNow(): Promise<VaultOut> {
    const shown = await readVault(this.api)
    if (!shown) throw new Failed('absent')
    await this.follow(shown).catch(ignoreWhatWasSaid)
    await this.takeList(shown)
    if (this.secrets.mustRotate) await this.changeNow((keys) => keys, {})
    return shown
  }

  /** New keys for everything that comes: who knew the old ones reads nothing of it. */
  rotate(): Promise<void> {
    return this.change((keys) => keys)
  }

  /**
   * Changes the vault and gives it new keys; made again from the newest one when another device was faster. A change
   * that only adds a way in needs no new keys: `keep` them. `sheetKey`: of a new recovery sheet.
   */
  change(edit: Edit, how: How = {}): Promise<void> {
    return this.inTurn(() => this.changeNow(edit, how))
  }

  private async changeNow(edit: Edit, { send, keep = false, sheetKey }: How): Promise<void> {
    const post: Send = send ?? ((body) => take(this.api.POST('/api/v1/vault/change', { body })))
    for (let tries = 1; ; tries++) {
      const shown = await this.fresh()
      const { keys, vaultRevision } = this.secrets
      const next = await edit(keep ? keys : await rotateAccountKeys(keys))
      const ring = keep ? undefined : await carriedRing(this.store, shown, this.accountId, keys.masterKey, next.masterKey)
      const beside = { before: keys.aekVersion, sheetKey: sheetKey ?? sheetKeyOf(shown), ring }
      try {
        await post(await vaultChange(next, this.accountId, vaultRevision, beside))
        await this.hold(next, vaultRevision + 1)
        return
      } catch (problem) {
        if (!(problem instanceof ApiError) || !['stale_vault', 'stale_ring'].includes(problem.code) || tries >= TRIES) throw problem
      }
    }
  }

  /** The vault as it is now, with its keys taken over. */
  private async fresh(): Promise<VaultOut> {
    const shown = await readVault(this.api)
    if (!shown) throw new Failed('absent')
    await this.follow(shown)
    return shown
  }

  /** Opens a newer vault by this device's own slot. It must be of the same identity, and nothing in it older than before. */
  private async follow(shown: VaultOut): Promise<void> {
    const { keys, boxes, device, vaultRevision } = this.secrets
    if (shown.revision === vaultRevision) return
    if (shown.revision < vaultRevision) return this.refuse('rolled-back')
    const slot = await deviceSlot(device.identity.deviceId, boxes)
    const opened = await openVault(bytesOf(shown), slot, this.accountId).catch((problem: unknown) => {
      if (problem instanceof CryptoError && problem.code === 'not_readable') throw problem
      return this.refuse('key-changed')
    })
    if (!equal(opened.aik, keys.aik)) return this.refuse('key-changed')
    if (opened.aekVersion < keys.aekVersion) return this.refuse('rolled-back')
    await this.hold(opened, shown.revision)
  }

  private refuse(kind: Alert['kind']): never {
    this.raise(kind)
    throw new Failed(kind.replace('-', '_'))
  }

  private async hold(keys: AccountKeys, revision: number): Promise<void> {
    const { secrets } = this
    if (keys.aekVersion > secrets.keys.aekVersion) secrets.mustRotate = false
    secrets.keys = keys
    secrets.vaultRevision = revision
    await this.save()
  }

  /** Takes the newest signed list of my devices. */
  private async takeList({ devices }: Pick<VaultOut, 'devices'>): Promise<DeviceList | undefined> {
    const { secrets } = this
    const list = await signedList({ devices }, secrets.keys.aik, this.accountId).catch(() => undefined)
    const version = list?.version ?? 0
    if (version < secrets.listVersion) this.raise('rolled-back')
    else if (list && version > secrets.listVersion) {
      secrets.ownList = list
      secrets.listVersion = version
      await this.save()
    }
    return secrets.ownList
  }

  /** One look or change at a time: what an earlier one learned is there for the next. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.last.then(work)
    this.last = done.catch(() => undefined)
    return done
  }

  private async save(): Promise<void> {
    await this.store.write({ secrets: toStored(this.secrets) })
  }
}

/** Somebody was told by an alert; or this device has no slot any more, and its session ends in a moment. */
function ignoreWhatWasSaid(problem: unknown): void {
  if (!(problem instanceof Failed) && !(problem instanceof CryptoError)) throw problem
}

/** The list of devices beside a vault, when the account's own key signed it. */
export async function signedList({ devices }: Pick<VaultOut, 'devices'>, aik: AccountKeys['aik'], accountId: string): Promise<DeviceList | undefined> {
  if (!devices) return undefined
  return openDeviceList(aik, accountId, unbase64(devices.body), unbase64(devices.signature))
}
