/** Calls about the ways into my account: devices, passkeys, the recovery sheet, relatives. */

import { type components, take } from '@prifora/api'
import {
  base64,
  codeSecret,
  linkDeviceProof,
  linkOwnerProof,
  newSheet,
  passkeySlot,
  passkeySlotName,
  PASSWORD,
  proofHolds,
  readCode,
  readSheet,
  RECOVERY,
  sealLink,
  sheetSecret,
  unbase64,
  withoutSlot,
  withSlot,
} from '@prifora/crypto'
import { AccountCalls } from './account'
import { revokeDevice } from './devices'
import { Failed } from './problem'
import type { Ways } from './surface'

export abstract class WayCalls extends AccountCalls {
  async devices() {
    return (await take(this.api.GET('/api/v1/me/devices'))).items.map(({ id, kind, name, created_at, last_seen_on, this: isThis }) => ({
      id,
      kind,
      name,
      created_at,
      last_seen_on,
      this: isThis,
    }))
  }

  async revokeDevice(id: string) {
    await revokeDevice(this.api, this.inside.vault, id)
  }

  askForLink() {
    return this.asking.askForLink()
  }

  askRelatives(login: string) {
    return this.asking.askRelatives(login.trim())
  }

  stopWaiting() {
    return this.asking.stop()
  }

  async findLink(code: string) {
    const { found } = await this.lookForLink(code)
    return { name: found.name, requestedAt: found.requested_at }
  }

  /** Gives the browser that shows this code the key to my vault as it is now, whichever device changed it last. */
  async approveLink(code: string) {
    const { vault } = this.inside
    const { found, secret } = await this.lookForLink(code)
    await vault.check()
    const content = { accountId: vault.accountId, masterKey: vault.secrets.keys.masterKey }
    const box = await sealLink(unbase64(found.box_key), secret.lookup, content)
    const body = { box: base64(box), proof: base64(await linkOwnerProof(secret, box)) }
    await take(this.api.POST('/api/v1/links/{link_id}/approve', { params: { path: { link_id: found.id } }, body }))
  }

  private async lookForLink(typed: string) {
    const code = readCode(typed, 'link')
    if (!code) throw new Failed('link_unknown')
    const secret = await codeSecret(code, 'link')
    const found: components['schemas']['LinkFoundOut'] = await take(this.api.POST('/api/v1/links/find', { body: { lookup: base64(secret.lookup) } }))
    const expected = await linkDeviceProof(secret, unbase64(found.box_key), unbase64(found.auth_key))
    if (!proofHolds(unbase64(found.proof), expected)) throw new Failed('link_forged')
    return { found, secret }
  }

  async ways(): Promise<Ways> {
    const { helping, vault, home } = this.inside
    const [relatives, shown, { items }] = await Promise.all([
      helping.relatives(),
      vault.check(),
      take(this.api.GET('/api/v1/me/devices')),
    ])
    const names = shown.slots.map((one) => one.name)
    const given = relatives && {
      threshold: relatives.threshold,
      waitHours: relatives.wait_hours,
      names: relatives.relatives.map((one) => one.first_name || home.people.nameOf(one.account_id)).sort((one, other) => one.localeCompare(other)),
    }
    return {
      password: names.includes(PASSWORD),
      passkeys: names.filter((name) => name.startsWith('passkey:')).length,
      sheet: names.includes(RECOVERY),
      relatives: given,
      devices: items.length,
    }
  }

  /** Who had an older sheet, or a copy of what it opened, has nothing any more: then the keys change as well. */
  async makeSheet() {
    const { vault } = this.inside
    const sheet = await newSheet()
    const { slot, authKey } = await sheetSecret((await readSheet(sheet)) ?? '')
    const isFirst = !vault.secrets.keys.slots[RECOVERY]
    await vault.change((keys) => withSlot(keys, vault.accountId, slot), { keep: isFirst, sheetKey: base64(authKey) })
    return sheet
  }

  async dropSheet() {
    await this.inside.vault.change((keys) => withoutSlot(keys, RECOVERY))
  }

  async recoverWithSheet(login: string, letters: string) {
    await this.session.recoverWithSheet(login, letters)
    await this.follow({ isIn: true, pending: [] })
  }

  setRelatives(accountIds: string[], waitHours: 0 | 24 | 72 | 168) {
    return this.inside.helping.setRelatives(accountIds, waitHours)
  }
  dropRelatives() {
    return this.inside.helping.dropRelatives()
  }
  async approveRecovery(requestId: string, code: string) {
    await this.then(this.inside.helping.approve(requestId, code))
  }
  async vetoRecovery(requestId: string) {
    await this.then(this.inside.helping.veto(requestId))
  }

  passkeyOptions() {
    return this.auth.passkeyOptions()
  }

  /** A passkey signs in; with what it derived (`prf`) it opens the keys as well. */
  async addPasskey(name: string, credential: unknown, prf?: Uint8Array) {
    const { data } = await this.auth.addPasskey(name, credential as object)
    const id = (data as { id?: number } | undefined)?.id
    if (!prf || id === undefined) return
    const { vault } = this.inside
    const slot = await passkeySlot(String(id), new Uint8Array(prf))
    await vault.change((keys) => withSlot(keys, vault.accountId, slot), { keep: true })
  }

  async dropPasskey(id: number) {
    const { vault } = this.inside
    const name = passkeySlotName(String(id))
    if (vault.secrets.keys.slots[name]) await vault.change((keys) => withoutSlot(keys, name))
    await this.auth.dropPasskey(id)
  }
}
