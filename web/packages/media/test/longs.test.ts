import { describe, expect, it } from 'vitest'
import { cleanLong, formatOf } from '../src/cleaning'
import { MediaError } from '../src/errors'
import { measure } from '../src/film'
import { prepare } from '../src/prepare'
import { changed, Samples, tells } from './samples'

const WHEN = '2024-07-01T10:30:00Z'
const FILMS = [
  ['places.mp4', 2, WHEN],
  ['keys.mp4', 2, WHEN],
  ['positions.mov', 3, WHEN],
  ['pieces.mp4', 3, WHEN],
  ['film.webm', 5, undefined],
  ['live.webm', 3, undefined],
] as const
const SOUNDS = [
  ['sound.mp3', 'audio/mpeg'],
  ['sound.m4a', 'audio/mp4'],
  ['sound.wav', 'audio/wav'],
  ['sound.flac', 'audio/flac'],
  ['sound.ogg', 'audio/ogg'],
  ['voice.webm', 'audio/webm'],
] as const
const ALL = [...FILMS, ...SOUNDS].map(([name]) => name)
const samples = new Samples(...ALL, 'drone.mp4')

/** What is told beside pictures and sound, and a digest of every packet of them. */
const LOOK = `
import hashlib, json, sys
import av
def look(name):
    told, packets = {}, {"video": [], "audio": []}
    with av.open(f"{sys.argv[1]}/{name}") as container:
        told |= container.metadata
        for stream in container.streams:
            told |= {key: value for key, value in stream.metadata.items() if key not in ("language", "handler_name", "vendor_id", "DURATION", "encoder")}
        shown = [stream for stream in container.streams if stream.type in packets]
        for packet in container.demux(shown):
            if packet.size:
                packets[packet.stream.type].append((packet.pts, hashlib.sha256(bytes(packet)).hexdigest()))
        return told, packets, [stream.type for stream in container.streams]
(_, before, _), (told, after, kinds) = look(sys.argv[2]), look(sys.argv[3])
technical = ("major_brand", "minor_version", "compatible_brands", "encoder")
print(json.dumps({"same": before == after, "packets": {kind: len(found) for kind, found in after.items()}, "kinds": sorted(kinds), "told": {key: value for key, value in told.items() if key not in technical}}))
`

interface Look {
  same: boolean
  packets: { video: number; audio: number }
  kinds: string[]
  told: Record<string, string>
}

const clean = async (file: Blob) => cleanLong(file, await formatOf(file))

describe('a film that leaves the device', () => {
  it.each(FILMS)('%s plays the same and tells nothing', async (name, seconds, taken) => {
    expect(await tells(samples.blob(name))).not.toEqual([])
    const cleaned = await clean(samples.blob(name))

    expect(await tells(cleaned.file)).toEqual([])
    expect(cleaned.file.size).toBe(samples.bytes(name).length)
    if (taken) expect(cleaned.taken).toBe(taken)
    await samples.keep(`clean-${name}`, cleaned.file)
    const look = samples.python<Look>(LOOK, name, `clean-${name}`)
    expect(look).toMatchObject({ same: true, kinds: ['audio', 'video'], packets: { video: seconds * 10 } })
    expect(look.told).toEqual({})
  })

  it.each(FILMS)('%s is measured without being played', async (name, seconds) => {
    const { file } = await clean(samples.blob(name))
    const measured = await measure(file)
    expect(measured).toMatchObject({ film: true, width: 480, height: 270 })
    expect(measured.seconds).toBeCloseTo(seconds, 0)
  })

  it('is refused where its positions lie scattered among its pieces', async () => {
    expect(await tells(samples.blob('drone.mp4'))).not.toEqual([])
    await expect(prepare(samples.blob('drone.mp4'), { name: 'a.mp4' })).rejects.toMatchObject({ code: 'film_not_readable' })
  })

  it('loses what is behind it and no part of it', async () => {
    const film = samples.blob('keys.mp4')
    const cleaned = await clean(new Blob([film, 'Canary-4711 what a camera appends']))
    expect(cleaned.file.size).toBe(film.size)
    expect(await tells(cleaned.file)).toEqual([])
  })

  it('is never held in memory', async () => {
    let held = 0
    const film = samples.blob('positions.mov')
    const size = 3 * 1024 ** 3
    const at = (from: number, to: number): Blob => (from < film.size ? film.slice(from, Math.min(to, film.size)) : new Blob())
    const head = Uint8Array.of(0, 0, 0, 1, 0x6d, 0x64, 0x61, 0x74, 0, 0, 0, 0, ...new Uint8Array(4))
    new DataView(head.buffer).setBigUint64(8, BigInt(size - film.size))
    const large = {
      size,
      slice(from: number, to: number) {
        const part = from >= film.size ? new Blob([head.slice(from - film.size, Math.max(0, to - film.size))]) : at(from, to)
        const { arrayBuffer } = part
        part.arrayBuffer = () => {
          held += part.size
          return arrayBuffer.call(part)
        }
        return part
      },
    } as unknown as Blob
    await cleanLong(large, 'mov')
    expect(held).toBeLessThan(2 * 1024 ** 2)
  })

  it('keeps all of it when that is asked, and its name says what it is', async () => {
    const file = samples.blob('places.mp4')
    const kept = await prepare(file, { name: '../../Beach\u202E.exe', keepAll: true })
    expect(new Uint8Array(await kept.parts.original.arrayBuffer())).toEqual(samples.bytes('places.mp4'))
    expect(kept).toMatchObject({ kind: 'film', mime: 'video/mp4', name: 'Beach.exe.mp4', taken: WHEN, width: 480, height: 270 })
    expect(Object.keys(kept.parts)).toEqual(['original'])
  })

  it('stops when nobody wants it any more', async () => {
    const stop = new AbortController()
    const steps: number[] = []
    const progress = (done: number): void => {
      steps.push(done)
      if (done > 0.3) stop.abort()
    }
    const how = { name: 'a.mp4', signal: stop.signal, progress }
    await expect(prepare(samples.blob('places.mp4'), how)).rejects.toMatchObject({ code: 'cancelled' })
    expect(steps).toEqual([0.05, 0.4])
    await expect(prepare(samples.blob('places.mp4'), how)).rejects.toMatchObject({ code: 'cancelled' })
  })
})

describe('a sound that leaves the device', () => {
  it.each(SOUNDS)('%s sounds the same and tells nothing', async (name, mime) => {
    expect(await tells(samples.blob(name))).not.toEqual([])
    const { kind, parts, seconds, ...prepared } = await prepare(samples.blob(name), { name: 'x' })

    expect({ kind, mime: prepared.mime }).toEqual({ kind: 'sound', mime })
    expect(seconds).toBeCloseTo(3, 0)
    expect(await tells(parts.original)).toEqual([])
    await samples.keep(`clean-${name}`, parts.original)
    const look = samples.python<Look>(LOOK, name, `clean-${name}`)
    expect(look).toMatchObject({ same: true, kinds: ['audio'] })
    expect(look.packets.audio).toBeGreaterThan(20)
  })
})

describe('a film or sound of somebody hostile', () => {
  it.each(ALL)('%s that is cut off is refused or cleaned', async (name) => {
    const bytes = samples.bytes(name)
    for (let at = 16; at < bytes.length; at += Math.floor(bytes.length / 60)) {
      const cut = await clean(new Blob([bytes.slice(0, at)])).catch((problem: unknown) => problem)
      if (!(cut instanceof MediaError)) expect(await tells((cut as { file: Blob }).file)).toEqual([])
    }
  })

  it.each(ALL)('%s with changed bytes is cleaned or refused, nothing else', async (name) => {
    for (const bytes of changed(samples.bytes(name), 60)) {
      const problem = await clean(new Blob([bytes])).then(() => undefined, (thrown: unknown) => thrown)
      if (problem !== undefined) expect(problem).toBeInstanceOf(MediaError)
    }
  })

  it('is said to be unreadable when nothing in it can be played', async () => {
    const bytes = samples.bytes('places.mp4')
    const how = { name: 'a.mp4' }
    await expect(prepare(new Blob([bytes.slice(0, 3000)]), how)).rejects.toMatchObject({ code: 'film_not_readable' })
    const noHead = new Blob([bytes.slice(0, 28), Uint8Array.of(0, 0, 0, 8), 'moov'])
    await expect(prepare(noHead, how)).rejects.toMatchObject({ code: 'film_not_readable' })
    await expect(prepare(new Blob(['ID3\x04\0\0\0\0\0\x05', 'hello']), how)).rejects.toMatchObject({ code: 'sound_not_readable' })
    const huge = { size: 6 * 1024 ** 3, slice: () => new Blob([bytes.slice(0, 4096)]) } as unknown as Blob
    await expect(prepare(huge, how)).rejects.toMatchObject({ code: 'too_large' })
  })
})
