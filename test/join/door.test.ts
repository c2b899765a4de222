import assert from 'node:assert/strict'
import { connect as connectSocket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { defineGame, entity } from 'shardless'
import { type Client, connect, Refused } from 'shardless/client'
import { type ServeOptions, type Server, serve } from 'shardless/server'
import { integer } from 'shardless/wire'
import { field, fieldServer } from '../field/field.ts'
import { OwnTime } from '../outside/own-time.ts'

/** Real sockets, all on this machine, below the ports the system gives away by itself. */
const ports = { ws: 24_101, udp: 24_102, tcp: 24_103, all: 24_104 }
const listen = [`ws://127.0.0.1:${ports.ws}`, `udp://127.0.0.1:${ports.udp}`, `tcp://127.0.0.1:${ports.tcp}`]

async function open(t: TestContext, options: ServeOptions = {}): Promise<Server<typeof field>> {
  const server = await serve(fieldServer, { listen, ...options })
  t.after(() => server.close())
  return server
}

async function join(t: TestContext, url: string, name: string): Promise<Client<typeof field>> {
  const client = await connect(field, url, { name })
  t.after(() => client.close())
  return client
}

async function until(isSo: () => boolean, what: string): Promise<void> {
  for (const end = performance.now() + 30_000; !isSo(); ) {
    if (performance.now() > end) throw new Error(`It did not come to be that ${what}.`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

test('players over WebSocket, TCP and sealed UDP share one world', async (t) => {
  const server = await open(t)
  const clients = await Promise.all(server.urls.map((url) => join(t, url, url.slice(0, 3))))
  assert.deepEqual(server.urls, listen)
  await until(
    () => clients.every((client) => [...client.entities('walker')].length === 3),
    'each sees all three',
  )
  const [ws, udp, tcp] = clients
  for (const walker of [ws, udp, tcp]) {
    walker.command({ east: -1, north: 0 })
    const id = walker.me?.id ?? 0
    const begin = walker.me?.position.x ?? 0
    await until(() => {
      for (const client of clients) client.frame()
      return clients.every((client) => {
        const seen = client.get(id)
        return seen?.kind === 'walker' && seen.position.x < begin - 1
      })
    }, 'everyone sees it walk')
    walker.command({ east: 0, north: 0 })
  }
  assert.deepEqual(await udp.ask('say', { text: 'hello' }), { heardBy: 3 })
})

test('a player who closes is gone for the others, over each kind of link', async (t) => {
  const server = await open(t)
  const watcher = await join(t, server.urls[0], 'Watcher')
  for (const url of server.urls) {
    const client = await connect(field, url, { name: 'Guest' })
    const isThere = () => [...watcher.entities('walker')].some(({ name }) => name === 'Guest')
    await until(isThere, 'the guest is seen')
    client.close()
    await until(() => !isThere(), 'the guest is gone')
  }
})

test('a server that closes tells its players why, over each kind of link, within two seconds', async (t) => {
  const server = await open(t)
  const clients = await Promise.all(server.urls.map((url) => join(t, url, 'Guest')))
  const reasons: string[] = []
  for (const client of clients) client.onStatus((_status, reason) => reasons.push(reason))
  const own = new OwnTime(t)
  await server.close('The server is closing.')
  assert.ok(own.ms < 2000, `${own.ms} ms`)
  await until(() => reasons.length === 3, 'all three were told')
  assert.deepEqual(reasons, Array(3).fill('The server is closing.'))
})

test('a taken port is one clear sentence, and what was opened before is closed again', async (t) => {
  await open(t, { listen: [`tcp://127.0.0.1:${ports.tcp}`] })
  await assert.rejects(serve(fieldServer, { listen }), {
    name: 'OutsideError',
    message: `Port ${ports.tcp} on 127.0.0.1 is taken by another program; choose another with --listen.`,
  })
  const again = await serve(fieldServer, { listen: listen.slice(0, 2) })
  await again.close()
})

test('nobody there is one clear sentence for a client', async () => {
  await assert.rejects(
    connect(field, `ws://127.0.0.1:${ports.ws}`, { name: 'Ada' }),
    /Nobody listens|does not answer/,
  )
  await assert.rejects(connect(field, `udp://127.0.0.1:${ports.udp}`, { name: 'Ada' }), /No connect token/)
})

test('a stranger who sends bytes over TCP and UDP is dropped, and the players notice nothing', async (t) => {
  const server = await open(t)
  const ada = await join(t, server.urls[1], 'Ada')
  const socket = connectSocket(ports.tcp, '127.0.0.1')
  socket.on('error', () => {})
  socket.resume()
  socket.write(Buffer.alloc(3000, 0xee))
  await until(() => socket.destroyed || socket.readableEnded || socket.closed, 'the stranger is closed')
  const { createSocket } = await import('node:dgram')
  const udp = createSocket('udp4')
  for (let i = 0; i < 300; i++) udp.send(Buffer.alloc(1 + (i % 1200), i), ports.udp, '127.0.0.1')
  await new Promise((resolve) => setTimeout(resolve, 300))
  udp.close()
  assert.equal(ada.status, 'open')
  assert.equal(server.host.stats.players, 1)
})

test('[N5] over each kind of link, who plays with other records is told which field differs, and how', async (t) => {
  const server = await open(t)
  const sky = entity({ rain: integer({ min: 0, max: 5 }) })
  const other = defineGame({ ...field, entities: { ...field.entities, sky } })
  for (const url of server.urls)
    await assert.rejects(
      connect(other, url, { name: 'Ada', reconnects: false }),
      (error) =>
        error instanceof Refused &&
        error.code === 'game' &&
        /^The server plays field 1 with records that differ .* sky .*rain: integer\(0\.\.5\).* here .*0\.\.9/.test(
          error.message,
        ),
      url,
    )
})

test('health and figures are had over HTTP, and nothing else is', async (t) => {
  const server = await open(t)
  const get = async (path: string) => (await fetch(`${server.pageUrl}${path}`)).status
  assert.equal(await get('/health'), 200)
  assert.equal(await get('/stats'), 200)
  assert.equal(await get('/../package.json'), 404)
  assert.equal((await fetch(`${server.pageUrl}/health`, { method: 'POST', body: 'x' })).status, 405)
})

test('a server on all addresses of the machine says where its pages are opened from here', async (t) => {
  const { pageUrl, urls } = await open(t, { listen: [`ws://0.0.0.0:${ports.all}`] })
  assert.deepEqual(urls, [`ws://0.0.0.0:${ports.all}`])
  assert.equal(pageUrl, `http://127.0.0.1:${ports.all}`)
  assert.equal((await fetch(`${pageUrl}/health`)).status, 200)
})
