/** Sealed datagrams keep the rules of links: over real sockets, and through memory in virtual time. */
import assert from 'node:assert/strict'
import { type Instant, instant } from '../../src/core/index.ts'
import { SealedAir } from '../../src/lab/index.ts'
import { nodeSodium } from '../../src/netcode/index.node.ts'
import { type Address, addressOf } from '../../src/netcode/index.ts'
import { openSealed } from '../../src/sealed/connect.node.ts'
import { SealedClient } from '../../src/sealed/index.ts'
import { listenSealed, type SealedListener } from '../../src/sealed/listen.node.ts'
import { openUdp } from '../../src/transport/index.node.ts'
import { defaultLinkOptions, type Link, type Listener, MemoryNetwork } from '../../src/transport/index.ts'
import { type LinkStage, linkSuite, type StageOptions } from '../../src/transport/link.suite.ts'
import { host, socketStage } from '../../src/transport/socket-stage.suite.ts'

const fingerprint = '0123456789abcdef'
/** Seconds of silence after which an end gives up. On a busy machine a hundred real ones may be still for a while. */
const timeoutSeconds = { socket: 5, memory: 1 }
const now = (): Instant => instant(performance.now())

/** The latest listener, which hands out the tokens. */
let listener: SealedListener

linkSuite({
  name: 'sealed UDP',
  isReliable: true,
  clientCanPause: true,
  silenceMs: timeoutSeconds.socket * 1000,
  lingerMs: 1000,
  stage: (options) =>
    socketStage(
      {
        listen: async ({ host: name, port, accept, ...bounds }) => {
          const parts = { host: name, port, fingerprint, playersMax: 200, now, accept }
          listener = await listenSealed({ ...bounds, ...parts, timeoutSeconds: timeoutSeconds.socket })
          return listener
        },
        connect: (url, bounds) => openSealed(listener.token(host), { ...bounds, url }),
        connectMortal: () => connectMortal(listener.token(host)),
      },
      options,
    ),
})

/** @returns how its process dies: it sends nothing more, and nobody reads what it gets */
async function connectMortal(token: Uint8Array): Promise<() => void> {
  const { promise, resolve } = Promise.withResolvers<Link>()
  const receive = (datagram: Uint8Array, from: Address): void => client.receive(datagram, from, now())
  const socket = await openUdp<Address>({ host: '0.0.0.0', port: 0, addressOf, receive })
  const client = new SealedClient({
    cipher: nodeSodium,
    link: defaultLinkOptions,
    send: (datagram, to) => socket.send(datagram, to),
    wake() {},
    connected: resolve,
    over() {},
  })
  const look = setInterval(() => client.poll(now()), 5)
  client.connect(token, now())
  await promise
  return () => {
    clearInterval(look)
    socket.close()
  }
}

linkSuite({
  name: 'sealed datagrams through memory',
  isReliable: true,
  clientCanPause: true,
  silenceMs: timeoutSeconds.memory * 1000,
  stage: async (options) => memoryStage(options),
})

/** Sealed connections over a memory network, each way of which takes 20 ms; time moves by the ms. */
function memoryStage({ server: serverOptions, client: clientOptions }: StageOptions = {}): LinkStage {
  const later = (_length: number, at: Instant) => [instant(at + 20)]
  const network = new MemoryNetwork()
  const accepted: Link[] = []
  let time = instant(0)
  let seed = 0
  const settings = { cipher: nodeSodium, toServer: later, toClient: later, link: serverOptions }
  const listen = (): Listener => {
    const accept = (link: Link) => void accepted.push(link)
    air = new SealedAir(network, {
      ...settings,
      ...{ timeoutSeconds: timeoutSeconds.memory, seed: ++seed, now: () => time, accept },
    })
    const mine = air
    return {
      url: 'udp://10.0.0.1:4000',
      async close(reason) {
        mine.server.retire(reason)
        for (const end = time + 1200; mine.server.count > 0 && time < end; ) await step()
        mine.close()
      },
    }
  }
  const step = async (): Promise<void> => {
    network.deliver(time)
    air.poll(time)
    await Promise.resolve()
    time = instant(time + 1)
  }
  const stepUntil = async (isSo: () => boolean): Promise<void> => {
    for (const end = time + 20_000; !isSo(); await step())
      assert.ok(time < end, `still not so after 20 s: ${isSo}`)
  }
  let air: SealedAir
  const listener = listen()
  const connect = async (): Promise<{ client: Link; server: Link }> => {
    let client: Link | undefined
    air.openLink(clientOptions).then((link) => {
      client = link
    })
    await stepUntil(() => client !== undefined && accepted.length > 0)
    return { client: client as Link, server: accepted.shift() as Link }
  }
  let turn: Promise<unknown> = Promise.resolve()
  return {
    listener,
    connect() {
      const pair = turn.then(connect)
      turn = pair.catch(() => {})
      return pair
    },
    async connectMortal() {
      const { client, server } = await connect()
      return { server, die: () => air.vanish(client) }
    },
    until: stepUntil,
    async settle() {
      for (const end = time + 60; time < end; ) await step()
    },
    listenAgain: async () => listen(),
  }
}
