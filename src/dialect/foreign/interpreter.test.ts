import assert from 'node:assert/strict'
import { test } from 'node:test'
import { village } from '../../../docs/examples/text-dialect/game.ts'
import { Counters, instant, ShardlessError } from '../../core/index.ts'
import { PacketWriter } from '../../replication/index.ts'
import { encode } from '../../wire/index.ts'
import { defineDialect, Interpreter, type Peer, type Speaker } from '../index.ts'

const now = instant(0)
const where = { map: '', instance: 1, width: 256, height: 256, ticksPerSecond: 20, hash: '' }
const welcome = {
  player: 1,
  entity: 7,
  tick: 5,
  where,
  serverName: 'Green',
  token: new Uint8Array(16),
  resumed: 'nothing',
} as const

/** Makes a conversation whose speaker records its calls, over a peer that records the sent bytes. */
function stage({ peer = {}, speaker = {} }: { peer?: Partial<Peer>; speaker?: Partial<Speaker> } = {}) {
  const told: string[] = []
  const sent: number[] = []
  const mistakes: unknown[] = []
  const note = (what: string) => (value: unknown) => void told.push(`${what} ${JSON.stringify(value)}`)
  const interpreter = new Interpreter(
    {
      name: 'test',
      carries: ['stream'],
      begin: () => ({
        receive: (frame) => void told.push(`bytes ${frame.join()}`),
        joined: ({ own }) => void told.push(`joined ${own}`),
        refused: ({ code, isOver }) => void told.push(`refused ${code} ${isOver}`),
        registered: note('registered'),
        told: (event, body) => void told.push(`${event} ${JSON.stringify(body)}`),
        replied: (id, reply) => void told.push(`${id} ${JSON.stringify(reply)}`),
        ...speaker,
      }),
    },
    {
      ...{ remote: '10.0.0.1:1', address: '10.0.0.1', carries: 'stream', prove() {} },
      ...{ packetBytesMax: 1000, bufferedBytes: 0 },
      send: (bytes) => sent.push(bytes.length) < 5,
      ...peer,
    },
    {
      game: village,
      information: () => ({}) as never,
      dropped: new Counters('odd'),
      mistake: (error) => void mistakes.push(error),
    },
  )
  const said = (): unknown[] => {
    const all: unknown[] = []
    for (let one = interpreter.poll(); one; one = interpreter.poll()) all.push(one)
    return all
  }
  return { interpreter, told, sent, mistakes, said }
}

test('[D6] a login asks a page of accounts, and says hello with the token that it gives', () => {
  const { interpreter, told, said } = stage()
  interpreter.login('Ada', 'secret')
  interpreter.login('Bob', 'secret')
  interpreter.join('Bob')
  assert.deepEqual(told, ['refused busy false', 'refused busy false'])
  const body = JSON.stringify({ name: 'Ada', password: 'secret' })
  assert.deepEqual(said(), [{ is: 'page', id: 1, page: 'login', login: '', body }])
  interpreter.answer(1, JSON.stringify({ is: 'done', token: 'abc', account: {} }))
  assert.deepEqual(said(), [
    { is: 'hello', name: '', resume: undefined, content: '', login: 'abc', character: '' },
  ])
})

test('[D6] an account that is made is told, and entered when the dialect wants that', () => {
  const { interpreter, told, said } = stage()
  interpreter.register('Ada', 'secret')
  interpreter.answer(1, JSON.stringify({ is: 'refused', code: 'name-taken', reason: 'Taken.' }))
  interpreter.register('Eve', 'secret')
  interpreter.answer(2, JSON.stringify({ is: 'done', token: 'abc' }))
  assert.deepEqual(told, ['refused name-taken false', 'registered "Eve"'])
  said()
  interpreter.enter()
  assert.equal((said()[0] as { login: string }).login, 'abc')
})

test('[D6] a name that no form takes is refused at once', () => {
  const { interpreter, told, said } = stage()
  interpreter.login('a'.repeat(201), 'secret')
  interpreter.login('Ada', 'a'.repeat(201))
  assert.deepEqual([told, said()], [['refused form false', 'refused form false'], []])
})

test('[D11] what is no command or request of the game is not said, and throws nothing', () => {
  const { interpreter, said } = stage()
  assert.equal(interpreter.intend({ east: 1, north: 0 }), false, 'before it is in')
  interpreter.welcome(welcome)
  for (const wrong of [{ east: 2, north: 0 }, {}, undefined, 'east', { east: NaN, north: 0 }])
    assert.equal(interpreter.intend(wrong), false, JSON.stringify(wrong))
  assert.equal(interpreter.ask('say', { text: 'a'.repeat(201) }), undefined)
  assert.equal(interpreter.ask('toString', {}), undefined)
  assert.deepEqual(said(), [])
  assert.equal(interpreter.intend({ east: 1, north: 0, more: 'of it' }), true)
  assert.deepEqual(said(), [{ is: 'intend', command: { east: 1, north: 0 } }])
})

test('[D13] events and replies are told as values', () => {
  const { interpreter, told } = stage()
  interpreter.welcome(welcome)
  const id = interpreter.ask('say', { text: 'Hello.' })
  interpreter.tell(0, encode(village.events.said, { who: 7, text: 'Hello.' }))
  interpreter.reply(id ?? 0, { body: encode(village.requests.say.reply, { heardBy: 3 }) })
  interpreter.reply(id ?? 0, { sorry: 'A second answer to one question is none.' })
  assert.deepEqual(told, ['joined 7', 'said {"who":7,"text":"Hello."}', '1 {"body":{"heardBy":3}}'])
})

test('[D10] in another world the walk goes on that was wanted before', () => {
  const { interpreter, said } = stage()
  interpreter.welcome(welcome)
  interpreter.intend({ east: 1, north: 0 })
  said()
  interpreter.map(where)
  assert.deepEqual(said(), [], 'the same world has another map')
  interpreter.map({ ...where, instance: 2 })
  assert.deepEqual(said(), [{ is: 'intend', command: { east: 1, north: 0 } }])
})

test('[D8] who leaves may come in again over the same connection; who closes is through', () => {
  const { interpreter, said } = stage()
  interpreter.welcome(welcome)
  interpreter.leave()
  interpreter.join('Bob')
  assert.deepEqual(
    said().map((one) => (one as { is: string }).is),
    ['leave', 'hello'],
  )
  interpreter.close()
  interpreter.close()
  interpreter.join('Cy')
  assert.deepEqual(
    said().map((one) => (one as { is: string }).is),
    ['bye'],
  )
})

test('[D16] a stream that its peer does not take is given up, for the rest would make no sense', () => {
  const { interpreter, sent, said } = stage()
  interpreter.send(new Uint8Array(2500))
  assert.deepEqual([sent, said()], [[1000, 1000, 500], []])
  interpreter.send(new Uint8Array(2500))
  assert.deepEqual([sent.slice(3), said()], [[1000, 1000], [{ is: 'slow' }]])
})

test('[D17] a mistake of the dialect’s own ends its conversation and is reported, and reaches nobody else', () => {
  const broken = new Error('off by one')
  const { interpreter, mistakes, said } = stage({
    speaker: {
      receive() {
        throw broken
      },
    },
  })
  interpreter.receive(Uint8Array.of(1), now)
  interpreter.receive(Uint8Array.of(2), now)
  assert.deepEqual([mistakes, said(), interpreter.isOver], [[broken], [{ is: 'bye' }], true])
})

test('[D1] a dialect is called by what can stand before a scheme, and not as ours', () => {
  for (const name of ['', 'Text', '9p', 'a+b', 'native'])
    assert.throws(
      () => defineDialect({ name, carries: ['stream'], begin: () => ({}) as never }),
      (error) => error instanceof ShardlessError && error.code === 'dialect/bad-name',
      name,
    )
})

test('[D7] a session is gone on with by its token, whatever its length; a second wish meanwhile is refused', () => {
  for (const length of [0, 1, 16, 400]) {
    const { interpreter, told, said } = stage()
    const token = new Uint8Array(length).fill(7)
    interpreter.resume(token, 'Ada')
    interpreter.resume(token, 'Ada')
    assert.deepEqual(told, ['refused busy false'])
    const resume = { token, heard: new Uint8Array(0), instance: 0 }
    assert.deepEqual(said(), [{ is: 'hello', name: 'Ada', resume, content: '', login: '', character: '' }])
    interpreter.welcome({ ...welcome, resumed: 'session' })
    assert.equal(interpreter.isIn, true)
  }
})

test('[D11] at most 64 requests wait for their replies', () => {
  const { interpreter } = stage()
  interpreter.welcome(welcome)
  const ids = Array.from({ length: 65 }, () => interpreter.ask('say', { text: 'Hello.' }))
  assert.deepEqual(
    ids.map((id) => id !== undefined),
    [...new Array(64).fill(true), false],
  )
  interpreter.reply(ids[0] ?? 0, { sorry: 'Not now.' })
  assert.notEqual(interpreter.ask('say', { text: 'Hello.' }), undefined)
})

test('[D18] a peer that says which client content it has is told when there is other, and may fetch it piece by piece', () => {
  const told: string[] = []
  const { interpreter, said } = stage({
    speaker: {
      flagged: (flag, isRaised) => void told.push(`${flag} ${isRaised}`),
      content: (answer) => void told.push(`content ${answer.join()}`),
    },
  })
  interpreter.haveContent('abc')
  interpreter.askContent(Uint8Array.of(1, 2))
  interpreter.join('Ada')
  assert.deepEqual(said(), [
    { is: 'have', content: 'abc' },
    { is: 'ask content', ask: Uint8Array.of(1, 2) },
    { is: 'hello', name: 'Ada', resume: undefined, content: 'abc', login: '', character: '' },
  ])
  const packet = new PacketWriter(10)
  interpreter.raise('client')
  interpreter.raise('map')
  interpreter.lower('client')
  assert.equal(interpreter.writeContent(packet, Uint8Array.of(3, 4)), true)
  assert.equal(packet.length, 0)
  assert.deepEqual(told, ['client true', 'map true', 'client false', 'content 3,4'])
  interpreter.close()
  interpreter.raise('map')
  assert.equal(interpreter.writeContent(packet, Uint8Array.of(3, 4)), false)
  assert.equal(told.length, 4)
})

test('[D19] nonsense that is forgiven counts anew, and is forgiven once', () => {
  const { interpreter, said } = stage()
  interpreter.forgive()
  interpreter.drop('odd')
  interpreter.forgive()
  interpreter.forgive()
  assert.deepEqual(said(), [{ is: 'nonsense', dropped: 'odd' }, { is: 'sense' }])
})
