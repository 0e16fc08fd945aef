/** What tests/journeys/test_media_parts.py calls: prepares files as a screen would, seals their parts as the engine would. */

import { encryptBlob, newFileKey, openingKey, sealedSize } from '@prifora/crypto/media'
import type { MediaError } from '@prifora/media'
import { keepOnly, listKept, PARTS_CACHE, type Wanted, wipeKept } from '@prifora/media/offline'
import { dropItems, type PartName, type PartRow, putRows } from '@prifora/media/rows'
import { startPreparing } from '../../app/src/lib/preparing'
import { scriptUrl } from '../../app/src/trusted'

const preparing = startPreparing()
const rows = new Map<string, PartRow>()

const put = (url: string, body: Blob): Promise<Response> => fetch(url, { method: 'PUT', body })
const sample = async (name: string): Promise<Blob> => (await fetch(`/samples/${name}`)).blob()

/** Prepares a sample; its parts in the clear go to where the test looks at them. */
async function prepare(name: string, how: { keepAll?: boolean; calledAs?: string } = {}) {
  const steps: number[] = []
  const file = await sample(name)
  const prepared = await preparing.prepare(file, { name: how.calledAs ?? name, keepAll: how.keepAll ?? false, progress: (done) => steps.push(done) })
  const itemId = crypto.randomUUID()
  const { parts, ...about } = prepared
  for (const [part, content] of Object.entries(parts) as [PartName, Blob][]) {
    await put(`/clear/${itemId}/${part}`, content)
    await seal(itemId, part, content, content.type)
  }
  return { ...about, itemId, parts: Object.keys(parts), steps }
}

/** Seals one part, gives it to the server, and lets the service worker open it. */
async function seal(itemId: string, part: PartName, content: Blob, mime: string): Promise<void> {
  const [fileKey, id] = [newFileKey(), crypto.randomUUID()]
  const url = `/api/v1/albums/album/items/${itemId}/parts/${part}`
  await put(url, await new Response(encryptBlob(fileKey, id, content)).blob())
  const row = { itemId, part, id, size: content.size, mime, key: await openingKey(fileKey, id), url }
  rows.set(`${itemId}/${part}`, row)
  await putRows([row])
}

/** An item that says it is of a kind which is none of ours. */
async function plant(text: string, mime: string): Promise<string> {
  const itemId = crypto.randomUUID()
  await seal(itemId, 'original', new Blob([text]), mime)
  return itemId
}

/** Why a sample is refused. */
const refusal = (name: string): Promise<string> =>
  prepare(name).then(() => 'taken', (problem: MediaError) => problem.code)

async function cancelled(name: string): Promise<string> {
  const stop = new AbortController()
  const asked = preparing.prepare(await sample(name), { name, signal: stop.signal, progress: () => stop.abort() })
  return asked.then(() => 'taken', (problem: MediaError) => problem.code)
}

/** Shows a part; its size, or why not. */
async function show(itemId: string, part: PartName): Promise<{ width: number; height: number } | 'error'> {
  const image = new Image()
  const shown = new Promise<boolean>((done) => {
    image.onload = () => done(true)
    image.onerror = () => done(false)
  })
  image.src = `/media/${itemId}/${part}?${crypto.randomUUID()}`
  document.body.append(image)
  if (!(await shown)) return image.naturalWidth === 0 ? 'error' : { width: -1, height: -1 }
  return { width: image.naturalWidth, height: image.naturalHeight }
}

const heard = (target: EventTarget, name: string): Promise<void> =>
  new Promise((done, refuse) => {
    target.addEventListener(name, () => done(), { once: true })
    target.addEventListener('error', () => refuse(new Error('error')), { once: true })
  })

/** Plays a film, and jumps: what it shows in its corners there, and whether it goes on. */
async function play(itemId: string, seconds: number[]) {
  const video = document.createElement('video')
  video.muted = true
  video.src = `/media/${itemId}/original`
  document.body.append(video)
  await heard(video, 'loadedmetadata')
  const seen: { at: number; corner: number[] }[] = []
  for (const at of seconds) {
    const there = heard(video, 'seeked')
    video.currentTime = at
    await there
    seen.push({ at: video.currentTime, corner: corner(video) })
  }
  const from = video.currentTime
  const moved = new Promise<void>((done) => video.addEventListener('timeupdate', () => video.currentTime > from && done()))
  await video.play()
  await moved
  video.remove()
  return { duration: video.duration, width: video.videoWidth, height: video.videoHeight, seen }
}

function corner(video: HTMLVideoElement): number[] {
  const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight)
  const pen = canvas.getContext('2d')!
  pen.drawImage(video, 0, 0)
  return [...pen.getImageData(20, 20, 1, 1).data.slice(0, 3)]
}

/** What a script gets for a range. */
async function take(itemId: string, part: string, range?: string) {
  const answer = await fetch(`/media/${itemId}/${part}`, range ? { headers: { Range: range } } : {})
  const headers = Object.fromEntries(answer.headers)
  try {
    const bytes = new Uint8Array(await answer.arrayBuffer())
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
    return { status: answer.status, headers, length: bytes.length, sha256: Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('') }
  } catch {
    return { status: answer.status, headers, broken: true }
  }
}

/** Begins to read a film and goes away. */
async function leave(itemId: string): Promise<void> {
  const reader = (await fetch(`/media/${itemId}/original`)).body!.getReader()
  await reader.read()
  await reader.cancel()
}

/** Keeps parts for a time without a network, the most needed first. */
const keep = (needed: string[], limitBytes: number): Promise<string[]> =>
  keepOnly(needed.map((name): Wanted => {
    const { id, url, size } = rows.get(name)!
    return { id, url, bytes: sealedSize(size) }
  }), limitBytes)

/** A kept part goes bad on the disk. */
async function spoil(name: string): Promise<void> {
  const cache = await caches.open(PARTS_CACHE)
  const [row] = await cache.keys()
  const { size } = rows.get(name)!
  await cache.put(row!, new Response(new Uint8Array(sealedSize(size))))
}

/** Everything a browser keeps of this page, in the caches. */
async function cached(): Promise<{ url: string; body: string }[]> {
  const found = []
  for (const name of await caches.keys()) {
    const cache = await caches.open(name)
    for (const request of await cache.keys()) {
      const bytes = new Uint8Array(await (await cache.match(request))!.arrayBuffer())
      found.push({ url: request.url, body: Array.from(bytes.slice(0, 4), (byte) => String.fromCharCode(byte)).join('') })
    }
  }
  return found
}

/** Whether a part can be loaded as a script. */
async function runs(itemId: string): Promise<boolean> {
  const script = document.createElement('script')
  script.src = scriptUrl.createScriptURL(`/media/${itemId}/original`)
  const loaded = heard(script, 'load').then(() => true, () => false)
  document.head.append(script)
  return loaded
}

/** What the row of a part gives away to a script that reads it. */
async function keyOf(name: string): Promise<string> {
  const { key } = rows.get(name)!
  return crypto.subtle.exportKey('raw', key).then(() => 'readable', () => `${key.algorithm.name} ${key.usages.join()}`)
}

/** Waits until the service worker answers for this page. */
async function ready(): Promise<void> {
  await navigator.serviceWorker.register(scriptUrl.createScriptURL('/sw.js'))
  await navigator.serviceWorker.ready
  if (!navigator.serviceWorker.controller) await new Promise((done) => navigator.serviceWorker.addEventListener('controllerchange', done, { once: true }))
}

const partId = (name: string): string => rows.get(name)!.id

Object.assign(window, { cached, cancelled, dropItems, keep, keyOf, leave, listKept, partId, plant, play, prepare, ready, refusal, runs, show, spoil, take, wipeKept })
