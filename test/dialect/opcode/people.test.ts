/** Whom clients of opcodes see: who comes, walks, turns and goes, and what they look like. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AnyEntity } from '../../../src/world/index.ts'
import type { OpcodeClient } from './client.ts'
import { FORMS, MIDDLE, OpcodeStage, TICK_MS, TILE } from './stage.ts'

/** Where everybody is, by name, in tiles east and north of the player. */
function around(client: OpcodeClient): Record<string, [number, number]> {
  return Object.fromEntries(
    client.people.map(({ index, column, row }) => [
      client.nameOf(index),
      [client.column - column, client.row - row],
    ]),
  )
}

test('[OP20] first comes the world, then once a tick of 640 ms a list of people', () => {
  for (const form of FORMS) {
    const stage = new OpcodeStage()
    const client = stage.join(form, 'Ada')
    assert.equal(client.opcodes[0], 25)
    assert.ok(client.ownIndex >= 1 && client.ownIndex <= 2046)
    const before = client.ticks
    stage.run(100 * TICK_MS)
    assert.ok(Math.abs(client.ticks - before - 100) <= 1, `${client.ticks - before} lists in 100 ticks`)
    assert.deepEqual([client.column, client.row], [MIDDLE.column, MIDDLE.row])
  }
})

test('[OP20] a shorter tick is told more often', () => {
  const stage = new OpcodeStage({ tickMs: 100 })
  const client = stage.join('browser', 'Ada')
  const before = client.ticks
  stage.run(1000)
  assert.ok(Math.abs(client.ticks - before - 10) <= 1)
})

test('[OP21] who comes, walks, turns and goes is told in the client’s own order', () => {
  for (const form of FORMS) {
    const stage = new OpcodeStage({
      facing: ({ name, mood }: AnyEntity) => (name === 'Turner' ? (Number(mood) * Math.PI) / 2 : undefined),
    })
    const client = stage.join(form, 'Ada')
    const [walker, turner, goer] = [
      stage.spawn('Walker', 2, 3),
      stage.spawn('Turner', -4),
      stage.spawn('Goer', 0, -5),
    ]
    stage.run(2 * TICK_MS)
    assert.deepEqual(around(client), { Walker: [2, 3], Turner: [-4, 0], Goer: [0, -5] })
    const came = client.came.length

    const wayOf = (name: string) => client.people.find(({ index }) => client.nameOf(index) === name)?.way
    for (const [east, north, way, turn] of [
      [1, 0, 6, 2],
      [1, 1, 7, 4],
      [0, -1, 4, 6],
      [-1, 1, 1, 0],
    ]) {
      walker.position.x += east * TILE
      walker.position.y += north * TILE
      turner.mood = (turner.mood + 1) % 4
      stage.run(TICK_MS + 60)
      assert.deepEqual([wayOf('Walker'), wayOf('Turner')], [way, turn])
    }
    assert.deepEqual(around(client), { Walker: [3, 4], Turner: [-4, 0], Goer: [0, -5] })
    stage.host.world.despawn(goer as never)
    stage.run(2 * TICK_MS)
    assert.deepEqual(Object.keys(around(client)).sort(), ['Turner', 'Walker'])
    assert.equal(client.came.length, came, 'nobody came anew')
  }
})

test('[OP21] whatever people do, a client has them where they are, in its own order', () => {
  for (const form of FORMS) {
    const stage = new OpcodeStage()
    const client = stage.join(form, 'Ada')
    const people = Array.from({ length: 40 }, (_, i) => stage.spawn(`P${i}`, (i % 9) - 4, (i % 7) - 3))
    let seed = 7
    const dice = (sides: number): number => (seed = (seed * 48_271) % 0x7fff_ffff) % sides
    for (let round = 0; round < 30; round++) {
      for (const { position } of people) {
        const reach = dice(8) === 0 ? 4 : 1
        position.x = Math.max(100, Math.min(157, position.x + (dice(3) - 1) * reach * TILE))
        position.y = Math.max(100, Math.min(157, position.y + (dice(3) - 1) * reach * TILE))
      }
      stage.run(TICK_MS + 60)
      const most = form === 'desktop' ? 31 : 15
      const seen = around(client)
      for (const [i, { position }] of people.entries()) {
        const tile = (metres: number): number => Math.floor(metres / TILE) - Math.floor(128.5 / TILE)
        const at: [number, number] = [tile(position.x), tile(position.y)]
        const isNear = Math.max(Math.abs(at[0]), Math.abs(at[1])) <= most
        assert.deepEqual(seen[`P${i}`], isNear ? at : undefined, `P${i} in round ${round} (${form})`)
      }
    }
  }
})

test('[OP22] who goes further than a step is gone and new, with the same number and no new looks', () => {
  for (const form of FORMS) {
    const stage = new OpcodeStage()
    const client = stage.join(form, 'Ada')
    const runner = stage.spawn('Runner', 2)
    stage.run(2 * TICK_MS)
    const [{ index }] = client.people
    const looks = client.opcodes.filter((opcode) => opcode === 234).length
    runner.position.y += 2 * TILE
    stage.run(TICK_MS + 60)
    assert.deepEqual(client.came.at(-1), { index, column: client.column - 2, row: client.row - 2, way: 0 })
    assert.equal(client.opcodes.filter((opcode) => opcode === 234).length, looks)
  }
})

test('[OP23] a desktop sees 31 tiles far, a browser 15', () => {
  for (const [form, most] of [
    ['desktop', 31],
    ['browser', 15],
  ] as const) {
    const stage = new OpcodeStage()
    const client = stage.join(form, 'Ada')
    stage.spawn('Near', most, -most)
    stage.spawn('Far', most + 1)
    stage.spawn('Farther', 0, -most - 1)
    stage.run(2 * TICK_MS)
    assert.deepEqual(around(client), { Near: [most, -most] })
  }
})

test('[OP23] [OP25] at most 255 are told of, the nearest, in frames that clients have room for', () => {
  for (const form of FORMS) {
    const stage = new OpcodeStage()
    const client = stage.join(form, 'Ada')
    for (let i = 0; i < 300; i++) stage.spawn(`Villager ${i}`, (i % 15) + 1 - (i % 2) * 8, i < 260 ? 1 : 9)
    stage.run(3 * TICK_MS)
    assert.equal(client.people.length, 255)
    assert.ok(Object.values(around(client)).every(([, north]) => north === 1 || north === 9))
    assert.ok(client.longest <= 5000, `${client.longest} bytes`)
    assert.equal(client.looks.size, 256)
  }
})

test('[OP24] a number rests before somebody else has it', () => {
  const stage = new OpcodeStage()
  const client = stage.join('desktop', 'Ada')
  const last = new Map<number, number>()
  for (let round = 0; round < 60; round++) {
    const people = Array.from({ length: 20 }, (_, i) => stage.spawn(`R${round} ${i}`, i % 5, 1))
    stage.run(TICK_MS + 60)
    for (const { index } of client.people) {
      assert.ok(
        round - (last.get(index) ?? -Infinity) > 20 || last.get(index) === round,
        `${index} in ${round}`,
      )
      last.set(index, round)
    }
    for (const one of people) stage.host.world.despawn(one as never)
    stage.run(TICK_MS + 60)
  }
  assert.ok(last.size < 800, `${last.size} numbers for 1200 people`)
})

test('[OP25] looks are told of everybody, and at once when they change', () => {
  for (const form of FORMS) {
    const stage = new OpcodeStage({
      look: (look) => ({ sprites: [4, 5, 3], hair: look % 10, top: 2, trousers: 3, skin: 4 }),
    })
    const client = stage.join(form, 'Ada')
    stage.spawn('Sören')
    stage.run(2 * TICK_MS)
    const [{ index }] = client.people
    const { hair, ...rest } = client.looks.get(index)!
    assert.deepEqual(rest, { name: 'Soren', sprites: [4, 5, 3], top: 2, trousers: 3, skin: 4 })
    assert.ok(hair >= 0 && hair < 10)
    assert.equal(client.looks.get(client.ownIndex)?.name, 'Ada')
  }
})

test('[OP26] who walks off the ground is in its middle again, and everybody around as far away as before', () => {
  for (const form of FORMS) {
    const stage = new OpcodeStage()
    const client = stage.join(form, 'Ada')
    const own = stage.villager('Ada')
    const other = stage.spawn('Other', 3, 1)
    stage.run(2 * TICK_MS)
    for (let step = 1; step <= 21; step++) {
      for (const { position } of [own, other]) position.x += TILE
      stage.run(TICK_MS + 60)
      assert.deepEqual(around(client), { Other: [3, 1] }, `step ${step}`)
      const column = step <= 20 ? MIDDLE.column - step : MIDDLE.column
      assert.deepEqual([client.column, client.row], [column, MIDDLE.row], `step ${step}`)
    }
  }
})

test('[OP28] somebody without a look of the game’s is drawn alike by everybody', () => {
  const stage = new OpcodeStage()
  const [ada, bob] = [stage.join('desktop', 'Ada'), stage.join('browser', 'Bob')]
  stage.run(2 * TICK_MS)
  const own = ada.looks.get(ada.ownIndex)!
  const seen = bob.looks.get(bob.people[0].index)!
  assert.deepEqual(seen, own)
})
