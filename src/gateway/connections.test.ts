import assert from 'node:assert/strict'
import { test } from 'node:test'
import { field } from '../../test/field/field.ts'
import { instant } from '../core/index.ts'
import { NativeConversation } from '../dialect/native/index.ts'
import { MemoryNetwork } from '../transport/index.ts'
import type { Follower } from './connection.ts'
import { Connections } from './connections.ts'
import { defaultLimits } from './limits/limits.ts'

interface Named extends Follower {
  readonly name: string
}

/** Makes connections that each speak for a player, and records the order in which they are served. */
function stage() {
  const network = new MemoryNetwork()
  const served: string[] = []
  const lost: string[] = []
  const connections = new Connections<Named>(
    { ...defaultLimits, silenceTimeoutMs: 1000, helloTimeoutMs: 500 },
    {
      hear() {},
      newsOf: ({ name }) => void served.push(name),
      ended() {},
      lost: ({ name }) => void lost.push(name),
    },
    instant(0),
  )
  const add = (name?: string) => {
    const { client, server } = network.pair({ from: name })
    client.open({ receive() {}, closed() {} })
    connections.accept(server, new NativeConversation(field), () => network.now)
    const connection = connections.all.find(({ link }) => link === server)
    if (name) connection?.speakFor({ name, view: undefined as never, leftAs() {}, settled() {} })
    return client
  }
  const serve = (at = 1): string => {
    served.length = 0
    connections.serve(instant(at))
    return served.join(' ')
  }
  return { network, connections, add, serve, lost }
}

test('whoever was served last in one tick is served first in the next, and so each comes to be first and last', () => {
  const { add, serve } = stage()
  for (const name of ['A', 'B', 'C']) add(name)
  const turns = Array.from({ length: 6 }, () => serve())
  for (let i = 1; i < turns.length; i++) assert.equal(turns[i][0], turns[i - 1].at(-1), turns.join(', '))
  assert.deepEqual([...new Set(turns.slice(0, 3).map((turn) => turn[0]))].sort(), ['A', 'B', 'C'])
  assert.deepEqual(turns.slice(3), turns.slice(0, 3))
})

test('the turn goes on past those who come and go', () => {
  const { network, connections, add, serve } = stage()
  const ends = new Map(['A', 'B', 'C', 'D'].map((name) => [name, add(name)]))
  let last = serve().at(-1)
  for (const [name, does] of [
    ['E', 'come'],
    ['A', 'go'],
    ['F', 'come'],
    ['G', 'come'],
    ['E', 'go'],
    ['D', 'go'],
  ] as const) {
    if (does === 'come') ends.set(name, add(name))
    else {
      ends.get(name)?.close('')
      for (let step = 0; step < 4; step++) network.deliver(network.now)
      if (last === name) last = undefined
    }
    const turn = serve()
    if (last) assert.equal(turn[0], last, `${turn} after ${last}, ${name} ${does}`)
    assert.equal(turn.split(' ').length, connections.size)
    last = turn.at(-1)
  }
})

test('who says no hello, and who falls silent, is ended at the next serving after the time, and not before', () => {
  const { connections, add, serve, lost } = stage()
  add('A')
  add()
  serve(500)
  assert.equal(connections.all.filter(({ isClosing }) => isClosing).length, 0)
  serve(501)
  assert.equal(connections.all.filter(({ isClosing }) => isClosing).length, 1)
  serve(1000)
  assert.deepEqual(lost, [])
  serve(1001)
  assert.deepEqual(lost, ['A'])
  assert.deepEqual(connections.traffic.closed, { silent: 2 })
})

test('addresses are counted from accepting until the link is gone', () => {
  const { network, connections, add } = stage()
  const end = add('A')
  assert.equal(connections.addresses.of('A'), 1)
  end.close('')
  for (let step = 0; step < 4; step++) network.deliver(network.now)
  assert.deepEqual([connections.addresses.of('A'), connections.size], [0, 0])
})
