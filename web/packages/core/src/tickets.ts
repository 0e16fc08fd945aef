/** Calls about what I ask Customer Support. */

import { type components, take } from '@prifora/api'
import { PrivacyCalls } from './privacy'
import type { Thread, Ticket, TicketCore } from './ticketsurface'

type Schemas = components['schemas']

export abstract class TicketCalls extends PrivacyCalls implements TicketCore {
  async tickets() {
    return (await take(this.api.GET('/api/v1/me/tickets'))).items.map(shown)
  }

  async ticket(id: string) {
    return thread(await take(this.api.GET('/api/v1/me/tickets/{ticket_id}', { params: { path: { ticket_id: id } } })))
  }

  async startTicket(id: string, text: string) {
    return thread(await take(this.api.POST('/api/v1/me/tickets', { body: { id, text } })))
  }

  async addToTicket(ticketId: string, id: string, text: string) {
    const path = { ticket_id: ticketId }
    return thread(await take(this.api.POST('/api/v1/me/tickets/{ticket_id}/messages', { params: { path }, body: { id, text } })))
  }

  async giveFeedback(id: string, text: string) {
    await take(this.api.POST('/api/v1/me/feedback', { body: { id, text } }))
  }

  async closeTicket(id: string) {
    return thread(await take(this.api.POST('/api/v1/me/tickets/{ticket_id}/close', { params: { path: { ticket_id: id } } })))
  }
}

function shown(one: Schemas['TicketOut']): Ticket {
  return {
    id: one.id,
    how: one.how,
    status: one.status,
    askedAt: one.asked_at,
    dueOn: one.due_on,
    late: one.is_late,
    settledAt: one.settled_at,
    begins: one.begins,
  }
}

function thread({ ticket, messages }: Schemas['ThreadOut']): Thread {
  return { ticket: shown(ticket), messages }
}
