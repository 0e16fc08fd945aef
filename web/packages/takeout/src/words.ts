/** The sentences of a package, in the language of who makes it. */

export interface Words {
  /** How the language is named in HTML: nl, fr, en. */
  language: string
  title: string
  made: (day: string) => string
  lead: string
  inside: string
  /** What each file or folder is, by its name. */
  files: { account: string; schema: string; contacts: string; dates: string; noDates: string; messages: string; media: string; portrait: string }
  numbers: (talks: number, messages: number, items: number) => string
  missing: string
  unread: string
  digital: string
  kept: string
  what: string
  purpose: string
  basis: string
  reader: string
  term: string
  rows: string
  receives: string
  nobody: string
  companies: string
  recipients: string
  beside: string
  birthday: (name: string) => string
  closes: string
  invitation: string
  gone: string
  edited: string
  voice: string
  place: string
  file: string
}
