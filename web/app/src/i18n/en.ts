/** English. */

import { closing } from './en.closing'
import { data, dataErrors } from './en.data'
import { asks, better, kioskHelp } from './en.help'
import { keys } from './en.keys'
import { letters } from './en.letters'
import { photoErrors, photos } from './en.photos'
import { planErrors, plans } from './en.plans'
import { kioskRights, mandates, rights } from './en.privacy'
import { talk } from './en.talk'
import type { Messages } from './nl'

export const en = {
  closing,
  rights,
  kioskRights,
  mandates,
  data,
  asks,
  better,
  kioskHelp,
  ...talk,
  ...keys,
  ...letters,
  ...photos,
  ...plans,
  slogan: 'You, and nobody else.',
  sloganMore: 'Messages for the whole family, also on the screen in the living room. Nobody else can read what you say to each other. Not even we can, on our servers.',
  privacy: 'What we keep about you, and why',
  nav: { messages: 'Messages', photos: 'Photos', family: 'Family', me: 'Me', help: 'Help' },
  common: {
    stillLoading: 'This takes a little longer than usual. One more moment…', save: 'Save', cancel: 'Cancel', back: 'Back', next: 'Continue', close: 'Close', remove: 'Remove', yes: 'Yes', no: 'No', add: 'Add',
    required: 'required', optional: 'may stay empty', why: 'Why do we ask this?', loading: 'One moment…', saved: 'Saved.', copy: 'Copy', copied: 'Copied.', share: 'Share', again: 'Try again', you: 'you',
  },
  offline: (queued: number) => queued === 0 ? 'No connection. You can go on reading and writing.' : `No connection. ${queued === 1 ? 'One message waits and goes out by itself' : `${queued} messages wait and go out by themselves`}.`,
  notYet: 'There is no connection. As soon as it is back, you see everything here.',
  signIn: {
    title: 'Sign in', login: 'Username, e-mail address or phone number', password: 'Password', go: 'Sign in', passkey: 'Sign in with a passkey', new: 'New here?', asUser: 'I want a Home Station', asContact: 'I was invited', working: 'Your messages stay locked. This takes a few seconds…', shutOut: 'This device was signed out from somewhere else. Was that not you? Sign in and look under Me what happened.', cookie: 'To keep you signed in, this browser keeps one cookie of ours. If it does not keep cookies, you cannot sign in.',
  },
  signUp: {
    title: { user: 'Make an account', contact: 'Make an account' }, lead: { user: 'For who uses or looks after a Home Station.', contact: 'For who belongs to a family.' }, go: 'Make account', marked: 'Fields with a star (*) must be filled in.',
    passwordHelp: 'At least 15 characters. A few ordinary words in a row work well. We never see your password: if you forget it, we cannot bring back your old messages.', show: 'Show password',
    weak: { too_short: 'Still too short: at least 15 characters.', too_long: 'Too long: at most 64 characters.', common: 'This is easy to guess. Take other words.', repeats: 'Too many of the same characters.', about_you: 'Your name is in it. Take something nobody knows about you.' }, strong: 'This is a good password.',
  },
  fields: {
    day: 'Day', phone: 'Mobile number', username: 'Username', first_name: 'First name', last_name: 'Last name', email: 'E-mail address', password: 'Password', portrait: 'Photo', date_of_birth: 'Date of birth', other_dates: 'Other date', address: 'Address', notes: 'Notes', language: 'Language', text_size: 'Text size',
    line1: 'Street and number', line2: 'Flat or floor', postcode: 'Postcode', city: 'City', country: 'Country (two letters)', label: 'What day is it?',
    phoneHelp: 'With the country number, for example +31612345678.',
  },
  verify: { title: 'Is it you?', phone: 'We sent a text message with a code. Fill it in here.', email: 'We sent an e-mail with a code. Fill it in here.', code: 'Code', go: 'Check', resend: 'Send a new code', resent: 'A new code is on its way.' },
  reach: {
    title: 'How you sign in and are reached', lead: 'Is something not right any more? Change it here. A new number or address only counts when you have typed in the code.', change: 'Change', none: 'not filled in', sendCode: 'Send me a code', removed: 'Your e-mail address is gone.',
    done: { username: 'Your username is changed.', phone: 'Your number is changed.', email: 'Your e-mail address is changed.' },
  },
  second: { title: 'One more code', lead: 'Open your app with codes, or use a recovery code.', code: 'Code', go: 'Sign in' },
  unlock: { title: 'Open your messages', lead: 'Fill in your password once. After that your messages stay readable on this device.', go: 'Open' },
  join: { title: 'You are invited', enter: 'Fill in the code of the invitation', code: 'Code', look: 'Look', by: (who: string, family: string) => `${who} invites you to ${family}.`, hello: (who: string) => `Hello ${who}!`, accept: 'Join', signUp: 'Make an account and join', signIn: 'I have an account', done: 'Now you belong to it.', until: (day: string) => `Good until ${day}.` },
  family: {
    another: 'One more family?', none: 'You do not belong to a family yet.', make: 'Make a family', have: 'I have an invitation', makeTitle: 'Make a family', nameLabel: 'What is the family called?', nameHelp: 'Only the family sees this name.', forWhom: 'Who is the Home Station for?', forMe: 'For me', forOther: 'For somebody else', details: 'About this person', noPhone: 'Has no mobile number: take mine', noEmail: 'Has no e-mail address: take mine', go: 'Make family', language: 'Language on the screen',
    people: 'People', you: 'you', user: 'uses the Home Station', admin: 'looks after the family', contact: 'belongs to the family', new: 'new',
    invite: 'Invite somebody', inviteWho: 'Who do you invite? (first name)', inviteMake: 'Make invitation', inviteReady: 'Send this code or link only to that person. It works once, for 7 days.', invitations: 'Open invitations', noInvitations: 'No invitation is open.', withdraw: 'Withdraw',
    message: 'Send a message', favourite: 'Make favourite', unfavourite: 'No favourite any more', block: 'Block', unblock: 'Stop blocking', blocked: 'blocked', makeAdmin: 'Let them look after it', takeAdmin: 'No longer let them', removePerson: 'Take out of the family', leave: 'Leave the family', more: 'More',
    removeSure: (who: string) => `Do you want to take ${who} out of the family? From that moment ${who} can read and send nothing. The albums ${who} made, and what ${who} put in other albums, go away for everybody.`, leaveSure: 'Do you want to leave this family? From that moment you can read and send nothing. The albums you made, and what you put in other albums, go away for everybody. First save what you want to keep.', welcome: 'Good', refuse: 'Rather not',
  },
  station: {
    title: 'Home Station', none: 'There is no Home Station yet.', pair: 'Connect a Home Station', code: 'Code on the screen', codeHelp: 'Eight letters, for example BCDF-GHJK.', find: 'Find', found: (model: string, time: string) => `Found: ${model}, waiting since ${time}.`, name: 'What do we call it?', nameDefault: 'Living room', go: 'Connect', paired: 'The Home Station is connected.', online: 'is on', offline: 'is off or has no connection', seen: (when: string) => `last seen ${when}`, network: { ethernet: 'by cable', wifi: 'by wifi', offline: 'without connection', unknown: 'connected' }, mac: 'Device number', rename: 'Another name', unpair: 'Disconnect', unpairSure: 'The Home Station then forgets everything and belongs to nobody. The messages on the screen do not come back after that, not even on another Home Station.', wipe: 'Wipe from afar', wipeSure: 'The Home Station forgets everything as soon as it has a connection. The messages on the screen do not come back after that, not even on another Home Station.', wiping: 'is being wiped', wiped: 'is wiped',
    address: (url: string) => `Open on the screen: ${url}`,
  },
  talks: {
    earlier: 'Earlier messages', nobody: 'There is nobody else in your family yet.', choose: 'Choose at least one person.', gone: 'This conversation is gone', goneLead: 'You no longer take part, or it does not exist.', title: 'Messages', none: 'No conversations yet.', noneLead: 'Start to talk with somebody of your family.', new: 'New conversation', group: 'New group', groupTitle: 'Name of the group', members: 'Who takes part?', start: 'Start', private: 'Only you can read this.', write: 'Write a message', send: 'Send', you: 'You', unread: (n: number) => `${n} new`, closed: 'One moment: another device lets you in.', empty: 'Be the first to say something.', state: { waiting: 'waiting', sent: 'sent', delivered: 'arrived', seen: 'seen', failed: 'not sent' }, today: 'Today', yesterday: 'Yesterday', manage: 'Group', rename: 'Another name', who: 'Who takes part', leave: 'Leave the group', everyone: 'Everybody of the family takes part.', tooLong: (left: number) => `${left} characters left.`,
  },
  me: {
    unknownPlace: 'Unknown device', since: (when: string) => `since ${when}`, whatElse: 'Something changed in your account', endSure: 'Do you want to sign out there?', addDate: 'Add a date', noPasskeys: 'You have no passkey yet.', portraitChoose: 'Choose a photo', portraitOther: 'Choose another photo', title: 'Me', profile: 'About me', hint: 'You can tell more about yourself. You do not have to.', hintClose: 'Do not show again', security: 'Safety', sessions: 'Where I am signed in', thisOne: 'this device', seen: (day: string) => `last used ${day}`, revoke: 'Remove', endSession: 'Sign out', signOut: 'Sign out on this device', signOutSure: 'Your messages leave this device. They stay on your other devices.', password: 'Change password', current: 'Present password', next: 'New password', changed: 'Your password is changed.', totp: 'App with codes', totpOn: 'is on', totpOff: 'is off', totpStart: 'Turn on', totpEnd: 'Turn off', totpScan: 'Scan this with your app with codes, or copy the letters.', totpCode: 'Code from the app', recovery: 'Keep these recovery codes on paper. Each code works once.', passkeys: 'Passkeys', addPasskey: 'Add a passkey', confirm: 'First fill in your password.', log: 'What happened', logEmpty: 'Nothing happened.', language: 'Language and text', size: { '1': 'Normal', '1.15': 'Larger', '1.3': 'Large', '1.5': 'Very large' }, private: 'Only you see this',
    what: { closing_idle: 'Your account is closed because nobody uses it', data_exported: 'All your data taken along', restricted: 'We only store your data', restriction_ended: 'We use your data again', closing_asked: 'Asked to close your account', closing_undone: 'Your account stays', relatives_chosen: 'Chosen who can help to come back', relatives_ended: 'Nobody can help to come back any more', recovery_asked: 'Somebody asked to come back into your account', recovery_vetoed: 'Coming back was stopped', keys_changed: 'Your keys were made anew', device_linked: 'A device let a new device in', recovered_by_sheet: 'Came back with the recovery sheet', recovered_by_relatives: 'Came back with the help of relatives', relatives_consent: 'On the screen it was agreed who may bring messages back', staff_look: 'One of us looked at your data', signed_in: 'Signed in', device_added: 'New device', device_revoked: 'Device removed', password_changed: 'Password changed', totp_activated: 'App with codes turned on', totp_deactivated: 'App with codes turned off', webauthn_added: 'Passkey added', webauthn_removed: 'Passkey removed', recovery_codes_generated: 'Recovery codes made', email_changed: 'E-mail address changed', phone_changed: 'Telephone number changed', username_changed: 'Username changed', decision_undone: 'One of us undid what the system decided', parent_approved: 'Your parent approved', parent_refused: 'Your parent did not approve' } as Record<string, string>,
  },
  kiosk: {
    lockedTitle: 'This Home Station cannot open the messages', locked: 'The key was on the Home Station that was here before. Please ask your family for help.', choose: 'What do you want to say?', write: 'Say something', connect: 'Connect this Home Station', connectLead: 'Somebody of the family fills in these letters, in the app under Family.', waiting: 'One moment…', home: 'Home', messages: 'Messages', parts: ['night', 'morning', 'afternoon', 'evening'], read: 'Read aloud', answer: 'Answer', newer: 'Next', older: 'Previous', phrases: ['Thank you, dear!', 'All is well here.', 'Please give me a call.'], sent: 'Your answer is sent.', noMessages: 'There are no messages yet.', nothing: 'No new messages', unread: (n: number) => (n === 1 ? '1 new message' : `${n} new messages`), joined: (who: string) => `${who} now belongs to your family. Is that all right?`, good: 'Yes, good', no: 'No, rather not', offline: 'There is no connection for now. You need not do anything.', from: (who: string, when: string) => `${who}, ${when}`, me: 'You', all: 'Everybody', people: 'Your family', alone: 'As soon as your family is here, you see them here.',
  },
  help: { title: 'Help', text: 'Are you stuck? Ask who looks after your family, or write to us: help@prifora.invalid. Nobody of us can read your messages, not even to help.', answers: [
    ['Who can read my messages?', 'Only the people in the conversation, on their own devices. They are locked before they leave your device.'],
    ['I forgot my password', 'When signing in, go to: Forgot your password or lost everything. With your recovery sheet, your relatives or another device you choose a new one. We do not know your password and cannot let you in.'],
    ['A phone is lost', 'Go to Me and remove the device. From that moment it can read and send nothing, and your keys are made anew.'],
    ['What if there is a warning?', 'Then your device noticed something that must not happen. It says what we noticed, what we did and what you can do. Call somebody of your family and read it together.'],
    ['How do I know it is really my family?', 'Open a person under Family and compare the safety number, together or by telephone.'],
  ] },
  errors: {
    ...photoErrors,
    ...dataErrors,
    ...planErrors,
    no_password: 'This account has no password. Ask us to close it.', erasure_began: 'Your account is being erased already.',
    rolled_back: 'Something is wrong with what the server gives. Nothing has changed.', key_changed: 'The keys are not those this device knows. Nothing has changed.',
    no_password_slot: 'This password cannot open your messages. Choose another way.', code_wrong: 'This code is not right. Let them read it out again.', safety_number_differs: 'It is not the same. Send nothing yet. Check that you both opened the right person.', link_unknown: 'This code does not work. Look at the new device again.', link_forged: 'Something is wrong with this device. Show a new code there.', signature_refused: 'The name or the letters are not right.', sheet_wrong: 'These letters are not right. Check them once more.', relatives_refused: 'It cannot be done with these people now. Choose others.', too_many_devices: 'You have too many devices. First remove one.', not_trusted: 'We cannot check who this is. Nothing is sent.', file_too_large: 'This file is too large. It may be 32 MB at most.', file_empty: 'This file is empty.', invalid_username: 'Use 3 to 30 small letters, digits, dots or dashes.', invalid_email: 'This e-mail address is not right.', invalid_date_of_birth: 'This day is not right.', rate_limited: 'Tried too often. Wait a few minutes.', max_length: 'This is too long.', blank: 'This must be filled in.', null: 'This must be filled in.', portrait_unreadable: 'We cannot read this photo. Choose another one.', portrait_moving: 'This photo moves. Choose one that stands still.', portrait_too_many_pixels: 'This photo is too large. Choose a smaller one.', too_large: 'This is too large.', unexpected: 'Something went wrong. Nothing is lost. Please try again.', offline: 'There is no connection. Try again in a while.', absent: 'This is not there (any more).', throttled: 'Tried too often. Wait a quarter of an hour. Is that not right? Ask under Me, Privacy that a person looks at it.', required: 'This must be filled in.', invalid: 'This is not right.', same_as_current: 'This is what is there already.', duplicate_email: 'You have this address already.', username_taken: 'This username cannot be used. Choose another one.', username_invalid: 'Use 3 to 30 small letters, digits, dots or dashes.', invalid_login: 'This is not right.', username_password_mismatch: 'Name or password is not right.', email_password_mismatch: 'E-mail address or password is not right.', phone_password_mismatch: 'Number or password is not right.', too_many_login_attempts: 'Tried too often. Wait a few minutes.', incorrect_code: 'This code is not right.', wrong_password: 'This password is not right.', not_readable: 'This password is not right.', invitation_unknown: 'This invitation does not work. Ask for a new one.', invitation_forged: 'Something is wrong with this invitation. Ask for a new one.', already_joined: 'You already belong to this family.', pairing_unknown: 'This code does not work. Look at the screen again.', pairing_forged: 'Something is wrong with this device. Turn it off and on again.', last_admin: 'Somebody must look after the family. First let another person do that.', device_needed: 'First open your messages on this device.', signed_out: 'Sign in first.', reauthentication_required: 'First fill in your password.', invalid_phone: 'This number is not right. Start with +31 or +32.',
  },
} satisfies Messages
