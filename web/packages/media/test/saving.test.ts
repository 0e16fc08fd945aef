import { describe, expect, it } from 'vitest'
import { type Saved, saveAll } from '../src/saving'
import { Samples } from './samples'

const samples = new Samples('photo-1.jpg')

/** What Python finds in a zip. */
const UNZIP = `
import json, sys, zipfile
with zipfile.ZipFile(f"{sys.argv[1]}/{sys.argv[2]}") as found:
    assert found.testzip() is None
    print(json.dumps({one.filename: [one.file_size, list(one.date_time)] for one in found.infolist()} | {"texts": found.read("captions.txt").decode(), "index": json.loads(found.read("captions.json"))}))
`

const photo = (more: Partial<Saved> = {}): Saved => ({
  name: 'zee.jpg',
  mime: 'image/jpeg',
  open: async () => samples.blob('photo-1.jpg'),
  ...more,
})

const zipped = async (items: Saved[]): Promise<Record<string, unknown>> => {
  await samples.keep('all.zip', await new Response(saveAll(items)).blob())
  return samples.python(UNZIP, 'all.zip')
}

describe('saving all of an album', () => {
  it('gives a zip with every file once, its date, and what was said of it', async () => {
    const size = samples.bytes('photo-1.jpg').length
    const found = await zipped([
      photo({ taken: '2024-07-01T12:30:08', caption: 'Aan zee\tmet\nRiet', people: ['Riet', 'Jan'] }),
      photo({ taken: '1931-05-04T00:00:00' }),
      photo({ name: '../captions.txt' }),
      photo({ name: '../../\u202Eboos.html', caption: 'été 👵🏽' }),
    ])

    expect(found).toMatchObject({
      'zee.jpg': [size, [2024, 7, 1, 12, 30, 8]],
      'zee (2).jpg': [size, [1980, 1, 1, 0, 0, 0]],
      'captions.txt.jpg': [size, expect.anything()],
      'boos.html.jpg': [size, expect.anything()],
    })
    expect(found.texts).toBe(
      'zee.jpg\t2024-07-01T12:30:08\tRiet, Jan\tAan zee met Riet\r\nzee (2).jpg\t1931-05-04T00:00:00\t\t\r\ncaptions.txt.jpg\t\t\t\r\nboos.html.jpg\t\t\tété 👵🏽',
    )
    expect(found.index).toMatchObject([{ file: 'zee.jpg', people: ['Riet', 'Jan'] }, {}, {}, { caption: 'été 👵🏽' }])
  })

  it('opens a file when its turn comes, and not before', async () => {
    const opened: string[] = []
    const open = (name: string) => async (): Promise<Blob> => {
      opened.push(name)
      return new Blob([new Uint8Array(1 << 20)])
    }
    const reader = saveAll(['a', 'b', 'c'].map((name) => photo({ name, open: open(name) }))).getReader()
    await reader.read()
    expect(opened).toEqual(['a'])
    await reader.cancel()
  })

  it('says what could not be opened, and breaks off where a file breaks off', async () => {
    const gone = photo({ name: 'weg.jpg', open: () => Promise.reject(new Error('gone')) })
    const found = await zipped([gone, photo()])
    expect(Object.keys(found)).not.toContain('weg.jpg')
    expect(found.index).toEqual([{ file: 'weg.jpg', missing: true }, { file: 'zee.jpg' }])

    const broken = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.error(new Error('not_readable')),
    })
    const stream = saveAll([photo({ open: async () => broken })])
    await expect(new Response(stream).blob()).rejects.toThrow()
  })

  it('stops when nobody wants it any more', async () => {
    const stop = new AbortController()
    stop.abort()
    await expect(new Response(saveAll([photo()], stop.signal)).blob()).rejects.toThrow()
  })
})
