/** The Home Stations of my families. */

import { type Api, type components, take } from '@prifora/api'
import type { Station } from './surface'

export async function stationsOf(api: Api, families: { id: string }[]): Promise<Station[]> {
  const all = families.map(async ({ id }) => {
    const path = { family_id: id }
    const { items } = await take(api.GET('/api/v1/families/{family_id}/stations', { params: { path } }))
    return items.map((one) => stationOf(id, one))
  })
  return (await Promise.all(all)).flat()
}

function stationOf(familyId: string, one: components['schemas']['StationOut']): Station {
  return {
    id: one.id,
    familyId,
    name: one.name,
    model: one.model,
    mac: one.mac_address,
    network: one.network,
    online: one.online,
    lastSeenAt: one.last_seen_at,
    wipe: one.wipe as Station['wipe'],
  }
}
