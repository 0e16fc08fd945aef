/** One database with all its tables, made once: every test server starts with a copy of it. */

import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  export interface ProvidedContext {
    /** The folder of the template. */
    template: string
  }
}

const ROOT = resolve(import.meta.dirname, '../../../..')

/** The settings of a server that keeps everything in a folder, with secrets of its own. */
export function environment(folder: string): NodeJS.ProcessEnv {
  const secret = (): string => randomBytes(32).toString('base64url')
  return {
    ...process.env,
    PRIFORA_DEVELOPMENT: '1',
    DATA_DIR: folder,
    KEYS_URL: join(folder, 'keys.sqlite3'),
    DATABASE_URL: 'sqlite://',
    REDIS_URL: '',
    PRIFORA_SECRET_KEY: secret(),
    PRIFORA_SEAL_KEY: secret(),
    PRIFORA_BLIND_KEY: secret(),
    PRIFORA_MLS_KEY: secret(),
  }
}

export default function setup(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'prifora-template-'))
  const env = environment(folder)
  const migrated = spawnSync(join(ROOT, '.venv/bin/python'), ['manage.py', 'migrate', '-v0'], { cwd: ROOT, env })
  if (migrated.status !== 0) throw new Error(migrated.stderr.toString())
  project.provide('template', folder)
  return () => rmSync(folder, { recursive: true, force: true })
}
