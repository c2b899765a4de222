import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instant } from '../../core/index.ts'
import { type Infer, int64, integer, record } from '../../wire/index.ts'
import { CommandStream } from './command-stream.ts'

const walk = record({ east: integer({ min: -1, max: 1 }), gold: int64() })
type Walk = Infer<typeof walk>

/** Makes ticks of 50 ms; returns what is sent at each, as "tick: changes". */
function listen(
  stream: CommandStream<Walk>,
  { from, ticks, isLossy = false }: { from: number; ticks: number; isLossy?: boolean },
): string[] {
  const said: string[] = []
  for (let tick = from; tick < from + ticks; tick++) {
    stream.tick(tick)
    const changes = stream.next(instant(tick * 50), { isLossy })
    if (!changes) continue
    if (isLossy) stream.leftAs(tick)
    said.push(`${tick}: ${changes.map((one) => `${one.command.east} from ${one.tick}`).join(', ')}`)
  }
  return said
}

test('nothing is said before something is wanted', () => {
  const stream = new CommandStream(walk)
  assert.deepEqual(listen(stream, { from: 1, ticks: 3 }), [])
  stream.want({ east: 1, gold: 0n })
  assert.deepEqual(listen(stream, { from: 4, ticks: 3 }), ['4: 1 from 4'])
})

test('[N8] what is wanted is said once, and every 250 ms that there is no more to say', () => {
  const stream = new CommandStream(walk)
  stream.want({ east: 1, gold: 0n })
  assert.deepEqual(listen(stream, { from: 20, ticks: 11 }), ['20: 1 from 20', '25: ', '30: '])
})

test('a change is said in the next tick, and what is the same on the wire is none', () => {
  const stream = new CommandStream(walk)
  stream.want({ east: 1, gold: 5n })
  listen(stream, { from: 1, ticks: 2 })
  stream.want({ east: 1, gold: 5n })
  assert.deepEqual(listen(stream, { from: 3, ticks: 2 }), [])
  stream.want({ east: -1, gold: 5n })
  stream.want({ east: 0, gold: 5n })
  assert.deepEqual(listen(stream, { from: 5, ticks: 2 }), ['5: 0 from 5'])
})

test('what is pressed holds for one tick, however short it was', () => {
  const stream = new CommandStream(walk)
  stream.want({ east: 0, gold: 0n })
  listen(stream, { from: 1, ticks: 1 })
  stream.press({ east: 1 })
  assert.deepEqual(listen(stream, { from: 2, ticks: 3 }), ['2: 1 from 2', '3: 0 from 3'])
})

test('[N22] where messages get lost, a change is said again every 100 ms until one is known to have come', () => {
  const stream = new CommandStream(walk)
  stream.want({ east: 1, gold: 0n })
  assert.deepEqual(listen(stream, { from: 1, ticks: 4, isLossy: true }), ['1: 1 from 1', '3: 1 from 1'])
  stream.want({ east: -1, gold: 0n })
  assert.deepEqual(listen(stream, { from: 5, ticks: 1, isLossy: true }), ['5: 1 from 1, -1 from 5'])
  stream.settled(1, false)
  stream.settled(3, true)
  assert.deepEqual(listen(stream, { from: 6, ticks: 2, isLossy: true }), ['7: -1 from 5'])
  stream.settled(7, true)
  assert.deepEqual(listen(stream, { from: 8, ticks: 5, isLossy: true }), ['12: '])
})

test('[N22] where 32 messages in a row have come, the next is said after 400 ms, and after 250 where the last is unknown', () => {
  const stream = new CommandStream(walk)
  stream.want({ east: 1, gold: 0n })
  let tick = 1
  const hear = (ticks: number): number[] => {
    const told: number[] = []
    for (const end = tick + ticks; tick < end; tick++)
      for (const said of listen(stream, { from: tick, ticks: 1, isLossy: true })) {
        told.push(Number.parseInt(said, 10))
        stream.settled(tick, true)
      }
    return told
  }
  assert.deepEqual(gaps(hear(31 * 5)), [5])
  const calm = hear(100)
  assert.deepEqual(gaps(calm.slice(1)), [8])
  tick = calm.at(-1)! + 8
  assert.deepEqual(listen(stream, { from: tick, ticks: 10, isLossy: true }), [`${tick}: `, `${tick + 5}: `])
  stream.settled(tick, false)
  stream.settled(tick + 5, true)
  tick += 10
  assert.deepEqual(gaps(hear(30)), [5])
})

/** The different distances between them. */
const gaps = (ticks: readonly number[]): number[] => [
  ...new Set(ticks.slice(1).map((tick, i) => tick - ticks[i])),
]

test('what the program does with its object afterwards changes nothing', () => {
  const stream = new CommandStream(walk)
  const command = { east: 1, gold: 0n }
  stream.want(command)
  command.east = -1
  assert.deepEqual(listen(stream, { from: 1, ticks: 1 }), ['1: 1 from 1'])
})

test('a command that the game does not have throws at once, and the last good one holds', () => {
  const stream = new CommandStream(walk)
  stream.want({ east: 1, gold: 0n })
  assert.throws(() => stream.want({ east: 2, gold: 0n }), { code: 'wire/out-of-range' })
  assert.throws(() => stream.press({ east: 2 }), { code: 'wire/out-of-range' })
  assert.deepEqual(listen(stream, { from: 1, ticks: 1 }), ['1: 1 from 1'])
})

test('in a new session what was wanted is said again', () => {
  const stream = new CommandStream(walk)
  stream.want({ east: 1, gold: 0n })
  listen(stream, { from: 1, ticks: 5 })
  stream.restart()
  assert.deepEqual(listen(stream, { from: 90, ticks: 2 }), ['90: 1 from 90'])
})
