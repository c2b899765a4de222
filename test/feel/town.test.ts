import assert from 'node:assert/strict'
import { test } from 'node:test'
import bots from '../../demo/game/bot.ts'
import { town } from '../../demo/game/town.ts'
import townServer from '../../demo/server.node.ts'
import { after, type Instant, milliseconds, Random } from '../../src/core/index.ts'
import type { WorldMap } from '../../src/geometry/index.ts'
import { Pair } from '../../src/lab/index.ts'
import { nodeSodium } from '../../src/netcode/index.node.ts'

/** Every packet takes so many ms, either way. */
function late(ms: number) {
  const path = (_bytes: number, now: Instant) => [after(now, milliseconds(ms))]
  return { toServer: path, toClient: path }
}

for (const [minutes, links, ms] of [
  [10, 'sealed datagrams', 150],
  [2, 'sealed datagrams', 0],
  [2, 'streams', 150],
] as const)
  test(`[P4] ${minutes} minutes of walking, running and throwing in the town have no corrections: ${links}, ${2 * ms} ms`, async () => {
    const way = late(ms)
    const isSealed = links === 'sealed datagrams'
    const sealed = isSealed ? { cipher: nodeSodium, ...way } : undefined
    const pair = new Pair<typeof town>(townServer, { seed: 3, sealed })
    const maps = townServer.options.maps as Record<string, { map: WorldMap }>
    const ada = await pair.join({ name: 'Ada', map: (name) => maps[name].map }, isSealed ? {} : way)
    const random = new Random(8)
    const think = bots.begin({ number: 0, random })
    let thrown = 0
    let walked = 0
    for (let tick = 0; tick < minutes * 60 * town.ticksPerSecond; tick++) {
      const me = ada.me!
      const { x, y } = me.position
      ada.command(think({ client: ada, me, random, seconds: pair.now / 1000 }))
      if (random.chance(0.02)) {
        ada.press({ throws: true, aim: random.between(0, 6) })
        thrown++
      }
      // The clock of pictures is not that of ticks.
      for (let picture = 0; picture < 3; picture++) {
        await pair.run(1000 / 60)
        ada.frame()
      }
      walked += Math.hypot(ada.me!.position.x - x, ada.me!.position.y - y)
      assert.deepEqual(ada.corrections, [], `after ${pair.now / 1000} s`)
    }
    assert.ok(
      ada.stats.isPredicting && thrown > 10 * minutes && walked > 100 * minutes,
      `${thrown} throws, ${walked} m`,
    )
    assert.equal(pair.host.stats.commandsLate, 0)
  })
