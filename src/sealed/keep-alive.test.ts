import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instant } from '../core/index.ts'
import { nodeSodium } from '../netcode/index.node.ts'
import { addressOf, createConnectToken } from '../netcode/index.ts'
import { chooseLinkOptions, type DatagramLink } from '../transport/index.ts'
import { SealedClient } from './client.ts'
import { SealedServer } from './server.ts'

const home = addressOf('10.0.0.1', 4000)!
const away = addressOf('10.0.0.2', 5000)!
const UNIX = 1_700_000_000

test('[S45] a link that says nothing is kept alive each 120 ms by the server and each 400 ms by the client', () => {
  let now = instant(0)
  const sent = { server: [] as number[], client: [] as number[] }
  const link = chooseLinkOptions({})
  const keys = { cipher: nodeSodium, protocolId: 7n, privateKey: nodeSodium.randomBytes(32) }
  const links: DatagramLink[] = []
  const server = new SealedServer({
    ...keys,
    ...{ addresses: [home], maxClients: 1, unixSeconds: UNIX, now, link, wake() {} },
    accept: (accepted) => void links.push(accepted),
    send(datagram) {
      sent.server.push(now)
      client.receive(datagram, home, now)
    },
  })
  const client = new SealedClient({
    ...{ cipher: nodeSodium, link, wake() {}, over() {} },
    connected: (opened) => void links.push(opened),
    send(datagram) {
      sent.client.push(now)
      server.receive(datagram, away, now)
    },
  })
  const times = { createdAtSeconds: UNIX, lifeSeconds: 30, timeoutSeconds: 10 }
  client.connect(createConnectToken({ ...keys, ...times, clientId: 1n, servers: [home] }), now)
  for (let ms = 0; ms <= 20_000; ms++) {
    now = instant(ms)
    if (server.wakeAt <= now) server.poll(now)
    if (client.wakeAt <= now) client.poll(now)
  }
  assert.equal(links.filter(({ isOpen }) => isOpen).length, 2)
  assert.deepEqual(gaps(sent.server, 5000), [120])
  assert.deepEqual(gaps(sent.client, 5000), [400])
})

/** The different times between two of them, after a while. */
function gaps(times: readonly number[], after: number): number[] {
  const late = times.filter((time) => time > after)
  return [...new Set(late.slice(1).map((time, i) => time - late[i]))]
}
