/**
 * Whole runs on two maps in weather and with faults: people go through portals all the time, and what must hold
 * holds in each world.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defineBot } from '../../src/client/index.ts'
import { Simulation, scenarioByName } from '../../src/lab/index.ts'
import { nodeSodium } from '../../src/netcode/index.node.ts'
import { field } from '../field/field.ts'
import { maps, twoMaps } from '../field/two-maps.ts'

/** East, where the portals are, and a little to either side. */
const eastwards = defineBot(field, {
  name: ({ number }) => `Bot ${number}`,
  begin: ({ random }) => {
    let north = 0
    return () => {
      if (random.chance(0.02)) north = random.integer(-1, 1)
      return { east: 1, north }
    }
  },
})

for (const [name, isSealed] of [
  ['chaos', false],
  ['chaos', true],
] as const)
  test(`[M19] [N31] "${name}" over ${isSealed ? 'sealed datagrams' : 'streams'} holds on two maps with portals between them`, async () => {
    let crossings = 0
    const { failure } = await new Simulation({
      definition: twoMaps,
      bots: eastwards,
      scenario: scenarioByName(name),
      seed: 7,
      sealed: isSealed ? { cipher: nodeSodium } : undefined,
      watch: ({ pair, actors }) => {
        for (const { client } of actors)
          if (client.map && client.map.width !== maps[client.map.name].width) crossings = Number.NaN
        for (const { world, map } of pair.host.realm.instances)
          if (map === 'cave') crossings = Math.max(crossings, world.players.size)
      },
    }).run()
    assert.equal(failure, undefined)
    assert.ok(crossings >= 2, `${crossings} in the cave at a time`)
  })
