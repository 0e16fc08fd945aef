/** Builds the page of tests/journeys/test_engines.py. Only for tests: its other engine is GPL-3.0 and never shipped. */

import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: './',
  build: { target: 'es2024', emptyOutDir: true, minify: false, modulePreload: false, assetsInlineLimit: 0, chunkSizeWarningLimit: 4096 },
})
