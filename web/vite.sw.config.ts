import { readdirSync, statSync } from 'node:fs'
import { defineConfig } from 'vite'

/** Larger files are libraries that few need (HEIC, films): fetched when one does. */
const KEPT_MAX_BYTES = 500_000

const assets = readdirSync('dist/assets').filter((name) => statSync(`dist/assets/${name}`).size <= KEPT_MAX_BYTES)
const shell = ['/', '/station', '/icon.svg', ...assets.map((name) => `/assets/${name}`)]

export default defineConfig({
  define: { __SHELL__: JSON.stringify(shell), __VERSION__: JSON.stringify(shell.join()) },
  publicDir: false,
  build: {
    target: 'es2023',
    emptyOutDir: false,
    lib: { entry: 'app/src/sw/sw.ts', formats: ['iife'], name: 'sw', fileName: () => 'sw.js' },
  },
})
