/** English: the plan of a family. */

import type { plans as dutch, planErrors as dutchErrors } from './nl.plans'

export const plans: typeof dutch = {
  plans: {
    title: 'Plan', kinds: { trial: 'Trial', home: 'Plan with a Home Station', family: 'Plan without a Home Station' }, other: 'A plan',
    until: (day) => `Paid up to and including ${day}.`, trial: (day) => `You can all try everything up to and including ${day}.`, next: (what, day) => `After ${day}: ${what}.`, soon: 'The days will be here in a moment.',
    grace: (ended, until) => `The plan ran until ${ended}. Writing still works until ${until}. No new photos, films or files can be added now.`,
    readOnly: (ended) => `The plan ran until ${ended}. You can all read everything and take it with you. Writing and adding photos work again with a new code.`, nothingLost: 'Nothing is deleted because it was not paid for. Deleting what is yours and leaving the family is always possible.',
    askAdmin: (who) => `Ask ${who} to enter a new code.`, takeAlong: 'Take everything along', enter: 'Enter a code', code: 'Code from the shop', help: 'Sixteen letters, for example BCDF-GHJK-LMNP-QRST. The code is in the mail from the shop or on a card in the box.', ahead: 'You can enter it now already: the days are added at the end and none is lost.', fromEnd: (day) => `The new days count from ${day}, the last day paid for.`,
    change: 'Begin at once. What is left of the other plan comes after it.', go: 'Use the code', done: (day) => `Done. Paid up to and including ${day}.`, which: 'Which family is the code for?', notYours: 'Only somebody who looks after a family can enter a code.', private: 'The code does not show who bought it. The shop does not know which family uses it.',
    closedTalk: 'You can still read. Writing works again as soon as there is a new code.', closedAlbum: 'You can still look. Adding photos works again as soon as there is a new code.', see: 'To the plan',
  },
  kioskPlans: { readOnly: 'You can go on reading and looking at everything. Writing works again when your family renews the plan. You do not have to do anything.' },
}

export const planErrors: typeof dutchErrors = {
  activation_mistyped: 'There is a typing mistake in this code. Compare it letter by letter.', activation_unknown: 'This code does not work. Did it come from our shop? Then ask Customer Support.', activation_entered: 'You entered this code before. It counts already.', too_many_codes: 'You have entered many codes ahead already. Keep this one for later.',
  plan_grace: 'The plan of your family has ended. No new photos, films or files can be added. Who looks after the family can enter a new code under Family.', plan_read_only: 'The plan of your family has ended. You can read everything and take it with you. Who looks after the family can enter a new code under Family.', plan_without_station: 'The plan of your family is without a Home Station. Enter a code of a plan with one under Family.',
}
