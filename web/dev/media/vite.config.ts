/** Builds the page of tests/journeys/test_media_parts.py, which plays the part of the screens and the engine. */

import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  build: { target: 'es2023', emptyOutDir: true, minify: false, modulePreload: false, assetsInlineLimit: 0, chunkSizeWarningLimit: 4096 },
  worker: { format: 'es' },
})
