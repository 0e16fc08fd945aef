/** The engine itself, for the worker and for headless clients. Pages use `connect` from the package's front. */

export { Engine, type Options } from './core'
export { MemoryStore, type RawStore, Store } from './store'
export { run } from './worker'
