/** An operator who rewrites what was noted about looks, triggers, chain and all. docs/attacks.md */

import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { warned } from './cast'
import { signedUp, type Someone, stopAll } from './people'
import { type Server, startServer } from './server'

const WRITE = `
from prifora.kernel import clock
from prifora.kernel.ids import new_id
from support.services.ledger import write_line
for _ in range(3):
    write_line(what="breach_drill", person=None, facts={"breach": str(new_id())}, now=clock.now())
`
/** Drops the second line and chains those after it anew, as whoever owns the database can; then the server's own check is content. */
const REWRITE = `
from django.db import connection
from prifora.kernel import clock
from support.models import LedgerLine
from support.rules import BEGIN, entry_of, hash_of
from support.services import check_ledger
with connection.cursor() as cursor:
    cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    guards = cursor.fetchall()
    for name, _sql in guards:
        cursor.execute(f"DROP TRIGGER {name}")
    LedgerLine.objects.filter(n=2).delete()
    last = BEGIN
    for n, line in enumerate(list(LedgerLine.objects.order_by("n")), 1):
        last = hash_of(last, entry_of(n=n, at=line.at, what=line.what, person=bytes(line.person), facts=line.facts))
        LedgerLine.objects.filter(pk=line.pk).update(n=n, hash=last)
    for _name, sql in guards:
        cursor.execute(sql)
assert check_ledger(now=clock.now()) == []
`

let server: Server
let jan: Someone

beforeAll(async () => {
  server = await startServer()
  server.shell(WRITE)
  jan = await signedUp(server, 'Jan', 'contact')
}, 240_000)

afterAll(async () => {
  stopAll()
  await server.stop()
})

interface Head {
  n: number
  hash: string
}

/** The head this device keeps, once the ledger it saw has so many lines. */
const headAt = (n: number): Promise<Head> =>
  vi.waitFor(async () => {
    await jan.engine.refresh()
    const head = await jan.store.get<Head>('looks')
    if (head?.n !== n) throw new Error(`not at ${n} but at ${head?.n}`)
    return head
  }, 30_000)

test('a ledger that only grows warns nobody, and what the device computes is what the server has', async () => {
  await headAt(3)
  server.shell(WRITE)
  const head = await headAt(6)
  const { body } = await jan.ask('ledger/since?after=6')
  expect(head.hash).toBe(body.hash)
  expect(jan.engine.snapshot().alerts).toEqual([])
})

test('a ledger that was rewritten is noticed by who saw it before, once', async () => {
  server.shell(REWRITE)
  await headAt(5)
  await warned(jan, 'looks-changed')
  server.shell(WRITE)
  await headAt(8)
  expect(jan.engine.snapshot().alerts.map((one) => one.kind)).toEqual(['looks-changed'])
})
