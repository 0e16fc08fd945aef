import { resolve } from 'node:path'

/** The bench's page: built beside the app, never part of it. OUT is the folder it goes to. */
export default {
  root: resolve(import.meta.dirname, 'page'),
  resolve: { alias: { '@prifora/crypto': resolve(import.meta.dirname, '../web/packages/crypto/src/index.ts') } },
  build: { outDir: process.env.OUT, emptyOutDir: true, target: 'es2023', modulePreload: { polyfill: false } },
  worker: { format: 'es' },
}
