/** Three people of one family who talk, as the tests of talking need them. */

import type { Alert, Message } from '../src'
import { PATIENCE, family, joined, signedUp, type Someone } from './people'
import type { Server } from './server'

export interface Cast {
  familyId: string
  talk: string
  jan: Someone
  sofie: Someone
  karel: Someone
}

type How = Parameters<typeof signedUp>[4]

/** Jan founds the family, Sofie and Karel come by his invitation; all have keys in the talk of everyone. */
export async function threePeople(server: Server, how: How = {}): Promise<Cast> {
  const jan = await signedUp(server, 'Jan', 'contact', '', how)
  const { familyId, talk } = await family(jan, 'oma.riet', '+31612345999')
  const sofie = await joined(server, jan, { familyId, talk }, 'Sofie')
  const karel = await joined(server, jan, { familyId, talk }, 'Karel')
  return { familyId, talk, jan, sofie, karel }
}

/** A message as somebody has it, once `look` is content with it. */
export async function message(of: Someone, conversationId: string, look: (one: Message) => boolean, ms = PATIENCE): Promise<Message> {
  for (const end = Date.now() + ms; Date.now() < end; ) {
    const found = (await of.engine.messages(conversationId)).find(look)
    if (found) return found
    await new Promise((done) => setTimeout(done, 50))
  }
  throw new Error(`no such message; has ${JSON.stringify(await of.engine.messages(conversationId), null, 1).slice(-2000)}`)
}

/** Waits until somebody was warned of this. */
export const warned = (of: Someone, kind: Alert['kind'], ms = PATIENCE): Promise<Alert> =>
  of.until(`warned of ${kind}`, (now) => now.alerts.find((one) => one.kind === kind), ms)

/** A group of these people that everybody has keys to. */
export async function group(by: Someone, familyId: string, title: string, others: Someone[]): Promise<string> {
  const id = await by.engine.startGroup(familyId, title, others.map((one) => one.id))
  for (const one of [by, ...others]) await one.until(`keys to ${title}`, (now) => now.conversations.find((each) => each.id === id && each.isOpen))
  return id
}
