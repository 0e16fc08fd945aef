/** Pages a person reads offline, with any browser: no scripts, nothing fetched from anywhere. */

import type { MyData } from '@prifora/core'
import type { Words } from './words'

export interface Counts {
  talks: number
  messages: number
  items: number
  hasDates: boolean
  hasPortrait: boolean
  /** What could not be fetched, by its name. */
  missing: string[]
  /** Conversations that this device could not read. */
  unread: number
}

const STYLE = 'body{font:1.1rem/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222;background:#fff}table{border-collapse:collapse;width:100%}th,td{border:1px solid #bbb;padding:.4rem;text-align:left;vertical-align:top}li{margin:.3rem 0}.soft{color:#555}.message{border-top:1px solid #ddd;padding:.5rem 0;white-space:pre-wrap}img{max-width:20rem}'

export function page(words: Words, title: string, body: string): string {
  const allowed = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' file: data:"
  return `<!doctype html>
<html lang="${escaped(words.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${allowed}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escaped(title)}</h1>
${body}
</body>
</html>
`
}

/** The page to begin with: what is in the package, and what is kept of me. */
export function frontPage(words: Words, made: string, data: MyData, counts: Counts): string {
  const { files } = words
  const inside = [
    ['account.json', files.account],
    ['schema.json', files.schema],
    ['contacts.vcf', files.contacts],
    ...(counts.hasDates ? [['dates.ics', files.dates]] : []),
    ...(counts.hasPortrait ? [['portrait.webp', files.portrait]] : []),
    ['messages/', files.messages],
    ['media/', files.media],
  ]
  const missing = counts.missing.length > 0 ? `<p>${escaped(words.missing)}</p>${list(counts.missing)}` : ''
  return page(
    words,
    words.title,
    [
      paragraph(words.made(made)),
      paragraph(words.lead),
      heading(words.inside),
      `<ul>${inside.map(([name = '', what = '']) => `<li><strong>${link(name)}</strong>: ${escaped(what)}</li>`).join('')}</ul>`,
      counts.hasDates ? '' : paragraph(files.noDates),
      paragraph(words.numbers(counts.talks, counts.messages, counts.items)),
      counts.unread > 0 ? paragraph(words.unread) : '',
      missing,
      paragraph(words.digital),
      heading(words.kept),
      keptTable(words, data),
      heading(words.beside),
      table([words.what, words.purpose, words.reader, words.term], data.beside.map((one) => [[one.what], [one.purpose], [one.reader], [one.term]])),
      heading(words.recipients),
      table([words.purpose, words.receives], data.recipients.map((one) => [[one.what_for], one.receives])),
      heading(words.companies),
      data.processors.length === 0 ? paragraph(words.nobody) : list(data.processors.map((one) => `${one.name}: ${one.what_for}, ${one.country}, ${one.agreed_on}`)),
    ].join('\n'),
  )
}

function keptTable(words: Words, data: MyData): string {
  const head = [words.what, words.purpose, words.basis, words.reader, words.term, words.rows]
  return table(head, data.categories.map((one) => [[one.what], one.purposes, one.bases, one.readers, one.terms, [String(one.rows)]]))
}

export function table(head: string[], rows: string[][][]): string {
  const cell = (lines: string[]): string => `<td>${lines.map(escaped).join('<br>')}</td>`
  return `<table><thead><tr>${head.map((one) => `<th scope="col">${escaped(one)}</th>`).join('')}</tr></thead><tbody>${rows.map((row) => `<tr>${row.map(cell).join('')}</tr>`).join('')}</tbody></table>`
}

export const paragraph = (text: string): string => `<p>${escaped(text)}</p>`
const heading = (text: string): string => `<h2>${escaped(text)}</h2>`
export const list = (lines: string[]): string => `<ul>${lines.map((one) => `<li>${escaped(one)}</li>`).join('')}</ul>`
export const link = (path: string): string => `<a href="${escaped(path.split('/').map(encodeURIComponent).join('/'))}">${escaped(path)}</a>`

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

export const escaped = (text: string): string => text.replace(/[&<>"']/g, (one) => ENTITIES[one] ?? one)
