import { describe, expect, it } from 'vitest'
import {
  boxHistoryKey,
  type Bytes,
  certify,
  chainStart,
  type Details,
  derive,
  digest,
  newAccountKeys,
  newSigningPair,
  openDetails,
  openHistoryKey,
  random,
  readRecord,
  rotateAccountKeys,
  seal,
  sealDetails,
  sign,
  utf8,
  writeRecord,
} from '../src'
import { CONVERSATION, flipped, JAN, LAPTOP, MESSAGE, OMA, OTHER, PHONE } from './ids'

const EPOCH = 4

async function author() {
  const [keys, pair] = [await newAccountKeys(), await newSigningPair()]
  const certificate = await certify(keys.aikSeed, JAN, PHONE, pair.publicKey)
  const content = { accountId: JAN, deviceId: PHONE, signatureKey: pair.publicKey, certificate, envelope: utf8('{"v":1}') }
  return { keys, pair, content, sender: { accountId: JAN, deviceId: PHONE, aik: keys.aik } }
}

describe('the archive', () => {
  it('is read by a later device, which sees who wrote it and what came before', async () => {
    const { pair, content, sender } = await author()
    const [key, previous] = [random(32), { seq: 7, hash: random(32) }]
    const made = await writeRecord(key, CONVERSATION, EPOCH, MESSAGE, { ...content, previous }, pair.seed)
    const read = await readRecord(key, CONVERSATION, EPOCH, MESSAGE, made.record, made.signature, sender)
    expect(read).toEqual({ signatureKey: pair.publicKey, envelope: content.envelope, previous, hash: made.hash })
    expect(made.hash).toEqual(await digest(made.record))
    const first = await writeRecord(key, CONVERSATION, EPOCH, MESSAGE, content, pair.seed)
    expect(await readRecord(key, CONVERSATION, EPOCH, MESSAGE, first.record, first.signature, sender)).not.toHaveProperty('previous')
  })

  it('hides how long a message is', async () => {
    const { pair, content } = await author()
    const size = async (letters: number) => {
      const made = await writeRecord(random(32), CONVERSATION, EPOCH, MESSAGE, { ...content, envelope: utf8('x'.repeat(letters)) }, pair.seed)
      return made.record.length - 28
    }
    expect([await size(1), await size(300), await size(1200)]).toEqual([1024, 1024, 2048])
  })

  it('is not read by another key, in another place, or as somebody else’s', async () => {
    const { keys, pair, content, sender } = await author()
    const key = random(32)
    const { record, signature } = await writeRecord(key, CONVERSATION, EPOCH, MESSAGE, content, pair.seed)
    const read = (change: { key?: Bytes; place?: [string, number, string]; record?: Bytes; signature?: Bytes; sender?: Partial<typeof sender> }) => {
      const [conversation, epoch, id] = change.place ?? [CONVERSATION, EPOCH, MESSAGE]
      return readRecord(change.key ?? key, conversation, epoch, id, change.record ?? record, change.signature ?? signature, { ...sender, ...change.sender })
    }
    await expect(read({ key: random(32) })).rejects.toMatchObject({ code: 'not_readable' })
    for (const place of [[OTHER, EPOCH, MESSAGE], [CONVERSATION, 5, MESSAGE], [CONVERSATION, EPOCH, OTHER]] as [string, number, string][]) {
      await expect(read({ place })).rejects.toMatchObject({ code: 'not_readable' })
    }
    await expect(read({ record: flipped(record) })).rejects.toMatchObject({ code: 'not_readable' })
    await expect(read({ signature: flipped(signature) })).rejects.toMatchObject({ code: 'forged' })
    await expect(read({ sender: { accountId: OMA } })).rejects.toMatchObject({ code: 'forged' })
    await expect(read({ sender: { deviceId: LAPTOP } })).rejects.toMatchObject({ code: 'forged' })
    await expect(read({ sender: { aik: (await newAccountKeys()).aik } })).rejects.toMatchObject({ code: 'forged' })
    const [other, mine] = [await newSigningPair(), keys.aik]
    await expect(read({ signature: await sign(other.seed, record), sender: { aik: mine } })).rejects.toMatchObject({ code: 'forged' })
    const uncertified = await writeRecord(key, CONVERSATION, EPOCH, MESSAGE, { ...content, signatureKey: other.publicKey }, other.seed)
    await expect(read({ record: uncertified.record, signature: uncertified.signature })).rejects.toMatchObject({ code: 'forged' })
  })

  it('stays open after the account changed its keys, and for nobody else', async () => {
    const [hers, key] = [await newAccountKeys(), random(32)]
    const box = await boxHistoryKey(hers.aek, key, CONVERSATION, EPOCH, OMA)
    const later = await rotateAccountKeys(hers)
    expect(await openHistoryKey(later.aeks, box, CONVERSATION, EPOCH, OMA)).toEqual(key)
    await expect(openHistoryKey(later.aeks, box, CONVERSATION, EPOCH + 1, OMA)).rejects.toMatchObject({ code: 'not_readable' })
    await expect(openHistoryKey(later.aeks, box, CONVERSATION, EPOCH, JAN)).rejects.toMatchObject({ code: 'not_readable' })
    await expect(openHistoryKey((await newAccountKeys()).aeks, box, CONVERSATION, EPOCH, OMA)).rejects.toMatchObject({ code: 'not_readable' })
  })
})

describe('the details of a conversation', () => {
  it('are opened by the epoch’s key, in their place', async () => {
    const key = random(32)
    const details: Details = {
      title: 'Familie de Jong',
      roster: { [JAN]: { by: JAN, history: 'start' }, [OMA]: { by: JAN, history: 'today' } },
      out: ['A'.repeat(43)],
      log: { seq: 12, hash: (await chainStart(CONVERSATION)).hash },
      retention: 90,
    }
    const sealed = await sealDetails(key, CONVERSATION, EPOCH, details)
    expect(await openDetails(key, CONVERSATION, EPOCH, sealed)).toEqual(details)
    await expect(openDetails(random(32), CONVERSATION, EPOCH, sealed)).rejects.toMatchObject({ code: 'not_readable' })
    await expect(openDetails(key, CONVERSATION, EPOCH + 1, sealed)).rejects.toMatchObject({ code: 'not_readable' })
    await expect(openDetails(key, OTHER, EPOCH, sealed)).rejects.toMatchObject({ code: 'not_readable' })
  })

  it('are refused in another form', async () => {
    const key = random(32)
    const good = { title: '', roster: {}, out: [], log: { seq: 0, hash: 'A'.repeat(43) } }
    const wrong = [{ title: 5 }, { roster: { jan: { by: JAN, history: 'start' } } }, { roster: { [JAN]: { by: JAN, history: 'all' } } }]
    for (const change of [...wrong, { out: ['AAAA'] }, { out: 'x' }, { log: undefined }, { retention: 0 }, { retention: '90' }]) {
      const sealed = await seal(await derive(key, 'details'), utf8(JSON.stringify({ ...good, ...change })), `details|${CONVERSATION}|${EPOCH}`)
      await expect(openDetails(key, CONVERSATION, EPOCH, sealed)).rejects.toMatchObject({ code: 'malformed' })
    }
  })
})
