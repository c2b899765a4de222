import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { test } from 'node:test'
import { openUdp, type UdpOptions } from '../index.node.ts'
import type { DatagramAddress, DatagramSocket } from '../index.ts'
import { outside, pause, somewhere, until } from '../socket-stage.suite.ts'

interface Heard {
  readonly packet: Uint8Array
  readonly from: DatagramAddress
}

/** Makes a socket on this machine that notes what it hears; it is closed when the test ends. */
async function listening(
  context: { after(act: () => Promise<void>): void },
  options: Partial<UdpOptions<DatagramAddress>> = {},
): Promise<{ socket: DatagramSocket; heard: Heard[]; place: DatagramAddress }> {
  const heard: Heard[] = []
  const { host = '127.0.0.1' } = options
  const socket = await somewhere((port) =>
    openUdp({
      host,
      port,
      addressOf: (host, port) => ({ host, port }),
      receive: (packet, from) => void heard.push({ packet: new Uint8Array(packet), from }),
      ...options,
    }),
  )
  context.after(() => socket.close())
  return { socket, heard, place: { host, port: Number(new URL(socket.url).port) } }
}

test('[L40] datagrams travel whole both ways, and the sender is told as one object', async (context) => {
  const server = await listening(context)
  const client = await listening(context)
  for (const size of [1, 2, 1000, 1472])
    assert.ok(client.socket.send(new Uint8Array(size).fill(size), server.place))
  await until(() => server.heard.length === 4)
  assert.deepEqual(
    server.heard.map(({ packet }) => packet.length),
    [1, 2, 1000, 1472],
  )
  assert.deepEqual(server.heard[0].from, client.place)
  for (const { from } of server.heard) assert.equal(from, server.heard[0].from)
  server.socket.send(Uint8Array.of(7), server.heard[0].from)
  await until(() => client.heard.length === 1)
  assert.deepEqual(client.heard[0].packet, Uint8Array.of(7))
})

test('[L40] the bytes may be reused at once', async (context) => {
  const server = await listening(context)
  const client = await listening(context)
  const scratch = new Uint8Array(1000)
  for (let turn = 0; turn < 100; turn++) client.socket.send(scratch.fill(turn), server.place)
  await until(() => server.heard.length === 100)
  server.heard.forEach(({ packet }, turn) => {
    assert.deepEqual(packet, new Uint8Array(1000).fill(turn))
  })
})

test('[L41] empty, too large and after the close: not sent', async (context) => {
  const { socket, place } = await listening(context)
  assert.equal(socket.send(new Uint8Array(0), place), false)
  assert.equal(socket.send(new Uint8Array(1473), place), false)
  await socket.close()
  assert.equal(socket.send(new Uint8Array(1), place), false)
  assert.equal(socket.isOpen, false)
  await socket.close()
})

test('[L42] an empty and a too large datagram are dropped and counted', async (context) => {
  const { heard, socket, place } = await listening(context, { packetBytesMax: 100 })
  const raw = createSocket('udp4')
  for (const size of [0, 101, 100]) raw.send(new Uint8Array(size), place.port, place.host)
  await until(() => heard.length === 1)
  raw.close()
  assert.equal(heard[0].packet.length, 100)
  assert.deepEqual(socket.dropped.snapshot(), { 'received empty': 1, 'received too large': 1 })
})

test('[L42] a peer that has no address is dropped and counted', async (context) => {
  const { heard, socket, place } = await listening(context, { addressOf: () => undefined })
  const client = await listening(context)
  client.socket.send(Uint8Array.of(1), place)
  await until(() => socket.dropped.get('received from nowhere') === 1)
  assert.equal(heard.length, 0)
})

test('[L43] what the network answers is counted and never thrown', async (context) => {
  const gone = await listening(context)
  await gone.socket.close()
  const client = await listening(context, { peer: gone.place })
  for (let tries = 0; tries < 5; tries++) {
    client.socket.send(Uint8Array.of(1), gone.place)
    await pause(2)
  }
  await until(() => client.socket.dropped.get('refused') > 0)
  assert.ok(client.socket.isOpen)
  const lone = await listening(context)
  lone.socket.send(Uint8Array.of(1), { host: '255.255.255.255', port: 9 })
  await until(() => lone.socket.dropped.total === 1)
})

test('[L44] a socket for one peer hears only that peer', async (context) => {
  const server = await listening(context)
  const stranger = await listening(context)
  const client = await listening(context, { peer: server.place })
  client.socket.send(Uint8Array.of(1), server.place)
  await until(() => server.heard.length === 1)
  stranger.socket.send(Uint8Array.of(66), client.place)
  server.socket.send(Uint8Array.of(2), server.heard[0].from)
  await until(() => client.heard.length === 1)
  await pause(5)
  assert.deepEqual(
    client.heard.map(({ packet }) => packet[0]),
    [2],
  )
})

test('[L45] IPv6 peers are met, and on a socket for both an IPv4 peer reads as IPv4', async (context) => {
  const both = await listening(context, { host: '::' })
  const four = await listening(context)
  const six = await listening(context, { host: '::1' })
  four.socket.send(Uint8Array.of(4), { host: '127.0.0.1', port: both.place.port })
  six.socket.send(Uint8Array.of(6), { host: '::1', port: both.place.port })
  await until(() => both.heard.length === 2)
  assert.deepEqual(new Set(both.heard.map(({ from }) => from.host)), new Set(['127.0.0.1', '::1']))
  for (const { packet, from } of both.heard) both.socket.send(packet, from)
  await until(() => four.heard.length === 1 && six.heard.length === 1)
  assert.match(both.socket.url, /^udp:\/\/\[::\]:\d+$/)
})

test('[L46] the kernel’s buffers are as large as it grants, up to what was asked for', async (context) => {
  const { socket } = await listening(context, { kernelBufferBytes: 65_536 })
  assert.equal(socket.receiveBufferBytes, 65_536)
  assert.equal(socket.sendBufferBytes, 65_536)
})

test('[L47] sockets share a port when all of them say so, and each peer has one of them', async (context) => {
  const first = await listening(context, { isShared: true })
  const { port } = first.place
  const second = await listening(context, { isShared: true, port })
  assert.equal(second.socket.url, first.socket.url)
  for (let peer = 0; peer < 20; peer++) {
    const { socket } = await listening(context)
    for (let count = 0; count < 5; count++) socket.send(Uint8Array.of(peer), first.place)
  }
  await until(() => first.heard.length + second.heard.length === 100)
  const met = [first, second].map(({ heard }) => new Set(heard.map(({ packet }) => packet[0])))
  assert.equal(met[0].size + met[1].size, 20)
})

test('[L62] a taken port is told in one sentence', async (context) => {
  const { place } = await listening(context)
  const again = openUdp({ ...place, addressOf: (host, port) => ({ host, port }), receive: () => {} })
  const sentence = `Port ${place.port} on 127.0.0.1 is taken by another program; choose another with --listen.`
  await assert.rejects(again, outside(sentence))
})
