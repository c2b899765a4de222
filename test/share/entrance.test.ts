/** Who comes in while the place where they do is given to another region. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type meadow, meadowServer } from './meadow.ts'
import { SharedTown } from './shared-town.ts'

/** How long the store takes to move a district, in ms: so long it is neither region's. */
const STORE_MS = 120
const COMERS = 24
/** How long after each other they come, in ms: over the whole time from the wish that a district moves. */
const APART_MS = 17

for (const regions of [2, 4])
  test(`[K21] whoever comes in while the district moves is there once, with ${regions} regions`, async () => {
    const cut = new SharedTown<typeof meadow>({
      definition: meadowServer,
      between: '3ms',
      regions,
      storeMs: STORE_MS,
    })
    await cut.settle()
    cut.entrance = (_name, speakerOf) => speakerOf(0)
    const west = cut.authors.get(0) as string
    const other = [...cut.processes.keys()].find((name) => name !== west) as string
    // What the directory says comes between two ticks, as it may.
    for (const process of cut.processes.values()) process.renewAt += 20
    cut.move(0, other)
    for (let i = 0; i < COMERS; i++) {
      cut.come(`W ${i}`)
      await cut.run(APART_MS)
    }
    await cut.run(3000)
    assert.equal(cut.authors.get(0), other)
    for (const { me, status } of cut.clients) {
      assert.equal(status, 'open')
      assert.ok(me, 'has a character')
      assert.deepEqual(cut.realIn(me.id), [other])
    }
    let walkers = 0
    for (const { region } of cut.processes.values())
      walkers += [...region.home.world.entities('walker')].length
    assert.equal(walkers, COMERS)
  })
