/** How long it takes from a key to the server's word, and how far in the past others are shown: in virtual time. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../../src/core/index.ts'
import { Pair } from '../../src/lab/index.ts'
import { field, fieldMap, fieldServer } from '../field/field.ts'

test('[P3] on a perfect network a key is in the server’s word after 33 ms, 58 at most, in the first minute and ever after', async () => {
  const pair = new Pair(fieldServer, { seed: 21 })
  const dice = new Random(5)
  const ada = await pair.join({ name: 'Ada', map: fieldMap })
  for (let minute = 1; minute <= 3; minute++) {
    const waits: number[] = []
    for (const end = pair.now + 60_000; pair.now < end; ) {
      await pair.run(dice.between(200, 700))
      const walker = pair.host.world.get(ada.me!.id)!
      const { x } = walker.position!
      const at = pair.now
      const { tick } = pair.host.stats
      ada.command({ east: waits.length % 2 === 0 ? 1 : -1, north: 0 })
      await pair.runUntil(() => walker.position!.x !== x && pair.host.stats.tick > tick, 500)
      waits.push(pair.now - at)
      ada.command({ east: 0, north: 0 })
    }
    waits.sort((a, b) => a - b)
    const [half, most] = [0.5, 0.99].map((share) => waits[Math.floor(waits.length * share)])
    assert.ok(
      half > 25 && half < 37 && most > 50 && most < 58.5,
      `${half} and ${most} ms in minute ${minute}`,
    )
  }
  assert.equal(pair.host.stats.commandsLate, 0)
  assert.equal(field.ticksPerSecond, 20)
})
