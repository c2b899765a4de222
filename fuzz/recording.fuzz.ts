import { concat, instant, OutsideError, Random } from '../src/core/index.ts'
import { emptyMap } from '../src/geometry/index.ts'
import { RecordedWorld, Recorder } from '../src/lab/index.ts'
import { Author } from '../src/replication/index.ts'
import { World } from '../src/world/index.ts'
import { field } from '../test/field/field.ts'

/** Small, so that inputs reach it. */
const CHUNKS_MAX = 256

/** A recording as a file: opening it, playing it and moving about in it never harms. */
export const seeds: Uint8Array[] = [walk(1, 12, 4), walk(2, 40, 10), walk(3, 3, 200)]

export function fuzz(input: Uint8Array): void {
  let now = instant(0)
  let world: RecordedWorld<typeof field>
  try {
    world = new RecordedWorld(field, input, { now: () => now, chunksMax: CHUNKS_MAX })
  } catch (error) {
    if (error instanceof OutsideError) return
    throw error
  }
  const { firstTick, lastTick } = world
  world.play()
  for (let step = 0; step < 8; step++) {
    now = instant(now + 400)
    world.frame()
    if (world.stats.tick < firstTick || world.stats.tick > lastTick) throw new Error('it is nowhere')
    if (step === 4) world.seek(lastTick)
    if (step === 6) world.seek(firstTick + (lastTick - firstTick) / 3)
  }
  if (world.stats.entities > CHUNKS_MAX * 32 + 32) throw new Error('it holds too much')
}

/** Records some walkers that come, turn and go. */
function walk(seed: number, ticks: number, keyframeTicks: number): Uint8Array {
  const random = new Random(seed)
  const world = new World(field, { map: emptyMap(256, 256), random })
  const author = new Author(world)
  const parts: Uint8Array[] = []
  const recorder = new Recorder(author, {
    write: (bytes) => parts.push(new Uint8Array(bytes)),
    keyframeTicks,
  })
  for (let i = 0; i < ticks; i++) {
    if (i % 5 === 0) world.spawn('walker', { position: { x: 60, y: 60 }, health: 50, name: `W${i}` })
    for (const walker of world.entities('walker')) {
      walker.position.x += random.integer(-1, 1) / 4
      if (random.chance(0.05)) world.despawn(walker)
    }
    world.advance()
    author.publish()
    recorder.record(world.tick)
    world.endTick()
  }
  return concat(parts)
}
