import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import { test } from 'node:test'
import { OwnTime } from '../../../test/outside/own-time.ts'
import { concat } from '../../core/index.ts'
import { connectTcp, listenTcp, type TcpListenOptions } from '../index.node.ts'
import type { Link, Listener } from '../index.ts'
import { linkSuite } from '../link.suite.ts'
import { host, outside, type SocketLinks, socketStage, somewhere, until } from '../socket-stage.suite.ts'
import { closingFrame } from './frame.ts'

const tcp: SocketLinks = {
  listen: listenTcp,
  connect: connectTcp,
  async connectMortal(url) {
    const { socket } = await raw(url)
    return () => socket.resetAndDestroy()
  },
}

linkSuite({
  name: 'TCP',
  isReliable: true,
  clientCanPause: true,
  stage: (options) => socketStage(tcp, options),
})

test('[L50] on the wire there are frames and nothing else', async (context) => {
  const { url, links } = await town(context)
  const peer = await raw(url)
  await until(() => links.length === 1)
  links[0].link.send(Uint8Array.of(1, 2))
  links[0].link.send(Uint8Array.of(3))
  links[0].link.close('that was all')
  await until(() => peer.isOver())
  const frames = [Uint8Array.of(2, 0, 0, 0, 1, 2, 1, 0, 0, 0, 3), closingFrame('that was all')]
  assert.deepEqual(peer.heard(), concat(frames))
})

test('[L52] a peer that drips byte by byte is understood', async (context) => {
  const { url, links } = await town(context)
  const peer = await raw(url)
  for (const byte of concat([Uint8Array.of(2, 0, 0, 0, 7, 8), closingFrame('bye')])) {
    peer.socket.write(Uint8Array.of(byte))
    await new Promise((resolve) => setImmediate(resolve))
  }
  await until(() => links[0]?.told.length === 2)
  assert.deepEqual(links[0].told, ['7,8', 'closed: bye'])
})

test('[L53] a peer that speaks something else is told so and closed; others go on', async (context) => {
  const { url, links } = await town(context)
  const good = await connectTcp(url)
  good.open({ receive: () => {}, closed: () => {} })
  const reason = 'a packet was larger than 1000 bytes'
  for (const noise of ['GET / HTTP/1.1\r\n\r\n', '\xff'.repeat(5000), '\xe9\x03\x00\x00']) {
    const peer = await raw(url)
    peer.socket.write(noise, 'latin1')
    await until(() => peer.isOver() && links.at(-1)!.told.length === 1)
    assert.deepEqual(peer.heard(), closingFrame(reason))
    assert.deepEqual(links.at(-1)!.told, [`closed: ${reason}`])
  }
  good.send(Uint8Array.of(5))
  await until(() => links[0].told.length === 1)
})

test('[L54] a peer that leaves in the middle of a frame is lost, and the half is not told', async (context) => {
  const { url, links } = await town(context)
  const peer = await raw(url)
  peer.socket.end(Uint8Array.of(4, 0, 0, 0, 1, 2))
  await until(() => links[0]?.told.length === 1)
  assert.deepEqual(links[0].told, ['closed: connection lost'])
})

test('[L55] a peer that does not answer a closing is gone within a second', async (context) => {
  const { url, links } = await town(context)
  const peer = await raw(url, { allowHalfOpen: true })
  await until(() => links.length === 1)
  const own = new OwnTime(context)
  links[0].link.close('go')
  await until(() => links[0].told.length === 1)
  assert.ok(own.ms < 2500, `${own.ms} ms`)
  peer.socket.destroy()
})

test('[L56] who is not admitted is told why, and no link is made', async (context) => {
  const refused: string[] = []
  const { url, links } = await town(context, {
    admit: (address) => (refused.length === 0 ? `${address} has too many links.` : undefined),
    refused: (address, reason) => void refused.push(`${address}: ${reason}`),
  })
  const peer = await raw(url)
  await until(() => peer.isOver())
  assert.deepEqual(peer.heard(), closingFrame('127.0.0.1 has too many links.'))
  assert.deepEqual(refused, ['127.0.0.1: 127.0.0.1 has too many links.'])
  await raw(url)
  await until(() => links.length === 1)
})

test('[L19] of many who connect at once a few are taken in each turn, in order, and what they have said is heard', async (context) => {
  const { url, links } = await town(context)
  const counts: number[] = []
  let before = 0
  let isOver = false
  const count = (): void => {
    if (links.length > before) counts.push(links.length - before)
    before = links.length
    if (!isOver) setImmediate(count)
  }
  count()
  const peers = await Promise.all(Array.from({ length: 60 }, () => raw(url)))
  for (const peer of peers) peer.socket.write(Uint8Array.of(1, 0, 0, 0, 7))
  await until(() => links.filter(({ told }) => told.length > 0).length === 60)
  isOver = true
  assert.ok(Math.max(...counts) <= 8, `${Math.max(...counts)} were taken in one turn`)
  for (const { told } of links) assert.deepEqual(told, ['7'])
  for (const { socket } of peers) socket.destroy()
})

test('[L62] a taken port, a foreign address and a server that is not there are one sentence each', async (context) => {
  const { listener, url } = await town(context)
  const port = Number(new URL(url).port)
  const accept = () => {}
  const taken = `Port ${port} on 127.0.0.1 is taken by another program; choose another with --listen.`
  await assert.rejects(listenTcp({ host, port, accept }), outside(taken))
  const foreign = 'This machine does not have the address 203.0.113.7; choose another with --listen.'
  await assert.rejects(listenTcp({ host: '203.0.113.7', port, accept }), outside(foreign))
  await listener.close('')
  await assert.rejects(connectTcp(url), outside(`Nobody listens at ${url}; is the server running?`))
  await assert.rejects(connectTcp('ws://127.0.0.1:1'), outside('"ws://127.0.0.1:1" is not a tcp:// address.'))
})

interface Accepted {
  readonly link: Link
  readonly told: string[]
}

/** Makes a listener that notes what each of its links hears; it is closed when the test ends. */
async function town(
  context: { after(act: () => Promise<void>): void },
  options: Partial<TcpListenOptions> = {},
): Promise<{ listener: Listener; url: string; links: Accepted[] }> {
  const links: Accepted[] = []
  const accept = (link: Link) => {
    const told: string[] = []
    links.push({ link, told })
    link.open({
      receive: (packet) => void told.push(packet.join()),
      closed: (reason) => void told.push(`closed: ${reason}`),
    })
  }
  const listener = await somewhere((port) =>
    listenTcp({ host, port, accept, packetBytesMax: 1000, ...options }),
  )
  context.after(() => listener.close('the test is over'))
  return { listener, url: listener.url, links }
}

/** Makes a plain socket that notes the bytes it hears. */
async function raw(url: string, { allowHalfOpen = false } = {}) {
  const socket: Socket = connect({ host, port: Number(new URL(url).port), allowHalfOpen })
  const chunks: Uint8Array[] = []
  let isOver = false
  socket.on('error', () => {})
  socket.on('data', (chunk) => void chunks.push(chunk))
  socket.on('end', () => {
    isOver = true
  })
  await new Promise((resolve) => socket.once('connect', resolve))
  return { socket, heard: () => concat(chunks), isOver: () => isOver }
}
