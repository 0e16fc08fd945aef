/** Runs schedule after schedule, with one cast of people for many of them, and counts. */

import { DatabaseSync } from 'node:sqlite'
import { join } from 'node:path'
import { type Server, startServer } from '../server'
import { Cast } from './cast'
import { until } from './device'
import { Judge } from './judge'
import type { Traffic } from './line'
import { plan } from './plan'
import { Play } from './play'
import { writtenAll } from './steps'

/** Schedules that share a cast and a server. */
const TOGETHER = 40

export interface Failed {
  seed: number
  why: string
}

/** What a run did, as far as it came. */
export interface Figures extends Traffic {
  schedules: number
  steps: number
  messages: number
  crashes: number
  failures: Failed[]
  minutes: number
}

interface Wish {
  seed: number
  schedules: number
  /** No schedule begins after so many milliseconds. */
  within: number
  said(line: string, figures: Figures): void
}

/** Plays the schedules of these seeds: `seed`, `seed` + 1 and so on. */
export async function runAll({ seed, schedules, within, said }: Wish): Promise<Figures> {
  const began = Date.now()
  const figures: Figures = { schedules: 0, steps: 0, messages: 0, commits: 0, lostRaces: 0, crashes: 0, failures: [], minutes: 0 }
  let stage: Stage | undefined
  for (let at = 0; at < schedules && Date.now() - began < within; at++) {
    if (!stage?.isGood) {
      await stage?.close()
      stage = await Stage.open(figures)
      said(`five people and their ten devices are there, ${minutesSince(began)} min`, figures)
    }
    await stage.perform(seed + at)
    figures.minutes = minutesSince(began)
    const { length } = figures.failures
    said(`${at + 1} of ${schedules}: seed ${seed + at}, ${figures.steps} steps, ${figures.messages} messages, ${length} failed, ${figures.minutes} min`, figures)
    const last = figures.failures.at(-1)
    if (last?.seed === seed + at) said(last.why, figures)
  }
  await stage?.close()
  return figures
}

const minutesSince = (began: number): number => Math.round((Date.now() - began) / 6000) / 10

class Stage {
  private played = 0
  isGood = true

  private constructor(
    private readonly server: Server,
    private readonly cast: Cast,
    private readonly figures: Figures,
  ) {}

  static async open(figures: Figures): Promise<Stage> {
    const server = await startServer()
    const cast = new Cast(server, figures)
    await cast.gather()
    return new Stage(server, cast, figures)
  }

  async close(): Promise<void> {
    this.cast.stop()
    await this.server.stop()
  }

  /** One schedule. After a failure, and now and then, the next one gets new people. */
  async perform(seed: number): Promise<void> {
    const { figures } = this
    const schedule = plan(seed)
    const play = new Play(this.cast, schedule)
    let step = 0
    const why = await play
      .all((at) => (step = at))
      .then(() => new Judge(play).verdict())
      .catch((problem: unknown) => [`in line ${step}: ${problem instanceof Error ? problem.message : JSON.stringify(problem)}`])
    figures.schedules += 1
    for (const what of ['steps', 'messages', 'crashes'] as const) figures[what] += play.counts[what]
    if (why.length > 0) figures.failures.push({ seed, why: `${writtenAll(schedule)}\n${why.map((one) => `  ! ${one}`).join('\n')}` })
    else await this.tidy(play.id).catch(() => (this.isGood = false))
    this.played += 1
    if (why.length > 0 || this.played >= TOGETHER) this.isGood = false
  }

  /** Ends a group in the database, so that the next schedule does not pay for the ones before it. */
  private async tidy(id: string): Promise<void> {
    const database = new DatabaseSync(join(this.server.folder, 'prifora.sqlite3'))
    database.exec('PRAGMA busy_timeout = 10000')
    database.prepare("UPDATE chat_membership SET left_at = datetime('now') WHERE conversation_id = ?").run(id.replaceAll('-', ''))
    database.prepare("UPDATE chat_conversation SET ended_at = datetime('now') WHERE id = ?").run(id.replaceAll('-', ''))
    database.close()
    await Promise.all(this.cast.all().map((one) => one.engine.refresh()))
    for (const one of this.cast.all()) {
      await until(() => `${one.name} forgets the group`, async () => {
        await one.engine.refresh()
        return !one.now.conversations.some((each) => each.id === id)
      })
    }
  }
}
