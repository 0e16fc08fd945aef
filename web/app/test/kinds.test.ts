import type { Message } from '@prifora/core'
import { describe, expect, test } from 'vitest'
import { catalogues } from '../src/i18n/load'
import { harmless, isPicture } from '../src/lib/kinds'
import { codeIn } from '../src/lib/scan'
import { inWords } from '../src/station/words'

describe('a file that was sent', () => {
  test.each(['image/png', 'IMAGE/JPEG', 'image/webp; q=1'])('is shown when it is %s', (mime) => {
    expect(isPicture(mime)).toBe(true)
    expect(harmless(mime)).toBe(mime)
  })

  test.each(['audio/webm;codecs=opus', 'audio/mp4'])('can be heard when it is %s', (mime) => {
    expect(isPicture(mime)).toBe(false)
    expect(harmless(mime)).toBe(mime)
  })

  test.each(['image/svg+xml', 'text/html', 'application/pdf', 'application/xhtml+xml', 'text/javascript', ''])('is only bytes when it is "%s"', (mime) => {
    expect(isPicture(mime)).toBe(false)
    expect(harmless(mime)).toBe('application/octet-stream')
  })
})

describe('a code that was scanned or typed', () => {
  test.each([
    ['https://prifora.example/link#BCDF-GHJK', 'BCDF-GHJK'],
    ['#BCDF', 'BCDF'],
    [' BCDF-GHJK ', 'BCDF-GHJK'],
    ['', ''],
  ])('%s holds %s', (text, code) => {
    expect(codeIn(text)).toBe(code)
  })
})

describe('what a Home Station says of a message', () => {
  const plain: Message = { id: 'm', seq: 1, authorId: 'a', author: 'Sofie', mine: false, kind: 'text', text: 'Tot zondag', at: 0, state: 'seen', edited: false, gone: false, until: null, reply: null, reactions: [], file: null, seconds: null, place: null }
  const file = (name: string, mime: string): Partial<Message> => ({ kind: 'file', text: '', file: { id: 'f', name, mime, size: 1 } })
  const place = { lat: 52.1, lon: 4.9, accuracy: 20, label: '' }

  test.each<[string, Partial<Message>, string]>([
    ['words', {}, 'Tot zondag'],
    ['a voice', { kind: 'voice', text: '', seconds: 4 }, 'Een gesproken bericht'],
    ['a photo', file('a.png', 'image/png'), 'Foto van Sofie'],
    ['a photo with words', { ...file('a.png', 'image/png'), text: 'De tuin' }, 'De tuin'],
    ['a document', file('brief.pdf', 'application/pdf'), 'brief.pdf'],
    ['a place', { kind: 'location', text: '', place }, '52.10000, 4.90000'],
    ['a place with a name', { kind: 'location', text: '', place: { ...place, label: 'Bij oma' } }, 'Bij oma'],
    ['something newer', { kind: 'newer', text: '' }, 'nieuwer soort'],
  ])('%s', async (_what, changes, words) => {
    expect(inWords({ ...plain, ...changes }, await catalogues.nl(), 'nl')).toContain(words)
  })
})
