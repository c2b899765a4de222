import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FOREVER, instant } from '../../core/index.ts'
import { type DatagramAddress, MemoryNetwork, type NetworkPath } from '../index.ts'

test('[L25] a datagram passes the air of its sender, then of its receiver, and finds whoever is there then', () => {
  const network = new MemoryNetwork()
  const town = { host: '10.0.0.1', port: 4000 }
  const { told: atTown, socket: server } = open(network, town)
  const { told, socket } = open(network, { host: '10.0.0.2', port: 5000, out: later(30), in: later(7) })
  const { socket: stranger } = open(network, { host: '10.0.0.2', port: 5001 })
  socket.send(Uint8Array.of(1), town)
  stranger.send(Uint8Array.of(2), town)
  stranger.send(Uint8Array.of(3), { host: '10.0.0.9', port: 4000 })
  run(network)
  assert.deepEqual(atTown, ['0 2 from 10.0.0.2:5001', '30 1 from 10.0.0.2:5000'])
  server.send(Uint8Array.of(4), { host: '10.0.0.2', port: 5000 })
  run(network)
  assert.deepEqual(told, ['37 4 from 10.0.0.1:4000'])
})

test('[L25] its paths lose and repeat', () => {
  const network = new MemoryNetwork()
  const fates = [[], [5, 3]]
  const fickle: NetworkPath = (_length, now) => fates.shift()!.map((ms) => instant(now + ms))
  const { told } = open(network, { host: '10.0.0.1', port: 4000 })
  const { socket } = open(network, { host: '10.0.0.2', port: 5000, out: fickle })
  for (const value of [1, 2]) socket.send(Uint8Array.of(value), { host: '10.0.0.1', port: 4000 })
  run(network)
  assert.deepEqual(told, ['3 2 from 10.0.0.2:5000', '5 2 from 10.0.0.2:5000'])
})

test('[L25] a place holds one socket until it closes; after that nothing is sent or told', async () => {
  const network = new MemoryNetwork()
  const place = { host: '10.0.0.1', port: 4000 }
  const { told, socket } = open(network, place)
  assert.throws(() => open(network, place), /transport\/name-taken/)
  socket.send(Uint8Array.of(1), place)
  await socket.close()
  assert.equal(socket.send(Uint8Array.of(1), place), false)
  run(network)
  assert.deepEqual(told, [])
  open(network, place)
  await socket.close()
  assert.throws(() => open(network, place), /transport\/name-taken/)
})

test('[L25] what cannot be taken is refused or counted as by a real socket', () => {
  const network = new MemoryNetwork()
  const place = { host: '10.0.0.1', port: 4000 }
  const { socket } = open(network, { ...place, packetBytesMax: 10 })
  const { socket: large } = open(network, { host: '10.0.0.2', port: 0 })
  assert.equal(socket.send(new Uint8Array(0), place), false)
  assert.equal(socket.send(new Uint8Array(11), place), false)
  large.send(new Uint8Array(11), place)
  large.send(new Uint8Array(10), place)
  run(network)
  assert.deepEqual(socket.dropped.snapshot(), { 'received too large': 1, 'received from nowhere': 1 })
})

function open(
  network: MemoryNetwork,
  where: DatagramAddress & { out?: NetworkPath; in?: NetworkPath; packetBytesMax?: number },
) {
  const told: string[] = []
  const socket = network.openDatagram({
    addressOf: (host, port) => ({ host, port }),
    receive: (packet, { host, port }) => void told.push(`${network.now} ${packet[0]} from ${host}:${port}`),
    ...where,
  })
  return { told, socket }
}

function later(ms: number): NetworkPath {
  return (_length, now) => [instant(now + ms)]
}

function run(network: MemoryNetwork): void {
  while (network.wakeAt < FOREVER) network.deliver(network.wakeAt)
}
