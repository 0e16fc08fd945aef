/** What was asked of Customer Support, as this screen knows it: the answer that is there, or the question that waits. */

import type { Thread } from '@prifora/core'
import { app } from '../app.svelte'

class Asked {
  /** The question that is not done; null: none. Undefined until the server said it. */
  thread = $state.raw<Thread | null>()
  failed = $state(false)
  /** Kept until it is sent: tried again, it is the same question. */
  private id = crypto.randomUUID()

  get status(): 'open' | 'answered' | undefined {
    const status = this.thread?.ticket.status
    return status === 'closed' ? undefined : status
  }

  async load(): Promise<void> {
    try {
      const going = (await app.core.tickets()).filter((one) => one.status !== 'closed')
      const one = going.find((ticket) => ticket.status === 'answered') ?? going[0]
      this.thread = one ? await app.core.ticket(one.id) : null
      this.failed = false
    } catch {
      this.failed = true
    }
  }

  /** Asks for help, or for more of it. */
  async ask(): Promise<void> {
    const { thread, id } = this
    this.thread = thread ? await app.core.addToTicket(thread.ticket.id, id, app.t.kioskHelp.again) : await app.core.startTicket(id, app.t.kioskHelp.text)
    this.id = crypto.randomUUID()
  }

  async done(): Promise<void> {
    if (this.thread) await app.core.closeTicket(this.thread.ticket.id)
    await this.load()
  }
}

export const asked = new Asked()
