import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OwnTime } from '../../../test/outside/own-time.ts'
import { linkSuite } from '../link.suite.ts'
import { NEWCOMERS_PER_TURN } from '../listening.node.ts'
import { socketStage, until } from '../socket-stage.suite.ts'
import type { HandmadePeer } from './websocket-peer.suite.ts'
import { webSocketLinks, webSocketTown } from './websocket-town.suite.ts'

linkSuite({
  name: 'WebSocket',
  isReliable: true,
  clientCanPause: true,
  stage: (options) => socketStage(webSocketLinks, options),
})

test('[L18] who closes with 1001 has left; with any other code, or none, or in answer to a closing, not', async (context) => {
  const { links, handmade } = await webSocketTown(context)
  const closing = (code: number, words: string) =>
    Buffer.concat([Buffer.from([code >> 8, code & 0xff]), Buffer.from(words)])
  const told = async (act: (peer: HandmadePeer) => void): Promise<string> => {
    const peer = handmade()
    await peer.answer()
    await until(() => links.at(-1)?.told.length === 0)
    const { told } = links.at(-1)!
    act(peer)
    await until(() => told.length === 1)
    return told[0]
  }
  const say = (code: number, words: string) => (peer: HandmadePeer) => {
    const bytes = closing(code, words)
    peer.socket.write(Uint8Array.of(0x88, 0x80 | bytes.length, 0, 0, 0, 0, ...bytes))
  }
  assert.equal(await told(say(1001, '')), 'closed: the peer went away (has left)')
  assert.equal(await told(say(1001, 'suspended')), 'closed: suspended (has left)')
  for (const code of [1000, 1002, 1011, 3001, 4001]) assert.equal(await told(say(code, 'x')), 'closed: x')
  assert.equal(await told((peer) => peer.socket.destroy()), 'closed: connection lost')
  const crossed = (peer: HandmadePeer) => {
    links.at(-1)!.link.close('go')
    say(1001, '')(peer)
  }
  assert.equal(await told(crossed), 'closed: go')
})

test('[L30] a packet is one binary message, unmasked from the server, with the shortest length', async (context) => {
  const { links, handmade } = await webSocketTown(context)
  const peer = handmade()
  assert.match(await peer.answer(), /^HTTP\/1\.1 101 /)
  await until(() => links.length === 1)
  const heads = [
    [1, [0x82, 1]],
    [125, [0x82, 125]],
    [126, [0x82, 126, 0, 126]],
    [1000, [0x82, 126, 0x03, 0xe8]],
  ] as const
  for (const [length, head] of heads) {
    const before = peer.heard.length
    links[0].link.send(new Uint8Array(length).fill(7))
    await until(() => peer.heard.length >= before + head.length + length)
    assert.deepEqual([...peer.heard.subarray(before)], [...head, ...new Uint8Array(length).fill(7)])
  }
})

test('[L30] compression is not agreed to, whoever offers it', async (context) => {
  const { handmade } = await webSocketTown(context)
  const answer = await handmade().answer({ 'Sec-WebSocket-Extensions': 'permessage-deflate' })
  assert.doesNotMatch(answer, /extensions/i)
})

test('[L31] text closes the link with code 1003 and a reason', async (context) => {
  const { links, handmade } = await webSocketTown(context)
  const peer = handmade()
  await peer.answer()
  peer.frame(0x81, Buffer.from('hello'))
  await until(() => peer.closing !== undefined)
  assert.deepEqual(peer.closing, { code: 1003, reason: 'only binary packets are understood here' })
  peer.socket.destroy()
  await until(() => links[0].told.length === 1)
  assert.deepEqual(links[0].told, ['closed: only binary packets are understood here'])
})

test('[L31] an empty message is no packet, and a ping is answered', async (context) => {
  const { links, handmade } = await webSocketTown(context)
  const peer = handmade()
  await peer.answer()
  peer.frame(0x82, new Uint8Array(0))
  peer.frame(0x82, Uint8Array.of(5))
  await until(() => links[0]?.told.length === 1)
  assert.deepEqual(links[0].told, ['5'])
  // A control frame has its length in seven bits, so it is written by hand.
  peer.socket.write(Uint8Array.of(0x89, 0x82, 0, 0, 0, 0, 1, 2))
  await until(() => peer.heard.length > 0)
  assert.deepEqual([...peer.heard], [0x8a, 2, 1, 2])
})

test('[L32] a packet too large closes with code 1009 as soon as its length is known, in one frame or in pieces', async (context) => {
  const { links, handmade } = await webSocketTown(context)
  const reason = 'closed: a packet was larger than 1000 bytes'
  const large: ((peer: HandmadePeer) => void)[] = [
    (peer) => peer.frame(0x82, new Uint8Array(0), 1001),
    (peer) => peer.frame(0x82, new Uint8Array(0), 2 ** 52),
    (peer) => {
      peer.frame(0x02, new Uint8Array(600))
      peer.frame(0x80, new Uint8Array(0), 401)
    },
  ]
  for (const send of large) {
    const peer = handmade()
    await peer.answer()
    send(peer)
    await until(() => peer.closing !== undefined)
    assert.equal(peer.closing?.code, 1009)
    peer.socket.destroy()
    await until(() => links.at(-1)!.told.length === 1)
    assert.deepEqual(links.at(-1)!.told, [reason])
  }
})

test('[L32] a packet in more pieces than 256, or dripping in more than 1024, closes the link', async (context) => {
  const { links, handmade } = await webSocketTown(context, { packetBytesMax: 20_000 })
  const pieces = handmade()
  await pieces.answer()
  pieces.frame(0x02, Uint8Array.of(1))
  for (let count = 0; count < 256; count++) pieces.frame(0x00, Uint8Array.of(1))
  await until(() => links[0]?.told.length === 1)
  const dripping = handmade()
  await dripping.answer()
  dripping.frame(0x82, Uint8Array.of(1), 20_000)
  for (let count = 0; count < 19_000 && links[1].told.length === 0; count++) {
    dripping.socket.write(Uint8Array.of(1))
    await new Promise((resolve) => setImmediate(resolve))
  }
  dripping.socket.destroy()
  await until(() => links[1].told.length === 1)
  for (const { told } of links) assert.match(told[0], /^closed: the peer broke the protocol: Too many /)
})

test('[L33] noise after the handshake closes that link and no other', async (context) => {
  const { links, handmade, call } = await webSocketTown(context)
  const good = await call()
  good.open({ receive: () => {}, closed: () => {} })
  const noises = [
    Buffer.alloc(2000, 0xff),
    Buffer.from([0x82, 1, 7]),
    Buffer.from([0xc2, 0x80]),
    Buffer.from([0x83]),
  ]
  for (const noise of noises) {
    const peer = handmade()
    await peer.answer()
    peer.socket.write(noise)
    peer.socket.end()
    await until(() => links.at(-1)!.told.length === 1)
    assert.match(links.at(-1)!.told[0], /^closed: (the peer broke the protocol|connection lost)/)
  }
  good.send(Uint8Array.of(9))
  await until(() => links[0].told.length === 1)
  assert.deepEqual(links[0].told, ['9'])
})

test('[L34] a peer that does not answer a closing is gone within a second', async (context) => {
  const { links, handmade } = await webSocketTown(context)
  const peer = handmade({ allowHalfOpen: true })
  await peer.answer()
  const own = new OwnTime(context)
  links[0].link.close('go')
  await until(() => links[0].told.length === 1)
  assert.ok(own.ms < 2500, `${own.ms} ms`)
  assert.deepEqual(peer.closing, { code: 1000, reason: 'go' })
  peer.socket.destroy()
})

test('[L11] a listener is free within about a second of peers that answer nothing, or never finished asking', async (context) => {
  const { listener, links, handmade } = await webSocketTown(context)
  const mute = handmade({ allowHalfOpen: true })
  await mute.answer()
  const deaf = handmade({ allowHalfOpen: true })
  await deaf.answer()
  deaf.socket.pause()
  const half = handmade({ allowHalfOpen: true })
  half.socket.write('GET / HTTP/1.1\r\nUpgr')
  await until(() => links.length === 2)
  while (links[1].link.send(new Uint8Array(1000))) await new Promise((resolve) => setImmediate(resolve))
  const own = new OwnTime(context)
  await listener.close('the server goes home')
  assert.ok(own.ms < 2500, `${own.ms} ms`)
  for (const { told } of links) assert.deepEqual(told, ['closed: the server goes home'])
})

test('[L19] those who ask all in one turn are taken a few in each', async (context) => {
  const perTurn: number[] = [0]
  const count = (): void => {
    perTurn.push(0)
    if (!isOver) setImmediate(count)
  }
  let isOver = false
  const { links, handmade } = await webSocketTown(context, {
    accept: (link) => {
      perTurn[perTurn.length - 1]++
      link.open({ receive: () => {}, closed: () => {} })
    },
  })
  assert.equal(links.length, 0)
  const storm = Array.from({ length: 60 }, () => handmade())
  count()
  await Promise.all(storm.map((peer) => peer.answer()))
  isOver = true
  assert.equal(
    perTurn.reduce((sum, one) => sum + one, 0),
    storm.length,
  )
  assert.ok(Math.max(...perTurn) <= NEWCOMERS_PER_TURN, `${Math.max(...perTurn)} in one turn`)
})
