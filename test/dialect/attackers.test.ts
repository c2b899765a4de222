/** Bytes that no honest client sends, at every door at once, while others play there. */
import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { connect as dial, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { Random } from '../../src/core/index.ts'
import { writePickle } from '../../src/pickle/index.ts'
import { serve } from '../../src/server/index.node.ts'
import { portOf } from '../../src/transport/index.ts'
import { pause } from '../../src/transport/socket-stage.suite.ts'
import definition, { carriers, dialects } from './every-dialect.node.ts'
import { joinAll, meet } from './visitors.node.ts'

const text = (words: string): Buffer => Buffer.from(words, 'latin1')
const json = (value: unknown): Buffer => {
  const body = Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))
  const head = Buffer.alloc(4)
  head.writeUInt32BE(body.length)
  return Buffer.concat([head, body])
}
const pickle = (value: Parameters<typeof writePickle>[0]): Buffer => {
  const body = writePickle(value)
  return Buffer.concat([text(`${body.length} `), body])
}
const packet = (type: string, seq: unknown, data: unknown, rel: unknown = false): Buffer =>
  json({ type, seq, time: 1, data, rel })
const opcode = (number: number, body: Buffer = Buffer.alloc(0)): Buffer =>
  Buffer.concat([Buffer.of((body.length + 1) >> 8, (body.length + 1) & 255, number), body])
const login = (version: number, name: string): Buffer =>
  opcode(
    0,
    Buffer.concat([Buffer.of(0, 0, 0, version >> 8, version & 255), text(`${name}\n\n`), Buffer.alloc(9)]),
  )

/** By door: what is sent over a connection each. */
const attacks: Readonly<Record<string, readonly Buffer[]>> = {
  'text+tcp': [
    text('hello '),
    text('x'.repeat(100_000)),
    text('hello \u0000\u0007\u001b[2J\nwalk east\nsay \u0000\nquit\nsay more\n'),
    text('login Nik x\nlogin Nik x\nhello Nik\nleave\nleave\nhello Nik\nquit'),
    Buffer.of(0xff, 0xfe, 10, 0xc0, 0x80, 10),
    text('again zz Nik\nagain 00 Nik\n'),
  ],
  'opcode+tcp': [
    Buffer.of(0),
    Buffer.of(0, 20, 0),
    Buffer.of(0xff, 0xff, 0, 1, 2, 3),
    Buffer.of(0, 0, 0, 0, 0, 0, 0, 0),
    login(8, 'Max'),
    login(7, 'Old'),
    login(10_009, '\u0000\u0007\u001b'),
    Buffer.concat([
      login(10_009, 'Ann'),
      login(10_009, 'Ann'),
      opcode(187, Buffer.alloc(60)),
      opcode(102),
      opcode(216),
    ]),
    Buffer.concat([login(10_009, 'Ben'), opcode(102), opcode(187, Buffer.of(0, 1)).subarray(0, 4)]),
    Buffer.concat([opcode(216, Buffer.of(0xff, 0xff)), opcode(250), opcode(31)]),
    Buffer.concat(Array.from({ length: 200 }, (_, at) => opcode(at))),
  ],
  'pymmorpg+tcp': [
    text('99'),
    text('99999999999999999999 '),
    text('1000000 abc'),
    text('5 abcde5 abcde5 abcde5 abcde5 abcde5 abcde5 abcde5 abcde5 abcde'),
    text('12 cos\nsystem\n.'),
    pickle(['login', '\u0000\u001b', '']),
    Buffer.concat(Array.from({ length: 40 }, () => pickle(['update']))),
    Buffer.concat([
      pickle(['login', 'Zoe', '']),
      pickle(['move', ['x']]),
      pickle(['set', '', 'constructor', 1]),
    ]),
    pickle(['__proto__', 'toString']),
    pickle([['login'], 'a', 'b']),
  ],
  'basics+tcp': [
    Buffer.of(0, 0),
    Buffer.of(0xff, 0xff, 0xff, 0xff),
    json('{"type":"connect"'),
    json('[]'),
    json(`${'['.repeat(4000)}`),
    packet('connect', 0, { name: '\u0000\u001b' }),
    packet('connect', -1, { name: 'Neg' }),
    packet('connect', 1e300, { name: 'Big' }),
    Buffer.concat([packet('connect', 9, { name: 'Eva' }, true), packet('connect', 9, { name: 'Eva' }, true)]),
    Buffer.concat([9, 3, 8, 1, 8, 3].map((seq) => packet('input', seq, { move: { x: 1e9, y: null } }, true))),
    Buffer.concat([
      packet('connect', 0, { name: 'Kim' }),
      packet('ack', 1, { ack_seq: {} }),
      packet('state', 2, {}),
    ]),
    json('{"type":"input","seq":1,"data":{"__proto__":{"x":1},"move":{"x":"1"}},"rel":"no"}'),
  ],
}

const datagrams = [
  'CONNECT',
  'CONNECT  END',
  'CONNECT \u0000 END',
  'CONNECT Nik END',
  'CONNECT (((( END',
  'INPUT Gus RIGHT END',
  'INPUT Nobody UP END',
  'DISCONNECTION Gus END',
  'PING 1e999 END',
  'PING NaN END',
  `PING ${'9'.repeat(4000)} END`,
  'END END END END',
  '\uffff\ufffe END',
]

/** Opens a connection and sends bytes in pieces; it stays open, whatever becomes of it. */
function attack(context: TestContext, port: number, bytes: Buffer, random: Random): void {
  const socket: Socket = dial({ host: '127.0.0.1', port })
  context.after(() => socket.destroy())
  socket.on('error', () => {})
  socket.resume()
  const cut = bytes.length > 1 ? random.integer(1, bytes.length - 1) : 0
  socket.write(bytes.subarray(0, cut))
  setTimeout(() => socket.writable && socket.write(bytes.subarray(cut)), random.integer(0, 30))
}

test('whatever comes at any door, those who play there go on, and nothing of it is a mistake of ours', async (context) => {
  const seed = Date.now() & 0xffff
  context.diagnostic(`seed ${seed}`)
  const random = new Random(seed)
  const listen = ['ws', ...carriers].map((carrier) => `${carrier}://127.0.0.1:0`)
  const server = await serve(definition, { listen, dialects })
  context.after(() => server.close())
  const portFor = (name: string): number => portOf(server.urls.find((url) => url.startsWith(name))!)
  const visitors = await joinAll(context, portFor)
  const socket = createSocket('udp4')
  context.after(() => socket.close())
  let answered = 0
  socket.on('message', ({ length }) => (answered += length))
  let sent = 0
  for (let round = 0; round < 3; round++) {
    for (const [carrier, all] of Object.entries(attacks))
      for (const bytes of all) {
        attack(context, portFor(carrier), bytes, random)
        // The same over another protocol's door.
        if (round === 0) attack(context, portFor(carriers[random.integer(0, 1)]), bytes, random)
      }
    for (const datagram of datagrams) {
      sent += Buffer.byteLength(datagram)
      socket.send(datagram, portFor('haunted'), '127.0.0.1')
    }
    await pause(60)
  }
  await meet(visitors)
  assert.deepEqual(server.host.stats.mistakes, {})
  for (const { isIn, name } of visitors) assert.ok(isIn(), `${name} is still there`)
  const { dialects: counted } = server.host.stats
  for (const name of ['text', 'opcode', 'pymmorpg', 'basics', 'haunted'])
    assert.ok(
      Object.values(counted[name] ?? {}).some((count) => count > 0),
      `${name}: ${JSON.stringify(counted)}`,
    )
  // One whole welcome is some 200 bytes here, and there is a sum for those who have proved nothing.
  assert.ok(answered < 3 * sent + 20_000, `${answered} bytes for ${sent}`)
})
