/** What a form knows while it is filled in and sent: what is wrong with which field, and with the whole. */

import type { Failure } from '@prifora/core'
import { tick } from 'svelte'
import { app } from '../app.svelte'

export class Form {
  /** A sentence for each field that is not right. */
  errors = $state<Record<string, string>>({})
  /** A sentence for what is about no single field. */
  problem = $state('')
  busy = $state(false)

  /** `fields` are the names the server may complain about; `about` says which field a code belongs to. */
  constructor(
    private readonly fields: string[],
    private readonly about: Record<string, string> = {},
  ) {}

  /** Says beside every empty field that it must be filled in; returns whether all are. */
  complete(must: Record<string, string>): boolean {
    return this.refuse(Object.fromEntries(Object.entries(must).filter(([, value]) => !value.trim()).map(([name]) => [name, app.t.errors.required])))
  }

  /** Shows these sentences beside their fields and goes to the first; returns whether there were none. */
  refuse(errors: Record<string, string>): boolean {
    this.problem = ''
    this.errors = errors
    if (Object.keys(errors).length === 0) return true
    void tick().then(() => document.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus())
    return false
  }

  /** Does the work; what goes wrong is said where it belongs. Returns whether it was done. */
  async attempt(work: () => Promise<unknown>): Promise<boolean> {
    this.busy = true
    this.problem = ''
    this.errors = {}
    try {
      await work()
      return true
    } catch (wrong) {
      const field = this.fieldOf(wrong as Failure)
      if (field) this.refuse({ [field]: app.say(wrong, field) })
      else this.problem = app.say(wrong)
      return false
    } finally {
      this.busy = false
    }
  }

  /** "user.phone" and "address.city" are the fields "phone" and "city". */
  private fieldOf({ code, attr }: Failure): string | undefined {
    return this.about[code] ?? this.fields.find((name) => name === attr || name === attr?.split('.').at(-1))
  }
}
