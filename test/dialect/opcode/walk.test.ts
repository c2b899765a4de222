/** Walking, as clients of opcodes ask for it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FORMS, MIDDLE, OpcodeStage, TICK_MS } from './stage.ts'

test('[OP30] [OP31] a way is walked a tile a tick, to its end', () => {
  for (const form of FORMS) {
    const stage = new OpcodeStage()
    const client = stage.join(form, 'Ada')
    const { column, row } = client
    client.walk(column - 4, row)
    const tiles: string[] = []
    for (let tick = 0; tick < 12; tick++) {
      const before = client.ticks
      while (client.ticks === before) stage.run(10)
      tiles.push(`${client.column - column},${client.row - row}`)
    }
    const steps = [...new Set(tiles)]
    assert.deepEqual(
      steps.filter((tile) => tile !== '0,0'),
      ['-1,0', '-2,0', '-3,0', '-4,0'],
    )
    assert.equal(client.way, 6)
    assert.equal(tiles.at(-1), '-4,0')
  }
})

test('[OP30] corners are counted from the first, and walked in turn', () => {
  for (const form of FORMS) {
    const stage = new OpcodeStage()
    const client = stage.join(form, 'Ada')
    const watcher = stage.join('desktop', 'Watcher')
    const { column, row } = client
    client.walk(column - 3, row, [
      [0, -3],
      [3, -3],
      [3, 0],
    ])
    const been = new Set<string>()
    for (let ticks = 0; ticks < 20; ticks++) {
      stage.run(TICK_MS)
      been.add(`${client.column - column},${client.row - row}`)
    }
    for (const corner of ['-3,0', '-3,-3', '0,-3', '0,0']) assert.ok(been.has(corner), `${corner} (${form})`)
    assert.deepEqual([client.column, client.row], [column, row])
    const seen = watcher.people.find(({ index }) => watcher.nameOf(index) === 'Ada')!
    assert.deepEqual([seen.column, seen.row], [watcher.column, watcher.row])
  }
})

test('[OP31] however far and often one clicks, nobody is faster', () => {
  const stage = new OpcodeStage()
  const client = stage.join('desktop', 'Ada')
  const { position } = stage.villager('Ada')
  const from = position.x
  for (let count = 0; count < 200; count++) {
    client.walk(MIDDLE.column - 60, MIDDLE.row)
    stage.run(20)
  }
  assert.ok(position.x - from <= 4 * 2 + 0.2, `${position.x - from} m in 4 s at 2 m/s`)
  assert.ok(position.x - from > 6)
})

test('[OP30] a new way takes the place of the old one, and one to the own tile stops', () => {
  const stage = new OpcodeStage()
  const client = stage.join('browser', 'Ada')
  const { position } = stage.villager('Ada')
  client.walk(client.column - 20, client.row)
  stage.run(2000)
  client.walk(client.column, client.row - 20)
  stage.run(200)
  const { x, y } = position
  stage.run(1500)
  assert.ok(Math.abs(position.x - x) < 1.4 && position.y > y + 2)
  client.walk(client.column, client.row)
  stage.run(1500)
  const stopped = { ...position }
  stage.run(3000)
  assert.deepEqual({ ...position }, stopped)
})

test('[OP30] a way that is cut short, too long or too far moves nobody and is counted', () => {
  const stage = new OpcodeStage()
  const client = stage.join('desktop', 'Ada')
  const { position } = stage.villager('Ada')
  const from = { ...position }
  const step = [1, 0] as const
  client.send(187, [0, 60, 2])
  client.send(187, [0, 60, 2, 110, 5])
  client.walk(
    client.column,
    client.row,
    Array.from({ length: 26 }, () => step),
  )
  client.walk(client.column + 97, client.row)
  client.walk(0, 0)
  stage.run(2000)
  assert.deepEqual([stage.drops['bad-way'], stage.drops['too-far']], [3, 2])
  assert.deepEqual({ ...position }, from)
  client.walk(client.column + 96, client.row)
  client.walk(
    client.column,
    client.row,
    Array.from({ length: 25 }, () => step),
  )
  stage.run(2000)
  assert.deepEqual([stage.drops['bad-way'], stage.drops['too-far']], [3, 2])
  assert.notDeepEqual({ ...position }, from)
})

test('[OP31] who walks into something is told so once, and stands', () => {
  const stage = new OpcodeStage()
  const client = stage.join('desktop', 'Ada')
  const { position } = stage.villager('Ada')
  // The map ends here.
  position.x = 255
  stage.run(2 * TICK_MS)
  client.walk(client.column - 10, client.row)
  stage.run(6000)
  assert.deepEqual(client.messages, ['Something is in the way.'])
  const { x } = position
  stage.run(2000)
  assert.ok(position.x === x && x < 256)
})
