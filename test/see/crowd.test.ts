/** A crowd, as the server's figures and its players see it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Pair } from '../../src/lab/index.ts'
import { fieldServer } from '../field/field.ts'

test('[T24] the figures of a server say how many views a crowd keeps down, and that none is any more', async () => {
  const pair = new Pair(fieldServer, { seed: 1 })
  const ada = await pair.join({ name: 'Ada' })
  await pair.run(1000)
  assert.equal(pair.host.stats.viewsShrunk, 0)
  const { world } = pair.host
  const crowd = Array.from({ length: 500 }, (_, i) =>
    world.spawn('walker', {
      position: { x: 60 + (i % 80), y: 90 + (i % 79) },
      health: 100,
      name: `w${i}`,
    } as never),
  )
  await pair.run(10_000)
  assert.equal(pair.host.stats.viewsShrunk, 1)
  const shown = [...ada.entities('walker')].length
  assert.ok(shown > 50 && shown <= 400, `${shown} are shown`)
  for (const one of crowd) world.despawn(one as never)
  await pair.run(20_000)
  assert.equal(pair.host.stats.viewsShrunk, 0)
})
