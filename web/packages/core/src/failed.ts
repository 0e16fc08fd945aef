/** Any error of the engine as what a screen can show. */

import { ApiError } from '@prifora/api'
import { CryptoError } from '@prifora/crypto'
import { Failed } from './problem'
import type { Failure } from './surface'

export { Failed }

export function failure(problem: unknown): Failure {
  if (problem instanceof Failed) return { code: problem.code, detail: problem.detail, attr: problem.attr }
  if (problem instanceof ApiError) return { code: problem.code, detail: problem.detail, attr: problem.attr }
  if (problem instanceof CryptoError) return { code: problem.code, detail: '', attr: null }
  return { code: 'unexpected', detail: problem instanceof Error ? problem.name : '', attr: null }
}
