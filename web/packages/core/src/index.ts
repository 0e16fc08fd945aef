/** What the screens use: a client to the engine, and the plain values it speaks in. */

export { Failed } from './problem'
export { type Client, connect } from './rpc'
export type { Start } from './worker'
export { PASSKEY_SALT } from './surface'
export type * from './surface'
