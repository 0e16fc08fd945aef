import { expect, it } from 'vitest'
import { concat, digest, random, startHashing } from '../src'

it('hashes in pieces what digest hashes whole, also after it was put away', async () => {
  const pieces = [random(70), random(1), new Uint8Array(1 << 20).fill(3), random(63)]
  let hashing = await startHashing()
  for (const piece of pieces) {
    hashing.add(piece)
    hashing = await startHashing(hashing.save())
  }
  expect(hashing.end()).toEqual(await digest(concat(...pieces)))
  expect((await startHashing()).end()).toEqual(await digest(new Uint8Array()))
})

it('does not go on from what it did not save', async () => {
  await expect(startHashing(random(20))).rejects.toMatchObject({ code: 'malformed' })
})
