/** People with a device and an encryption key, in a group of the engine. */

import { type BoxPair, engine, type GroupState, newBoxPair, type OwnDevice, type Rules } from '@prifora/crypto'
import { person, removalKey } from '../../web/packages/crypto/test/mls/people'

export const RULES: Rules = { isKnown: () => true, mayRemove: () => false, mayVouch: () => true }

export interface Member {
  accountId: string
  device: OwnDevice
  boxes: BoxPair
}

export async function newMember(): Promise<Member> {
  const someone = await person()
  return { accountId: someone.accountId, device: await someone.newDevice(), boxes: await newBoxPair() }
}

/** A group that the first made and that everybody is in; each member's state in their order. */
export async function groupOf(conversationId: string, members: Member[]): Promise<GroupState[]> {
  const [founder, ...others] = members
  if (!founder) throw new Error('nobody')
  const { externalSender } = await removalKey()
  const { state } = await engine.createGroup(founder.device, conversationId, externalSender, RULES)
  const packages = (await Promise.all(others.map(({ device }) => engine.newKeyPackages(device, 1)))).flat()
  const added = await engine.addAndCommit(state, packages.map((one) => one.packageBytes))
  const joined: GroupState[] = []
  for (const { secret } of packages) joined.push(await joinedBy(added.welcome, secret))
  return [added.state, ...joined]
}

/** What somebody has who was let in. */
export async function joinedBy(welcome: Uint8Array | undefined, secret: Uint8Array<ArrayBuffer>): Promise<GroupState> {
  const found = welcome && (await engine.join(welcome, [secret], RULES))
  if (!found) throw new Error('not let in')
  return found.state
}
