/** The server, typed. Sees only sealed bytes and ids; never a key, never a readable word. */

export * from './exports'
export * from './files'
export * from './http'
export * from './itemparts'
export * from './portraits'
export type { components } from './schema'
export * from './signin'
export * from './socket'
export * from './uploads'
