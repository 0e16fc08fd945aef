/** A real server for tests: its own process, its own empty database. */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { inject } from 'vitest'
import { environment } from './template'

const ROOT = resolve(import.meta.dirname, '../../../..')
const DATABASE = 'prifora.sqlite3'
const PYTHON = join(ROOT, '.venv/bin/python')

export interface Server {
  origin: string
  folder: string
  stop(): Promise<void>
  /** The newest code that was sent by text message or by mail. */
  textCode(): string
  mailCode(): string
  /** Everybody who asked relatives has waited long enough. */
  waitingIsOver(): void
  /** Runs Python inside the program, as who operates it can. */
  shell(code: string): void
}

function freePort(): Promise<number> {
  return new Promise((done) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => done(port))
    })
  })
}

function newest(folder: string): string {
  const files = readdirSync(folder).map((name) => join(folder, name))
  files.sort((one, other) => statSync(other).mtimeMs - statSync(one).mtimeMs)
  return readFileSync(files[0] ?? '', 'utf8')
}

export async function startServer(): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), 'prifora-web-'))
  const port = await freePort()
  const env = { ...environment(folder), PRIFORA_ORIGIN: `http://127.0.0.1:${port}` }
  copyFileSync(join(inject('template'), DATABASE), join(folder, DATABASE))
  const server: ChildProcess = spawn(
    PYTHON,
    ['-m', 'uvicorn', 'prifora.asgi:application', '--port', String(port), '--log-level', 'warning', '--no-access-log'],
    { cwd: ROOT, env, stdio: ['ignore', 'inherit', 'inherit'] },
  )
  const origin = `http://127.0.0.1:${port}`
  for (let tries = 0; ; tries++) {
    if (await fetch(`${origin}/health`).then((answer) => answer.ok, () => false)) break
    if (tries > 1200 || server.exitCode !== null) {
      server.kill('SIGKILL')
      throw new Error('the server does not answer')
    }
    await new Promise((done) => setTimeout(done, 100))
  }
  return {
    origin,
    folder,
    async stop() {
      const gone = new Promise((done) => server.once('exit', done))
      server.kill('SIGTERM')
      await gone
      rmSync(folder, { recursive: true, force: true })
    },
    textCode: () => /\b([A-Z0-9-]{6,12})\./.exec(newest(join(folder, 'sms')))?.[1] ?? '',
    waitingIsOver() {
      const database = new DatabaseSync(join(folder, DATABASE))
      database.exec('PRAGMA busy_timeout = 10000')
      database.exec("UPDATE recovery_recovery SET wait_until = '2020-01-01 00:00:00'")
      database.close()
    },
    shell(code) {
      const done = spawnSync(PYTHON, ['manage.py', 'shell', '-v0', '-c', code], { cwd: ROOT, env })
      if (done.status !== 0) throw new Error(done.stderr.toString())
    },
    mailCode: () => /^\s*([A-Z0-9]{3,}-?[A-Z0-9]{3,})\s*$/m.exec(newest(join(folder, 'mail')))?.[1] ?? '',
  }
}
