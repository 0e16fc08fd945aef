/** The example station, built and run as a maker would: its own process, killed and started again, on a real server. */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { family, signedUp, stopAll } from '../../core/test/people'
import { type Server, startServer } from '../../core/test/server'

const WEB = resolve(import.meta.dirname, '../../..')

let server: Server
let out: string
let station: Station | undefined

class Station {
  private readonly child: ChildProcess
  private printed = ''

  constructor(folder: string) {
    this.child = spawn(process.execPath, [join(out, 'station.mjs'), server.origin, folder], { stdio: ['pipe', 'pipe', 'inherit'] })
    this.child.stdout?.on('data', (piece: Buffer) => (this.printed += piece.toString()))
  }

  async prints(line: RegExp): Promise<string> {
    for (let tries = 0; tries < 600; tries++) {
      const found = line.exec(this.printed)
      if (found) return found[1] ?? found[0]
      await new Promise((done) => setTimeout(done, 50))
    }
    throw new Error(`never printed ${line.source}; but ${this.printed}`)
  }

  types(line: string): void {
    this.child.stdin?.write(`${line}\n`)
  }

  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const gone = new Promise((done) => this.child.once('exit', done))
    this.child.kill(signal)
    await gone
  }
}

beforeAll(async () => {
  out = mkdtempSync(join(tmpdir(), 'prifora-headless-'))
  const built = spawnSync(process.execPath, ['node_modules/vite/bin/vite.js', 'build', '-c', 'vite.headless.config.ts', '--logLevel', 'error'], {
    cwd: WEB,
    env: { ...process.env, OUT: out },
  })
  if (built.status !== 0) throw new Error(built.stderr.toString())
  server = await startServer()
})

afterAll(async () => {
  stopAll()
  await station?.end('SIGKILL')
  await server.stop()
  rmSync(out, { recursive: true, force: true })
})

test('pairs, talks, and goes on after it was killed', async () => {
  const jan = await signedUp(server, 'Jan', 'contact')
  const { familyId, talk } = await family(jan, 'oma.riet', '+31612345999')
  const folder = join(out, 'station')

  station = new Station(folder)
  await jan.engine.pairStation(familyId, await station.prints(/^code (\S+)$/m), 'Woonkamer')
  await station.prints(/^ready$/m)
  await jan.until('the station', (now) => now.stations.find((one) => one.online && one.model === 'Example station'))
  await jan.engine.send(talk, 'Dag mama')
  await station.prints(/^Jan: Dag mama$/m)
  station.types('Dag jongen')
  await jan.hears(talk, 'Dag jongen')
  for (const name of readdirSync(folder)) expect(readFileSync(join(folder, name), 'utf8')).not.toMatch(/Dag (mama|jongen)/)

  await station.end('SIGKILL')
  await jan.engine.send(talk, 'Ben je er nog')
  station = new Station(folder)
  await station.prints(/^ready$/m)
  await station.prints(/^Jan: Ben je er nog$/m)
  station.types('Ja hoor')
  await jan.hears(talk, 'Ja hoor')

  const stations = await jan.until('the station', (now) => now.stations[0])
  await jan.engine.unpairStation(familyId, stations.id)
  await station.prints(/^code \S+$/m)
  await station.end('SIGTERM')
  station = undefined
  expect(readdirSync(folder)).not.toContain('lock')
})
