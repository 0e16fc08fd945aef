/** A 12th person comes to a group of 11: what who lets them in does, what they do, and what every other member does. */

import {
  boxHistoryKey,
  chainStart,
  type Details,
  engine,
  EXPORT_LABEL,
  type GroupState,
  openDetails,
  openHistoryKey,
  sealDetails,
} from '@prifora/crypto'
import { groupOf, joinedBy, type Member, newMember, RULES } from './people'
import { Runs } from './runs'

const MEMBERS = 11
const ROUNDS = 9

export async function group() {
  const conversationId = crypto.randomUUID()
  const members: Member[] = []
  for (let at = 0; at < MEMBERS; at++) members.push(await newMember())
  const [host, other] = await groupOf(conversationId, members)
  if (!host || !other) throw new Error('no group')
  const runs = new Runs()
  for (let round = 0; round <= ROUNDS; round++) {
    const newcomer = await newMember()
    const [offered] = await engine.newKeyPackages(newcomer.device, 1)
    if (!offered) throw new Error('no package')
    const details = await detailsOf(conversationId, [...members, newcomer])
    const given = await runs.time('add', () => letIn(conversationId, host, offered.packageBytes, [...members, newcomer], details))
    await runs.time('join', () => come(conversationId, newcomer, offered.secret, given))
    await runs.time('take', () => engine.process(other, given.commit, RULES))
  }
  return { count: 1, runs: runs.figures }
}

type Given = Awaited<ReturnType<typeof letIn>>

/** The commit, the Welcome, a box of the new archive key for each account, and what the members agree on. */
async function letIn(conversationId: string, state: GroupState, offered: Uint8Array, all: Member[], details: Details) {
  const made = await engine.addAndCommit(state, [offered])
  const key = await engine.exportSecret(made.state, EXPORT_LABEL, 32)
  const epoch = engine.epoch(made.state)
  const boxes = await Promise.all(all.map(({ accountId, boxes: { publicKey } }) => boxHistoryKey(publicKey, key, conversationId, epoch, accountId)))
  return { commit: made.commit, welcome: made.welcome, boxes, details: await sealDetails(key, conversationId, epoch, details) }
}

/** The Welcome, the box of the archive key, and what the members agree on. */
async function come(conversationId: string, { accountId, boxes }: Member, secret: Uint8Array<ArrayBuffer>, given: Given): Promise<void> {
  const state = await joinedBy(given.welcome, secret)
  const box = given.boxes.at(-1)
  if (!box) throw new Error('no box')
  const epoch = engine.epoch(state)
  const key = await openHistoryKey([{ version: 1, ...boxes }], box, conversationId, epoch, accountId)
  await openDetails(key, conversationId, epoch, given.details)
}

async function detailsOf(conversationId: string, all: Member[]): Promise<Details> {
  const by = all[0]?.accountId ?? ''
  const roster = Object.fromEntries(all.map(({ accountId }) => [accountId, { by, history: 'start' as const }]))
  return { title: 'Family', roster, out: [], log: await chainStart(conversationId) }
}
