/**
 * Many clients that only read, a share of them not for long: node socket-readers.node.ts PORT CLIENTS whole|floor
 * STALLED.
 */
import { WebSocket } from 'ws'
import { NativeClient } from '../../src/dialect/native/index.ts'
import { PacketWriter } from '../../src/replication/index.ts'
import { silent } from '../../test/dialect/silent.ts'
import { groundFor } from './crowd.ts'
import { townGame } from './town.ts'

const [port, clients, kind, stalled] = process.argv.slice(2)

for (let i = 0; i < Number(clients); i++) await connect(i)
process.send?.('all are connected')

/** Resolves once the server has answered, or once the connection is open if it never answers. */
function connect(i: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}`, { perMessageDeflate: false })
    socket.on('error', reject)
    socket.on('open', () => {
      if (kind === 'whole') socket.send(hello(`Walker ${i}`))
      else resolve()
    })
    const stalls = i < Number(stalled) * Number(clients)
    socket.on('message', () => {
      resolve()
      if (stalls) socket.pause()
    })
  })
}

/** Writes the first message of the native dialect. */
function hello(name: string): Uint8Array {
  const client = new NativeClient(townGame(ground(), 'motion'), silent)
  const packet = new PacketWriter(256)
  client.greet(name, { token: new Uint8Array(0), heard: new Uint8Array(0), content: '' })
  client.write(packet)
  return packet.finish().slice()
}

function ground() {
  return groundFor('town', Number(clients), 60)
}
