/** Answers /media/<item>/<part> from sealed parts: a film is opened chunk by chunk as it is played, a photo before it is shown.
 *
 * Which parts there are, and the keys that open them, the engine wrote to `@prifora/media/rows`. Nothing in the clear is
 * kept, and nothing answered here can become a page or run.
 */

import { openRange, sealedRange, sealedSize } from '@prifora/crypto/media'
import { SHOWN_MIMES } from '@prifora/media/kinds'
import { dropKept, findKept } from '@prifora/media/offline'
import { type PartRow, rowOf } from '@prifora/media/rows'
import { type Range, rangeOf } from './ranges'

export const MEDIA_PATH = '/media/'
const PATH = /^\/media\/([0-9a-f-]{36})\/(original|view|thumb|poster)$/
/** What may ask: pictures, players and our own scripts; no page, frame, script or style. */
const ASKERS = ['', 'image', 'video', 'audio']
const HARMLESS = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "sandbox; default-src 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
}

/** 200 or 206 with opened bytes; 403 for pages, 404 for what is not ours to open, 415 for kinds that are not shown,
 * 416, and 502 when it cannot be fetched or was changed. */
export async function answerMedia(request: Request): Promise<Response> {
  if (request.mode === 'navigate' || !ASKERS.includes(request.destination)) return refused(403)
  const [, itemId = '', part = ''] = PATH.exec(new URL(request.url).pathname) ?? []
  const row = itemId ? await rowOf(itemId, part) : undefined
  if (!row) return refused(404)
  if (!SHOWN_MIMES.has(row.mime) || new URL(row.url, location.href).origin !== location.origin) return refused(415)
  const range = rangeOf(request.headers.get('Range'), row.size)
  if (range === 'beyond') return refused(416, { 'Content-Range': `bytes */${row.size}` })
  const body = await bodyOf(row, range ?? { from: 0, to: row.size })
  return body ? answered(row, range, body) : refused(502)
}

const refused = (status: number, headers: Record<string, string> = {}): Response =>
  new Response('', { status, headers: { ...HARMLESS, 'Content-Type': 'text/plain', ...headers } })

function answered(row: PartRow, range: Range | undefined, body: BodyInit): Response {
  const { from, to } = range ?? { from: 0, to: row.size }
  const headers = { ...HARMLESS, 'Content-Type': row.mime, 'Content-Length': String(to - from), 'Accept-Ranges': 'bytes' }
  if (!range) return new Response(body, { headers })
  return new Response(body, { status: 206, headers: { ...headers, 'Content-Range': `bytes ${from}-${to - 1}/${row.size}` } })
}

/** Of a photo all of it, so that nothing is shown of one that was changed. */
async function bodyOf(row: PartRow, range: Range): Promise<BodyInit | undefined> {
  if (!row.mime.startsWith('image/')) return opened(row, range, (await kept(row, range)) ?? (await fetched(row, range)))
  return (await whole(row, range, await kept(row, range))) ?? (await whole(row, range, await fetched(row, range)))
}

async function whole(row: PartRow, range: Range, source: ReadableStream<Uint8Array> | undefined): Promise<Blob | undefined> {
  const stream = opened(row, range, source)
  if (!stream) return undefined
  try {
    return await new Response(stream).blob()
  } catch {
    await dropKept(row.id)
    return undefined
  }
}

const opened = (row: PartRow, { from, to }: Range, source: ReadableStream<Uint8Array> | undefined): ReadableStream<Uint8Array<ArrayBuffer>> | undefined =>
  source && openRange(row, from, to, source)

/** Out of what this device keeps for a time without a network. */
async function kept(row: PartRow, { from, to }: Range): Promise<ReadableStream<Uint8Array> | undefined> {
  const part = await findKept(row.id)
  if (part?.size !== sealedSize(row.size)) return undefined
  const sealed = sealedRange(row.size, from, to)
  return part.slice(sealed.from, sealed.to).stream()
}

/** From the server, in one answer; it ends when nobody reads on. */
async function fetched(row: PartRow, { from, to }: Range): Promise<ReadableStream<Uint8Array> | undefined> {
  const sealed = sealedRange(row.size, from, to)
  try {
    const headers = { Range: `bytes=${sealed.from}-${sealed.to - 1}` }
    const answer = await fetch(row.url, { headers, cache: 'no-store', redirect: 'error' })
    if (answer.status === 206 && answer.body) return answer.body
    await answer.body?.cancel()
  } catch {
    return undefined
  }
  return undefined
}
