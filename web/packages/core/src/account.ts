/** Calls about me: signing up and in, what people may know of me, where I am signed in. */

import { ApiError, type components, sendPortrait, take, takeExport } from '@prifora/api'
import { equal, withSlot } from '@prifora/crypto'
import { lookAtInvitation } from './people'
import type { Closing, Language, Profile, SignUpForm } from './surface'
import { TicketCalls } from './tickets'

export abstract class AccountCalls extends TicketCalls {
  async fields(kind: 'user' | 'contact') {
    return (await take(this.api.GET('/api/v1/fields', { params: { query: { kind } } }))).items
  }

  async setLanguage(language: Language) {
    this.language = language
    if (this.profile && this.profile.language !== language) await this.changeProfile({ language })
  }

  async signUp({ password, email, ...form }: SignUpForm) {
    await this.follow(await this.session.signUp({ ...form, ...(email ? { email } : {}) }, password))
  }

  async verify(what: 'phone' | 'email', code: string) {
    const typed = code.trim().toUpperCase()
    await this.follow(await (what === 'phone' ? this.auth.verifyPhone(typed) : this.auth.verifyEmail(typed)))
  }

  async resend(what: 'phone' | 'email') {
    await this.auth.resend(what)
  }

  async signIn(login: string, password: string) {
    await this.follow(await this.session.signIn(login, password))
  }

  async secondFactor(code: string) {
    await this.follow(await this.auth.secondFactor(code.trim()))
  }

  async unlock(password: string) {
    await this.follow({ isIn: true, pending: [] }, password)
  }

  passkeySignInOptions() {
    return this.auth.passkeySignInOptions()
  }

  async passkeySignIn(credential: unknown, prf?: Uint8Array) {
    await this.follow(await this.session.passkeySignIn(credential as object, prf))
  }

  lookAtInvitation(code: string) {
    return lookAtInvitation(this.api, code)
  }

  async changeProfile(changes: Partial<Profile>) {
    const body = changes as Record<string, never>
    await this.know((await take(this.api.PATCH('/api/v1/me', { body }))) as unknown as Profile)
  }

  async changeUsername(username: string, password: string) {
    const { authKey } = await this.session.derive(this.me.username, password)
    const body = { username: username.trim(), password: authKey }
    await this.know((await take(this.api.PUT('/api/v1/me/username', { body }))) as unknown as Profile)
  }

  async changePhone(phone: string) {
    await this.auth.changePhone(phone.trim())
  }

  async changeEmail(email: string) {
    await this.auth.changeEmail(email.trim())
  }

  async removeEmail() {
    await this.auth.removeEmail(this.me.email ?? '')
    await this.loadProfile()
  }

  /** Every other session ends. Asked again after its answer was lost, it finds the new password in place already. */
  async changePassword(current: string, next: string) {
    const { vault } = this.inside
    const { username } = this.me
    const { body, slot } = await this.session.newPassword(username, current, next)
    try {
      await vault.change((keys) => withSlot(keys, vault.accountId, slot), {
        send: (change) => take(this.api.POST('/api/v1/me/password', { body: { ...body, vault: change } })),
      })
    } catch (problem) {
      if (!(problem instanceof ApiError) || problem.code !== 'wrong_password') throw problem
      const again = await this.session.derive(username, next)
      const kept = vault.secrets.keys.slots[again.slot.name]
      if (!kept || !equal(kept.key, again.slot.pair.publicKey)) throw problem
    }
  }

  async confirmPassword(password: string) {
    await this.session.confirm(this.profile?.username ?? '', password)
  }

  async setPortrait(picture: Blob) {
    await this.know({ portrait: await sendPortrait(this.api, picture) })
  }
  async removePortrait() {
    await take(this.api.DELETE('/api/v1/me/portrait'))
    await this.know({ portrait: null })
  }
  portrait(accountId: string, version: string) {
    return this.home.portraits.get(accountId, version)
  }

  async sessions() {
    return (await take(this.api.GET('/api/v1/me/sessions'))).items
  }
  async endSession(id: string) {
    await take(this.api.DELETE('/api/v1/me/sessions/{session_id}', { params: { path: { session_id: id } } }))
  }
  async log() {
    return (await take(this.api.GET('/api/v1/me/log'))).items
  }
  async closing() {
    return shownClosing(await take(this.api.GET('/api/v1/me/closing')))
  }
  async askClosing(password: string, shared: 'leave' | 'withdraw') {
    const { authKey } = await this.session.derive(this.me.username, password)
    return shownClosing(await take(this.api.POST('/api/v1/me/closing', { body: { password: authKey, shared } })))
  }
  async keepAccount() {
    await take(this.api.DELETE('/api/v1/me/closing'))
  }
  async exported(password: string | null) {
    const proof = password === null ? null : (await this.session.derive(this.me.username, password)).authKey
    return await takeExport(this.api, proof)
  }
  async exportSchema() {
    return JSON.stringify(await take(this.api.GET('/api/v1/me/export/schema')), undefined, 2)
  }
  async myData() {
    return await take(this.api.GET('/api/v1/me/data'))
  }
  letters(before?: string) {
    return this.home.letters.page(before)
  }
  markLettersRead(ids?: string[]) {
    return this.home.letters.markRead(ids)
  }
  async pushState() {
    return await take(this.api.GET('/api/v1/notices/push'))
  }
  async startPush(address: { endpoint: string; p256dh: string; auth: string }) {
    await take(this.api.PUT('/api/v1/notices/push', { body: address }))
  }
  async stopPush() {
    await take(this.api.DELETE('/api/v1/notices/push'))
  }
  factors() {
    return this.auth.factors()
  }
  startTotp() {
    return this.auth.startTotp()
  }
  async confirmTotp(code: string) {
    await this.auth.confirmTotp(code.trim())
    return this.auth.recoveryCodes().catch(() => this.auth.newRecoveryCodes())
  }
  async endTotp() {
    await this.auth.endTotp()
  }
}

function shownClosing(told: components['schemas']['ClosingOut']): Closing {
  const { certificate } = told
  return {
    families: told.families.map((one) => ({
      familyId: one.family_id,
      people: one.people,
      alone: one.alone,
      lastAdmin: one.last_admin,
      isUser: one.is_user,
    })),
    albums: { own: told.albums.own, shared: told.albums.shared, elsewhere: told.albums.items_elsewhere },
    conversations: told.conversations,
    stations: told.stations,
    graceDays: told.grace_days,
    dueAt: told.due_at,
    shared: certificate.shared,
    byMail: told.by_mail,
    stays: certificate.stays.map(({ what, article, until_words }) => ({ what, article, until: until_words })),
    text: told.text,
    json: JSON.stringify(certificate, undefined, 2),
  }
}
