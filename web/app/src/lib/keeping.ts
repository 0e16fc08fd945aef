/** Keeping one large file on this device as it is made: straight to the disk where the browser lets a page do so. */

import { download } from './download'

type Picker = (how: { suggestedName: string }) => Promise<{ createWritable(): Promise<WritableStream<Uint8Array>> }>

/** Larger ones go straight to a file, where the browser lets a page write one. */
const STREAM_BYTES = 512 * 1024 ** 2

export interface Place {
  name: string
  disk: WritableStream<Uint8Array> | undefined
}

/** Where a zip of about so many bytes goes; asked while the person's tap still counts. Throws when they choose nothing. */
export async function placeFor(name: string, bytes: number): Promise<Place> {
  const picker = (globalThis as { showSaveFilePicker?: Picker }).showSaveFilePicker
  if (!picker || bytes <= STREAM_BYTES) return { name, disk: undefined }
  return { name, disk: await (await picker({ suggestedName: name })).createWritable() }
}

/** Throws when it breaks off or is stopped; then nothing is kept. `progress` hears how many bytes went by. */
export async function keepZip(stream: ReadableStream<Uint8Array>, { name, disk }: Place, signal: AbortSignal, progress: (bytes: number) => void = () => undefined): Promise<void> {
  let bytes = 0
  const counting = new TransformStream<Uint8Array, Uint8Array<ArrayBuffer>>({
    transform(piece, controller) {
      bytes += piece.length
      progress(bytes)
      controller.enqueue(piece as Uint8Array<ArrayBuffer>)
    },
  })
  const counted = stream.pipeThrough(counting, { signal })
  if (disk) return counted.pipeTo(disk, { signal })
  download(new Blob([await new Response(counted).blob()], { type: 'application/zip' }), name)
}
