/** Whether an archive has lost records: each names the one its author knew as the newest. */

/** A record that was opened. Hashes are base64. */
export interface Opened {
  seq: number
  epoch: number
  hash: string
  previous?: Named
}

interface Named {
  seq: number
  hash: string
}

export interface Told {
  records: Opened[]
  /** Messages that were taken back: the server has forgotten their records. */
  deletions: number
}

/** Hashes of records that should be there and are not; `epochs` are those this account has keys of. */
export function missingIn({ records, deletions }: Told, epochs: Set<number>): string[] {
  const inOrder = records.toSorted((one, other) => one.seq - other.seq)
  const found = new Set(records.map((one) => one.hash))
  const missing = new Set<string>()
  for (const { previous } of records) {
    if (previous && !found.has(previous.hash) && couldRead(previous, inOrder, epochs)) missing.add(previous.hash)
  }
  return missing.size > deletions ? [...missing] : []
}

/**
 * Whether a line lies where this account has keys: between two records it read, with keys of all epochs in between. What is
 * older than all of them may have ended, or been said before this account came.
 */
function couldRead({ seq }: Named, inOrder: Opened[], epochs: Set<number>): boolean {
  const before = inOrder.findLast((one) => one.seq < seq)
  const after = inOrder.find((one) => one.seq > seq)
  if (!before || !after) return false
  for (let epoch = before.epoch + 1; epoch < after.epoch; epoch++) if (!epochs.has(epoch)) return false
  return true
}
