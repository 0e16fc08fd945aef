/** Unlocking: from the password to the account's keys; the limit is stretching the password alone. */

import { FLOOR, newAccountKeys, openVault, passwordKeys, random, stretch, withSlot, writeVault } from '@prifora/crypto'
import { Runs } from './runs'

const ROUNDS = 5
const PASSWORD = 'a long enough password'

export async function vault() {
  const accountId = crypto.randomUUID()
  const kdf = { salt: random(16), ...FLOOR }
  const { slot } = await passwordKeys(PASSWORD, kdf)
  const shown = await writeVault(await withSlot(await newAccountKeys(), accountId, slot), accountId)
  const runs = new Runs()
  for (let round = 0; round <= ROUNDS; round++) {
    await runs.time('unlock', async () => openVault(shown, (await passwordKeys(PASSWORD, kdf)).slot, accountId))
    await runs.time('unlock limit', () => stretch(PASSWORD, kdf))
  }
  return { count: 1, runs: runs.figures }
}
