/** What the platform told me: how much of it is new, and the newest page of it, so that it is there without a network. */

import { type Api, type components, take } from '@prifora/api'
import type { Letter, LetterPage } from './surface'

export class Letters {
  private newest: LetterPage | undefined
  private unread = 0
  private change = 0

  constructor(
    private readonly api: Api,
    private readonly changed: () => void,
  ) {}

  async refresh(): Promise<void> {
    const found = await take(this.api.GET('/api/v1/notices'))
    const page = pageOf(found)
    if (JSON.stringify(page) === JSON.stringify(this.newest) && found.unread === this.unread) return
    this.newest = page
    this.unread = found.unread
    this.change += 1
    this.changed()
  }

  shown(): { any: boolean; unread: number; change: number } {
    return { any: (this.newest?.items.length ?? 0) > 0, unread: this.unread, change: this.change }
  }

  /** The newest ones, or those before the one named. */
  async page(before?: string): Promise<LetterPage> {
    if (before) return pageOf(await take(this.api.GET('/api/v1/notices', { params: { query: { before } } })))
    if (!this.newest) await this.refresh()
    return this.newest ?? { items: [], more: false }
  }

  async markRead(ids?: string[]): Promise<void> {
    await take(this.api.POST('/api/v1/notices/read', { body: ids ? { ids } : {} }))
    await this.refresh()
  }
}

function pageOf({ items, more }: components['schemas']['NoticesOut']): LetterPage {
  return { items: items.map(({ id, topic, title, text, path, at, read_at }): Letter => ({ id, topic, title, text, path, at, readAt: read_at })), more }
}
