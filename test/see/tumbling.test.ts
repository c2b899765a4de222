/** What physics moves, as players see it: predicted by whoever tells of it, over every way there is to a player. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connect } from '../../src/client/index.node.ts'
import { Random } from '../../src/core/index.ts'
import { emptyMap } from '../../src/geometry/index.ts'
import { defineGame, entity, integer, motion, quaternion, record, sampled3 } from '../../src/index.ts'
import { createAir, Pair, parseWeather, Weather } from '../../src/lab/index.node.ts'
import { nodeSodium } from '../../src/netcode/index.node.ts'
import { defineServer, serve } from '../../src/server/index.node.ts'
import type { Quaternion } from '../../src/wire/index.ts'
import type { World } from '../../src/world/index.ts'

const STEP = 1 / 256

/** Boxes that are thrown up, turn, and bounce, until `restAt`; they fly over the borders of cells meanwhile. */
function tumbling(isPredicted: boolean, restAt: number) {
  let its: World | undefined
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
  const speeds = new Map<number, { x: number; y: number; z: number }>()
  const definition = defineServer(game, {
    map: emptyMap(128, 128),
    viewRadius: 24,
    join: ({ world }) => world.spawn('walker', { position: { x: 64, y: 64 } }),
    begin({ world }) {
      its = world as never
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
  return { definition, world: () => its as unknown as Shown & { readonly tick: number } }
}

/** A box as somebody has it. */
interface Box {
  readonly id: number
  readonly position: { readonly x: number; readonly y: number; readonly z: number }
  readonly rotation: Quaternion
  readonly bounces: number
}

/** Whoever has boxes: the world, or a player. */
interface Shown {
  entities(kind: 'box'): Iterable<Box>
}

const path = (weather: string, seed: number) => new Weather(parseWeather(weather), new Random(seed)).path

/** Says what a player is shown of the boxes otherwise than it is; undefined for nothing. */
function difference(player: Shown, world: Shown): string | undefined {
  const boxes = [...player.entities('box')]
  for (const box of boxes) {
    const truth = [...world.entities('box')].find(({ id }) => id === box.id)
    if (truth === undefined || box.bounces !== truth.bounces) return `${box.id} bounced ${box.bounces} times`
    for (const axis of ['x', 'y', 'z'] as const)
      if (Math.abs(box.position[axis] - truth.position[axis]) > STEP)
        return `${box.id}.${axis} is ${box.position[axis]}, not ${truth.position[axis]}`
    const [shown, is] = [box.rotation, truth.rotation]
    const along = Math.abs(shown.x * is.x + shown.y * is.y + shown.z * is.z + shown.w * is.w)
    if (along < 0.9999) return `${box.id} is turned by ${along}`
  }
  return boxes.length < 3 ? `${boxes.length} are seen` : undefined
}

/** Lets somebody walk among the boxes until they rest. @returns the bytes that this player was sent */
async function watch(isPredicted: boolean, way: 'reliable' | 'sealed' | 'apart'): Promise<number> {
  const { definition, world } = tumbling(isPredicted, 200)
  const pair = new Pair(definition, {
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
  assert.equal(difference(ada, world()), undefined)
  return bytesIn
}

for (const way of ['reliable', 'sealed', 'apart'] as const)
  test(`[T45] what tumbles is shown as it is, predicted, in fewer bytes than sampled: ${way}`, async () => {
    const predicted = await watch(true, way)
    const sampled = await watch(false, way)
    assert.ok(predicted < sampled * 0.75, `${predicted} bytes in place of ${sampled}`)
  })

for (const scheme of ['udp', 'ws'])
  test(`[T45] what tumbles is shown as it is over a real socket in weather: ${scheme}`, async (t) => {
    const url = `${scheme}://127.0.0.1:${scheme === 'udp' ? 24371 : 24372}`
    const { definition, world } = tumbling(true, 60)
    const server = await serve(definition, { listen: [url] })
    t.after(() => server.close())
    const air = createAir('40ms±10 loss=3%', 2)
    const client = await connect(definition.game, server.urls[0], { name: 'Ada', air })
    t.after(() => client.close())
    let differs: string | undefined = 'nothing was seen'
    for (const end = performance.now() + 20_000; differs !== undefined; ) {
      assert.ok(performance.now() < end, differs)
      await new Promise((resolve) => setTimeout(resolve, 50))
      client.frame()
      if (world().tick > 65) differs = difference(client, world())
    }
  })
