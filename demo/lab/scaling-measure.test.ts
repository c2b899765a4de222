import assert from 'node:assert/strict'
import { test } from 'node:test'
import { measureMesh, measureServed, measureWorld } from './scaling-measure.ts'
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

test('what the table says of a thousand is what is measured: on land each costs little more than among two hundred', async () => {
  const said = manyPlayers.find(({ count }) => count === 1000)!
  const land = await measureWorld(1000, 'land')
  near(said.land, land)
  const among200 = manyPlayers.find(({ count }) => count === 200)!
  assert.ok(land < 1.25 * among200.land, `${land} beside ${among200.land}`)
})
