/** A Home Station without a browser: prints its pairing code, then what people say; each line typed is an answer. */

import { createInterface } from 'node:readline'
import { type Headless, startHeadless } from '@prifora/headless'

const [origin = 'http://127.0.0.1:8000', folder = './station'] = process.argv.slice(2)
const print = (line: string): boolean => process.stdout.write(`${line}\n`)

let said = ''
const heard = new Set<string>()

const station: Headless = startHeadless({
  origin,
  folder,
  deviceName: 'Example station',
  station: { model: 'Example station', network: () => 'ethernet' },
  onSnapshot: (now) => {
    const line = now.status === 'pairing' && now.pairingCode ? `code ${now.pairingCode}` : `${now.status}${now.waiting ? ` ${now.waiting.code}` : ''}`
    if (line !== said) print((said = line))
    for (const talk of now.conversations) void read(talk.id)
  },
})

async function read(talk: string): Promise<void> {
  for (const message of await station.core.messages(talk)) {
    if (message.mine || message.kind !== 'text' || heard.has(message.id)) continue
    heard.add(message.id)
    print(`${message.author}: ${message.text}`)
    await station.core.markSeen(talk)
  }
}

createInterface({ input: process.stdin }).on('line', (line) => {
  const talk = station.snapshot().conversations.find((one) => one.everyone && one.isOpen)
  if (talk && line.trim()) void station.core.send(talk.id, line)
})

process.once('SIGTERM', () => {
  station.stop()
  process.exit(0)
})
