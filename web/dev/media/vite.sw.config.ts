/** Builds the app's own service worker for the page of tests/journeys/test_media_parts.py; it keeps no files. */

import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  define: { __SHELL__: '[]', __VERSION__: '"test"' },
  publicDir: false,
  build: {
    target: 'es2023',
    emptyOutDir: false,
    lib: { entry: 'app/src/sw/sw.ts', formats: ['iife'], name: 'sw', fileName: () => 'sw.js' },
  },
})
