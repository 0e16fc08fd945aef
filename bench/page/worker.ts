/** Runs one work and answers with what it measured. */

import { files } from './files'
import { film } from './film'
import { group } from './group'
import { messages } from './messages'
import { vault } from './vault'

export type Answer = { result: unknown } | { problem: string }

const WORKS: Record<string, () => Promise<unknown>> = { messages, group, vault, files, film }

addEventListener('message', ({ data }: MessageEvent<string>) => {
  const answer = (said: Answer): void => postMessage(said)
  const work = WORKS[data]
  if (!work) return answer({ problem: `no such work: ${data}` })
  work().then(
    (result) => answer({ result }),
    (problem: unknown) => answer({ problem: String(problem instanceof Error ? problem.stack : problem) }),
  )
})
