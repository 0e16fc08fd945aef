/** Names of files that any disk takes, and that say nothing false. */

import { FORMATS, type Format } from './kinds'

const NAME_MAX_BYTES = 180
/** What disks refuse, and what turns the direction of writing or cannot be seen. */
const REFUSED = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}<>:"/\\|?*]/gu
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/i
const ENDINGS = new Map<string, string>([
  ...Object.values(FORMATS).map(({ mime, ending }) => [mime, ending] as const),
  ['audio/webm', 'webm'],
])
/** Endings that are right too. */
const SAME: Record<string, string[]> = { jpg: ['jpeg', 'jpe', 'jfif'], heic: ['heif', 'hif'], ogg: ['oga', 'opus'], mp4: ['m4v'], mov: ['qt'] }

/** A name without folders, control characters and what disks refuse, ending as the kind says; never empty. */
export function safeName(name: string, mime: string): string {
  const last = name.normalize('NFC').split(/[/\\]/).at(-1) ?? ''
  const plain = last.replace(REFUSED, '').trim()
  const found = /^(.*?)\.([a-z0-9]{1,5})$/is.exec(plain)
  const [base, written] = found ? [found[1] ?? '', (found[2] ?? '').toLowerCase()] : [plain, '']
  const ending = ENDINGS.get(mime)
  const wrong = ending !== undefined && written !== ending && !SAME[ending]?.includes(written)
  return `${safeBase(wrong && !isOurs(written) ? plain : base, mime)}${suffix(wrong ? ending : written)}`
}

const suffix = (ending: string): string => (ending ? `.${ending}` : '')

const isOurs = (ending: string): boolean =>
  ending !== '' && (Object.keys(FORMATS).includes(ending as Format) || [...ENDINGS.values(), ...Object.values(SAME).flat()].includes(ending))

function safeBase(written: string, mime: string): string {
  const base = shortened(written.replace(/^[.\s]+|[.\s]+$/g, '')).replace(RESERVED, '_$1')
  return base || mime.split('/')[0] || 'file'
}

/** At most so many bytes of UTF-8, no letter cut in two. */
function shortened(text: string): string {
  const [encoder, letters] = [new TextEncoder(), [...text]]
  let size = encoder.encode(text).length
  while (size > NAME_MAX_BYTES) size -= encoder.encode(letters.pop()).length
  return letters.join('').trimEnd()
}

/** The same names, each once: "beach.jpg", "beach (2).jpg". Case does not tell two names apart. */
export function uniqueNames(names: string[]): string[] {
  const taken = new Set<string>()
  return names.map((name) => {
    const [, base = name, ending = ''] = /^(.*?)(\.[^.]*)?$/s.exec(name) ?? []
    let chosen = name
    for (let count = 2; taken.has(chosen.toLowerCase()); count++) chosen = `${base} (${count})${ending}`
    taken.add(chosen.toLowerCase())
    return chosen
  })
}
