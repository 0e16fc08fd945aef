/** The ways cryptography says no. */

export type CryptoCode =
  | 'not_readable' // wrong key, wrong place or changed bytes
  | 'forged' // a signature, certificate or proof does not hold
  | 'changed_identity' // somebody's identity key is not the one we know
  | 'not_allowed' // a group change nobody may make
  | 'weak_parameters' // the server asked for weaker password hashing than we accept
  | 'wrong_epoch' // a message of another group or epoch than the state's
  | 'malformed'
  | 'too_large'

/** Something did not hold; `code` says what. */
export class CryptoError extends Error {
  constructor(readonly code: CryptoCode, detail = '') {
    super(detail ? `${code}: ${detail}` : code)
  }
}
