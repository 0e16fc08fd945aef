import { describe, expect, test } from 'vitest'
import {
  type Bytes,
  certify,
  engine,
  type GroupState,
  newAccountKeys,
  newSigningPair,
  type OwnDevice,
  PinBook,
  type Rules,
  text,
  utf8,
} from '../src'

const CONVERSATION = '6f2a1f0e-1111-4222-8333-944455566677'
const pins = new PinBook()
const rules: Rules = { isKnown: async (one) => pins.learn(one.accountId, one.aik, 'family'), mayRemove: () => false, mayVouch: () => true }

async function person() {
  const keys = await newAccountKeys()
  const accountId = crypto.randomUUID()
  const device = async (): Promise<OwnDevice> => {
    const pair = await newSigningPair()
    const deviceId = crypto.randomUUID()
    const certificate = await certify(keys.aikSeed, accountId, deviceId, pair.publicKey)
    return {
      identity: { accountId, deviceId, aik: keys.aik, certificate },
      signatureKey: pair.publicKey,
      signatureSeed: pair.seed,
    }
  }
  return { keys, accountId, device }
}

/** The removal key of a server, as an ExternalSender. */
async function removalKey(): Promise<Bytes> {
  const pair = await newSigningPair()
  const name = utf8('prifora removal')
  return Uint8Array.from([32, ...pair.publicKey, 0, 1, name.length, ...name])
}

async function group() {
  const [jan, oma, sofie] = [await person(), await person(), await person()]
  const [phone, station, tablet] = [await jan.device(), await oma.device(), await sofie.device()]
  const made = await engine.createGroup(phone, CONVERSATION, await removalKey(), rules)
  const packages = [...(await engine.newKeyPackages(station, 2)), ...(await engine.newKeyPackages(tablet, 1))]
  const first = packages[0]
  const third = packages[2]
  if (!first || !third) throw new Error('no packages')
  const added = await engine.addAndCommit(made.state, [first.packageBytes, third.packageBytes])
  if (!added.welcome) throw new Error('no welcome')
  const atOma = await engine.join(added.welcome, packages.slice(0, 2).map((one) => one.secret), rules)
  const atSofie = await engine.join(added.welcome, [third.secret], rules)
  if (!atOma || !atSofie) throw new Error('not joined')
  return { jan, oma, sofie, phone, station, tablet, states: { jan: added.state, oma: atOma.state, sofie: atSofie.state } }
}

const heard = async (state: GroupState, message: Uint8Array) => {
  const result = await engine.process(state, message, rules)
  if (result.kind !== 'message') throw new Error(result.kind)
  return { state: result.state, said: text(result.plain), by: result.sender.identity.accountId }
}

describe('a family group', () => {
  test('everyone reads what one says, and knows who said it', async () => {
    const { jan, sofie, states } = await group()
    const one = await engine.encrypt(states.jan, utf8('Dag oma'))
    const atOma = await heard(states.oma, one.message)
    const atSofie = await heard(states.sofie, one.message)
    expect([atOma.said, atSofie.said]).toEqual(['Dag oma', 'Dag oma'])
    expect(atOma.by).toBe(jan.accountId)
    const back = await engine.encrypt(atSofie.state, utf8('Bonjour'))
    expect((await heard(atOma.state, back.message)).by).toBe(sofie.accountId)
  })

  test('the message on its way shows nothing and hides its length', async () => {
    const { states } = await group()
    const short = await engine.encrypt(states.jan, utf8('ja'))
    const long = await engine.encrypt(short.state, utf8('x'.repeat(600)))
    expect(short.message.length).toBe(long.message.length)
    expect(text(Uint8Array.from(long.message, (byte) => byte & 0x7f))).not.toContain('xxxx')
  })

  test('a state survives being stored', async () => {
    const { states } = await group()
    const again = engine.load(engine.save(states.oma), rules)
    const one = await engine.encrypt(states.jan, utf8('nog steeds'))
    expect((await heard(again, one.message)).said).toBe('nog steeds')
  })

  test('a further device joins by itself, a stranger does not', async () => {
    const { jan, phone, states } = await group()
    const laptop = await jan.device()
    const info = (await engine.commitPending(states.jan)).groupInfo
    const renewed = await engine.commitPending(states.jan)
    expect(info.length).toBeGreaterThan(0)
    const atOma = await engine.process(states.oma, renewed.commit, rules)
    if (atOma.kind !== 'commit') throw new Error(atOma.kind)
    const joined = await engine.externalJoin(laptop, renewed.groupInfo, rules, false)
    const after = await engine.process(atOma.state, joined.commit, rules)
    if (after.kind !== 'commit') throw new Error(after.kind)
    const one = await engine.encrypt(joined.state, utf8('vanaf de laptop'))
    expect((await heard(after.state, one.message)).by).toBe(phone.identity.accountId)

    const stranger = await (await person()).device()
    const intruding = await engine.externalJoin(stranger, renewed.groupInfo, rules, false)
    await expect(engine.process(atOma.state, intruding.commit, rules)).rejects.toMatchObject({ code: 'not_allowed' })
  })

  test('nobody removes another person on their own', async () => {
    const { sofie, states } = await group()
    const target = engine.leaves(states.jan).find((one) => one.identity.accountId === sofie.accountId)
    if (!target) throw new Error('no leaf')
    const commit = await engine.removeAndCommit(states.jan, [target.index])
    await expect(engine.process(states.oma, commit.commit, rules)).rejects.toMatchObject({ code: 'not_allowed' })
    expect((await engine.process(states.sofie, commit.commit, rules)).kind).toBe('removed')
    const withLeave = { ...rules, mayRemove: () => true }
    expect((await engine.process(states.oma, commit.commit, withLeave)).kind).toBe('commit')
  })

  test('a message of an epoch that is over is refused, although its keys are still there', async () => {
    const { states } = await group()
    const late = await engine.encrypt(states.jan, utf8('te laat'))
    const renewed = await engine.commitPending(states.jan)
    const atOma = await engine.process(states.oma, renewed.commit, rules)
    if (atOma.kind !== 'commit') throw new Error(atOma.kind)
    await expect(engine.process(atOma.state, late.message, rules)).rejects.toMatchObject({ code: 'wrong_epoch' })
    await expect(engine.process(atOma.state, renewed.commit, rules)).rejects.toMatchObject({ code: 'wrong_epoch' })
    expect((await heard(states.oma, late.message)).said).toBe('te laat')
  })

  test('nobody is removed by a commit that no member signed', async () => {
    const { sofie, states } = await group()
    const target = engine.leaves(states.jan).find((one) => one.identity.accountId === sofie.accountId)
    const commit = new Uint8Array((await engine.removeAndCommit(states.jan, [target?.index ?? 0])).commit)
    commit[commit.length - 1]! ^= 1
    await expect(engine.process(states.sofie, commit, rules)).rejects.toThrow()
  })

  test('a device that lost its state joins again in place of its old leaf', async () => {
    const { tablet, states } = await group()
    const renewed = await engine.commitPending(states.jan)
    const [atOma, atSofie] = [await engine.process(states.oma, renewed.commit, rules), await engine.process(states.sofie, renewed.commit, rules)]
    if (atOma.kind !== 'commit' || atSofie.kind !== 'commit') throw new Error('no commit')
    const again = await engine.externalJoin(tablet, renewed.groupInfo, rules, true)
    expect((await engine.process(atSofie.state, again.commit, rules)).kind).toBe('removed')
    const changed = new Uint8Array(again.commit)
    changed[changed.length - 40]! ^= 1
    await expect(engine.process(atSofie.state, changed, rules)).rejects.toThrow()
    const after = await engine.process(atOma.state, again.commit, rules)
    if (after.kind !== 'commit') throw new Error(after.kind)
    expect(engine.leaves(after.state)).toHaveLength(3)
  })

  test('a device that has no leaf to give up joins as a further one', async () => {
    const { sofie, states } = await group()
    const renewed = await engine.commitPending(states.jan)
    const atOma = await engine.process(states.oma, renewed.commit, rules)
    if (atOma.kind !== 'commit') throw new Error(atOma.kind)
    const joined = await engine.externalJoin(await sofie.device(), renewed.groupInfo, rules, true)
    const after = await engine.process(atOma.state, joined.commit, rules)
    if (after.kind !== 'commit') throw new Error(after.kind)
    expect(engine.leaves(after.state)).toHaveLength(4)
  })

  test('nobody joins as a known device whose key is not certified', async () => {
    const { tablet, states } = await group()
    const renewed = await engine.commitPending(states.jan)
    const atOma = await engine.process(states.oma, renewed.commit, rules)
    if (atOma.kind !== 'commit') throw new Error(atOma.kind)
    const pair = await newSigningPair()
    const posing: OwnDevice = { identity: tablet.identity, signatureKey: pair.publicKey, signatureSeed: pair.seed }
    const joined = await engine.externalJoin(posing, renewed.groupInfo, rules, false)
    await expect(engine.process(atOma.state, joined.commit, rules)).rejects.toMatchObject({ code: 'not_allowed' })
  })

  test('a device that is not known is not let in', async () => {
    const { oma, states } = await group()
    const strict: Rules = { ...rules, isKnown: async (one) => one.accountId !== oma.accountId }
    const [added] = await engine.newKeyPackages(await oma.device(), 1)
    const commit = await engine.addAndCommit(states.jan, [added?.packageBytes ?? new Uint8Array()])
    const atSofie = engine.load(engine.save(states.sofie), strict)
    await expect(engine.process(atSofie, commit.commit, strict)).rejects.toThrow()
    expect((await engine.process(states.sofie, commit.commit, rules)).kind).toBe('commit')
  })

  test('a changed message is refused', async () => {
    const { states } = await group()
    const { message } = await engine.encrypt(states.jan, utf8('echt'))
    const changed = new Uint8Array(message)
    changed[changed.length - 5]! ^= 1
    await expect(engine.process(states.oma, changed, rules)).rejects.toThrow()
  })
})
