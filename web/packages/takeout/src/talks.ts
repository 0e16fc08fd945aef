/** One conversation as it is taken along: for programs as JSON, for people as a page. */

import type { Message } from '@prifora/core'
import { escaped, link, page, paragraph } from './pages'
import type { Words } from './words'

export interface TakenMessage {
  id: string
  at: string
  author: string
  author_id: string
  mine: boolean
  kind: Message['kind']
  text: string
  edited: boolean
  /** Taken back, or disappeared: nothing of it is left. */
  gone: boolean
  reply: string | null
  reactions: { emoji: string; names: string[] }[]
  seconds: number | null
  place: Message['place']
  /** Where its file lies in the package; null: it could not be fetched. */
  file: { path: string | null; name: string; mime: string; size: number } | null
}

export interface TakenTalk {
  id: string
  title: string
  kind: 'direct' | 'group'
  family: string
  people: string[]
  messages: TakenMessage[]
}

/** `paths`: where the files of messages lie, by the message's id. */
export function taken(message: Message, paths: Map<string, string>): TakenMessage {
  const { id, at, author, authorId, mine, kind, text, edited, gone, reply, reactions, seconds, place, file } = message
  return {
    id,
    at: new Date(at).toISOString(),
    author,
    author_id: authorId,
    mine,
    kind,
    text,
    edited,
    gone,
    reply: reply?.id ?? null,
    reactions: reactions.map(({ emoji, names }) => ({ emoji, names })),
    seconds,
    place,
    file: file && { path: paths.get(id) ?? null, name: file.name, mime: file.mime, size: file.size },
  }
}

export function talkPage(words: Words, talk: TakenTalk, when: (at: string) => string): string {
  return page(words, talk.title, [paragraph(talk.people.join(', ')), ...talk.messages.map((one) => messageHtml(words, one, when))].join('\n'))
}

function messageHtml(words: Words, one: TakenMessage, when: (at: string) => string): string {
  const said = one.gone ? [`<em>${escaped(words.gone)}</em>`] : parts(words, one)
  const reactions = one.reactions.map(({ emoji, names }) => escaped(`${emoji} ${names.join(', ')}`)).join(' · ')
  const head = `<strong>${escaped(one.author)}</strong> <span class="soft">${escaped(when(one.at))}${one.edited ? ` · ${escaped(words.edited)}` : ''}</span>`
  return `<div class="message">${[head, ...said, ...(reactions ? [`<span class="soft">${reactions}</span>`] : [])].join('\n')}</div>`
}

function parts(words: Words, { text, kind, seconds, place, file }: TakenMessage): string[] {
  return [
    ...(text ? [escaped(text)] : []),
    ...(kind === 'voice' ? [escaped(`${words.voice} (${seconds ?? 0} s)`)] : []),
    ...(place ? [escaped(`${words.place}: ${place.label} ${place.lat}, ${place.lon}`.trim())] : []),
    ...(file ? [file.path ? link(file.path) : escaped(`${words.file}: ${file.name}`)] : []),
  ]
}
