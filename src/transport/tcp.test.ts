import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import { test } from 'node:test'
import { OutsideError } from '../core/index.ts'
import { connectTcp, listenTcp } from './index.node.ts'
import { closingFrame } from './index.ts'
import { linkSuite } from './link.suite.ts'
import { host, type SocketLinks, socketStage, until } from './socket-stage.suite.ts'

const tcp: SocketLinks = {
  listen: listenTcp,
  connect: connectTcp,
  async connectMortal(url) {
    const socket = await raw(url)
    return () => socket.resetAndDestroy()
  },
}

linkSuite({
  name: 'TCP',
  isReliable: true,
  clientCanPause: true,
  stage: (options) => socketStage(tcp, options),
})

test('x', async () => {})

async function raw(url: string): Promise<Socket> {
  const socket = connect({ host, port: Number(new URL(url).port) })
  socket.on('error', () => {})
  await new Promise((resolve) => socket.once('connect', resolve))
  return socket
}
void assert
void OutsideError
void closingFrame
void until
