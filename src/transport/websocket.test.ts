import { randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { connectWebSocket, listenWebSocket } from './index.node.ts'
import { connectWebSocket as connectWeb } from './index.web.ts'
import { linkSuite } from './link.suite.ts'
import { host, type SocketLinks, socketStage, until } from './socket-stage.suite.ts'

const node: SocketLinks = {
  listen: listenWebSocket,
  connect: connectWebSocket,
  async connectMortal(url) {
    const socket = await upgraded(url)
    return () => socket.resetAndDestroy()
  },
}

linkSuite({
  name: 'WebSocket',
  isReliable: true,
  clientCanPause: true,
  stage: (options) => socketStage(node, options),
})

linkSuite({
  name: 'WebSocket of the platform',
  isReliable: true,
  clientCanPause: false,
  stage: (options) => socketStage({ ...node, connect: connectWeb }, options),
})

/** A socket by hand, after a handshake that was answered. */
async function upgraded(url: string): Promise<Socket> {
  const socket = connect({ host, port: Number(new URL(url).port) })
  socket.on('error', () => {})
  let answer = ''
  socket.on('data', (chunk) => (answer += chunk.toString('latin1')))
  socket.write(
    `GET / HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n` +
      `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n\r\n`,
  )
  await until(() => answer.includes('\r\n\r\n'))
  return socket
}
