/** Messages, and members who only listen, held to the public vectors of RFC 9420. */

import * as mls from 'ts-mls'
import { determineLength, lengthEncoder } from 'ts-mls/codec/variableLength.js'
import { decodeCommit, encodeCommit } from 'ts-mls/commit.js'
import { createContentCommitSignature } from 'ts-mls/framedContent.js'
import { verifyGroupInfoSignature } from 'ts-mls/groupInfo.js'
import { decodeGroupSecrets, encodeGroupSecrets } from 'ts-mls/groupSecrets.js'
import { verifyKeyPackage } from 'ts-mls/keyPackage.js'
import { verifyLeafNodeSignature } from 'ts-mls/leafNode.js'
import { protect, protectApplicationData, protectProposal, unprotectPrivateMessage } from 'ts-mls/messageProtection.js'
import { protectProposalPublic, protectPublicMessage, unprotectPublicMessage } from 'ts-mls/messageProtectionPublic.js'
import * as proposals from 'ts-mls/proposal.js'
import { decodeRatchetTree, encodeRatchetTree } from 'ts-mls/ratchetTree.js'
import { createSecretTree } from 'ts-mls/secretTree.js'
import { describe, expect, test } from 'vitest'
import { hex } from '../../src'
import { bytes, contextOf, message, suite, vectors, whole } from './vectors'

test.each(vectors<{ vlbytes_header: string; length: number }>('deserialization'))('deserialization %#: $length bytes', ({ vlbytes_header, length }) => {
  const header = bytes(vlbytes_header)
  expect(determineLength(header)).toEqual({ length, lengthFieldSize: header.length })
  const [size, write] = lengthEncoder(length)
  const written = new ArrayBuffer(size)
  write(0, written)
  expect(hex(new Uint8Array(written))).toBe(vlbytes_header)
})

type Again = (from: Uint8Array) => Uint8Array
const again =
  <T>(decode: (from: Uint8Array, at: number) => [T, number] | undefined, encode: (value: T) => Uint8Array): Again =>
  (from) =>
    encode(whole(decode, from))
const aMessage = again(mls.decodeMlsMessage, mls.encodeMlsMessage)

const KINDS: Record<string, Again> = {
  mls_welcome: aMessage,
  mls_group_info: aMessage,
  mls_key_package: aMessage,
  ratchet_tree: again(decodeRatchetTree, encodeRatchetTree),
  group_secrets: again(decodeGroupSecrets, encodeGroupSecrets),
  add_proposal: again(proposals.decodeAdd, proposals.encodeAdd),
  update_proposal: again(proposals.decodeUpdate, proposals.encodeUpdate),
  remove_proposal: again(proposals.decodeRemove, proposals.encodeRemove),
  pre_shared_key_proposal: again(proposals.decodePSK, proposals.encodePSK),
  re_init_proposal: again(proposals.decodeReinit, proposals.encodeReinit),
  external_init_proposal: again(proposals.decodeExternalInit, proposals.encodeExternalInit),
  group_context_extensions_proposal: again(proposals.decodeGroupContextExtensions, proposals.encodeGroupContextExtensions),
  commit: again(decodeCommit, encodeCommit),
  public_message_application: aMessage,
  public_message_proposal: aMessage,
  public_message_commit: aMessage,
  private_message: aMessage,
}

describe.each(vectors<Record<string, string>>('messages'))('messages %#', (vector) => {
  test('is one of every kind', () => expect(Object.keys(vector).sort()).toEqual(Object.keys(KINDS).sort()))

  test.each(Object.entries(KINDS))('%s: reads and writes the same bytes', (kind, readAndWrite) => {
    expect(hex(readAndWrite(bytes(vector[kind]!)))).toBe(vector[kind])
  })

  test('are signed where they say by whom', async () => {
    const { signature } = await suite
    const [leaf] = whole(decodeRatchetTree, bytes(vector.ratchet_tree!))
    if (leaf?.nodeType !== 'leaf') throw new TypeError('no leaf')
    const { groupInfo } = message('mls_group_info', vector.mls_group_info!)
    const packages = [message('mls_key_package', vector.mls_key_package!).keyPackage, whole(proposals.decodeAdd, bytes(vector.add_proposal!)).keyPackage]
    const { path } = whole(decodeCommit, bytes(vector.commit!))
    for (const one of packages) expect(await verifyKeyPackage(one, signature)).toBe(true)
    for (const one of [leaf.leaf, path!.leafNode, ...packages.map(({ leafNode }) => leafNode)]) {
      expect(await verifyLeafNodeSignature(one, groupInfo.groupContext.groupId, 0, signature)).toBe(true)
    }
    expect(await verifyGroupInfoSignature(groupInfo, leaf.leaf.signaturePublicKey, signature)).toBe(true)
  })

  test('say in a message what they say alone', () => {
    expect(vector.public_message_proposal).toContain(vector.add_proposal)
    expect(vector.public_message_commit).toContain(vector.commit)
    expect(vector.re_init_proposal).toContain(vector.ratchet_tree)
  })
})

type Protected = Record<
  | 'group_id'
  | 'tree_hash'
  | 'confirmed_transcript_hash'
  | 'signature_priv'
  | 'signature_pub'
  | 'encryption_secret'
  | 'sender_data_secret'
  | 'membership_key'
  | 'proposal'
  | 'proposal_priv'
  | 'proposal_pub'
  | 'commit'
  | 'commit_priv'
  | 'commit_pub'
  | 'application'
  | 'application_priv',
  string
> & { epoch: number }

describe.each(vectors<Protected>('message-protection'))('message-protection %#', (vector) => {
  const SENDER = 1
  const context = contextOf(vector)
  const [signKey, senderDataSecret] = [bytes(vector.signature_priv), bytes(vector.sender_data_secret)]
  const nothing = new Uint8Array()
  const padding: mls.PaddingConfig = mls.defaultPaddingConfig
  const secrets = async () => createSecretTree(2, bytes(vector.encryption_secret), (await suite).kdf)

  /** What was meant by a message, in the bytes of the vector. */
  const meant = (content: Awaited<ReturnType<typeof unprotectPrivateMessage>>['content']['content']): string => {
    if (content.contentType === 'application') return hex(content.applicationData)
    return hex(content.contentType === 'commit' ? encodeCommit(content.commit) : proposals.encodeProposal(content.proposal))
  }

  async function opened(privateMessage: mls.PrivateMessage): Promise<string> {
    const key = bytes(vector.signature_pub)
    const retention = mls.defaultKeyRetentionConfig
    const { content } = await unprotectPrivateMessage(senderDataSecret, privateMessage, await secrets(), [], context, retention, await suite, key)
    return meant(content.content)
  }

  async function checked(publicMessage: mls.PublicMessage): Promise<string> {
    const key = bytes(vector.signature_pub)
    const { content } = await unprotectPublicMessage(bytes(vector.membership_key), context, [], publicMessage, await suite, key)
    return meant(content)
  }

  /** A commit of ours; its confirmation tag is not looked at here. */
  async function commitOfOurs(wireformat: 'mls_private_message' | 'mls_public_message') {
    const [commit, sender] = [whole(decodeCommit, bytes(vector.commit)), { senderType: 'member', leafIndex: SENDER } as const]
    const { signature } = await suite
    const made = await createContentCommitSignature(context, wireformat, commit, sender, nothing, signKey, signature)
    return { content: made.framedContent, auth: { contentType: 'commit', signature: made.signature, confirmationTag: new Uint8Array(32) } as const }
  }

  test('opens what others sealed', async () => {
    for (const kind of ['proposal', 'commit', 'application'] as const) {
      expect(await opened(message('mls_private_message', vector[`${kind}_priv`]).privateMessage), kind).toBe(vector[kind])
    }
  })

  test('checks what others signed', async () => {
    for (const kind of ['proposal', 'commit'] as const) {
      expect(await checked(message('mls_public_message', vector[`${kind}_pub`]).publicMessage), kind).toBe(vector[kind])
    }
  })

  test('refuses what nobody of the group tagged', async () => {
    const { publicMessage } = message('mls_public_message', vector.proposal_pub)
    if (publicMessage.senderType !== 'member') throw new TypeError('no member')
    await expect(checked({ ...publicMessage, membershipTag: new Uint8Array(32) })).rejects.toThrow('membership')
  })

  test('opens what it sealed itself', async () => {
    const cs = await suite
    const [ofApplication, ofProposal] = [bytes(vector.application), whole(proposals.decodeProposal, bytes(vector.proposal))]
    const application = await protectApplicationData(signKey, senderDataSecret, ofApplication, nothing, context, await secrets(), SENDER, padding, cs)
    expect(await opened(application.privateMessage)).toBe(vector.application)
    const proposal = await protectProposal(signKey, senderDataSecret, ofProposal, nothing, context, await secrets(), SENDER, padding, cs)
    expect(await opened(proposal.privateMessage)).toBe(vector.proposal)
    const { content, auth } = await commitOfOurs('mls_private_message')
    const commit = await protect(senderDataSecret, nothing, context, await secrets(), { ...content, auth }, SENDER, padding, cs)
    expect(await opened(commit.privateMessage)).toBe(vector.commit)
  })

  test('checks what it signed itself', async () => {
    const [cs, membershipKey] = [await suite, bytes(vector.membership_key)]
    const ofProposal = whole(proposals.decodeProposal, bytes(vector.proposal))
    const proposal = await protectProposalPublic(signKey, membershipKey, context, nothing, ofProposal, SENDER, cs)
    expect(await checked(proposal.publicMessage)).toBe(vector.proposal)
    const commit = await protectPublicMessage(membershipKey, context, { wireformat: 'mls_public_message', ...(await commitOfOurs('mls_public_message')) }, cs)
    expect(await checked(commit)).toBe(vector.commit)
  })
})

interface PassiveClient {
  external_psks: { psk_id: string; psk: string }[]
  key_package: string
  signature_priv: string
  encryption_priv: string
  init_priv: string
  welcome: string
  ratchet_tree: string | null
  initial_epoch_authenticator: string
  epochs: { proposals: string[]; commit: string; epoch_authenticator: string }[]
}

/** Whether the private keys are those of the key package. */
async function arePairs({ initKey, leafNode }: mls.KeyPackage, vector: PassiveClient): Promise<boolean> {
  const { hpke, signature } = await suite
  const [one, nothing] = [bytes('01'), new Uint8Array()]
  for (const [pub, priv] of [[initKey, vector.init_priv], [leafNode.hpkePublicKey, vector.encryption_priv]] as const) {
    const { enc, ct } = await hpke.seal(await hpke.importPublicKey(pub), one, nothing)
    if (hex(await hpke.open(await hpke.importPrivateKey(bytes(priv)), enc, ct, nothing)) !== '01') return false
  }
  return signature.verify(leafNode.signaturePublicKey, one, await signature.sign(bytes(vector.signature_priv), one))
}

const passive = (['passive-client-welcome', 'passive-client-handling-commit'] as const).flatMap((name) =>
  vectors<PassiveClient>(name).map((vector, at): [string, PassiveClient] => [`${name} ${at}`, vector]),
)

test.each(passive)('%s: joins, and follows every commit', async (_name, vector) => {
  const cs = await suite
  const { keyPackage } = message('mls_key_package', vector.key_package)
  expect(await verifyKeyPackage(keyPackage, cs.signature)).toBe(true)
  expect(await arePairs(keyPackage, vector)).toBe(true)
  const keys = { initPrivateKey: bytes(vector.init_priv), hpkePrivateKey: bytes(vector.encryption_priv), signaturePrivateKey: bytes(vector.signature_priv) }
  const external = Object.fromEntries(vector.external_psks.map((one) => [Buffer.from(one.psk_id, 'hex').toString('base64'), bytes(one.psk)]))
  const tree = vector.ratchet_tree === null ? undefined : whole(decodeRatchetTree, bytes(vector.ratchet_tree))
  const { welcome } = message('mls_welcome', vector.welcome)
  let state = await mls.joinGroup(welcome, keyPackage, keys, mls.makePskIndex(undefined, external), cs, tree)
  expect(hex(state.keySchedule.epochAuthenticator)).toBe(vector.initial_epoch_authenticator)
  for (const { proposals: before, commit, epoch_authenticator } of vector.epochs) {
    for (const one of [...before, commit]) {
      const sent = whole(mls.decodeMlsMessage, bytes(one))
      if (sent.wireformat !== 'mls_public_message' && sent.wireformat !== 'mls_private_message') throw new TypeError(sent.wireformat)
      state = (await mls.processMessage(sent, state, mls.makePskIndex(state, external), mls.acceptAll, cs)).newState
    }
    expect(hex(state.keySchedule.epochAuthenticator)).toBe(epoch_authenticator)
  }
})
