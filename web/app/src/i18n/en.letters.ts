/** English: what we tell you. */

export const letters = {
  letters: {
    title: 'Message Center', lead: 'What we tell you about your account, your data and PRIFORA. What your family says is under Messages.', unread: (n: number) => (n === 1 ? '1 new' : `${n} new`), isNew: 'new', none: 'There is nothing yet. What we must tell you comes here.', allRead: 'Mark all as read', older: 'Show older ones', back: 'All letters', more: 'Read more about it', gone: 'This letter is not there (any more).',
    topics: { service: 'Your account and using PRIFORA', updates: 'New versions', maintenance: 'Maintenance', offers: 'Offers', privacy: 'Privacy and terms', partners: 'Whom we work with', disclosure: 'Who saw or got your data', statements: 'From PRIFORA to everybody' },
  },
  tell: { title: 'Tell me on this device', lead: 'When PRIFORA is closed and a message or a letter comes for you, this device shows: there is something new. Not what and not from whom, and not in your quiet hours. If more messages come after that, it says so at most once an hour. The maker of your browser, also outside Europe, then sees that there is something and when.', impossible: 'This browser cannot do this.', refused: 'This browser does not let PRIFORA tell you things. You change that in the settings of the browser.' },
  kioskLetters: {
    title: 'Letters', unread: (n: number) => (n === 1 ? '1 new letter' : `${n} new letters`), read: 'Read aloud', stop: 'Stop reading', from: (when: string) => `From PRIFORA, ${when}`, none: 'There are no letters.', failed: 'The letters are not here now. Please try again later.',
  },
}
