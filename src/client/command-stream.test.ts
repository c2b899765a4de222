import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instant } from '../core/index.ts'
import { decode, type Infer, int64, integer, record } from '../wire/index.ts'
import { CommandStream } from './command-stream.ts'

const walk = record({ east: integer({ min: -1, max: 1 }), gold: int64() })

/** Ticks of 50 ms: what is said at each, as "number: east". */
function listen(stream: CommandStream<Infer<typeof walk>>, from: number, ticks: number): string[] {
  const said: string[] = []
  for (let i = 0; i < ticks; i++) {
    const one = stream.next(instant(from + i * 50))
    if (one) said.push(`${one.number}: ${decode(walk, one.body)?.east}`)
  }
  return said
}

test('nothing is said before something is wanted, and the numbers count ticks all the same', () => {
  const stream = new CommandStream(walk)
  assert.deepEqual(listen(stream, 0, 3), [])
  stream.want({ east: 1, gold: 0n })
  assert.deepEqual(listen(stream, 150, 3), ['4: 1'])
})

test('what is wanted is said once, and again every 500 ms', () => {
  const stream = new CommandStream(walk)
  stream.want({ east: 1, gold: 0n })
  assert.deepEqual(listen(stream, 1000, 21), ['1: 1', '11: 1', '21: 1'])
})

test('a change is said in the next tick, and what is the same on the wire is none', () => {
  const stream = new CommandStream(walk)
  stream.want({ east: 1, gold: 5n })
  assert.deepEqual(listen(stream, 0, 2), ['1: 1'])
  stream.want({ east: 1, gold: 5n })
  assert.deepEqual(listen(stream, 100, 2), [])
  stream.want({ east: -1, gold: 5n })
  stream.want({ east: 0, gold: 5n })
  assert.deepEqual(listen(stream, 200, 2), ['5: 0'])
})

test('what the program does with its object afterwards changes nothing', () => {
  const stream = new CommandStream(walk)
  const command = { east: 1, gold: 0n }
  stream.want(command)
  command.east = -1
  assert.deepEqual(listen(stream, 0, 1), ['1: 1'])
})

test('a command that the game does not have throws at once, and the last good one holds', () => {
  const stream = new CommandStream(walk)
  stream.want({ east: 1, gold: 0n })
  assert.throws(() => stream.want({ east: 2, gold: 0n }), { code: 'wire/out-of-range' })
  assert.deepEqual(listen(stream, 0, 1), ['1: 1'])
})

test('in a new session the numbers begin anew, and what was wanted is said again', () => {
  const stream = new CommandStream(walk)
  stream.want({ east: 1, gold: 0n })
  listen(stream, 0, 5)
  stream.restart()
  assert.deepEqual(listen(stream, 250, 2), ['1: 1'])
})
