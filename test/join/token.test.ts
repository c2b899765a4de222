/** Connect tokens over HTTP, from real servers. */
import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { networkInterfaces } from 'node:os'
import { type TestContext, test } from 'node:test'
import { connect } from 'shardless/client'
import { type ServeOptions, serve } from 'shardless/server'
import { readConnectToken } from '../../src/netcode/index.ts'
import { somewhere } from '../../src/transport/socket-stage.suite.ts'
import { field, fieldServer } from '../field/field.ts'

/** @returns the port of a server that listens for UDP there */
function open(t: TestContext, host: string, options: ServeOptions = {}): Promise<number> {
  return somewhere(async (port) => {
    const server = await serve(fieldServer, { listen: [`udp://${host}:${port}`], ...options })
    t.after(() => server.close())
    return port
  })
}

interface Answer {
  readonly status: number | undefined
  readonly headers: IncomingMessage['headers']
  readonly bytes: Buffer
}

function get(url: string, headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asking = request(url, { headers, agent: false }, async (response) => {
      const bytes = Buffer.concat(await response.toArray())
      resolve({ status: response.statusCode, headers: response.headers, bytes })
    })
    asking.on('error', reject).end()
  })
}

const serversOf = ({ bytes }: Answer) => readConnectToken(bytes)?.servers.map(({ text }) => text)

test('[N27] a token names the address that was asked, where the server listens on all', async (t) => {
  const port = await open(t, '0.0.0.0')
  for (const asked of ['127.0.0.1', '127.0.0.2'])
    assert.deepEqual(serversOf(await get(`http://${asked}:${port}/token`)), [`${asked}:${port}`])
})

test('[N27] who asked a server that listens on all gets in by the address asked', async (t) => {
  const outside = Object.values(networkInterfaces())
    .flatMap((all) => all ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4')
    .map(({ address }) => address)
  const port = await open(t, '0.0.0.0')
  for (const host of ['127.0.0.1', 'localhost', ...outside]) {
    const client = await connect(field, `udp://${host}:${port}`, { name: 'Ada' })
    assert.equal(client.status, 'open', host)
    client.close()
  }
})

test('[N27] over IPv6, IPv4 or a name: what leads to the token leads in', async (t) => {
  for (const [listens, asked] of [
    ['[::1]', '[::1]'],
    ['[::]', '[::1]'],
    ['[::]', '127.0.0.1'],
    ['[::]', 'localhost'],
    ['localhost', 'localhost'],
  ]) {
    const port = await open(t, listens)
    const client = await connect(field, `udp://${asked}:${port}`, { name: 'Ada' })
    assert.equal(client.status, 'open', `${asked} to ${listens}`)
    client.close()
  }
})

test('[N27] a server that is told its public address names that one, and its port where it is given', async (t) => {
  const bare = await open(t, '127.0.0.1', { publicAddress: '203.0.113.7' })
  assert.deepEqual(serversOf(await get(`http://127.0.0.1:${bare}/token`)), [`203.0.113.7:${bare}`])
  const whole = await open(t, '127.0.0.1', { publicAddress: '[2001:db8::1]:4000' })
  assert.deepEqual(serversOf(await get(`http://127.0.0.1:${whole}/token`)), ['[2001:db8::1]:4000'])
})

test('[N27] whoever comes to the public address of a forwarded port gets in', async (t) => {
  // The address translator of this test forwards nothing: inside and outside are one.
  const port = await open(t, '0.0.0.0', { publicAddress: '127.0.0.1' })
  const client = await connect(field, `udp://127.0.0.1:${port}`, { name: 'Ada' })
  assert.equal(client.status, 'open')
  client.close()
})

test('[N27] a public address that is none is one clear sentence', async () => {
  for (const publicAddress of ['town.example', '203.0.113.7:0', '203.0.113.7:99999', ''])
    await assert.rejects(serve(fieldServer, { listen: ['udp://127.0.0.1:0'], publicAddress }), {
      name: 'OutsideError',
      message: `"${publicAddress}" is no public address; write the number that clients reach, such as 203.0.113.7 or 203.0.113.7:4000.`,
    })
})

test('[N27] a client takes its token where it is told to', async (t) => {
  const port = await open(t, '127.0.0.1')
  const proxy = createServer(async (_request, response) => {
    const { status, bytes } = await get(`http://127.0.0.1:${port}/token`, {
      'X-Forwarded-For': '203.0.113.7',
    })
    response.writeHead(status ?? 500).end(bytes)
  })
  const tokenUrl = await new Promise<string>((resolve) => {
    proxy.listen(0, '127.0.0.1', () =>
      resolve(`http://127.0.0.1:${(proxy.address() as AddressInfo).port}/anywhere`),
    )
  })
  t.after(() => proxy.close())
  // Nobody listens at port 9: what counts is where the token leads.
  const client = await connect(field, 'udp://127.0.0.1:9', { name: 'Ada', tokenUrl })
  assert.equal(client.status, 'open')
  client.close()
})

test('[N28] an address gets so many tokens, then 429 and when to ask again; another address gets its own', async (t) => {
  const limits = { tokensPerSecond: 2 }
  const port = await open(t, '127.0.0.1', { limits, trustedProxies: ['127.0.0.1'] })
  const ask = (from: string) => get(`http://127.0.0.1:${port}/token`, { 'X-Forwarded-For': from })
  const begin = performance.now()
  const answers = await Promise.all(Array.from({ length: 40 }, () => ask('203.0.113.7')))
  const granted = answers.filter(({ status }) => status === 200).length
  // Six at once, and two more in each second that this took.
  const more = (2 * (performance.now() - begin)) / 1000 + 1
  assert.ok(granted >= 6 && granted <= 6 + more, `${granted} tokens`)
  const [refused] = answers.filter(({ status }) => status !== 200)
  assert.equal(refused.status, 429)
  assert.equal(refused.headers['retry-after'], '1')
  assert.match(refused.bytes.toString(), /Too many connect tokens/)
  assert.equal((await ask('203.0.113.8')).status, 200)
})

test('[N28] a client that is told to wait for its token waits, and gets in', async (t) => {
  const port = await open(t, '127.0.0.1', { limits: { tokensPerSecond: 1 } })
  const begin = performance.now()
  for (let i = 0; i < 3; i++) await get(`http://127.0.0.1:${port}/token`)
  const client = await connect(field, `udp://127.0.0.1:${port}`, { name: 'Ada' })
  // The first three were there; the fourth was to be had a second after the first was taken.
  assert.ok(performance.now() - begin > 990)
  client.close()
})

test('[N28] who may not connect gets no token, and is told why', async (t) => {
  const port = await open(t, '127.0.0.1', { limits: { connectionsPerAddress: 1 } })
  const client = await connect(field, `udp://127.0.0.1:${port}`, { name: 'Ada' })
  const { status, bytes } = await get(`http://127.0.0.1:${port}/token`)
  assert.equal(status, 503)
  assert.match(bytes.toString(), /There are 1 connections from this address already/)
  await assert.rejects(
    connect(field, `udp://127.0.0.1:${port}`, { name: 'Bob' }),
    /There are 1 connections from this address already/,
  )
  client.close()
})
