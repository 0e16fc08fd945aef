import { resolve } from 'node:path'
import { defineConfig } from 'vite'

/** One file for Node, everything in it. ENTRY is your own program in place of the example, OUT the folder it goes to. */
export default defineConfig({
  publicDir: false,
  ssr: { noExternal: true },
  build: {
    ssr: resolve(import.meta.dirname, process.env.ENTRY ?? 'packages/headless/example/station.ts'),
    outDir: process.env.OUT ?? 'dist-headless',
    target: 'node24',
    rollupOptions: { output: { entryFileNames: '[name].mjs', codeSplitting: false } },
  },
})
