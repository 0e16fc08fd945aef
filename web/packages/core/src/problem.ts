/** The one kind of error that reaches the screens. */

import type { Failure } from './surface'

export class Failed extends Error implements Failure {
  constructor(
    readonly code: string,
    readonly detail = '',
    readonly attr: string | null = null,
  ) {
    super(code)
  }
}
