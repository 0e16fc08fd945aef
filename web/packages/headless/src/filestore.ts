/**
 * Where a device without a browser keeps its rows: one folder.
 *
 * `key`      the AES-256 key every row is sealed under (unless the caller keeps it elsewhere)
 * `rows`     one batch a line; the last word on a name counts
 * `signing`  the device's signing key, sealed under the same key
 * `lock`     the process that uses the folder
 *
 * A batch is one appended line, flushed to the disk: a line that was cut by a fall is the last one, and is dropped.
 * When half of the file is out of date it is written anew beside it and renamed.
 */

import { closeSync, existsSync, fsyncSync, ftruncateSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { RawStore } from '@prifora/core/engine'

type Bytes = Uint8Array<ArrayBuffer>

interface Batch {
  puts: [string, string][]
  deletes: string[]
}

const OWNER_ONLY = 0o600
const WORTH_REWRITING = 1024
const AES = { name: 'AES-GCM', length: 256 }
const ECDSA = { name: 'ECDSA', namedCurve: 'P-256' }
const NONCE_BYTES = 12

export class FileStore implements RawStore {
  private rows = new Map<string, string>()
  private lines = 0
  private file: number | undefined
  private sealing: CryptoKey | undefined
  private pair: CryptoKeyPair | undefined

  /** `secret`: 32 bytes from a safer place than the folder (a TPM, a keyring); else the key lies in the folder. */
  constructor(
    private readonly folder: string,
    private readonly secret?: Uint8Array,
  ) {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    this.lock()
    this.load()
  }

  async key(): Promise<CryptoKey> {
    this.sealing ??= await crypto.subtle.importKey('raw', new Uint8Array(this.secret ?? this.keyFile()), AES, false, ['encrypt', 'decrypt'])
    return this.sealing
  }

  get(name: string): Promise<Bytes | undefined> {
    const row = this.rows.get(name)
    return Promise.resolve(row === undefined ? undefined : bytes(row))
  }

  list(prefix: string): Promise<[string, Bytes][]> {
    const found = [...this.rows].filter(([name]) => name.startsWith(prefix))
    found.sort(([one], [other]) => (one < other ? -1 : 1))
    return Promise.resolve(found.map(([name, row]): [string, Bytes] => [name, bytes(row)]))
  }

  async write(puts: [string, Bytes][], deletes: string[]): Promise<void> {
    const batch: Batch = { puts: puts.map(([name, row]) => [name, Buffer.from(row).toString('base64')]), deletes }
    await Promise.resolve()
    this.append(batch)
    this.apply(batch)
    this.lines += 1
    if (this.lines > WORTH_REWRITING && this.lines > 2 * this.rows.size) this.rewrite()
  }

  clear(): Promise<void> {
    this.closeFile()
    for (const name of ['rows', 'rows.new', 'signing', 'key']) rmSync(join(this.folder, name), { force: true })
    this.rows.clear()
    this.lines = 0
    this.pair = undefined
    this.sealing = undefined
    return Promise.resolve()
  }

  async signingKey(make: boolean): Promise<CryptoKeyPair | undefined> {
    if (make) {
      const made = await crypto.subtle.generateKey(ECDSA, true, ['sign', 'verify'])
      await this.keepSigning(await crypto.subtle.exportKey('jwk', made.privateKey))
      this.pair = undefined
    }
    this.pair ??= await this.readSigning()
    return this.pair
  }

  /** Lets another process use the folder. */
  close(): void {
    this.closeFile()
    rmSync(join(this.folder, 'lock'), { force: true })
  }

  private lock(): void {
    const path = join(this.folder, 'lock')
    const [holder = '', begun = ''] = existsSync(path) ? readFileSync(path, 'utf8').split(' ') : []
    const isOther = holder !== '' && holder !== String(process.pid)
    if (isOther && isAlive(Number(holder)) && startOf(holder) === begun) throw new Error(`process ${holder} uses ${this.folder}`)
    writeFileSync(path, `${process.pid} ${startOf('self')}`, { mode: OWNER_ONLY })
  }

  private load(): void {
    const path = join(this.folder, 'rows')
    if (!existsSync(path)) return
    const written = readFileSync(path, 'utf8')
    const whole = written.slice(0, written.lastIndexOf('\n') + 1)
    for (const line of whole.split('\n')) {
      if (!line) continue
      this.apply(JSON.parse(line) as Batch)
      this.lines += 1
    }
    if (whole.length < written.length) this.rewrite()
  }

  private apply({ puts, deletes }: Batch): void {
    for (const name of deletes) this.rows.delete(name)
    for (const [name, row] of puts) this.rows.set(name, row)
  }

  /** A line that could not be written whole is taken away again: the next one must not be glued to its beginning. */
  private append(batch: Batch): void {
    this.file ??= openSync(join(this.folder, 'rows'), 'a', OWNER_ONLY)
    const before = sizeOf(join(this.folder, 'rows'))
    try {
      writeAll(this.file, `${JSON.stringify(batch)}\n`)
      fsyncSync(this.file)
    } catch (problem) {
      ftruncateSync(this.file, before)
      throw problem
    }
  }

  private rewrite(): void {
    this.closeFile()
    const batch: Batch = { puts: [...this.rows], deletes: [] }
    replace(join(this.folder, 'rows'), `${JSON.stringify(batch)}\n`)
    this.lines = 1
  }

  private closeFile(): void {
    if (this.file !== undefined) closeSync(this.file)
    this.file = undefined
  }

  private keyFile(): Uint8Array {
    const path = join(this.folder, 'key')
    if (!existsSync(path)) replace(path, Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64'))
    return bytes(readFileSync(path, 'utf8'))
  }

  private async keepSigning(jwk: JsonWebKey): Promise<void> {
    const iv = crypto.getRandomValues(new Uint8Array(NONCE_BYTES))
    const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, await this.key(), Buffer.from(JSON.stringify(jwk)))
    replace(join(this.folder, 'signing'), Buffer.concat([iv, new Uint8Array(sealed)]).toString('base64'))
  }

  private async readSigning(): Promise<CryptoKeyPair | undefined> {
    const path = join(this.folder, 'signing')
    if (!existsSync(path)) return undefined
    const kept = bytes(readFileSync(path, 'utf8'))
    const iv = kept.slice(0, NONCE_BYTES)
    const opened = await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, await this.key(), kept.slice(NONCE_BYTES))
    const { d, ...open } = JSON.parse(Buffer.from(opened).toString()) as JsonWebKey
    const privateKey = await crypto.subtle.importKey('jwk', { ...open, key_ops: ['sign'], d: d ?? '' }, ECDSA, false, ['sign'])
    const publicKey = await crypto.subtle.importKey('jwk', { ...open, key_ops: ['verify'] }, ECDSA, true, ['verify'])
    return { privateKey, publicKey }
  }
}

const bytes = (base64: string): Bytes => new Uint8Array(Buffer.from(base64, 'base64'))

const sizeOf = (path: string): number => statSync(path).size

function writeAll(file: number, line: string): void {
  const all = Buffer.from(line)
  for (let at = 0; at < all.length; ) at += writeSync(file, all, at)
}

/** Writes a file whole or not at all. */
function replace(path: string, content: string): void {
  const file = openSync(`${path}.new`, 'w', OWNER_ONLY)
  writeAll(file, content)
  fsyncSync(file)
  closeSync(file)
  renameSync(`${path}.new`, path)
}

function isAlive(processId: number): boolean {
  try {
    return process.kill(processId, 0)
  } catch {
    return false
  }
}

/** When a process began, where the platform says so: after a restart another one may have its number. */
function startOf(processId: string): string {
  try {
    const said = readFileSync(`/proc/${processId}/stat`, 'utf8')
    return said.slice(said.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    return ''
  }
}
