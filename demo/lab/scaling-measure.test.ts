import assert from 'node:assert/strict'
import { test } from 'node:test'
import { measureCluster, measureMesh, measureServed } from './scaling-measure.ts'
import { fewPlayers, manyPlayers } from './scaling-table.ts'

/** By how much a figure of the table may differ from what is measured now. */
const SHARE = 0.15
const again =
  'Run node24 --conditions=shardless-source demo/lab/write-scaling.node.ts, and look at what it changed.'

function near(said: number, measured: number): void {
  assert.ok(
    Math.abs(said - measured) <= SHARE * measured,
    `the table says ${said}, measured ${measured}. ${again}`,
  )
}

test('what the table says of four players is what is measured', async () => {
  const said = fewPlayers.find(({ count }) => count === 4)!
  const [{ down, up }, { all, upEach }] = [await measureServed(4), measureMesh(4)]
  near(said.serverDown, down)
  near(said.serverUp, up)
  near(said.mesh, all)
  near(said.meshUpEach, upEach)
})

test('what the table says of fifty behind a gateway is what is measured', async () => {
  const said = manyPlayers.find(({ count }) => count === 50)!
  const { toEach, between } = await measureCluster(50)
  near(said.land, toEach)
  near(said.between, between)
})

test('on land each of a thousand costs little more than among two hundred, and between processes hardly more', () => {
  const [few, many] = [200, 1000].map((wanted) => manyPlayers.find(({ count }) => count === wanted)!)
  assert.ok(many.land < 1.25 * few.land, `${many.land} beside ${few.land}`)
  // Three gateways instead of one follow some cells twice.
  assert.ok(many.between / 1000 < (1.5 * few.between) / 200, `${many.between} beside ${few.between}`)
})
