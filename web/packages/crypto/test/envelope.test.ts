import { describe, expect, it } from 'vitest'
import { chainStart, type Content, type Envelope, isArchived, lifeOf, random, readEnvelope, text, TEXT_MAX, utf8, writeEnvelope } from '../src'
import { CONVERSATION, MESSAGE, OTHER } from './ids'

const log = await chainStart(CONVERSATION)
const head = { id: MESSAGE, at: 1_700_000_000_000, log }
const file = { id: OTHER, key: random(32), name: 'vakantie.jpg', mime: 'image/jpeg', size: 1234 }

const contents: Content[] = [
  { type: 'text', body: 'Dag oma' },
  { type: 'text', body: 'x'.repeat(TEXT_MAX), reply: OTHER },
  { type: 'edit', ref: OTHER, body: 'Dag oma!' },
  { type: 'delete', ref: OTHER },
  { type: 'reaction', ref: OTHER, emoji: '👵🏽' },
  { type: 'reaction', ref: OTHER, emoji: '' },
  { type: 'seen', upTo: 12 },
  { type: 'file', file },
  { type: 'file', file, body: 'Kijk', reply: OTHER },
  { type: 'voice', file, seconds: 3.5 },
  { type: 'location', lat: 52.1, lon: -4.9, accuracy: 12, label: 'Station' },
]

const written = (envelope: Envelope): Record<string, unknown> => JSON.parse(text(writeEnvelope(envelope))) as Record<string, unknown>

describe('an envelope', () => {
  it('is read as it was written, of every kind', () => {
    for (const content of contents) {
      const envelope: Envelope = { ...head, ...content }
      expect(readEnvelope(writeEnvelope(envelope))).toEqual(envelope)
    }
  })

  it('carries the hash of its record, or disappears, not both', () => {
    const archived: Envelope = { ...head, type: 'text', body: 'x', archive: random(32) }
    expect(readEnvelope(writeEnvelope(archived))).toEqual(archived)
    expect([isArchived(archived), lifeOf(archived)]).toEqual([true, undefined])
    const brief: Envelope = { ...head, type: 'text', body: 'x', ttl: 3600 }
    expect([isArchived(brief), lifeOf(brief)]).toEqual([false, 3600])
    expect(readEnvelope(writeEnvelope(brief))).toEqual(brief)
    expect(() => writeEnvelope({ ...brief, archive: random(32) })).toThrow('malformed')
  })

  it('never puts a receipt or a place in the archive', () => {
    const seen: Envelope = { ...head, type: 'seen', upTo: 1 }
    const place: Envelope = { ...head, type: 'location', lat: 1, lon: 1, accuracy: 1 }
    expect([isArchived(seen), isArchived(place), lifeOf(seen), lifeOf(place)]).toEqual([false, false, undefined, 86_400])
    for (const one of [seen, place]) {
      expect(() => writeEnvelope({ ...one, archive: random(32) })).toThrow('malformed')
      expect(() => writeEnvelope({ ...one, ttl: 3600 })).toThrow('malformed')
    }
  })

  it('is refused when too large', () => {
    expect(() => writeEnvelope({ ...head, type: 'text', body: 'x'.repeat(TEXT_MAX + 1) })).toThrow('too_large')
    expect(() => writeEnvelope({ ...head, type: 'edit', ref: OTHER, body: 'x'.repeat(TEXT_MAX + 1) })).toThrow('too_large')
    expect(() => writeEnvelope({ ...head, type: 'file', file, body: 'x'.repeat(TEXT_MAX + 1) })).toThrow('too_large')
  })

  it('is refused when any field is not what it must be', () => {
    const textOne = written({ ...head, type: 'text', body: 'x', reply: OTHER, archive: random(32) })
    const fileOne = written({ ...head, type: 'file', file })
    const inFile = fileOne.file as Record<string, unknown>
    const placeOne = written({ ...head, type: 'location', lat: 1, lon: 1, accuracy: 1 })
    const wrong: [Record<string, unknown>, Record<string, unknown>[]][] = [
      [textOne, [{ id: 'x' }, { id: MESSAGE.toUpperCase() }, { at: -1 }, { at: 1.5 }, { at: '1' }, { at: 1e16 }]],
      [textOne, [{ log: undefined }, { log: null }, { log: { seq: -1, hash: 'A'.repeat(43) } }, { log: { seq: 1, hash: 'A' } }]],
      [textOne, [{ body: undefined }, { body: 5 }, { body: '' }, { body: 'x'.repeat(4001) }, { reply: 'x' }, { reply: null }]],
      [textOne, [{ archive: 'AAAA' }, { archive: 5 }, { archive: undefined, ttl: 60 }, { archive: undefined, ttl: '3600' }]],
      [fileOne, [{ file: null }, ...[{ id: 'x' }, { key: 'AAAA' }, { name: 'n'.repeat(256) }, { mime: 5 }, { size: -1 }, { size: 2 ** 26 }].map((one) => ({ file: { ...inFile, ...one } }))]],
      [placeOne, [{ lat: 91 }, { lat: null }, { lon: -181 }, { accuracy: -1 }, { label: 'l'.repeat(201) }, { ttl: 86_400 }]],
      [written({ ...head, type: 'voice', file, seconds: 1 }), [{ seconds: -1 }, { seconds: 1e6 }, { seconds: '1' }, { file: undefined }]],
      [written({ ...head, type: 'reaction', ref: OTHER, emoji: '👍' }), [{ ref: 'x' }, { emoji: 'x'.repeat(33) }, { emoji: null }]],
      [written({ ...head, type: 'seen', upTo: 1 }), [{ upTo: -1 }, { upTo: 1.5 }, { upTo: '1' }]],
      [written({ ...head, type: 'delete', ref: OTHER }), [{ ref: undefined }]],
    ]
    for (const [good, changes] of wrong) {
      for (const change of changes) {
        expect(() => readEnvelope(utf8(JSON.stringify({ ...good, ...change }))), JSON.stringify(change)).toThrow('malformed')
      }
    }
    for (const other of ['', 'null', '[]', '"x"', '{', '{}']) expect(() => readEnvelope(utf8(other))).toThrow('malformed')
    expect(() => readEnvelope(Uint8Array.of(0xff, 0xfe))).toThrow('malformed')
  })

  it('of a newer kind is kept apart, with what can be read of it', () => {
    for (const change of [{ type: 'poll' }, { type: 5 }, { type: 'constructor' }, { v: 2 }]) {
      const bytes = utf8(JSON.stringify({ ...written({ ...head, type: 'text', body: 'x' }), ...change }))
      expect(readEnvelope(bytes)).toEqual({ ...head, type: 'unknown', raw: bytes })
    }
    const odd = utf8(JSON.stringify({ v: 9, id: MESSAGE, at: 5, log: 'other' }))
    expect(readEnvelope(odd)).toEqual({ id: MESSAGE, at: 5, type: 'unknown', raw: odd })
  })
})
