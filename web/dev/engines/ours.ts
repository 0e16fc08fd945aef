/** A device on our engine in a group with devices of another.
 *
 * Commits and messages are made by our engine's own calls. The two engines ask for other names in credentials, and
 * ours takes in only certified devices: so names are of the other's form here, and joining and hearing is done by
 * the library under our engine (with our fixes), which takes any name.
 */

import { type Bytes, concat, engine, type GroupState, newSigningPair, type Rules, utf8 } from '@prifora/crypto'
import * as mls from 'ts-mls'

const SUITE = 'MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519'
const DAY = 86_400n
const rules: Rules = { isKnown: () => true, mayRemove: () => true, mayVouch: () => true }
const suite = mls.getCiphersuiteImpl(mls.getCiphersuiteFromName(SUITE))
const config: mls.ClientConfig = {
  keyRetentionConfig: mls.defaultKeyRetentionConfig,
  keyPackageEqualityConfig: mls.defaultKeyPackageEqualityConfig,
  lifetimeConfig: { maximumTotalLifetime: DAY * 90n, validateLifetimeOnReceive: false },
  paddingConfig: mls.defaultPaddingConfig,
  authService: mls.defaultAuthenticationService,
}

const hidden = (state: mls.ClientState): GroupState => state as unknown as GroupState
const seen = (state: GroupState): mls.ClientState => state as unknown as mls.ClientState

export interface OurCommit {
  commit: Uint8Array
  groupInfo: Uint8Array
  welcome: Uint8Array | undefined
}

/** A device as both engines can name it. */
interface Named {
  name: Bytes
  publicKey: Bytes
  seed: Bytes
}

export interface Waiting {
  packageBytes: Uint8Array
  join(welcome: Uint8Array): Promise<Ours>
}

export class Ours {
  private constructor(
    readonly name: Bytes,
    private state: GroupState,
  ) {}

  /** The first device of a group that names the server's removal key. */
  static async create(groupId: Uint8Array, externalSender: Uint8Array): Promise<Ours> {
    const device = await newDevice()
    const { publicPackage, privatePackage } = await newPackage(device)
    const senders = concat(Uint8Array.of(externalSender.length), externalSender)
    const extension: mls.Extension = { extensionType: 'external_senders', extensionData: senders }
    const made = await mls.createGroup(groupId, publicPackage, privatePackage, [extension], await suite, config)
    return new Ours(device.name, hidden(made))
  }

  /** A device with a key package, which waits for a Welcome. */
  static async wait(): Promise<Waiting> {
    const device = await newDevice()
    const { publicPackage, privatePackage } = await newPackage(device)
    return {
      packageBytes: mls.encodeMlsMessage({ version: 'mls10', wireformat: 'mls_key_package', keyPackage: publicPackage }),
      async join(bytes) {
        const message = decode(bytes)
        if (message.wireformat !== 'mls_welcome') throw new Error(message.wireformat)
        const joined = await mls.joinGroup(
          message.welcome,
          publicPackage,
          privatePackage,
          mls.emptyPskIndex,
          await suite,
          undefined,
          undefined,
          config,
        )
        return new Ours(device.name, hidden(joined))
      },
    }
  }

  add = (packages: Uint8Array[]): Promise<OurCommit> => this.#made(engine.addAndCommit(this.state, packages))

  remove = (leaf: number): Promise<OurCommit> => this.#made(engine.removeAndCommit(this.state, [leaf]))

  update = (): Promise<OurCommit> => this.#made(engine.commitPending(this.state))

  async say(plain: Uint8Array): Promise<Uint8Array> {
    const made = await engine.encrypt(this.state, plain)
    this.state = made.state
    return made.message
  }

  /** What a message says; undefined for a commit or a proposal, which is taken in. */
  async hear(bytes: Uint8Array): Promise<Uint8Array | undefined> {
    const message = decode(bytes)
    if (message.wireformat !== 'mls_public_message' && message.wireformat !== 'mls_private_message') {
      throw new Error(message.wireformat)
    }
    const heard = await mls.processMessage(message, seen(this.state), mls.emptyPskIndex, () => 'accept', await suite)
    this.state = hidden(heard.newState)
    return heard.kind === 'applicationMessage' ? heard.message : undefined
  }

  /** Puts the state away and takes it up again. */
  store(): void {
    const loaded = engine.load(engine.save(this.state), rules)
    this.state = hidden({ ...seen(loaded), clientConfig: config })
  }

  epoch = (): number => engine.epoch(this.state)

  authenticator = (): Bytes => engine.authenticator(this.state)

  /** The place in the tree of the device of this name. */
  leafOf(name: Uint8Array): number {
    const wanted = name.join()
    const at = seen(this.state).ratchetTree.findIndex(
      (node) => node?.nodeType === 'leaf' && 'identity' in node.leaf.credential && node.leaf.credential.identity.join() === wanted,
    )
    if (at < 0) throw new Error('no leaf')
    return at / 2
  }

  /** A secret of the epoch by any label. */
  async secret(label: string, context: Uint8Array): Promise<Uint8Array> {
    return mls.mlsExporter(seen(this.state).keySchedule.exporterSecret, label, context, 32, await suite)
  }

  async #made(change: ReturnType<typeof engine.commitPending>): Promise<OurCommit> {
    const { state, commit, groupInfo, welcome } = await change
    this.state = state
    return { commit, groupInfo, welcome }
  }
}

async function newDevice(): Promise<Named> {
  const pair = await newSigningPair()
  return { name: utf8(`${crypto.randomUUID()}:1@ours.example`), publicKey: pair.publicKey, seed: pair.seed }
}

/** A key package as our engine makes it. */
async function newPackage(device: Named) {
  const now = BigInt(Math.floor(Date.now() / 1000))
  return mls.generateKeyPackageWithKey(
    { credentialType: 'basic', identity: device.name },
    { versions: ['mls10'], ciphersuites: [SUITE], extensions: [], proposals: [], credentials: ['basic'] },
    { notBefore: now - 3600n, notAfter: now + DAY * 84n },
    [],
    { signKey: device.seed, publicKey: device.publicKey },
    await suite,
  )
}

function decode(bytes: Uint8Array): mls.MLSMessage {
  const message = mls.decodeMlsMessage(bytes, 0)?.[0]
  if (!message) throw new Error('not an MLSMessage')
  return message
}
