/** The MLS engine on ts-mls 1.6.4 with our five fixes; suite MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519 (0x0001). */

import * as mls from 'ts-mls'
import { ratchetTreeFromExtension } from 'ts-mls/groupInfo.js'
import { unprotectPublicMessage } from 'ts-mls/messageProtectionPublic.js'
import { type Bytes, base64, equal, own, type Sealed, sealed, text, unbase64, utf8, uuidBytes } from './bytes'
import { digest } from './aead'
import { type Identity, isCertified, readIdentity, writeIdentity } from './device'
import type { Committed, GroupState, Leaf, MlsEngine, NewKeyPackage, OwnDevice, Processed, Rules } from './engine'
import { CryptoError } from './errors'
import { allowed, ownRemoval } from './policy'

const SUITE = 'MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519'
const DAY = 86_400n
const MESSAGE_MAX_BYTES = 1 << 20
const PAD_TO = 1024

type State = mls.ClientState

const suite = mls.getCiphersuiteImpl(mls.getCiphersuiteFromName(SUITE))

const capabilities: mls.Capabilities = {
  versions: ['mls10'],
  ciphersuites: [SUITE],
  extensions: [],
  proposals: [],
  credentials: ['basic'],
}

/** The library's configuration: our credentials, our lifetimes, padded messages. */
function configuration(rules: Rules): mls.ClientConfig {
  return {
    keyRetentionConfig: mls.defaultKeyRetentionConfig,
    keyPackageEqualityConfig: mls.defaultKeyPackageEqualityConfig,
    lifetimeConfig: { maximumTotalLifetime: DAY * 90n, validateLifetimeOnReceive: true },
    paddingConfig: { kind: 'padUntilLength', padUntilLength: PAD_TO },
    authService: {
      async validateCredential(credential, signatureKey) {
        if (!('identity' in credential)) return false
        const identity = readIdentity(credential.identity)
        if (!identity) return isRemovalKey(credential.identity)
        return (await isCertified(identity, signatureKey)) && (await rules.isKnown(identity, own(signatureKey)))
      },
    },
  }
}

const isRemovalKey = (identity: Uint8Array): boolean => equal(identity, utf8('prifora removal'))

const hidden = (state: State): GroupState => state as unknown as GroupState
const seen = (state: GroupState): State => state as unknown as State

function decode(bytes: Uint8Array): mls.MLSMessage {
  if (bytes.length > MESSAGE_MAX_BYTES) throw new CryptoError('too_large')
  const message = mls.decodeMlsMessage(own(bytes), 0)?.[0]
  if (!message) throw new CryptoError('malformed')
  return message
}

/** The library would still open what was sealed for an epoch that is over; we do not. */
function ofThisEpoch(state: State, message: { groupId: Uint8Array; epoch: bigint }): void {
  const { groupId, epoch } = state.groupContext
  if (message.epoch !== epoch || !equal(message.groupId, groupId)) throw new CryptoError('wrong_epoch')
}

/** We are out, when somebody of this group really said so: the library would fail for want of keys before it said it. */
async function removed(state: State, message: mls.PublicMessage, rules: Rules): Promise<Processed> {
  const { keySchedule, groupContext, ratchetTree } = state
  await unprotectPublicMessage(keySchedule.membershipKey, groupContext, ratchetTree, message, await suite)
  if (message.content.sender.senderType !== 'member') await allowed(state, message, leavesOf(state), rules)
  return { kind: 'removed' }
}

const encode = (message: mls.MLSMessage): Sealed => sealed(mls.encodeMlsMessage(message))

function lifetime(): mls.Lifetime {
  const now = BigInt(Math.floor(Date.now() / 1000))
  return { notBefore: now - 3600n, notAfter: now + DAY * 84n }
}

async function keyPackage(device: OwnDevice) {
  const credential: mls.Credential = { credentialType: 'basic', identity: writeIdentity(device.identity) }
  const pair = { signKey: device.signatureSeed, publicKey: device.signatureKey }
  return mls.generateKeyPackageWithKey(credential, capabilities, lifetime(), [], pair, await suite)
}

async function groupInfo(state: State): Promise<Sealed> {
  const info = await mls.createGroupInfoWithExternalPubAndRatchetTree(state, [], await suite)
  return encode({ version: 'mls10', wireformat: 'mls_group_info', groupInfo: info })
}

async function commit(state: State, extraProposals: mls.Proposal[]): Promise<Committed> {
  const made = await mls.createCommit(
    { state, cipherSuite: await suite },
    { wireAsPublicMessage: true, ratchetTreeExtension: true, extraProposals },
  )
  const welcome = made.welcome
    ? { welcome: encode({ version: 'mls10', wireformat: 'mls_welcome', welcome: made.welcome }) }
    : {}
  return { state: hidden(made.newState), commit: encode(made.commit), groupInfo: await groupInfo(made.newState), ...welcome }
}

function leavesOf(state: State): Leaf[] {
  const found: Leaf[] = []
  state.ratchetTree.forEach((node, at) => {
    if (node?.nodeType !== 'leaf' || !('identity' in node.leaf.credential)) return
    const identity = readIdentity(node.leaf.credential.identity)
    if (identity) found.push({ index: at / 2, identity, signatureKey: own(node.leaf.signaturePublicKey) })
  })
  return found
}

/** Whose ratchet moved is who sent the message: the library checked the signature but does not say whose. */
function senderOf(before: State, after: State): Leaf {
  const moved = after.secretTree.findIndex((node, at) => node !== before.secretTree[at])
  const leaf = leavesOf(after).find((one) => one.index === moved / 2)
  if (!leaf) throw new CryptoError('forged')
  return leaf
}

/** Whether a device has a leaf to give up; told to remove one that is not there, the library never comes back. */
const hasLeaf = (info: mls.GroupInfo, device: OwnDevice): boolean =>
  ratchetTreeFromExtension(info)?.some((node) => node?.nodeType === 'leaf' && equal(node.leaf.signaturePublicKey, device.signatureKey)) === true

/** Who signed the description of a group; the library checks that they did. */
function signerOf(info: mls.GroupInfo): Identity | undefined {
  const node = ratchetTreeFromExtension(info)?.[info.signer * 2]
  return node?.nodeType === 'leaf' && 'identity' in node.leaf.credential ? readIdentity(node.leaf.credential.identity) : undefined
}

interface StoredPackage {
  pub: string
  init: string
  hpke: string
  sign: string
}

function readSecret(secret: Bytes): { publicPackage: mls.KeyPackage; privatePackage: mls.PrivateKeyPackage } {
  const kept = JSON.parse(text(secret)) as StoredPackage
  const message = decode(unbase64(kept.pub))
  if (message.wireformat !== 'mls_key_package') throw new CryptoError('malformed')
  return {
    publicPackage: message.keyPackage,
    privatePackage: {
      initPrivateKey: unbase64(kept.init),
      hpkePrivateKey: unbase64(kept.hpke),
      signaturePrivateKey: unbase64(kept.sign),
    },
  }
}

/** The KeyPackageRef of a package (RFC 9420 section 5.2). */
async function refOf(packageMessage: Uint8Array): Promise<Bytes> {
  const label = utf8('MLS 1.0 KeyPackage Reference')
  const value = packageMessage.subarray(4) // without version and wire format
  const size = value.length
  const prefix = size < 64 ? [size] : [0x40 | (size >> 8), size & 255]
  return digest(Uint8Array.from([label.length, ...label, ...prefix, ...value]))
}

export const engine: MlsEngine = {
  async newKeyPackages(device, count) {
    const made: NewKeyPackage[] = []
    for (let at = 0; at < count; at++) {
      const { publicPackage, privatePackage } = await keyPackage(device)
      const bytes = encode({ version: 'mls10', wireformat: 'mls_key_package', keyPackage: publicPackage })
      const kept: StoredPackage = {
        pub: base64(bytes),
        init: base64(privatePackage.initPrivateKey),
        hpke: base64(privatePackage.hpkePrivateKey),
        sign: base64(privatePackage.signaturePrivateKey),
      }
      made.push({ packageBytes: bytes, ref: await refOf(bytes), secret: utf8(JSON.stringify(kept)) })
    }
    return made
  },

  async createGroup(device, conversationId, externalSender, rules) {
    const { publicPackage, privatePackage } = await keyPackage(device)
    const extension: mls.Extension = {
      extensionType: 'external_senders',
      extensionData: vector(externalSender),
    }
    const id = uuidBytes(conversationId)
    const state = await mls.createGroup(id, publicPackage, privatePackage, [extension], await suite, configuration(rules))
    return { state: hidden(state), commit: sealed(new Uint8Array()), groupInfo: await groupInfo(state) }
  },

  async addAndCommit(state, packages) {
    const proposals = packages.map((bytes): mls.Proposal => {
      const message = decode(bytes)
      if (message.wireformat !== 'mls_key_package') throw new CryptoError('malformed')
      return { proposalType: 'add', add: { keyPackage: message.keyPackage } }
    })
    return commit(seen(state), proposals)
  },

  removeAndCommit: (state, indexes) =>
    commit(
      seen(state),
      indexes.map((removed): mls.Proposal => ({ proposalType: 'remove', remove: { removed } })),
    ),

  commitPending: (state) => commit(seen(state), []),

  async join(welcomeBytes, secrets, rules) {
    const message = decode(welcomeBytes)
    if (message.wireformat !== 'mls_welcome') throw new CryptoError('malformed')
    const refs = message.welcome.secrets.map((one) => one.newMember)
    for (const secret of secrets) {
      const kept = JSON.parse(text(secret)) as StoredPackage
      const ref = await refOf(unbase64(kept.pub))
      if (!refs.some((one) => equal(one, ref))) continue
      const { publicPackage, privatePackage } = readSecret(secret)
      const state = await mls.joinGroup(
        message.welcome,
        publicPackage,
        privatePackage,
        mls.emptyPskIndex,
        await suite,
        undefined,
        undefined,
        configuration(rules),
      )
      return { state: hidden(state), used: secret }
    }
    return undefined
  },

  async externalJoin(device, groupInfoBytes, rules, again) {
    const message = decode(groupInfoBytes)
    if (message.wireformat !== 'mls_group_info') throw new CryptoError('malformed')
    const signer = signerOf(message.groupInfo)
    if (!signer || !rules.mayVouch(signer)) throw new CryptoError('not_allowed')
    const { publicPackage, privatePackage } = await keyPackage(device)
    const made = await mls.joinGroupExternal(
      message.groupInfo,
      publicPackage,
      privatePackage,
      again && hasLeaf(message.groupInfo, device),
      await suite,
      undefined,
      configuration(rules),
    )
    return {
      state: hidden(made.newState),
      commit: encode({ version: 'mls10', wireformat: 'mls_public_message', publicMessage: made.publicMessage }),
      groupInfo: await groupInfo(made.newState),
    }
  },

  async process(state, bytes, rules): Promise<Processed> {
    const before = seen(state)
    const message = decode(bytes)
    if (message.wireformat !== 'mls_public_message' && message.wireformat !== 'mls_private_message') {
      throw new CryptoError('malformed')
    }
    ofThisEpoch(before, message.wireformat === 'mls_private_message' ? message.privateMessage : message.publicMessage.content)
    if (message.wireformat === 'mls_public_message') {
      if (ownRemoval(before, message.publicMessage)) return removed(before, message.publicMessage, rules)
      await allowed(before, message.publicMessage, leavesOf(before), rules)
    }
    const result = await mls.processMessage(message, before, mls.emptyPskIndex, () => 'accept', await suite)
    if (result.kind === 'applicationMessage') {
      return {
        kind: 'message',
        state: hidden(result.newState),
        plain: own(result.message),
        sender: senderOf(before, result.newState),
      }
    }
    if (message.wireformat === 'mls_private_message') throw new CryptoError('not_allowed')
    if (result.newState.groupActiveState.kind !== 'active') return { kind: 'removed' }
    const kind = message.publicMessage.content.contentType === 'commit' ? 'commit' : 'proposal'
    return { kind, state: hidden(result.newState) }
  },

  async encrypt(state, plain) {
    const made = await mls.createApplicationMessage(seen(state), own(plain), await suite)
    const message = encode({ version: 'mls10', wireformat: 'mls_private_message', privateMessage: made.privateMessage })
    return { state: hidden(made.newState), message }
  },

  async exportSecret(state, label, size) {
    const { keySchedule, groupContext } = seen(state)
    return own(await mls.mlsExporter(keySchedule.exporterSecret, label, groupContext.groupId, size, await suite))
  },

  leaves: (state) => leavesOf(seen(state)),
  epoch: (state) => Number(seen(state).groupContext.epoch),
  hasPending: (state) => Object.keys(seen(state).unappliedProposals).length > 0,
  authenticator: (state) => own(seen(state).keySchedule.epochAuthenticator),
  save: (state) => own(mls.encodeGroupState(seen(state))),
  load(bytes, rules) {
    const state = mls.decodeGroupState(bytes, 0)?.[0]
    if (!state) throw new CryptoError('malformed')
    return hidden({ ...state, clientConfig: configuration(rules) })
  },
}

/** opaque<V> of up to 16,383 bytes (RFC 9420 section 2.1.2). */
function vector(value: Uint8Array): Bytes {
  const size = value.length
  return Uint8Array.from(size < 64 ? [size, ...value] : [0x40 | (size >> 8), size & 255, ...value])
}

