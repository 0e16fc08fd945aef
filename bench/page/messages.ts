/** Messages of 1 KB: sealed for the group and for the archive as the app does, opened by another device; nothing is stored. */

import {
  type Bytes,
  chainStart,
  digest,
  engine,
  type Envelope,
  EXPORT_LABEL,
  type GroupState,
  type LogPoint,
  random,
  readEnvelope,
  readRecord,
  writeEnvelope,
  writeRecord,
} from '@prifora/crypto'
import { groupOf, type Member, newMember, RULES } from './people'
import { Runs } from './runs'

const MESSAGES = 100
const ROUNDS = 9
const TEXT = 'a family message. '.repeat(60).slice(0, 1000)

interface Sealed {
  id: string
  record: Bytes
  signature: Bytes
  message: Bytes
}

export async function messages() {
  const conversationId = crypto.randomUUID()
  const [sender, other] = [await newMember(), await newMember()]
  const [from, to] = await groupOf(conversationId, [sender, other])
  if (!from || !to) throw new Error('no group')
  const [talker, listener] = [new Talker(conversationId, sender, from), new Listener(to)]
  const plain = await Plain.make()
  const runs = new Runs()
  for (let round = 0; round <= ROUNDS; round++) {
    const sealed = await runs.time('seal', () => talker.say(MESSAGES))
    await runs.time('open', () => listener.hear(sealed))
    await runs.time('read', () => talker.read(sealed))
    const both = sealed.flatMap(({ record, message }) => [record, message])
    await runs.time('seal limit', () => plain.seal(both))
    const boxes = await plain.seal(sealed.map(({ message }) => message))
    await runs.time('open limit', () => plain.open(boxes))
    const records = await plain.seal(sealed.map(({ record }) => record))
    await runs.time('read limit', () => plain.open(records))
  }
  return { count: MESSAGES, runs: runs.figures }
}

/** The device that says something: what Room.seal does, without the store. */
class Talker {
  private previous: LogPoint | undefined

  constructor(
    private readonly conversationId: string,
    private readonly sender: Member,
    private state: GroupState,
  ) {}

  async say(count: number): Promise<Sealed[]> {
    const sealed: Sealed[] = []
    for (let at = 0; at < count; at++) sealed.push(await this.seal())
    return sealed
  }

  /** What a later device does with a page of the archive: all records of it at the same time. */
  async read(sealed: Sealed[]): Promise<void> {
    const key = await engine.exportSecret(this.state, EXPORT_LABEL, 32)
    const epoch = engine.epoch(this.state)
    const sender = this.sender.device.identity
    await Promise.all(
      sealed.map(async ({ id, record, signature }) => {
        const { envelope } = await readRecord(key, this.conversationId, epoch, id, record, signature, sender)
        if (readEnvelope(envelope).id !== id) throw new Error('another record')
      }),
    )
  }

  private async seal(): Promise<Sealed> {
    const { conversationId, state, previous } = this
    const { identity, signatureKey, signatureSeed } = this.sender.device
    const { accountId, deviceId, certificate } = identity
    const envelope: Envelope = { id: crypto.randomUUID(), at: Date.now(), type: 'text', body: TEXT, log: await chainStart(conversationId) }
    const content = { accountId, deviceId, certificate, signatureKey, envelope: writeEnvelope(envelope), ...(previous ? { previous } : {}) }
    const historyKey = await engine.exportSecret(state, EXPORT_LABEL, 32)
    const { record, signature, hash } = await writeRecord(historyKey, conversationId, engine.epoch(state), envelope.id, content, signatureSeed)
    const sent = await engine.encrypt(state, writeEnvelope({ ...envelope, archive: hash }))
    await digest(sent.message)
    this.state = sent.state
    this.previous = { seq: (previous?.seq ?? 0) + 1, hash }
    return { id: envelope.id, record, signature, message: sent.message }
  }
}

/** A device that hears it: what Room.take does, without the store. */
class Listener {
  constructor(private state: GroupState) {}

  async hear(sealed: Sealed[]): Promise<void> {
    for (const { message } of sealed) {
      await digest(message)
      const opened = await engine.process(this.state, message, RULES)
      if (opened.kind !== 'message') throw new Error(opened.kind)
      const envelope = readEnvelope(opened.plain)
      if (envelope.type !== 'text' || envelope.body !== TEXT) throw new Error('not what was said')
      this.state = opened.state
    }
  }
}

interface Box {
  iv: Bytes
  body: ArrayBuffer
  signature: ArrayBuffer
}

/** The limit: AES-GCM and Ed25519 of the platform over the same bytes, with keys that are ready. */
class Plain {
  private constructor(
    private readonly aes: CryptoKey,
    private readonly pair: CryptoKeyPair,
  ) {}

  static async make(): Promise<Plain> {
    const aes = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
    return new Plain(aes, (await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify'])) as CryptoKeyPair)
  }

  async seal(all: Bytes[]): Promise<Box[]> {
    const boxes: Box[] = []
    for (const bytes of all) {
      const iv = random(12)
      const body = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, this.aes, bytes)
      boxes.push({ iv, body, signature: await crypto.subtle.sign('Ed25519', this.pair.privateKey, body) })
    }
    return boxes
  }

  async open(boxes: Box[]): Promise<void> {
    for (const { iv, body, signature } of boxes) {
      if (!(await crypto.subtle.verify('Ed25519', this.pair.publicKey, signature, body))) throw new Error('forged')
      await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, this.aes, body)
    }
  }
}
