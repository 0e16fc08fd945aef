/** The ways a file is refused. */

export type MediaCode =
  | 'not_a_picture' // nothing we know: no photo, film or sound
  | 'damaged' // begins like a file we know, and is cut off or contradicts itself
  | 'heic_not_readable' // a HEIC photo whose metadata or pixels this device cannot get at
  | 'picture_not_readable' // the browser cannot decode it
  | 'film_not_readable' // no film that can be opened here
  | 'sound_not_readable'
  | 'too_large' // more bytes or pixels than a device should decode
  | 'cancelled'

/** A file cannot be prepared; `code` says why. */
export class MediaError extends Error {
  constructor(readonly code: MediaCode, detail = '') {
    super(detail ? `${code}: ${detail}` : code)
  }
}

/** The code of whatever went wrong; `otherwise` for what is not ours. */
export const codeOf = (problem: unknown, otherwise: MediaCode): MediaCode =>
  problem instanceof MediaError ? problem.code : otherwise

/** Throws cancelled when nobody wants it any more. */
export function goOn(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new MediaError('cancelled')
}

/** What `work` gives, or cancelled as soon as nobody wants it any more. */
export async function until<T>(signal: AbortSignal | undefined, work: Promise<T>): Promise<T> {
  goOn(signal)
  if (!signal) return work
  let stop = (): void => undefined
  const stopped = new Promise<never>((_, refuse) => {
    stop = () => refuse(new MediaError('cancelled'))
    signal.addEventListener('abort', stop, { once: true })
  })
  return Promise.race([work, stopped]).finally(() => signal.removeEventListener('abort', stop))
}
