import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type PickleValue, writePickle } from '../../../src/pickle/index.ts'
import { framed, request, tuple } from './pickle-client.ts'
import { PickleStage } from './stage.ts'

type Dict = ReadonlyMap<string, PickleValue>

const CALLS = "cos\nsystem\n(S'true'\ntR."

/** The dicts of an update by name, as plain objects. */
function seen(reply: PickleValue[] | undefined): Record<string, Record<string, PickleValue>> {
  return Object.fromEntries(
    ((reply?.[0] ?? []) as Dict[]).map((dict) => [dict.get('name'), Object.fromEntries(dict)]),
  )
}

test('[PY1] frames come cut anywhere, and many at once', () => {
  const stage = new PickleStage()
  const { client, link } = stage.join('Ada')
  const bytes = Uint8Array.of(...request('ver'), ...request('move', tuple(1, 0, 0)), ...request('ver'))
  link.toServer(bytes)
  stage.run(50)
  assert.deepEqual(client.replies, [[true, 'name:Ada'], ['1'], [true], ['1']])
  for (const byte of bytes) link.toServer(Uint8Array.of(byte))
  stage.run(50)
  assert.deepEqual(client.replies.slice(4), [['1'], [true], ['1']])
})

test('[PY1] a request of exactly the bound is read, one byte more is broken', () => {
  const stage = new PickleStage()
  const { client, link } = stage.connect()
  const sized = (bytes: number): Uint8Array => {
    const pickle = writePickle(['ver', 'a'.repeat(bytes - writePickle(['ver', '']).length)])
    assert.equal(pickle.length, bytes)
    return framed(pickle)
  }
  link.toServer(sized(8192))
  link.toServer(sized(8193))
  stage.run(50)
  assert.equal(client.replies.length, 1)
  assert.ok(stage.dropped['broken-frame'] >= 1 && link.isOpen)
})

test('[PY2] a pickle that calls is refused and counted, and nothing else happens', () => {
  const stage = new PickleStage()
  const { client, link } = stage.connect()
  link.toServer(framed(CALLS))
  stage.run(50)
  assert.deepEqual([client.replies, link.isOpen, stage.dropped['calling-pickle']], [[], true, 1])
})

test('[PY3] garbage is forgotten with what came behind it, and then it goes on; eight times in a row are too many', () => {
  const stage = new PickleStage()
  const { client, link } = stage.connect()
  link.toServer(Uint8Array.of(...framed('garbage'), ...request('ver'), 49, 48))
  stage.run(50)
  assert.deepEqual(client.replies, [])
  assert.deepEqual(stage.ask(client, 'ver'), ['1'])
  for (let count = 0; count < 30; count++) {
    for (let bad = 0; bad < 7; bad++) {
      link.toServer([framed('nonsense'), framed('I1\n.'), framed(CALLS), Uint8Array.of(120)][bad % 4])
      stage.run(20)
    }
    assert.deepEqual(stage.ask(client, 'ver'), ['1'])
  }
  for (let bad = 0; bad < 8; bad++) {
    assert.equal(link.isOpen, true)
    link.toServer(framed('nonsense'))
    stage.run(20)
  }
  assert.match(link.closedFor ?? '', /^8 messages made no sense/)
})

test('[PY4] a command that there is not is answered and counted; a tuple is as good as a list', () => {
  const stage = new PickleStage()
  const { client, link } = stage.connect()
  assert.deepEqual(stage.ask(client, 'fly', 'away'), [false])
  assert.deepEqual(stage.ask(client, 'constructor'), [false])
  assert.equal(stage.dropped['unknown-request'], 2)
  link.toServer(framed("(S'ver'\nt."))
  stage.run(50)
  assert.deepEqual(client.replies.at(-1), ['1'])
})

test('[PY5] replies come in the order of the requests, and at most 16 wait', () => {
  const stage = new PickleStage()
  const { client } = stage.join('Ada')
  // There is one update in a tick: the second waits for the next one, and all behind it.
  stage.ask(client, 'update')
  client.replies.length = 0
  for (let count = 0; count < 8; count++) {
    client.ask(['update'])
    client.ask(['ver'])
  }
  client.ask(['ver'])
  stage.run(2000)
  const kinds = client.replies.map(([answer]) => (Array.isArray(answer) ? 'update' : answer))
  const pairs = Array.from({ length: 8 }, () => ['update', '1']).flat()
  assert.deepEqual(kinds, pairs)
  assert.equal(stage.dropped['too-many-requests'], 1)
})

test('[PY6] before the login nothing is told and nothing done', () => {
  const stage = new PickleStage()
  const { client } = stage.connect()
  assert.deepEqual(stage.ask(client, 'ver'), ['1'])
  assert.deepEqual(stage.ask(client, 'upgrade'), [[]])
  assert.deepEqual(stage.ask(client, 'update'), [[]])
  assert.deepEqual(stage.ask(client, 'move', tuple(1, 0, 0)), [false])
  assert.deepEqual(stage.ask(client, 'get', 'Ada', 'kind'), [null])
  assert.deepEqual(stage.ask(client, 'set', 'Ada', 'kind', 1n), [false])
  assert.deepEqual(stage.ask(client, 'edit', ['say', ['Hello']]), [false])
  assert.equal(stage.dropped['not-in'], 5)
})

test('[PY9] a guest without a name, or without text for one, is refused with the reason as a flag', () => {
  const stage = new PickleStage()
  const { client, link } = stage.connect()
  assert.deepEqual(stage.ask(client, 'login', 5n, 6n), [false])
  assert.deepEqual(stage.ask(client, 'login', 'Ada', 'secret'), [false, 'refused:closed'])
  assert.deepEqual(stage.ask(client, 'login', ' ', ''), [false, 'refused:name'])
  stage.run(50)
  assert.equal(link.isOpen, false)
  const again = stage.connect()
  assert.deepEqual(stage.ask(again.client, 'login', 'Ada', ''), [true, 'name:Ada'])
  assert.deepEqual(stage.ask(again.client, 'login', 'Bob', ''), [false, 'refused:busy'])
})

test('[PY11] an update tells who is in view with name, place and visual, and what was said since the last', () => {
  const stage = new PickleStage()
  const ada = stage.join('Ada')
  const bob = stage.join('Bob')
  assert.deepEqual(seen(stage.ask(ada.client, 'update')), {
    Ada: { name: 'Ada', pos: tuple(128, 128, 0), visual: 5n },
    Bob: { name: 'Bob', pos: tuple(128, 128, 0), visual: 5n },
  })
  stage.ask(bob.client, 'edit', ['say', ['One']])
  stage.ask(bob.client, 'edit', ['shout', ['two']])
  stage.run(100)
  assert.deepEqual(seen(stage.ask(ada.client, 'update')).Bob.says, ['One', 'TWO'])
  assert.equal(seen(stage.ask(ada.client, 'update')).Bob.says, undefined)
})

test('[PY11] one update in each tick is answered, and none while the link is full', () => {
  const stage = new PickleStage()
  const { client, link } = stage.join('Ada')
  for (let count = 0; count < 10; count++) client.ask(['update'])
  stage.run(200)
  assert.ok(
    client.replies.length > 4 && client.replies.length <= 6,
    `${client.replies.length - 1} in four ticks`,
  )
  stage.run(1000)
  link.bufferedBytes = 65_536
  client.ask(['update'])
  stage.run(1000)
  assert.equal(client.waiting, 1)
  link.bufferedBytes = 0
  stage.run(100)
  assert.equal(client.waiting, 0)
})

test('[PY12] a character walks by an offset at its own speed, and stands there', () => {
  const stage = new PickleStage()
  const { client } = stage.join('Ada')
  const { position } = stage.villager('Ada')
  assert.deepEqual(stage.ask(client, 'move', tuple(3, 0, 0)), [true])
  stage.run(1000)
  assert.ok(position.x > 129.5 && position.x < 130.3, `after a second at 2 m/s: ${position.x}`)
  stage.run(2000)
  assert.ok(Math.abs(position.x - 131) < 0.11 && position.y === 128, `3 m on: ${position.x} ${position.y}`)
  assert.deepEqual(stage.ask(client, 'move', tuple(0n, -1n)), [true])
  stage.run(1500)
  assert.ok(Math.abs(position.y - 127) < 0.11, `${position.y}`)
})

test('[PY12] a flood of moves goes nowhere faster, nor further than 8 metres; no offset stands still', () => {
  const stage = new PickleStage()
  const { client } = stage.join('Ada')
  const { position } = stage.villager('Ada')
  for (let ms = 0; ms < 2000; ms += 10) {
    client.ask(['move', tuple(4, 0, 0)])
    stage.run(10)
  }
  assert.ok(position.x <= 132.11, `2 s at 2 m/s from 128 lead to ${position.x}`)
  stage.run(10_000)
  assert.ok(position.x <= 140.2, `8 m from 132 lead to ${position.x}`)
  stage.ask(client, 'move', tuple(5, 0, 0))
  stage.run(500)
  stage.ask(client, 'move', tuple(0, 0, 0))
  stage.run(100)
  const { x } = position
  stage.run(1000)
  assert.equal(position.x, x)
})

test('[PY12] what is no offset is False, and so is a way that ended at something', () => {
  const stage = new PickleStage()
  const { client } = stage.join('Ada')
  for (const offset of [
    tuple(9, 0, 0),
    tuple(1),
    tuple(),
    5n,
    'east',
    tuple(1, 2, 3, 4),
    tuple(0, 0, 1),
    tuple(Number.NaN, 0, 0),
    tuple(1, 'a', 0),
    tuple(2n ** 80n, 0n, 0n),
  ])
    assert.deepEqual(stage.ask(client, 'move', offset), [false])
  assert.equal(stage.villager('Ada').position.x, 128)
  stage.villager('Ada').position.x = 254
  stage.run(200)
  assert.deepEqual(stage.ask(client, 'move', tuple(6, 0, 0)), [true])
  stage.run(3000)

  assert.deepEqual(stage.ask(client, 'move', tuple(1, 0, 0)), [false])
  assert.deepEqual(stage.ask(client, 'move', tuple(-1, 0, 0)), [true])
})

test('[PY13] what the adapter tells of somebody in view is got by name, and the map one is on', () => {
  const stage = new PickleStage()
  const { client } = stage.join('Ada')
  stage.join('Bob')
  assert.deepEqual(stage.ask(client, 'get', 'Bob', 'kind'), ['villager'])
  assert.deepEqual(stage.ask(client, 'get', '', 'kind'), ['villager'])
  assert.deepEqual(stage.ask(client, 'get', 'Ada', 'map'), [tuple('home', 256, 256)])
  for (const [name, attribute] of [
    ['Bob', 'map'],
    ['Cy', 'kind'],
    ['Bob', 'purse'],
    [5n, 'kind'],
    ['Bob', 5n],
  ] as const)
    assert.deepEqual(stage.ask(client, 'get', name, attribute), [null])
})

test('[PY15] an edit is a command of the game: done or not', () => {
  const stage = new PickleStage()
  const { client } = stage.join('Ada')
  assert.deepEqual(stage.ask(client, 'edit', ['say', ['Hello']]), [true])
  assert.deepEqual(stage.ask(client, 'edit', ['say', 'Hello']), [true])
  assert.deepEqual(stage.ask(client, 'edit', tuple('shout', tuple('Hello'))), [true])
  for (const edit of [
    ['say', ['nonsense']],
    ['say', []],
    ['toString', []],
    ['say', ['a'.repeat(500)]],
    [],
    5n,
    ['attributes', [['gold', 1n]]],
  ])
    assert.deepEqual(stage.ask(client, 'edit', edit), [false])
})
