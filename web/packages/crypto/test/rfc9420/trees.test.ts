/** The shape of trees, their hashes, and what a new path does to them, held to the public vectors of RFC 9420. */

import type { LeafIndex, RatchetTree } from 'ts-mls'
import { applyUpdatePathSecret } from 'ts-mls/createCommit.js'
import { verifyLeafNodeSignature } from 'ts-mls/leafNode.js'
import { verifyParentHashes } from 'ts-mls/parentHash.js'
import { getCommitSecret } from 'ts-mls/pathSecrets.js'
import { type PrivateKeyPath, toPrivateKeyPath } from 'ts-mls/privateKeyPath.js'
import { decodeProposal } from 'ts-mls/proposal.js'
import {
  addLeafNode,
  decodeRatchetTree,
  encodeRatchetTree,
  getHpkePublicKey,
  removeLeafNode,
  resolution,
  updateLeafNode,
} from 'ts-mls/ratchetTree.js'
import { treeHash, treeHashRoot } from 'ts-mls/treeHash.js'
import { left, leafWidth, nodeWidth, parent, right, root, sibling, toLeafIndex, toNodeIndex } from 'ts-mls/treemath.js'
import { applyUpdatePath, createUpdatePath, decodeUpdatePath, type UpdatePath } from 'ts-mls/updatePath.js'
import { describe, expect, test } from 'vitest'
import { hex } from '../../src'
import { bytes, contextOf, suite, vectors, whole } from './vectors'

type Neighbours = 'left' | 'right' | 'parent' | 'sibling'
type TreeMath = Record<Neighbours, (number | null)[]> & { n_leaves: number; n_nodes: number; root: number }

test.each(vectors<TreeMath>('tree-math'))('tree-math %#: $n_leaves leaves', (vector) => {
  const { n_leaves: leaves, n_nodes: nodes } = vector
  const all = (find: (node: ReturnType<typeof toNodeIndex>) => number): (number | null)[] =>
    Array.from({ length: nodes }, (_, at) => {
      try {
        return find(toNodeIndex(at))
      } catch {
        return null
      }
    })
  expect([nodeWidth(leaves), root(leaves), leafWidth(nodes)]).toEqual([nodes, vector.root, leaves])
  expect(all(left)).toEqual(vector.left)
  expect(all(right)).toEqual(vector.right)
  expect(all((node) => parent(node, leaves))).toEqual(vector.parent)
  expect(all((node) => sibling(node, leaves))).toEqual(vector.sibling)
})

const readTree = (digits: string): RatchetTree => whole(decodeRatchetTree, bytes(digits))

interface TreeOperation {
  proposal: string
  proposal_sender: number
  tree_before: string
  tree_hash_before: string
  tree_after: string
  tree_hash_after: string
}

function changed(before: RatchetTree, digits: string, sender: LeafIndex): RatchetTree {
  const proposal = whole(decodeProposal, bytes(digits))
  if (proposal.proposalType === 'add') return addLeafNode(before, proposal.add.keyPackage.leafNode)[0]
  if (proposal.proposalType === 'update') return updateLeafNode(before, proposal.update.leafNode, sender)
  if (proposal.proposalType === 'remove') return removeLeafNode(before, toLeafIndex(proposal.remove.removed))
  throw new TypeError(`no change of a tree: ${proposal.proposalType}`)
}

test.each(vectors<TreeOperation>('tree-operations'))('tree-operations %#', async (vector) => {
  const { hash } = await suite
  const before = readTree(vector.tree_before)
  expect(hex(await treeHashRoot(before, hash))).toBe(vector.tree_hash_before)
  const after = changed(before, vector.proposal, toLeafIndex(vector.proposal_sender))
  expect(hex(encodeRatchetTree(after))).toBe(vector.tree_after)
  expect(hex(await treeHashRoot(after, hash))).toBe(vector.tree_hash_after)
})

interface TreeValidation {
  tree: string
  group_id: string
  tree_hashes: string[]
  resolutions: number[][]
}

describe.each(vectors<TreeValidation>('tree-validation'))('tree-validation %# ($resolutions.length nodes)', (vector) => {
  const tree = readTree(vector.tree)
  const nodes = tree.map((_, at) => toNodeIndex(at))

  test('has these resolutions and hashes', async () => {
    const { hash } = await suite
    expect(nodes.map((at) => resolution(tree, at))).toEqual(vector.resolutions)
    expect(await Promise.all(nodes.map(async (at) => hex(await treeHash(tree, at, hash))))).toEqual(vector.tree_hashes)
  })

  test('is bound by its parent hashes and signatures', async () => {
    const { hash, signature } = await suite
    expect(await verifyParentHashes(tree, hash)).toBe(true)
    for (const [at, node] of tree.entries()) {
      if (node?.nodeType === 'leaf') expect(await verifyLeafNodeSignature(node.leaf, bytes(vector.group_id), at / 2, signature), `leaf ${at / 2}`).toBe(true)
    }
  })
})

interface TreeKem {
  epoch: number
  group_id: string
  confirmed_transcript_hash: string
  ratchet_tree: string
  leaves_private: { index: number; encryption_priv: string; signature_priv: string; path_secrets: { node: number; path_secret: string }[] }[]
  update_paths: { sender: number; update_path: string; path_secrets: (string | null)[]; commit_secret: string; tree_hash_after: string }[]
}

describe.each(vectors<TreeKem>('treekem'))('treekem %# ($leaves_private.length leaves)', (vector) => {
  const tree = readTree(vector.ratchet_tree)

  /** The private keys of a leaf, each of which belongs to a node of the tree. */
  async function keysOf(its: TreeKem['leaves_private'][number]): Promise<PrivateKeyPath> {
    const secrets = Object.fromEntries(its.path_secrets.map((one) => [one.node, bytes(one.path_secret)]))
    const path = await toPrivateKeyPath(secrets, its.index, await suite)
    return { ...path, privateKeys: { ...path.privateKeys, [its.index * 2]: bytes(its.encryption_priv) } }
  }

  /** What everybody who hears of a path learns from it: the same secret of the commit. */
  async function heard(sender: number, path: UpdatePath, expected: { commit: string; paths?: (string | null)[] }, after: RatchetTree): Promise<void> {
    const cs = await suite
    const context = contextOf({ ...vector, tree_hash: hex(await treeHashRoot(after, cs.hash)) })
    for (const leaf of vector.leaves_private.filter(({ index }) => index !== sender)) {
      const { nodeIndex, pathSecret } = await applyUpdatePathSecret(tree, await keysOf(leaf), toLeafIndex(sender), context, path, [], cs)
      if (expected.paths) expect(hex(pathSecret), `path secret of leaf ${leaf.index}`).toBe(expected.paths[leaf.index])
      expect(hex(await getCommitSecret(after, nodeIndex, pathSecret, cs.kdf)), `commit secret of leaf ${leaf.index}`).toBe(expected.commit)
    }
  }

  test('has the public keys of these secrets', async () => {
    const { hash, hpke, signature } = await suite
    expect(await verifyParentHashes(tree, hash)).toBe(true)
    for (const leaf of vector.leaves_private) {
      for (const [at, key] of Object.entries((await keysOf(leaf)).privateKeys)) {
        const sealed = await hpke.seal(await hpke.importPublicKey(getHpkePublicKey(tree[Number(at)]!)), bytes('00'), bytes(''))
        expect(hex(await hpke.open(await hpke.importPrivateKey(key), sealed.enc, sealed.ct, bytes('')))).toBe('00')
      }
      const node = tree[leaf.index * 2]
      if (node?.nodeType !== 'leaf') throw new TypeError('no leaf')
      const made = await signature.sign(bytes(leaf.signature_priv), bytes('00'))
      expect(await signature.verify(node.leaf.signaturePublicKey, bytes('00'), made)).toBe(true)
    }
  })

  test.each(vector.update_paths)('hears of the path of leaf $sender', async ({ sender, update_path, path_secrets, commit_secret, tree_hash_after }) => {
    const { hash, signature } = await suite
    const path = whole(decodeUpdatePath, bytes(update_path))
    expect(await verifyLeafNodeSignature(path.leafNode, bytes(vector.group_id), sender, signature)).toBe(true)
    const after = await applyUpdatePath(tree, toLeafIndex(sender), path, hash)
    expect(hex(await treeHashRoot(after, hash))).toBe(tree_hash_after)
    expect(await verifyParentHashes(after, hash)).toBe(true)
    await heard(sender, path, { commit: commit_secret, paths: path_secrets }, after)
  })

  test.each(vector.leaves_private)('tells of a new path of leaf $index', async ({ index, signature_priv }) => {
    const cs = await suite
    const before = { ...contextOf({ ...vector, tree_hash: '' }), epoch: BigInt(vector.epoch) - 1n }
    const made = await createUpdatePath(tree, toLeafIndex(index), before, bytes(signature_priv), cs)
    const [after, path, , , commitSecret] = made as unknown as [RatchetTree, UpdatePath, unknown, unknown, Uint8Array]
    expect(await treeHashRoot(await applyUpdatePath(tree, toLeafIndex(index), path, cs.hash), cs.hash)).toEqual(await treeHashRoot(after, cs.hash))
    await heard(index, path, { commit: hex(commitSecret) }, after)
  })
})
