/**
 * The demo family, made as a family is made: by the app's own engine, on a server that runs on this machine. In the end
 * everybody has signed out.
 *
 *   node demo.mjs <origin> <data folder> family          Jan, Sofie and Riet; nothing when Jan is there
 *   node demo.mjs <origin> <data folder> join <names>    further people join Jan's family
 *   node demo.mjs <origin> <data folder> people <names>  people with a family of their own
 */

import { FAMILY, type Place, Someone } from './someone'

const RIET = {
  first_name: 'Riet',
  last_name: FAMILY,
  username: 'riet',
  phone: '+31600000001',
  phone_via_relative: true,
  email: 'jan@demo.example',
  email_via_relative: true,
  language: 'nl',
} as const
const WELCOME = 'Dag Sofie, fijn dat je er bent!'
const ANSWER = 'Dag allemaal! Zullen we zondag bij mama eten?'

const TASKS: Record<string, (place: Place, names: string[]) => Promise<void>> = { family, join, people }

async function family(place: Place): Promise<void> {
  const jan = new Someone(place, 'Jan', RIET.phone)
  if (!(await isNew(jan))) return
  said('Jan has an account')
  const familyId = await jan.engine.createFamily(FAMILY, RIET)
  const talk = await jan.talk()
  said('Jan made the family of Riet')
  const sofie = new Someone(place, 'Sofie', '+31600000002')
  await letIn(jan, familyId, sofie)
  await jan.says(talk.id, WELCOME)
  await sofie.hears(talk.id, WELCOME)
  await sofie.says(talk.id, ANSWER)
  await jan.hears(talk.id, ANSWER)
  await sofie.leave()
  await jan.leave()
}

async function join(place: Place, names: string[]): Promise<void> {
  const jan = new Someone(place, 'Jan')
  await jan.signIn()
  const { familyId } = await jan.talk()
  const joined = []
  for (const name of names) {
    const someone = new Someone(place, name)
    await letIn(jan, familyId, someone)
    joined.push(someone)
  }
  for (const someone of joined) await someone.leave()
  await jan.leave()
}

async function people(place: Place, names: string[]): Promise<void> {
  for (const name of names) {
    const someone = new Someone(place, name)
    await someone.signUp()
    await someone.engine.createFamily(FAMILY, 'me')
    await someone.talk()
    await someone.leave()
    said(`${name} has a family`)
  }
}

/** Somebody new accepts an invitation, and gets the keys from who invited. */
async function letIn(host: Someone, familyId: string, someone: Someone): Promise<void> {
  const { code } = await host.engine.invite(familyId, someone.name, 'start')
  await someone.signUp()
  await someone.engine.acceptInvitation(code)
  await someone.talk()
  await host.until('the newcomer is trusted', (now) =>
    now.families.some((one) => one.people.some((other) => other.accountId === someone.id && other.trust === 'invitation')),
  )
  said(`${someone.name} joined the family`)
}

/** Signs up, unless the name is in use. */
function isNew(someone: Someone): Promise<boolean> {
  return someone.signUp().then(
    () => true,
    (problem: { code?: string }) => {
      if (problem.code === 'username_taken') return false
      throw problem
    },
  )
}

function said(line: string): void {
  process.stdout.write(`      ${line}\n`)
}

const [origin = '', folder = '', task = '', ...names] = process.argv.slice(2)
const work = TASKS[task]
if (!work) throw new Error('demo.mjs <origin> <data folder> family|join|people <names>')
await work({ origin, folder }, names).then(
  () => process.exit(0),
  (problem: unknown) => {
    process.stderr.write(`${problem instanceof Error ? (problem.stack ?? problem.message) : JSON.stringify(problem)}\n`)
    process.exit(1)
  },
)
