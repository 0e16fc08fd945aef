import 'ts-mls'

/** What our fixes to the library add (web/patches). */
declare module 'ts-mls' {
  export const encodeExternalSenders: (senders: import('ts-mls').ExternalSender[]) => Uint8Array
}
