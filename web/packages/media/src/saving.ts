/** Saving many opened files as one zip, as a stream: nothing is held but what goes by. */

import { MediaError } from './errors'
import { safeName, uniqueNames } from './names'

export interface Saved {
  name: string
  mime: string
  /** Bytes of the opened file, when they are known. */
  size?: number
  /** ISO 8601. */
  taken?: string
  caption?: string
  people?: string[]
  /** Opens the file when its turn comes. */
  open(): Promise<Blob | ReadableStream<Uint8Array>>
}

interface Entry {
  file: string
  taken?: string
  caption?: string
  people?: string[]
  /** It could not be opened, and is not in the zip. */
  missing?: true
}

const TEXTS = 'captions.txt'
const INDEX = 'captions.json'

/** A zip of all of them, with their captions and dates in captions.txt and captions.json at its end.
 *
 * What cannot be opened is left out and named there. A file that breaks off breaks off the stream, so that nothing half
 * passes for whole. */
export function saveAll(items: Saved[], signal?: AbortSignal): ReadableStream<Uint8Array> {
  return zipped(entries(items, signal))
}

/** One file of a zip. `size`: bytes of a stream, when they are known. */
export interface ZipEntry {
  name: string
  input: string | Blob | ReadableStream<Uint8Array>
  size?: number
  lastModified?: Date
}

/** A zip of files that are made one after the other, as they are wanted. */
export function zipped(files: AsyncIterable<ZipEntry>): ReadableStream<Uint8Array> {
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      reader ??= (await zipOf(files)).getReader()
      const { done, value } = await reader.read()
      if (done) controller.close()
      else controller.enqueue(value)
    },
    async cancel() {
      await reader?.cancel().catch(() => undefined) // the library throws on into what it reads
    },
  })
}

async function zipOf(files: AsyncIterable<ZipEntry>): Promise<ReadableStream<Uint8Array>> {
  const { makeZip } = await import('client-zip')
  return makeZip(files, { buffersAreUTF8: true })
}

async function* entries(items: Saved[], signal: AbortSignal | undefined): AsyncGenerator<ZipEntry> {
  const names = namesOf(items)
  const index: Entry[] = []
  for (const [at, item] of items.entries()) {
    if (signal?.aborted) throw new MediaError('cancelled')
    const name = names[at]!
    const input = await item.open().catch(() => undefined)
    index.push(entryOf(name, item, input === undefined))
    if (input === undefined) continue
    const size = input instanceof Blob ? input.size : item.size
    const stream = input instanceof Blob ? input.stream() : input
    yield { name, input: stream, ...(size === undefined ? {} : { size }), ...dated(item.taken) }
  }
  yield { name: TEXTS, input: textsOf(index) }
  yield { name: INDEX, input: JSON.stringify(index, null, 2) }
}

/** Safe names, each once, none of them one of ours. */
const namesOf = (items: Saved[]): string[] =>
  uniqueNames([TEXTS, INDEX, ...items.map(({ name, mime }) => safeName(name, mime))]).slice(2)

const entryOf = (file: string, { taken, caption, people }: Saved, missing: boolean): Entry => ({
  file,
  ...(taken ? { taken } : {}),
  ...(caption ? { caption } : {}),
  ...(people?.length ? { people } : {}),
  ...(missing ? { missing } : {}),
})

/** One line for each file: name, time, people, caption, with tabs between. */
const textsOf = (index: Entry[]): string =>
  index
    .filter(({ missing }) => !missing)
    .map(({ file, taken = '', people = [], caption = '' }) => [file, taken, people.join(', '), caption].map(oneLine).join('\t'))
    .join('\r\n')

const oneLine = (text: string): string => text.replace(/\s+/g, ' ')

/** The date of the file, where a zip can write it (from 1980). */
export function dated(taken: string | undefined): { lastModified: Date } {
  const read = new Date(taken ?? '')
  const year = read.getFullYear()
  return { lastModified: year >= 1980 && year < 2108 ? read : new Date(1980, 0, 1) }
}
