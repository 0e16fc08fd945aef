/** Real files of real encoders (tests/samples.py), and Python's eyes on what became of them. */

import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll } from 'vitest'

const ROOT = resolve(import.meta.dirname, '../../../..')
const PYTHON = join(ROOT, '.venv/bin/python')

export const PRIVATE = ['Canary-4711', '50.8503']

export class Samples {
  readonly folder = mkdtempSync(join(tmpdir(), 'prifora-samples-'))

  constructor(...names: string[]) {
    execFileSync(PYTHON, ['-m', 'tests.samples', this.folder, ...names], { cwd: ROOT })
    afterAll(() => rmSync(this.folder, { recursive: true }))
  }

  bytes(name: string): Uint8Array<ArrayBuffer> {
    return new Uint8Array(readFileSync(join(this.folder, name)))
  }

  blob(name: string): Blob {
    return new Blob([this.bytes(name)])
  }

  async keep(name: string, file: Blob): Promise<string> {
    writeFileSync(join(this.folder, name), new Uint8Array(await file.arrayBuffer()))
    return join(this.folder, name)
  }

  /** What a few lines of Python print, as JSON; they find `folder` in sys.argv[1] and the rest behind it. */
  python<T>(code: string, ...more: string[]): T {
    return JSON.parse(execFileSync(PYTHON, ['-c', code, this.folder, ...more], { cwd: ROOT }).toString()) as T
  }
}

/** Which private words are in these bytes, packed or not. */
export const tells = async (file: Blob): Promise<string[]> => {
  const text = Buffer.from(await file.arrayBuffer()).toString('latin1')
  return PRIVATE.filter((word) => text.includes(word))
}

/** Numbers that look random and are the same every time (mulberry32). */
export function* numbers(seed: number): Generator<number> {
  for (let state = seed; ; ) {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    yield (mixed ^ (mixed >>> 14)) >>> 0
  }
}

/** Copies with a few bytes changed near their beginning, where files say how they are built. */
export function* changed(bytes: Uint8Array, count: number, within = 2000): Generator<Uint8Array<ArrayBuffer>> {
  const random = numbers(4711)
  const next = (below: number): number => (random.next().value as number) % below
  for (let left = count; left > 0; left--) {
    const copy = new Uint8Array(bytes)
    for (let times = 1 + next(4); times > 0; times--) copy[next(Math.min(within, copy.length))] = next(3) === 0 ? 255 : next(256)
    yield copy
  }
}
