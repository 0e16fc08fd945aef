/** What tests/journeys/test_engines.py calls. */

import { History } from '../../packages/crypto/test/mls/history'
import { Chance } from '../../packages/crypto/test/mls/random'
import { base64 } from '@prifora/crypto'
import { Mixed } from './mixed'
import { loadWire } from './wire'

/** Devices of both engines in one group, through random changes. */
async function mixed(seed: number, steps: number) {
  await loadWire()
  const group = await Mixed.begin(new Chance(seed))
  for (let at = 0; at < steps; at++) await group.step()
  return { done: group.done, groupInfos: group.groupInfos.map(base64), packages: group.packages.map(base64) }
}

/** Devices of our engine alone; everything the server would see of it. */
async function alone(seed: number, steps: number, limit: number) {
  const history = await History.begin(new Chance(seed), limit)
  for (let at = 0; at < steps; at++) await history.step()
  return {
    id: history.id,
    externalSender: base64(history.externalSender),
    start: base64(history.start),
    steps: history.log.map((one) => ({
      by: one.by.identity.deviceId,
      devices: one.devices,
      proposals: one.proposals.map(base64),
      commit: base64(one.commit),
      groupInfo: base64(one.groupInfo),
      welcome: one.welcome ? base64(one.welcome) : null,
    })),
  }
}

Object.assign(window, { mixed, alone })
