/** What physics moves, as players see it: predicted by whoever tells of it, over every way there is to a player. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../../src/core/index.ts'
import { emptyMap } from '../../src/geometry/index.ts'
import { defineGame, entity, integer, motion, quaternion, record, sampled3 } from '../../src/index.ts'
import { Pair, parseWeather, Weather } from '../../src/lab/index.ts'
import { nodeSodium } from '../../src/netcode/index.node.ts'
import { defineServer } from '../../src/server/index.ts'

const STEP = 1 / 256

/** Boxes that are thrown up, turn, and bounce, until `restAt`; they fly over the borders of cells meanwhile. */
function tumblingGame(isPredicted: boolean) {
  const game = defineGame({
    name: 'tumbling',
    version: '1',
    map: { width: 128, height: 128, cellSize: 16 },
    player: 'walker',
    entities: {
      walker: entity({ position: motion({ tolerance: 1 / 32, speedMax: 8 }) }),
      box: entity({
        position: sampled3({ step: STEP, heightMax: 32, isPredicted }),
        rotation: quaternion({ bits: 9 }),
        bounces: integer({ min: 0, max: 1000 }),
      }),
    },
    command: record({ east: integer({ min: -1, max: 1 }) }),
    step(self, { east }, { seconds }) {
      self.position.x += east * 5 * seconds
    },
  })
  const restAt = 200
  const speeds = new Map<number, { x: number; y: number; z: number }>()
  return defineServer(game, {
    map: emptyMap(128, 128),
    viewRadius: 24,
    join: ({ world }) => world.spawn('walker', { position: { x: 64, y: 64 } }),
    begin({ world }) {
      const upright = { x: 0, y: 0, z: 0, w: 1 }
      for (let i = 0; i < 30; i++) {
        const position = { x: 40 + (i % 6) * 8, y: 40 + Math.floor(i / 6) * 8, z: 1 }
        speeds.set(world.spawn('box', { position, rotation: upright }).id, {
          x: ((i % 5) - 2) * 0.1,
          y: ((i % 7) - 3) * 0.1,
          z: 0.1 * (i % 4),
        })
      }
    },
    update({ world }) {
      if (world.tick > restAt) return
      for (const box of world.entities('box')) {
        const speed = speeds.get(box.id)!
        for (const axis of ['x', 'y'] as const) {
          const next = box.position[axis] + speed[axis]
          if (next < 30 || next > 98) speed[axis] = -speed[axis]
          box.position[axis] += speed[axis]
        }
        speed.z -= 0.025
        if (box.position.z + speed.z < 0.2) {
          speed.z = 0.4
          box.bounces++
        }
        box.position.z += speed.z
        const { x, y, z, w } = box.rotation
        const length = Math.sqrt(1.0025 * (x * x + y * y + z * z + w * w))
        box.rotation = {
          x: (x + 0.05 * w) / length,
          y: (y + 0.05 * z) / length,
          z: (z - 0.05 * y) / length,
          w: (w - 0.05 * x) / length,
        }
      }
    },
  })
}

const path = (weather: string, seed: number) => new Weather(parseWeather(weather), new Random(seed)).path

/** Lets somebody walk among the boxes until they rest. @returns the bytes that this player was sent */
async function watch(isPredicted: boolean, way: 'reliable' | 'sealed' | 'apart'): Promise<number> {
  const server = tumblingGame(isPredicted)
  const pair = new Pair(server, {
    seed: 3,
    ...(way === 'apart' && { between: '20ms±10' }),
    ...(way === 'sealed' && {
      sealed: {
        cipher: nodeSodium,
        toServer: path('50ms±10 loss=3%', 1),
        toClient: path('50ms±10 loss=3%', 2),
      },
    }),
  })
  const ada = await pair.join({ name: 'Ada' })
  for (let leg = 0; leg < 4; leg++) {
    ada.command({ east: leg % 2 === 0 ? 1 : -1 })
    await pair.run(2500)
  }
  const { bytesIn } = ada.stats
  await pair.run(5000)
  ada.frame()
  const { world } = pair.host
  let seen = 0
  for (const box of ada.entities('box')) {
    const truth = [...world.entities('box')].find(({ id }) => id === box.id) as unknown as typeof box
    assert.equal(box.bounces, truth.bounces)
    for (const axis of ['x', 'y', 'z'] as const)
      assert.ok(Math.abs(box.position[axis] - truth.position[axis]) <= STEP, `${box.id} ${axis}`)
    const { rotation: shown } = box
    const { rotation: is } = truth
    const along = Math.abs(shown.x * is.x + shown.y * is.y + shown.z * is.z + shown.w * is.w)
    assert.ok(along > 0.9999, `${box.id} is turned by ${along}`)
    seen++
  }
  assert.ok(seen >= 3, `${seen} are seen`)
  return bytesIn
}

for (const way of ['reliable', 'sealed', 'apart'] as const)
  test(`[T45] what tumbles is shown as it is, predicted, in fewer bytes than sampled: ${way}`, async () => {
    const predicted = await watch(true, way)
    const sampled = await watch(false, way)
    assert.ok(predicted < sampled * 0.75, `${predicted} bytes in place of ${sampled}`)
  })
