/**
 * A family of two, and a conversation in which the first said a great many things, by the app's own engine on a server
 * that runs on this machine. What there is then stands in bench.json in the data folder.
 *
 *   node fill.mjs <origin> <data folder> <messages>
 */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { FAMILY, Someone } from '../../web/packages/headless/demo/someone'

const AT_ONCE = 250
const TEXT = 'Zullen we zondag bij mama eten? Ik breng soep mee, en de kinderen komen ook. '
const HUNDREDS = 500

const textOf = (number: number): string => `${number}: ${TEXT.repeat(1 + (number % 4))}`

async function fill(origin: string, folder: string, count: number): Promise<void> {
  const [jan, sofie] = [new Someone({ origin, folder }, 'Jan', '+31600000001'), new Someone({ origin, folder }, 'Sofie', '+31600000002')]
  await jan.signUp()
  const familyId = await jan.engine.createFamily(FAMILY, 'me')
  const talk = await jan.talk()
  const { code } = await jan.engine.invite(familyId, 'Sofie', 'start')
  await sofie.signUp()
  await sofie.engine.acceptInvitation(code)
  await sofie.talk()
  sofie.engine.stop()
  for (let said = 0; said < count; said += AT_ONCE) {
    const numbers = Array.from({ length: Math.min(AT_ONCE, count - said) }, (_, at) => said + at + 1)
    for (const number of numbers) await jan.engine.send(talk.id, textOf(number))
    await jan.until('what was said leaves', (now) => now.queued === 0)
    if ((said + AT_ONCE) % HUNDREDS === 0) process.stderr.write(`    ${said + AT_ONCE} messages\n`)
  }
  jan.engine.stop()
  const about = { conversation: talk.id, login: 'jan', messages: count, newest: textOf(count).trim() }
  writeFileSync(join(folder, 'bench.json'), JSON.stringify(about))
}

const [origin = '', folder = '', count = ''] = process.argv.slice(2)
await fill(origin, folder, Number(count))
process.exit(0)
