/** What I ask Customer Support, and the answers: what the screens see and can do. */

export interface Ticket {
  id: string
  how: 'app' | 'station'
  status: 'open' | 'answered' | 'closed'
  askedAt: string
  /** The last day for the answer, while it is open. */
  dueOn: string
  late: boolean
  /** Since when it is answered or closed. */
  settledAt: string | null
  /** Its first words. */
  begins: string
}

export interface Thread {
  ticket: Ticket
  /** Oldest first. */
  messages: { id: string; at: string; by: 'person' | 'staff'; text: string }[]
}

/** Every call may throw a Failure. Sent again with the same `id`, nothing happens twice. */
export interface TicketCore {
  tickets(): Promise<Ticket[]>
  ticket(id: string): Promise<Thread>
  startTicket(id: string, text: string): Promise<Thread>
  addToTicket(ticketId: string, id: string, text: string): Promise<Thread>
  /** Says what could be better; the server keeps nothing of who. */
  giveFeedback(id: string, text: string): Promise<void>
  closeTicket(id: string): Promise<Thread>
}
