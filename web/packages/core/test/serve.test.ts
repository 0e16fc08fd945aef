/** Between pages and the engine: files go over whole, and what changes meanwhile is heard. */

import { expect, test } from 'vitest'
import type { Core, NewItem, Snapshot, Upload } from '../src'
import { type Ask, CHANNEL, type Say } from '../src/rpc'
import { serve } from '../src/serve'

test('a page adds files to an album, and hears how far they are', async () => {
  const upload = { id: 'u', sent: 0, size: 8, state: 'sending' } as Upload
  let publish: (snapshot: Snapshot) => void = () => undefined
  serve('files', (told) => {
    publish = told
    const snapshot = (): Snapshot => ({ uploads: [upload] }) as Snapshot
    return {
      snapshot,
      network: () => undefined,
      async addToAlbum(_albumId: string, items: NewItem[]) {
        upload.sent = 4
        publish(snapshot())
        const [first] = items
        return `${await first?.original.text()}, ${await first?.thumb?.text()}, ${first?.original.type}`
      },
    } as unknown as Core & { snapshot(): Snapshot; network(online: boolean): void }
  })
  const page = new BroadcastChannel(`${CHANNEL}:files`)
  const heard: Say[] = []
  const answered = new Promise<void>((resolve) => {
    page.onmessage = ({ data }: MessageEvent<Say>) => {
      heard.push(data)
      if (data.kind === 'answer') resolve()
    }
  })
  const item = { kind: 'film', name: 'zee.mp4', original: new Blob(['the film'], { type: 'video/mp4' }), thumb: new Blob(['small']) }
  page.postMessage({ kind: 'call', id: '1', method: 'addToAlbum', args: ['album', [item]] } satisfies Ask)
  await answered
  page.close()
  expect(heard).toEqual([
    { kind: 'snapshot', snapshot: { uploads: [{ id: 'u', sent: 4, size: 8, state: 'sending' }] } },
    { kind: 'answer', id: '1', result: 'the film, small, video/mp4' },
  ])
})
