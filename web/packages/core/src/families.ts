/** Calls about families: who is in them, invitations, Home Stations. */

import { take } from '@prifora/api'
import type { Core } from './surface'
import { WayCalls } from './ways'

export abstract class FamilyCalls extends WayCalls {
  async createFamily(name: string, user: Parameters<Core['createFamily']>[1]) {
    return this.home.createFamily(name, user)
  }
  invite(familyId: string, invitee: string, history: 'start' | 'today') {
    const { people, familyName } = this.home
    return people.invite(familyId, familyName(familyId), this.profile?.first_name ?? '', invitee, history)
  }
  async invitations(familyId: string) {
    const path = { family_id: familyId }
    return (await take(this.api.GET('/api/v1/families/{family_id}/invitations', { params: { path } }))).items
  }
  async withdrawInvitation(familyId: string, id: string) {
    const path = { family_id: familyId, invitation_id: id }
    await take(this.api.DELETE('/api/v1/families/{family_id}/invitations/{invitation_id}', { params: { path } }))
  }
  acceptInvitation(code: string) {
    return this.then(this.home.people.accept(code))
  }
  async welcome(family_id: string, account_id: string) {
    const path = { family_id, account_id }
    await this.then(take(this.api.POST('/api/v1/families/{family_id}/people/{account_id}/seen', { params: { path } })))
  }
  async refuse(family_id: string, account_id: string) {
    const path = { family_id, account_id }
    await this.then(take(this.api.POST('/api/v1/families/{family_id}/people/{account_id}/refuse', { params: { path } })))
  }
  removePerson(familyId: string, accountId: string) {
    return this.then(this.home.removePerson(familyId, accountId))
  }
  leaveFamily(familyId: string) {
    return this.then(this.home.leaveFamily(familyId))
  }
  setRetention(familyId: string, days: 30 | 90 | 365 | null) {
    return this.then(this.home.setRetention(familyId, days))
  }
  async setAdmin(family_id: string, account_id: string, isAdmin: boolean) {
    const path = { family_id, account_id }
    const body = { is_admin: isAdmin }
    await this.then(take(this.api.PATCH('/api/v1/families/{family_id}/people/{account_id}', { params: { path }, body })))
  }
  async setFavourite(family_id: string, account_id: string, wanted: boolean) {
    const where = { params: { path: { family_id, account_id } } }
    const call = wanted
      ? this.api.PUT('/api/v1/families/{family_id}/favourites/{account_id}', where)
      : this.api.DELETE('/api/v1/families/{family_id}/favourites/{account_id}', where)
    await this.then(take(call))
  }
  async setBlock(account_id: string, wanted: boolean) {
    const where = { params: { path: { account_id } } }
    await this.then(take(wanted ? this.api.PUT('/api/v1/blocks/{account_id}', where) : this.api.DELETE('/api/v1/blocks/{account_id}', where)))
  }
  safetyNumber(accountId: string) {
    return this.home.people.safetyNumber(accountId)
  }
  markCompared(accountId: string, scanned?: string) {
    return this.home.people.markCompared(accountId, scanned)
  }
  dismissAlert(id: string) {
    return this.home.dismissAlert(id)
  }

  async findStation(code: string) {
    const { pairingId, model, requestedAt } = await this.home.people.findStation(code)
    return { pairingId, model, requestedAt }
  }
  async pairStation(familyId: string, code: string, name: string) {
    const { people, familyName } = this.home
    await this.inside.vault.check()
    await this.then(people.pairStation(familyId, familyName(familyId), code, name))
  }
  async renameStation(family_id: string, station_id: string, name: string) {
    const where = { params: { path: { family_id, station_id } }, body: { name } }
    await this.then(take(this.api.PATCH('/api/v1/families/{family_id}/stations/{station_id}', where)))
  }
  async unpairStation(family_id: string, station_id: string) {
    const where = { params: { path: { family_id, station_id } } }
    await this.then(take(this.api.DELETE('/api/v1/families/{family_id}/stations/{station_id}', where)))
  }
  async wipeStation(family_id: string, station_id: string) {
    const where = { params: { path: { family_id, station_id } } }
    await this.then(take(this.api.POST('/api/v1/families/{family_id}/stations/{station_id}/wipe', where)))
  }
}
