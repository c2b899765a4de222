import assert from 'node:assert/strict'
import { type AddressInfo, connect } from 'node:net'
import { test } from 'node:test'
import { type Instant, instant } from '../core/index.ts'
import { AddressGate, defaultLimits } from '../gateway/index.ts'
import { WebDoor } from './door.node.ts'

test('[H3] who does not take an answer in is cut off, and what waited for it is forgotten', async (t) => {
  const now = (): Instant => instant(performance.now())
  const limits = { ...defaultLimits, httpIdleTimeoutMs: 300 }
  const door = new WebDoor({ limits, contentGate: new AddressGate(1), now })
  const large = Buffer.alloc(64 * 1024 * 1024)
  const server = door.createServer((_request, response) => response.end(large))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo
  const slow = connect(port, '127.0.0.1')
  slow.on('error', () => {})
  t.after(() => slow.destroy())
  slow.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  await new Promise((resolve) => slow.once('readable', resolve))
  const count = () => new Promise<number>((resolve) => server.getConnections((_, many) => resolve(many)))
  for (const end = performance.now() + 20_000; (await count()) > 0; ) {
    assert.ok(performance.now() < end, 'still there after 20 s')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
})
