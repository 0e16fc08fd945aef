/** What may happen in a schedule, as plain values that can be printed. */

/** People are numbers from 0; each has two devices. */
export const PEOPLE = 5
export const DEVICES = 2

export type History = 'start' | 'today'

/** Where a device falls while it changes the group: before the request leaves, or when the server did it and the answer is on its way. */
export type Fall = { request: 'commits' | 'members' | 'history-boxes'; is: 'asked' | 'answered' }

export type Change =
  | { do: 'add'; by: Place; who: number; history: History; fall?: Fall }
  | { do: 'remove'; by: Place; who: number; fall?: Fall }
  | { do: 'rename'; by: Place; title: string; fall?: Fall }

export type Saying = { do: 'say'; by: Place; texts: string[]; falls?: true }

export type Step =
  | Change
  | Saying
  | { do: 'off' | 'on' | 'fall'; at: Place }
  | { do: 'replace'; who: number; kept: number }
  | { do: 'rush'; parts: (Change | Saying)[] }

/** A device: whose, and which of theirs. */
export interface Place {
  who: number
  device: number
}

export interface Schedule {
  seed: number
  maker: Place
  others: number[]
  steps: Step[]
  /** The device that falls once more when everything has come to rest. */
  last: Place
}

const named = ({ who, device }: Place): string => `${who}${'ab'[device] ?? ''}`
const falling = (fall: Fall | undefined): string => (fall ? `, falls when ${fall.request} is ${fall.is}` : '')

/** One step in a line that a person can read: 2b is the second device of person 2. */
export function written(step: Step): string {
  switch (step.do) {
    case 'say':
      return `${named(step.by)} says ${step.texts.join(', ')}${step.falls ? ', and falls' : ''}`
    case 'add':
      return `${named(step.by)} adds ${step.who} from ${step.history}${falling(step.fall)}`
    case 'remove':
      return `${named(step.by)} removes ${step.who}${falling(step.fall)}`
    case 'rename':
      return `${named(step.by)} renames to ${step.title}${falling(step.fall)}`
    case 'replace':
      return `${named({ who: step.who, device: step.kept })} revokes the other device, and a new one signs in`
    case 'rush':
      return `at once: ${step.parts.map(written).join('; ')}`
    default:
      return `${named(step.at)} ${step.do === 'fall' ? 'falls and starts again' : `goes ${step.do}`}`
  }
}

/** A whole schedule, to print when it fails. */
export function writtenAll({ seed, maker, others, steps, last }: Schedule): string {
  const lines = [`${named(maker)} starts a group with ${others.join(', ') || 'nobody'}`, ...steps.map(written), `at rest: ${named(last)} falls and starts again`]
  return [`seed ${seed}`, ...lines.map((line, at) => `  ${at}. ${line}`)].join('\n')
}
