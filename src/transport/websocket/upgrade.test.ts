import assert from 'node:assert/strict'
import { createServer, get } from 'node:http'
import { createServer as createTcpServer } from 'node:net'
import { test } from 'node:test'
import { OutsideError } from '../../core/index.ts'
import { connectWebSocket, handshakeLimits, listenWebSocket } from '../index.node.ts'
import { connectWebSocket as connectWeb } from '../index.web.ts'
import { host, outside, somewhere, until } from '../socket-stage.suite.ts'
import { webSocketTown } from './websocket-town.suite.ts'

test('[L35] behind a trusted proxy the address is the one it tells; anyone else is not believed', async (context) => {
  const headers = { 'X-Forwarded-For': '6.6.6.6, 198.51.100.1' }
  const believing = await webSocketTown(context, { trustedProxies: ['127.0.0.0/8'] })
  await believing.call({ headers })
  assert.equal(believing.links[0].link.address, '198.51.100.1')
  assert.match(believing.links[0].link.remote, /^198\.51\.100\.1 by way of 127\.0\.0\.1:\d+$/)
  const plain = await webSocketTown(context)
  await plain.call({ headers })
  assert.equal(plain.links[0].link.address, '127.0.0.1')
  assert.match(plain.links[0].link.remote, /^127\.0\.0\.1:\d+$/)
})

test('[L36] who is not admitted gets 503 and the sentence, before anything is upgraded', async (context) => {
  const refused: string[] = []
  const { url, links, handmade } = await webSocketTown(context, {
    admit: (address) => `${address} has too many links.`,
    refused: (address, reason) => void refused.push(`${address}: ${reason}`),
  })
  const sentence = '127.0.0.1 has too many links.'
  await assert.rejects(connectWebSocket(url), outside(`${url} refused: ${sentence}`))
  await assert.rejects(connectWeb(url), outside(`${url} cannot be reached, or refuses.`))
  assert.match(await handmade().answer(), /^HTTP\/1\.1 503 /)
  assert.deepEqual(refused, Array(3).fill(`127.0.0.1: ${sentence}`))
  assert.equal(links.length, 0)
})

test('[L37] pages of other origins are refused with 403; what is no page may connect', async (context) => {
  const { url, links, call } = await webSocketTown(context, { origins: ['https://town.example'] })
  const foreign = connectWebSocket(url, { headers: { Origin: 'https://evil.example' } })
  await assert.rejects(
    foreign,
    outside(`${url} refused: Pages of https://evil.example may not connect here.`),
  )
  await call({ headers: { Origin: 'https://town.example' } })
  await call()
  assert.equal(links.length, 2)
})

test('[L38] a request that is no proper handshake is answered and let go', async (context) => {
  const refused: string[] = []
  const { url, links, handmade } = await webSocketTown(context, {
    path: '/play',
    refused: (_, reason) => void refused.push(reason),
  })
  assert.match(url, /^ws:\/\/127\.0\.0\.1:\d+\/play$/)
  const asked: [line: string, headers: Record<string, string>, status: number][] = [
    ['GET / HTTP/1.1', {}, 404],
    ['GET /play HTTP/1.1', { 'Sec-WebSocket-Key': 'short' }, 400],
    ['GET /play HTTP/1.0', {}, 400],
    ['GET /play HTTP/1.1', { Upgrade: 'h2c' }, 400],
    ['POST /play HTTP/1.1', {}, 400],
    ['GET /play?token=1 HTTP/1.1', {}, 101],
    ['GET /play HTTP/1.1', { Upgrade: '', Connection: 'close' }, 426],
    ['nonsense', {}, 400],
    ['GET /play HTTP/1.1', { Cookie: 'x'.repeat(9000) }, 431],
  ]
  for (const [line, headers, status] of asked) {
    const peer = handmade()
    assert.match(
      await peer.answer(headers, line),
      new RegExp(`^HTTP/1\\.1 ${status} `),
      line + JSON.stringify(headers),
    )
    if (status !== 101) await until(() => peer.isOver)
  }
  assert.equal(links.length, 1)
  assert.equal(refused.length, 5)
})

test('[L64] a version other than 13 is answered with 426 and the one that is spoken here', async (context) => {
  const { links, handmade } = await webSocketTown(context)
  for (const version of ['7', '8', '12', '14', '013', '13, 8', '']) {
    const peer = handmade()
    const answer = await peer.answer({ 'Sec-WebSocket-Version': version })
    assert.match(answer, /^HTTP\/1\.1 426 Upgrade Required\r\n/, version)
    assert.match(answer, /\r\nSec-WebSocket-Version: 13\r\n/, version)
    await until(() => peer.isOver)
  }
  const plain = await handmade().answer({ Upgrade: '', Connection: 'close' })
  assert.match(plain, /^HTTP\/1\.1 426 [\s\S]*\r\nSec-WebSocket-Version: 13\r\n/)
  assert.equal(links.length, 0)
  assert.match(await handmade().answer({ 'Sec-WebSocket-Version': '13' }), /^HTTP\/1\.1 101 /)
})

test('[L65] a sub-protocol that nobody knows is not agreed to', async (context) => {
  const { handmade } = await webSocketTown(context)
  for (const asked of ['chat', 'mqtt, chat', 'shardless']) {
    const answer = await handmade().answer({ 'Sec-WebSocket-Protocol': asked })
    assert.match(answer, /^HTTP\/1\.1 101 /)
    assert.doesNotMatch(answer, /Sec-WebSocket-Protocol/i)
  }
  assert.match(await handmade().answer({ 'Sec-WebSocket-Protocol': 'a b' }), /^HTTP\/1\.1 400 /)
})

test('[L38] who connects and never finishes asking is cut off', async (context) => {
  const limits = {
    ...handshakeLimits,
    headersTimeout: 100,
    requestTimeout: 100,
    connectionsCheckingInterval: 20,
  }
  const { handmade } = await webSocketTown(context, { server: createServer(limits) })
  const silent = handmade()
  const half = handmade()
  half.socket.write('GET / HTTP/1.1\r\nUpgrade: webs')
  const dripping = handmade()
  const drip = setInterval(() => dripping.socket.write('x'), 10)
  await until(() => half.isOver && dripping.isOver && silent.isOver)
  clearInterval(drip)
})

test('[L39] links share a port with pages, and go without taking the server with them', async (context) => {
  const server = createServer((_request, response) => response.end('a page'))
  const port = await somewhere(
    (port) => new Promise<number>((resolve) => server.listen(port, host, () => resolve(port))),
  )
  context.after(() => new Promise<void>((resolve) => server.close(() => resolve())))
  const { url, listener, call } = await webSocketTown(context, { server, path: '/play' })
  assert.equal(url, `ws://127.0.0.1:${port}/play`)
  const link = await call()
  const told: string[] = []
  link.open({ receive: () => {}, closed: (reason) => void told.push(reason) })
  assert.equal(await page(port), 'a page')
  await listener.close('the game is over')
  assert.equal(await page(port), 'a page')
  assert.deepEqual(told, ['the game is over'])
  await assert.rejects(connectWebSocket(url), OutsideError)
})

test('[L39] beside another taker of upgrades, only the own path is answered', async (context) => {
  const server = createServer()
  server.on('upgrade', (request, socket) => {
    if (request.url === '/other') socket.end('HTTP/1.1 418 I am a teapot\r\n\r\n')
  })
  const { links, handmade } = await webSocketTown(context, { server, path: '/play' })
  assert.match(await handmade().answer({}, 'GET /other HTTP/1.1'), /^HTTP\/1\.1 418 /)
  assert.match(await handmade().answer({}, 'GET /play HTTP/1.1'), /^HTTP\/1\.1 101 /)
  assert.equal(links.length, 1)
})

test('[L62] a taken port and a server that is not there or does not answer are one sentence each', async (context) => {
  const { url, listener } = await webSocketTown(context)
  const port = Number(new URL(url).port)
  const taken = `Port ${port} on 127.0.0.1 is taken by another program; choose another with --listen.`
  await assert.rejects(listenWebSocket({ host, port, accept: () => {} }), outside(taken))
  await listener.close('')
  await assert.rejects(connectWebSocket(url), outside(`Nobody listens at ${url}; is the server running?`))
  await assert.rejects(connectWeb(url), outside(`${url} cannot be reached, or refuses.`))
  await assert.rejects(connectWebSocket('tcp://a:1'), outside('"tcp://a:1" is not a ws:// address.'))
  await assert.rejects(connectWeb('nonsense'), OutsideError)
  const silent = createTcpServer(() => {})
  silent.listen(port, host)
  context.after(() => void silent.close())
  const late = outside(`${url} did not answer within 0.05 s.`)
  await assert.rejects(connectWebSocket(url, { connectMs: 50 }), late)
  await assert.rejects(connectWeb(url, { connectMs: 50 }), late)
})

function page(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    get({ host, port, agent: false }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (text) => {
        body += text
      })
      response.on('end', () => resolve(body))
    }).on('error', reject)
  })
}
