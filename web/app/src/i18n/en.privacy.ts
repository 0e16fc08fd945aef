/** English: what I agree to, what I ask about my data, and who looked at them. */

import type { kioskRights as nlKiosk, mandates as nlMandates, rights as nl } from './nl.privacy'

export const rights: typeof nl = {
  title: 'Privacy', lead: 'Here you choose what we may do, and ask us something about your data.',
  consents: 'What you agree to', consentsLead: 'Everything is off until you say yes. You can always say no, and it counts at once.', on: 'On', off: 'Off', turnOn: (what) => `${what}: turn on`, turnOff: (what) => `${what}: turn off`,
  since: { given: (day) => `You said yes on ${day}.`, withdrawn: (day) => `You said no on ${day}.`, objected: (day) => `You objected on ${day}.` }, anew: 'The text has changed. It is off until you say yes again.',
  object: 'Object to all advertising', objected: 'We send you no more news, until you say yes to it yourself.',
  parents: {
    title: 'Children and parents', lead: 'You are younger than 16. What is optional goes on only when a parent approves.', who: 'Who is your parent, or looks after you?', choose: 'Choose somebody of your family', ask: 'Ask for approval', waiting: (who: string) => `We asked ${who}.`, approved: (who: string, day: string) => `${who} approves, since ${day}.`, other: 'Choose somebody else',
    asks: 'asks for your approval.', youApprove: (day: string) => `You approve, since ${day}.`, yes: 'I approve', no: 'I do not approve', somebody: 'Somebody',
  },
  ask: 'What you ask us', askLead: 'A person of ours answers within a month. It costs nothing.', none: 'You have not asked us anything yet.', new: 'Ask something or complain', what: 'What do you want?', text: 'Tell us what it is about', textHelp: 'Do not put messages or photos of others in here.', send: 'Send', sent: 'We have your request. You find the day below.',
  kinds: { access: 'Know what you keep about me', rectification: 'Have something corrected', erasure: 'Have something erased', restriction: 'Have something not used for a while', objection: 'Object', portability: 'Take my data with me', review: 'Have a person look at what the system decided', complaint: 'A complaint' },
  also: { access: 'You can also take everything along at once, under My data.', erasure: 'Do you want everything erased? You can do that at once, under Close account.', restriction: 'Do you want this for all your data? You can do that at once, below.', objection: 'Advertising stops at once when you send this.', review: 'The system decides only two things alone: that you must wait a little when you try something too often, and that an account nobody uses is closed. A person can undo that.' },
  asked: (day) => `Asked on ${day}`, due: (day) => `Answer by ${day} at the latest`, left: (days) => (days === 1 ? '1 day left' : `${days} days left`), today: 'today is the last day', late: (days) => (days === 1 ? '1 day late. We are sorry.' : `${days} days late. We are sorry.`), extended: 'We needed more time.', read: (day) => `Read by a person on ${day}.`, readBy: (day) => `By ${day} at the latest you hear that a person has read it.`,
  outcome: { answered: 'Answered', refused: 'Refused', withdrawn: 'Taken back' }, by: { person: 'You', staff: 'We', agent: 'Who asks this for you' }, because: (why, article) => `Reason: ${why} (${article})`, authority: (name) => `To the site of ${name}`, add: 'Add something', addSend: 'Add', withdraw: 'Take back', withdrawSure: 'Do you want to take this back? Then we do nothing more about it.',
  restriction: 'Only store', restrictionLead: 'You can ask us only to store your data for a while. What you do yourself goes on working. You get no more mail then, besides what the law asks of us.', why: 'Why?', causes: { incorrect: 'Something in my data is wrong', unlawful: 'I think you do something that is not allowed', claims: 'I need the data for a claim or a dispute', objection: 'I am waiting for an answer to my objection' }, restrict: 'Only store from now on', restricted: (day) => `Since ${day} we only store your data.`, end: 'End this', ends: (when) => `This ends on ${when}. Do you not want that? Then choose it again.`, again: 'Only store after all',
  looks: 'Who of us looked', looksLead: 'Who works for us never sees what you say or share. Every look at your data is here, with the reason.', looksNone: 'Nobody looked at your data.', look: (who, what) => `${who} looked at ${what}.`, reason: (why) => `Reason: ${why}`, roles: { support: 'Somebody who helps people', finance: 'Somebody of accounts', system: 'Somebody of the technical staff', privacy: 'Somebody of privacy' }, somebody: 'One of us', tables: { 'accounts.Account': 'your account', 'accounts.Device': 'your devices', 'contacts.Bond': 'which family you belong to', 'contacts.Invitation': 'your invitations', 'stations.Station': 'your Home Station', 'chat.Conversation': 'which conversations there are', 'privacy.Request': 'what you asked us', 'tickets.Ticket': 'your question to Customer Support', 'privacy.Restriction': 'whether we only store your data' }, something: 'something of your account',
  disclosures: 'Which authorities asked for my data', disclosuresEmpty: 'No authority asked for your data.', askedFor: { delivered: 'we handed out what we can read', refused: 'we handed out nothing' }, askedOpen: 'we check it',
}

export const kioskRights: typeof nlKiosk = {
  title: 'Privacy', allowed: 'This is on.', notAllowed: 'This is off.', yes: 'Yes, you may', no: 'No, turn it off', next: 'Next', previous: 'Previous',
  ask: 'Do you want to ask us something about your data?', askMore: 'A person of ours answers within a month. The answer appears here.', kinds: { access: 'What do you keep about me?', erasure: 'Erase something of mine.', complaint: 'I have a complaint.' }, sure: (what) => `“${what}” Shall we send this?`, send: 'Yes, send it', cancel: 'No', text: 'Asked on the Home Station.', open: (what, day) => `${what} Answer by ${day} at the latest.`, answer: (what) => `${what} Our answer:`, tooMuch: 'Call your family if you want to tell more.',
}

/** English: who asks something for you. */
export const mandates: typeof nlMandates = {
  somebody: 'Somebody', asks: (who, what) => `${who} asks this for you, as ${what}.`, agents: { guardian: 'a guardian', attorney: 'somebody with a power of attorney', care: 'a care institution' },
  seen: (what, day) => `We saw that they may: ${what} of ${day}.`, until: (day) => `It holds until ${day}.`, proofs: { court: 'the decision of a judge', deed: 'a deed of a notary', signed: 'a power of attorney that you signed', register: 'a public register' },
  unseen: 'We have not seen yet that they may. Until then we do nothing.', revoked: (day) => `On ${day} you said that they may not. We do nothing, unless a judge decided that they may.`,
  revoke: 'They may not', sure: 'Do you want this person not to ask this for you? Then we do nothing, unless a judge decided that they may.',
}
