/** What screens fill in, and what they are shown before they do. */

import type { Language } from './surface'

export interface InvitationPreview {
  familyName: string
  inviter: string
  invitee: string
  expiresAt: string
}

export interface FoundStation {
  pairingId: string
  model: string
  requestedAt: string
}

export interface SignUpForm {
  kind: 'user' | 'contact'
  phone: string
  username: string
  first_name: string
  last_name: string
  email: string
  password: string
  language: Language
}

export interface ManagedUser {
  first_name: string
  last_name: string
  username: string
  phone: string
  phone_via_relative: boolean
  email: string
  email_via_relative: boolean
  language: Language
}
