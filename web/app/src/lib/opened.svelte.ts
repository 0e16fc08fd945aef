/** A sealed file of a message, opened for this page: fetched once, forgotten when the screen goes. */

import type { Attachment } from '@prifora/core'
import { app } from '../app.svelte'
import { harmless } from './kinds'

export class Opened {
  /** Where this page finds it; empty until it is fetched. */
  url = $state('')
  busy = $state(false)
  problem = $state(false)
  private closed = false

  constructor(
    private readonly conversationId: string,
    private readonly messageId: string,
    private readonly file: Attachment,
  ) {}

  /** Fetches it; false when it cannot be had now. */
  async open(): Promise<boolean> {
    if (this.url || this.busy) return this.url !== ''
    this.busy = true
    const found = await app.core.file(this.conversationId, this.messageId).catch(() => undefined)
    this.busy = false
    this.problem = !found
    if (!found || this.closed) return false
    this.url = URL.createObjectURL(new Blob([found], { type: harmless(this.file.mime) }))
    return true
  }

  /** Lets the person keep it as a file of their device. */
  async save(): Promise<void> {
    if (!(await this.open())) return
    const link = document.createElement('a')
    link.href = this.url
    link.download = this.file.name || 'prifora'
    link.click()
  }

  close(): void {
    this.closed = true
    if (this.url) URL.revokeObjectURL(this.url)
  }
}
