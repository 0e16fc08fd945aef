/**
 * A family of two with an album that both see, by the app's own engine on a server that runs on this machine. They stay
 * signed in: their cookies and the ids stand in album.json in the data folder.
 *
 *   node album.mjs <origin> <data folder>
 */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { FAMILY, Someone } from '../../web/packages/headless/demo/someone'

const cookies: Record<string, [string, string][]> = {}
const keptOf = (name: string) => ({ read: () => [], write: (all: [string, string][]) => void (cookies[name] = all) })

async function make(origin: string, folder: string): Promise<void> {
  const place = { origin, folder }
  const [jan, sofie] = [new Someone(place, 'Jan', '+31600000001', keptOf('jan')), new Someone(place, 'Sofie', '+31600000002', keptOf('sofie'))]
  await jan.signUp()
  const family = await jan.engine.createFamily(FAMILY, 'me')
  await jan.talk()
  const { code } = await jan.engine.invite(family, 'Sofie', 'start')
  await sofie.signUp()
  await sofie.engine.acceptInvitation(code)
  await sofie.talk()
  await jan.until('Sofie is trusted', (now) => now.families[0]?.people.some((one) => one.accountId === sofie.id && one.trust === 'invitation'))
  const shares = [{ accountId: sofie.id, role: 'viewer' as const }]
  const album = await jan.engine.createAlbum(family, { kind: 'album', title: 'Aan zee', noForward: false, shares })
  await sofie.until('the album', (now) => now.albums.find((one) => one.id === album && one.isOpen))
  jan.engine.stop()
  sofie.engine.stop()
  writeFileSync(join(folder, 'album.json'), JSON.stringify({ family, album, cookies }))
}

const [origin = '', folder = ''] = process.argv.slice(2)
await make(origin, folder)
process.exit(0)
