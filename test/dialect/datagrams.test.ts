/** The text dialect over bare datagrams, on real sockets: each datagram is a line. */
import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { type TestContext, test } from 'node:test'
import text from '../../docs/examples/text-dialect/dialect.ts'
import definition from '../../docs/examples/text-dialect/server.node.ts'
import type { Dialect } from '../../src/dialect/index.ts'
import { serve } from '../../src/server/index.node.ts'
import { until } from '../../src/transport/socket-stage.suite.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder()
/** Milliseconds after which a silent peer is gone. */
const SILENCE_MS = 400

/** Lines in datagrams: whoever says back the word that it was told does hear us. */
const bare: Dialect = {
  ...text,
  carries: ['datagrams'],
  risks: ['clear-passwords', 'unproven-addresses'],
  datagrams: { silenceMs: SILENCE_MS },
  begin(peer, context) {
    const conversation = text.begin(peer, context)
    const receive = conversation.receive.bind(conversation)
    const word = `w${peer.remote.length}`
    let isAsked = false
    conversation.receive = (datagram, now) => {
      if (decoder.decode(datagram) === word) peer.prove()
      else receive(datagram, now)
      if (!isAsked) peer.send(encoder.encode(word))
      isAsked = true
    }
    return conversation
  },
}

/** A socket, what came over it, and how much. */
function peer(context: TestContext, url: string) {
  const socket = createSocket('udp4')
  const state = { lines: [] as string[], bytesIn: 0, bytesOut: 0 }
  socket.on('message', (datagram) => {
    state.bytesIn += datagram.length
    state.lines.push(...decoder.decode(datagram).trimEnd().split('\n'))
  })
  context.after(() => socket.close())
  const { port } = new URL(url)
  const type = (line: string): void => {
    state.bytesOut += line.length
    socket.send(line, Number(port), '127.0.0.1')
  }
  return { state, type }
}

test('[D5] [D14] a line in a datagram joins, is told state, and is let go of when it is silent', async (context) => {
  const server = await serve(definition, { listen: ['text+udp://127.0.0.1:0'], dialects: [bare] })
  context.after(() => server.close())
  const [url] = server.urls
  assert.match(url, /^text\+udp:\/\/127\.0\.0\.1:\d+$/)

  const ada = peer(context, url)
  ada.type('hello Ada')
  await until(() => ada.state.lines.some((line) => /^w\d+$/.test(line)))
  ada.type(ada.state.lines.find((line) => /^w\d+$/.test(line))!)
  // She plays on; whoever does not is silent.
  const playing = setInterval(() => ada.type('look'), SILENCE_MS / 8)
  context.after(() => clearInterval(playing))
  await until(() => ada.state.lines.some((line) => line.startsWith('here Ada 128.0 128.0')))
  ada.type('walk east')
  await until(() => ada.state.lines.some((line) => /^moves Ada 13\d/.test(line)))

  // Bob has not shown that he hears us: anybody may have sent this in his name.
  const bob = peer(context, url)
  bob.type('hello Bob')
  for (let count = 0; count < 5; count++) bob.type('look')
  await until(() => ada.state.lines.includes('comes Bob 128.0 128.0'))
  await until(() => ada.state.lines.includes('goes Bob'))
  assert.ok(bob.state.bytesIn <= 3 * bob.state.bytesOut, `${bob.state.bytesIn} for ${bob.state.bytesOut}`)
  assert.ok(bob.state.bytesOut > 0 && server.host.stats.players === 1)
  clearInterval(playing)
  await until(() => server.host.stats.players === 0 && server.host.stats.connections === 0)
})
