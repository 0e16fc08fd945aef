/** Where the secret of a commit comes from (RFC 9420 section 12.4.1), in the trees where that is easy to get wrong. */

import * as mls from 'ts-mls'
import { applyUpdatePathSecret } from 'ts-mls/createCommit.js'
import { deriveSecret } from 'ts-mls/crypto/kdf.js'
import { initializeEpoch } from 'ts-mls/keySchedule.js'
import { toLeafIndex } from 'ts-mls/treemath.js'
import { describe, expect, test } from 'vitest'
import { engine, type GroupState, hex, type Rules } from '../../src'
import { person, removalKey } from './people'

const rules: Rules = { isKnown: () => true, mayRemove: () => true, mayVouch: () => true }
const suite = mls.getCiphersuiteImpl(mls.getCiphersuiteFromName('MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519'))
const seen = (state: GroupState): mls.ClientState => state as unknown as mls.ClientState

/** A group of this many devices, each of somebody else; the state of each, in the order of their leaves. */
async function groupOf(size: number): Promise<GroupState[]> {
  const devices = await Promise.all(Array.from({ length: size }, async () => (await person()).newDevice()))
  const [first, ...others] = devices
  const { externalSender } = await removalKey()
  const begun = await engine.createGroup(first!, crypto.randomUUID(), externalSender, rules)
  const packages = await Promise.all(others.map(async (one) => (await engine.newKeyPackages(one, 1))[0]!))
  const added = await engine.addAndCommit(begun.state, packages.map((one) => one.packageBytes))
  const joined = packages.map(async (one) => (await engine.join(added.welcome!, [one.secret], rules))!.state)
  return [added.state, ...(await Promise.all(joined))]
}

/** The authenticator of the epoch that this commit secret leads to. */
async function authenticatorBy(commitSecret: Uint8Array, before: GroupState, after: GroupState): Promise<string> {
  const { kdf } = await suite
  const [init, noPsk] = [new Uint8Array(seen(before).keySchedule.initSecret), new Uint8Array(kdf.size)]
  const epoch = await initializeEpoch(init, commitSecret, seen(after).groupContext, noPsk, kdf)
  return hex(epoch.keySchedule.epochAuthenticator)
}

function pathOf(commit: Uint8Array): mls.UpdatePath {
  const message = mls.decodeMlsMessage(commit, 0)?.[0]
  if (message?.wireformat !== 'mls_public_message' || message.publicMessage.content.contentType !== 'commit') {
    throw new Error('no commit')
  }
  return message.publicMessage.content.commit.path!
}

describe('the secret of a commit', () => {
  test('is new even to the last device that was removed, when only the committer is left', async () => {
    const [stays, goes] = (await groupOf(2)) as [GroupState, GroupState]
    const alone = await engine.removeAndCommit(stays, [1])
    const nothing = new Uint8Array((await suite).kdf.size)
    expect(await authenticatorBy(nothing, goes, alone.state)).not.toBe(hex(engine.authenticator(alone.state)))
  })

  test('is new when a device that is alone renews its keys', async () => {
    const [before] = (await groupOf(1)) as [GroupState]
    const { state } = await engine.commitPending(before)
    const nothing = new Uint8Array((await suite).kdf.size)
    expect(await authenticatorBy(nothing, before, state)).not.toBe(hex(engine.authenticator(state)))
  })

  test('follows the last secret of the path, when half of the tree is empty and the root has none', async () => {
    const [, , committer, hearer] = (await groupOf(4)) as [GroupState, GroupState, GroupState, GroupState]
    const made = await engine.removeAndCommit(committer, [0, 1])
    const heard = await engine.process(hearer, made.commit, rules)
    if (heard.kind !== 'commit') throw new Error(heard.kind)
    const path = pathOf(made.commit)
    expect(path.nodes).toHaveLength(1)

    const [cs, before, after] = [await suite, seen(hearer), seen(heard.state)]
    const epoch = before.groupContext.epoch + 1n
    const context = { ...before.groupContext, treeHash: after.groupContext.treeHash, epoch }
    const { pathSecret } = await applyUpdatePathSecret(after.ratchetTree, before.privatePath, toLeafIndex(2), context, path, [], cs)
    const commitSecret = await deriveSecret(pathSecret, 'path', cs.kdf)
    expect(await authenticatorBy(commitSecret, hearer, heard.state)).toBe(hex(engine.authenticator(made.state)))
    expect(hex(engine.authenticator(heard.state))).toBe(hex(engine.authenticator(made.state)))
  })
})
