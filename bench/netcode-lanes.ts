import { createSocket, type Socket } from 'node:dgram'
import { type Instant, instant } from '../src/core/index.ts'
import {
  type Address,
  addressOf,
  type Cipher,
  createConnectToken,
  NetcodeClient,
  NetcodeServer,
  nodeSodium,
} from '../src/netcode/index.node.ts'
import { openUdp } from '../src/transport/index.node.ts'
import { portOf } from '../src/transport/index.ts'

const privateKey = nodeSodium.randomBytes(32)
/** The instant of everything without a socket. */
export const now = instant(0)
const clock = (): Instant => instant(performance.now())

/** One way through the kernel, in windows, so that nothing is lost: a protocol, or nothing. */
export interface Lane {
  send(payload: Uint8Array): void
  /** How many payloads arrived, as the lane counts them. */
  arrived: number
  close(): Promise<void>
}

/** @returns CPU time per payload, in us */
export async function throughput(lane: Lane, payload: Uint8Array, packets: number): Promise<number> {
  const window = 50
  const before = process.cpuUsage()
  for (let sent = 0; sent < packets; sent += window) {
    const goal = lane.arrived + window
    for (let i = 0; i < window; i++) lane.send(payload)
    while (lane.arrived < goal) await new Promise(setImmediate)
  }
  const { user, system } = process.cpuUsage(before)
  return (user + system) / packets
}

async function bareLane(): Promise<Lane> {
  const [receiver, sender] = [createSocket('udp4'), createSocket('udp4')]
  await new Promise<void>((resolve) => receiver.bind(0, '127.0.0.1', resolve))
  await new Promise<void>((resolve) => sender.connect(receiver.address().port, '127.0.0.1', resolve))
  const close = (socket: Socket) => new Promise<void>((resolve) => socket.close(resolve))
  const lane: Lane = {
    arrived: 0,
    send: (payload) => sender.send(payload),
    close: async () => void (await Promise.all([close(receiver), close(sender)])),
  }
  receiver.on('message', () => lane.arrived++)
  return lane
}

async function udpLane(): Promise<Lane> {
  const receiver = await openUdp({ host: '127.0.0.1', port: 0, addressOf, receive: () => lane.arrived++ })
  const peer = { host: '127.0.0.1', port: portOf(receiver.url) }
  const sender = await openUdp({ host: '127.0.0.1', port: 0, addressOf, receive: () => {}, peer })
  const lane: Lane = {
    arrived: 0,
    send: (payload) => void sender.send(payload, peer),
    close: async () => void (await Promise.all([receiver.close(), sender.close()])),
  }
  return lane
}

async function netcodeLane(): Promise<Lane> {
  const pumpServer = (at: Instant): void => {
    for (let out = server.poll(at); out; out = server.poll(at)) {
      if (out.do === 'send') receiver.send(out.packet, out.to)
      else if (out.do === 'payload') lane.arrived++
    }
  }
  const pumpClient = (at: Instant): void => {
    for (let out = client.poll(at); out; out = client.poll(at)) {
      if (out.do === 'send') sender.send(out.packet, out.to)
    }
  }
  const receiver = await openUdp<Address>({
    ...{ host: '127.0.0.1', port: 0, addressOf },
    receive: (packet, from) => {
      const at = clock()
      server.receive(packet, from, at)
      pumpServer(at)
    },
  })
  const home = addressOf('127.0.0.1', portOf(receiver.url))!
  const sender = await openUdp<Address>({
    ...{ host: '127.0.0.1', port: 0, addressOf, peer: home },
    receive: (packet, from) => {
      const at = clock()
      client.receive(packet, from, at)
      pumpClient(at)
    },
  })
  const server = serverAt(home, 4, nodeSodium)
  const client = new NetcodeClient({ cipher: nodeSodium })
  client.connect(tokenFor(home, 1n), clock())
  const timer = setInterval(() => {
    pumpServer(clock())
    pumpClient(clock())
  }, 20)
  const lane: Lane = {
    arrived: 0,
    send: (payload) => {
      const at = clock()
      client.send(payload, at)
      pumpClient(at)
    },
    close: async () => {
      clearInterval(timer)
      await Promise.all([receiver.close(), sender.close()])
    },
  }
  while (client.state !== 'connected') await new Promise((resolve) => setTimeout(resolve, 5))
  return lane
}

/** Opens two bare sockets; two of ours that know no protocol; two of ours with netcode. */
export async function openLanes(): Promise<{ bare: Lane; udp: Lane; netcode: Lane }> {
  return { bare: await bareLane(), udp: await udpLane(), netcode: await netcodeLane() }
}

export function serverAt(home: Address, maxClients: number, cipher: Cipher): NetcodeServer {
  return new NetcodeServer({
    ...{ cipher, protocolId: 1n, privateKey, addresses: [home], maxClients, unixSeconds: 1000, now },
    requestsPerSecondMax: Number.POSITIVE_INFINITY,
  })
}

export function tokenFor(home: Address, clientId: bigint): Uint8Array {
  return createConnectToken({
    ...{ cipher: nodeSodium, protocolId: 1n, privateKey, clientId, servers: [home] },
    ...{ createdAtSeconds: 1000, lifeSeconds: 3600, timeoutSeconds: 10 },
  })
}
