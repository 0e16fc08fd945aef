/** What is derived, signed, sealed and hashed, held to the public vectors of RFC 9420. */

import { defaultKeyRetentionConfig } from 'ts-mls'
import { decodeAuthenticatedContent } from 'ts-mls/authenticatedContent.js'
import { refhash } from 'ts-mls/crypto/hash.js'
import { decryptWithLabel, encryptWithLabel } from 'ts-mls/crypto/hpke.js'
import { deriveSecret, deriveTreeSecret, expandWithLabel } from 'ts-mls/crypto/kdf.js'
import { signWithLabel, verifyWithLabel } from 'ts-mls/crypto/signature.js'
import { verifyConfirmationTag } from 'ts-mls/framedContent.js'
import { computePskSecret, type PreSharedKeyID } from 'ts-mls/presharedkey.js'
import { createSecretTree, deriveKey, deriveNonce, type GenerationSecret, ratchetUntil } from 'ts-mls/secretTree.js'
import { expandSenderDataKey, expandSenderDataNonce } from 'ts-mls/sender.js'
import { createConfirmedHash, createInterimHash } from 'ts-mls/transcriptHash.js'
import { describe, expect, test } from 'vitest'
import { hex } from '../../src'
import { bytes, suite, vectors, whole } from './vectors'

interface Labelled {
  label: string
  out: string
  secret: string
}

interface CryptoBasics {
  ref_hash: { label: string; value: string; out: string }
  expand_with_label: Labelled & { context: string; length: number }
  derive_secret: Labelled
  derive_tree_secret: Labelled & { generation: number; length: number }
  sign_with_label: Record<'priv' | 'pub' | 'content' | 'label' | 'signature', string>
  encrypt_with_label: Record<'priv' | 'pub' | 'label' | 'context' | 'plaintext' | 'kem_output' | 'ciphertext', string>
}

describe.each(vectors<CryptoBasics>('crypto-basics'))('crypto-basics %#', (vector) => {
  test('hashes a reference', async () => {
    const { label, value, out } = vector.ref_hash
    expect(hex(await refhash(label, bytes(value), (await suite).hash))).toBe(out)
  })

  test('derives secrets', async () => {
    const { kdf } = await suite
    const { expand_with_label: expand, derive_secret: derive, derive_tree_secret: tree } = vector
    expect(hex(await expandWithLabel(bytes(expand.secret), expand.label, bytes(expand.context), expand.length, kdf))).toBe(expand.out)
    expect(hex(await deriveSecret(bytes(derive.secret), derive.label, kdf))).toBe(derive.out)
    expect(hex(await deriveTreeSecret(bytes(tree.secret), tree.label, tree.generation, tree.length, kdf))).toBe(tree.out)
  })

  test('signs', async () => {
    const { signature } = await suite
    const { priv, pub, content, label, signature: theirs } = vector.sign_with_label
    const ours = await signWithLabel(bytes(priv), label, bytes(content), signature)
    for (const one of [bytes(theirs), ours]) expect(await verifyWithLabel(bytes(pub), label, bytes(content), one, signature)).toBe(true)
    expect(await verifyWithLabel(bytes(pub), `${label}!`, bytes(content), ours, signature)).toBe(false)
  })

  test('seals', async () => {
    const { hpke } = await suite
    const { priv, pub, label, context, plaintext, kem_output, ciphertext } = vector.encrypt_with_label
    const ours = await encryptWithLabel(await hpke.importPublicKey(bytes(pub)), label, bytes(context), bytes(plaintext), hpke)
    for (const { enc, ct } of [{ enc: bytes(kem_output), ct: bytes(ciphertext) }, ours]) {
      expect(hex(await decryptWithLabel(await hpke.importPrivateKey(bytes(priv)), label, bytes(context), enc, ct, hpke))).toBe(plaintext)
    }
  })
})

interface PskSecret {
  psks: { psk_id: string; psk: string; psk_nonce: string }[]
  psk_secret: string
}

test.each(vectors<PskSecret>('psk_secret'))('psk_secret %#: $psks.length keys', async ({ psks, psk_secret }) => {
  const found = psks.map(({ psk_id, psk, psk_nonce }): [PreSharedKeyID, Uint8Array] => [
    { psktype: 'external', pskId: bytes(psk_id), pskNonce: bytes(psk_nonce) },
    bytes(psk),
  ])
  expect(hex(await computePskSecret(found, await suite))).toBe(psk_secret)
})

type Generation = Record<'application_key' | 'application_nonce' | 'handshake_key' | 'handshake_nonce', string> & { generation: number }

interface SecretTree {
  encryption_secret: string
  sender_data: Record<'sender_data_secret' | 'ciphertext' | 'key' | 'nonce', string>
  leaves: Generation[][]
}

describe.each(vectors<SecretTree>('secret-tree'))('secret-tree %# ($leaves.length leaves)', ({ encryption_secret, sender_data, leaves }) => {
  test('seals who sent a message', async () => {
    const [secret, ciphertext] = [bytes(sender_data.sender_data_secret), bytes(sender_data.ciphertext)]
    expect(hex(await expandSenderDataKey(await suite, secret, ciphertext))).toBe(sender_data.key)
    expect(hex(await expandSenderDataNonce(await suite, secret, ciphertext))).toBe(sender_data.nonce)
  })

  test('turns the ratchets of every leaf', async () => {
    const cs = await suite
    const keyAt = async (start: GenerationSecret, generation: number): Promise<{ key: string; nonce: string }> => {
      const [{ secret }] = await ratchetUntil(start, generation, defaultKeyRetentionConfig, cs.kdf)
      return { key: hex(await deriveKey(secret, generation, cs)), nonce: hex(await deriveNonce(secret, generation, cs)) }
    }
    const tree = await createSecretTree(leaves.length, bytes(encryption_secret), cs.kdf)
    for (const [leaf, generations] of leaves.entries()) {
      for (const { generation, ...theirs } of generations) {
        const { application, handshake } = tree[leaf * 2]!
        expect(await keyAt(application, generation)).toEqual({ key: theirs.application_key, nonce: theirs.application_nonce })
        expect(await keyAt(handshake, generation)).toEqual({ key: theirs.handshake_key, nonce: theirs.handshake_nonce })
      }
    }
  })
})

type TranscriptHashes = Record<
  'confirmation_key' | 'authenticated_content' | 'interim_transcript_hash_before' | 'confirmed_transcript_hash_after' | 'interim_transcript_hash_after',
  string
>

test.each(vectors<TranscriptHashes>('transcript-hashes'))('transcript-hashes %#', async (vector) => {
  const { hash } = await suite
  const { wireformat, content, auth } = whole(decodeAuthenticatedContent, bytes(vector.authenticated_content))
  if (content.contentType !== 'commit' || auth.contentType !== 'commit') throw new TypeError('no commit')
  const confirmed = await createConfirmedHash(bytes(vector.interim_transcript_hash_before), { wireformat, content, signature: auth.signature }, hash)
  expect(hex(confirmed)).toBe(vector.confirmed_transcript_hash_after)
  expect(await verifyConfirmationTag(bytes(vector.confirmation_key), auth.confirmationTag, confirmed, hash)).toBe(true)
  expect(hex(await createInterimHash(confirmed, auth.confirmationTag, hash))).toBe(vector.interim_transcript_hash_after)
})
