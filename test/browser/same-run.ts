/** A whole run of the simulator, and the demo's own steps, for engines to agree on. */
import { idle, town } from '../../demo/game/town.ts'
import { Hash } from '../../src/core/index.ts'
import { alone, emptyMap, Random } from '../../src/index.ts'
import { Simulation, scenarioByName } from '../../src/lab/index.ts'
import { lively, livelyBots } from '../field/lively.ts'

/** Server, clients, weather, minds, prediction: a hash of every packet both ways. */
export async function run(
  seed: number,
): Promise<{ hash: string; packets: number; failure: string | undefined }> {
  const scenario = { ...scenarioByName('storm'), seconds: 6 }
  const outcome = await new Simulation({ definition: lively, bots: livelyBots, scenario, seed }).run()
  return { hash: outcome.hash, packets: outcome.packets, failure: outcome.failure }
}

/**
 * Somebody of the town goes every way and throws lanterns every way. @returns a hash of the bits of where all of it was
 */
export function walkOfTown(ticks: number): string {
  const bits = new DataView(new ArrayBuffer(8))
  const hash = new Hash()
  const add = (value: number): void => {
    bits.setFloat64(0, value)
    hash.word(bits.getUint32(0)).word(bits.getUint32(4))
  }
  const dice = new Random(5)
  const lanterns: { position: { x: number; y: number }; flight: number }[] = []
  const near = alone(town, emptyMap(512, 512))
  const spawn: typeof near.spawn = (kind, start) => {
    const entity = near.spawn(kind, start)
    lanterns.push(entity as never)
    return entity
  }
  const walker = near.spawn('walker', { position: { x: 256, y: 256 } }) as never as (typeof lanterns)[0] & {
    facing: number
  }
  for (let tick = 0; tick < ticks; tick++) {
    const aim = dice.between(0, 2 * Math.PI)
    const command = { ...idle, east: dice.between(-1, 1), north: dice.between(-1, 1), throws: true, aim }
    town.step(walker as never, command, { ...near, spawn })
    for (const lantern of lanterns) town.moves?.lantern?.(lantern as never, near)
    for (const { position } of [walker, ...lanterns]) {
      add(position.x)
      add(position.y)
    }
    add(walker.facing)
    while (lanterns[0]?.flight === 0) lanterns.shift()
  }
  return hash.digest
}
