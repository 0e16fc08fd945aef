/** What the parts that work on conversations share. */

import { type Api, ApiError, type components, type Socket } from '@prifora/api'
import type { Context } from './context'
import type { Room } from './room'

export type Listed = components['schemas']['ConversationOut']

export interface Board {
  readonly api: Api
  readonly context: Context
  readonly rooms: Map<string, Room>
  readonly listed: Map<string, Listed>
  socket(): Socket | undefined
  changed(conversationId?: string): void
  /** Does the work of one conversation after the other; different conversations do not wait for each other. */
  lane<T>(id: string, work: () => Promise<T>): Promise<T>
}

export const RACE_MS = 400

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Somebody else changed the conversation first. */
export const isLostRace = (problem: unknown): boolean =>
  problem instanceof ApiError && ['stale_epoch', 'pending_removal'].includes(problem.code)

/** Trying the same again later makes no sense. */
export const isFinal = (problem: unknown): boolean =>
  problem instanceof ApiError && problem.status >= 400 && problem.status < 500 && ![401, 409, 429].includes(problem.status)
