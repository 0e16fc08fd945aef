/** Ids that tests use, and how to change bytes. */

import { type Bytes, own } from '../src'

export const FAMILY = '5a0f3c11-0001-4000-8000-00000000fa01'
export const CONVERSATION = '5a0f3c11-0002-4000-8000-00000000c001'
export const JAN = '5a0f3c11-0003-4000-8000-0000000000a1'
export const OMA = '5a0f3c11-0003-4000-8000-0000000000a2'
export const SOFIE = '5a0f3c11-0003-4000-8000-0000000000a3'
export const PHONE = '5a0f3c11-0004-4000-8000-0000000000d1'
export const LAPTOP = '5a0f3c11-0004-4000-8000-0000000000d2'
export const MESSAGE = '5a0f3c11-0005-4000-8000-0000000000e1'
export const ALBUM = '5a0f3c11-0006-4000-8000-0000000000b1'
export const ITEM = '5a0f3c11-0007-4000-8000-0000000000b2'
export const PART = '5a0f3c11-0008-4000-8000-0000000000b3'
export const REMARK = '5a0f3c11-000a-4000-8000-0000000000b4'
export const OTHER = '5a0f3c11-0009-4000-8000-0000000000ff'

/** The same bytes with one bit flipped. */
export function flipped(bytes: Uint8Array, at = bytes.length - 1): Bytes {
  const changed = own(bytes)
  changed[at] = (changed[at] ?? 0) ^ 1
  return changed
}
