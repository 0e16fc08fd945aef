/** What is kept of me, as the screens see it, and what I take along. */

import type { Message } from './surface'

/** One kind of what is kept about me, in words of my language. */
export interface MyCategory {
  category: string
  what: string
  purposes: string[]
  bases: string[]
  readers: string[]
  terms: string[]
  /** In how many rows about me there may be some of it. */
  rows: number
  correct: 'me' | 'family' | 'said' | 'nowhere'
  correct_words: string
  erase_words: string[]
}

export interface MyData {
  categories: MyCategory[]
  /** What is kept beside the database. */
  beside: { what: string; purpose: string; reader: string; term: string }[]
  /** For what something is sent elsewhere, and what. */
  recipients: { what_for: string; receives: string[] }[]
  /** Companies that work for us, each with the day of its agreement. */
  processors: { name: string; what_for: string; country: string; agreed_on: string }[]
}

export interface DataCore {
  myData(): Promise<MyData>
  /**
   * Everything the server holds of me, as JSON. Without a password only some minutes after signing in, else Failure
   * "sign_in_needed"; "wrong_password".
   */
  exported(password: string | null): Promise<Blob>
  /** What that looks like: a JSON Schema. */
  exportSchema(): Promise<string>
  /** Every message of a conversation, once all of them are here: fetched and opened where they are not yet. */
  wholeTalk(conversationId: string): Promise<Message[]>
}
