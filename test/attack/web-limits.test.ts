/** What strangers may do over HTTP: from real servers, by real sockets. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { Agent, type IncomingMessage, type RequestOptions, request } from 'node:http'
import { connect as dial, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { connect } from 'shardless/client'
import { cutMap } from 'shardless/geometry'
import { defineServer, type ServeOptions, serve } from 'shardless/server'
import { field, fieldServer } from '../field/field.ts'

const PORT = 24_520
const url = `ws://127.0.0.1:${PORT}`

async function town(t: TestContext, options: ServeOptions = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'limits-'))
  t.after(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'index.html'), '<p>town</p>')
  const web = pathToFileURL(`${folder}/`)
  const definition = defineServer(field, { ...fieldServer.options, web, content: web })
  const server = await serve(definition, { listen: [url], ...options })
  t.after(() => server.close())
  return server
}

function ask(path: string, { body, ...options }: RequestOptions & { body?: string } = {}) {
  return new Promise<{ status: number; headers: IncomingMessage['headers']; body: string }>(
    (resolve, reject) => {
      request({ host: '127.0.0.1', port: PORT, path, agent: false, ...options }, async (response) => {
        const parts = await response.toArray()
        const { statusCode: status = 0, headers } = response
        resolve({ status, headers, body: Buffer.concat(parts).toString() })
      })
        .on('error', reject)
        .end(body)
    },
  )
}

test('[H1] an address that asks too much is told to wait; one that a trusted proxy names counts for itself', async (t) => {
  await town(t, { limits: { httpRequestsPerSecond: 4 }, trustedProxies: ['127.0.0.1'] })
  const from = (address: string) => ask('/health', { headers: { 'X-Forwarded-For': address } })
  const answers = await Promise.all(Array.from({ length: 30 }, () => from('203.0.113.7')))
  const refused = answers.filter(({ status }) => status === 429)
  // Twelve at once, and four for each second that asking took.
  assert.ok(refused.length > 0 && refused.length <= 18, `${refused.length}`)
  assert.deepEqual(
    [refused[0].headers['retry-after'], refused[0].headers.connection, JSON.parse(refused[0].body)],
    ['1', 'close', { error: 'Too much was asked for from this address; wait a second.' }],
  )
  assert.equal((await from('203.0.113.8')).status, 200)
})

test('[H1] [N43] client content has its own rate', async (t) => {
  await town(t, { limits: { contentAsksPerSecond: 2 } })
  const answers = await Promise.all(Array.from({ length: 12 }, () => ask('/content/version')))
  const refused = answers.filter(({ status }) => status === 429).length
  assert.ok(refused > 0 && refused <= 6, `${refused}`)
  assert.equal((await ask('/')).status, 200)
})

test('[H2] a socket beyond twice the connections of an address is closed unheard, and a freed one counts no more', async (t) => {
  await town(t, { limits: { connectionsPerAddress: 2 } })
  const open = () =>
    new Promise<Socket>((resolve) => {
      const socket = dial(PORT, '127.0.0.1')
      socket.on('error', () => {})
      socket.on('connect', () => resolve(socket))
    })
  const closed = (socket: Socket) =>
    new Promise<void>((resolve) => (socket.destroyed ? resolve() : socket.on('close', () => resolve())))
  const sockets = await Promise.all([open(), open(), open(), open()])
  const fifth = await open()
  fifth.resume()
  await closed(fifth)
  for (const socket of sockets) assert.equal(socket.destroyed, false)
  for (const socket of sockets) socket.destroy()
  await Promise.all(sockets.map(closed))
  const end = performance.now() + 10_000
  const isFree = () =>
    ask('/health').then(
      () => true,
      () => false,
    )
  while (!(await isFree())) assert.ok(performance.now() < end, 'still not free after 10 s')
})

test('[H3] a socket on which nothing moves is closed, and a player’s is not', async (t) => {
  await town(t, { limits: { httpIdleTimeoutMs: 1500 } })
  const client = await connect(field, url, { name: 'Ada' })
  t.after(() => client.close())
  for (let i = 0; i < 2; i++) {
    const silent = dial(PORT, '127.0.0.1')
    silent.resume()
    await new Promise((resolve) => silent.on('close', resolve))
  }
  assert.equal(client.status, 'open')
})

test('[H4] other methods are refused at once, whatever they go on sending', async (t) => {
  await town(t)
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
    const { status, headers, body } = await ask('/', { method })
    assert.deepEqual([status, headers.allow, headers.connection], [405, 'GET, HEAD', 'close'], method)
    assert.deepEqual(JSON.parse(body), { error: 'Only GET and HEAD.' })
  }
  const socket = dial(PORT, '127.0.0.1')
  socket.on('error', () => {})
  socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\n')
  let said = ''
  socket.on('data', (part) => {
    said += part
    socket.write(Buffer.alloc(65_536))
  })
  await new Promise((resolve) => socket.on('close', resolve))
  assert.match(said, /^HTTP\/1\.1 405 /)
})

test('[H5] nothing sets a cookie or is open to other origins, and every answer says that its type is meant', async (t) => {
  await town(t)
  const agent = new Agent({ keepAlive: true })
  t.after(() => agent.destroy())
  const headers = { Origin: 'https://elsewhere.example' }
  for (const path of ['/', '/health', '/stats', '/information', '/content/version', '/nothing']) {
    const answer = await ask(path, { headers, agent })
    assert.equal(answer.status, path === '/nothing' ? 404 : 200)
    assert.equal(answer.headers['set-cookie'], undefined)
    assert.equal(answer.headers['access-control-allow-origin'], undefined)
    assert.equal(answer.headers['x-content-type-options'], 'nosniff', path)
    assert.equal(answer.headers['referrer-policy'], 'same-origin', path)
    assert.equal(answer.headers['strict-transport-security'], undefined, 'only over TLS')
    const policy = String(answer.headers['content-security-policy'])
    if (path !== '/') continue
    assert.match(policy, /^default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; /)
    assert.match(policy, /; frame-ancestors 'self'$/)
  }
  for (const path of ['/health', '/content/version'])
    assert.equal(
      (await ask(path, { agent })).headers['content-security-policy'],
      "default-src 'none'; frame-ancestors 'none'",
    )
})

test('[H8] pages of the origins that are given read whatever is served, and others nothing', async (t) => {
  const origins = ['https://town.example']
  const server = await town(t, { origins })
  const client = await connect(field, url, { name: 'Ada' })
  client.close()
  const { hash } = cutMap(server.world.map)
  assert.equal((await ask(`/maps/${hash}`)).status, 200)
  const headers = { Origin: 'https://town.example' }
  for (const path of ['/', '/health', '/information', '/content/version', `/maps/${hash}`, '/nothing']) {
    const answer = await ask(path, { headers })
    assert.equal(answer.headers['access-control-allow-origin'], 'https://town.example', path)
    assert.match(String(answer.headers.vary), /\bOrigin\b/, path)
    const other = await ask(path, { headers: { Origin: 'https://elsewhere.example' } })
    assert.equal(other.headers['access-control-allow-origin'], undefined, path)
    assert.match(String(other.headers.vary), /\bOrigin\b/, path)
  }
  const asked = { ...headers, 'Access-Control-Request-Method': 'GET' }
  const before = await ask('/token', { method: 'OPTIONS', headers: asked })
  assert.equal(before.status, 204)
  assert.match(String(before.headers['access-control-allow-headers']), /\bAuthorization\b.*\bRange\b/)
  const stranger = { ...asked, Origin: 'https://elsewhere.example' }
  assert.equal((await ask('/token', { method: 'OPTIONS', headers: stranger })).status, 405)
  await server.close()
  // So little that asking takes too much, however slowly it goes.
  await town(t, { origins, limits: { httpRequestsPerSecond: 1 } })
  const answers = await Promise.all(Array.from({ length: 90 }, () => ask('/health', { headers })))
  const tooMuch = answers.find(({ status }) => status === 429)
  assert.equal(
    tooMuch?.headers['access-control-allow-origin'],
    'https://town.example',
    'and may read that too',
  )
})
