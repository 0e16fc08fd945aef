/** English: what you ask us, and our answer. */

import type { asks as nl, kioskHelp as nlKiosk } from './nl.help'

export const asks: typeof nl = {
  title: 'Ask us', lead: 'A person of ours reads it, and answers within two working days. Only those who help people can read it.', text: 'What is your question?', textHelp: 'Do not put messages or photos of others in here, and no password.', send: 'Send', sent: 'We have your question. The answer comes here, and to your Message Center.',
  mine: 'What you asked us', none: 'You have not asked us anything yet.', on: (day) => `Asked on ${day}`, status: { open: 'waits for us', answered: 'answered', closed: 'done' }, late: 'late', back: 'Back to Help', one: 'Your question', due: (day) => `You hear from us by ${day} at the latest.`, sorry: 'Our answer is late. We are sorry.',
  by: { person: 'You', staff: 'PRIFORA staff' }, more: 'Write on', reopen: 'Not done after all? Write to us, and we go on with it.', done: 'It is done', closed: 'Good. You can always write on here.',
}

export const better = {
  title: 'What could be better?', lead: 'Do you miss something, or is something not pleasant to use? We keep it for a year, without your name. Nobody can see who wrote it.', text: 'What do you want to tell us?', named: 'You may answer me. Then you know who I am.', send: 'Send', thanks: 'Thank you. We will read it.',
}

export const kioskHelp: typeof nlKiosk = {
  title: 'Help', ask: 'Do you want us to help you?', askMore: 'We are the people of PRIFORA. We write back to you here, within two working days. Is it urgent, or do you not feel well? Then call your family, or 112.', yes: 'Yes, ask for help', no: 'No, back',
  text: 'Asked on the Home Station: can you help me?', again: 'Asked on the Home Station: I still need help.', open: (day) => `We know that you want help. You hear from us here by ${day} at the latest.`, late: 'We know that you want help. Our answer is late. We are sorry.', urgent: 'Is it urgent? Then call your family, or 112.', from: (when) => `From PRIFORA, ${when}`, more: 'I still need help', done: 'Thank you, it is done', never: 'I need no more help', failed: 'This does not work now. Try again later, or call your family.',
  waits: 'We know that you want help', answered: 'There is an answer',
}
