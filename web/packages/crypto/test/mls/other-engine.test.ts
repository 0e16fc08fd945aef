/** The other implementation our engine is held against is GPL-3.0: a tool of development, never part of what we ship. */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const WEB = join(import.meta.dirname, '../../../..')
const OTHER = '@wireapp/core-crypto'

const sources = (folder: string): string[] =>
  readdirSync(join(WEB, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((name) => /\/src\/.*\.(ts|svelte)$/.test(name) && !name.includes('node_modules'))

describe('the other engine', () => {
  test('is named only among the tools of development', () => {
    const { dependencies, devDependencies } = JSON.parse(readFileSync(join(WEB, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>
      devDependencies: Record<string, string>
    }
    expect(dependencies).not.toHaveProperty([OTHER])
    expect(devDependencies).toHaveProperty([OTHER])
  })

  test('is asked for by no file of the app', () => {
    const files = [...sources('app'), ...sources('packages')]
    expect(files.length).toBeGreaterThan(100)
    expect(files.filter((name) => readFileSync(join(WEB, name), 'utf8').includes(OTHER))).toEqual([])
  })
})
