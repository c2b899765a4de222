/** Many steps over a map, for two platforms to agree on. */
import { Hash } from '../../src/core/index.ts'
import { parseMap, Random, type Solid, type WorldMap, worldMap } from '../../src/index.ts'

/** @returns a hash of the bits of every hundredth place, and of the last ones */
export function walk(map: WorldMap, options: { readonly seed: number; readonly steps: number }): string {
  const dice = new Random(options.seed)
  const bits = new DataView(new ArrayBuffer(8))
  const hash = new Hash()
  const bodies = [
    0.4,
    0.4,
    0.25,
    1.5,
    { halfWidth: 0.4, halfHeight: 0.4 },
    { halfWidth: 1.2, halfHeight: 0.3 },
  ]
  const walkers = bodies.map((body) => {
    const place = map.nearestFree(dice.between(0, map.width), dice.between(0, map.height), body)
    return { body, x: place?.x ?? 1, y: place?.y ?? 1, dx: 0, dy: 0 }
  })
  for (let step = 0; step < options.steps; step++) {
    const walker = walkers[step % walkers.length]
    if (dice.next() % 16 === 0) {
      const speed = dice.chance(0.02) ? 20 : 0.4
      walker.dx = dice.between(-speed, speed)
      walker.dy = dice.between(-speed, speed)
    }
    map.slide(walker, walker.dx, walker.dy, walker.body)
    if (step % 100 > 0 && step < options.steps - walkers.length) continue
    for (const value of [walker.x, walker.y]) {
      bits.setFloat64(0, value)
      hash.word(bits.getUint32(0)).word(bits.getUint32(4))
    }
  }
  return hash.digest
}

/** A map of 128 x 128 m full of every shape, some of them turned: what a map of the editor comes to. */
export function randomMap(seed: number): WorldMap {
  const dice = new Random(seed)
  const objects = Array.from({ length: 150 }, (_, id) => {
    const [x, y] = [dice.integer(0, 1023), dice.integer(0, 1023)]
    const [width, height] = [dice.integer(4, 60), dice.integer(4, 60)]
    const shape = dice.integer(0, 4)
    const corners = [0, 1, 2].map(() => ({ x: dice.integer(-40, 40), y: dice.integer(-40, 40) }))
    if (shape === 0) return { id, x, y, polygon: corners }
    if (shape === 1) return { id, x, y, polyline: corners }
    return { id, x, y, width, height, ellipse: shape === 2, rotation: dice.integer(0, 359) }
  })
  return parseMap({
    orientation: 'orthogonal',
    width: 128,
    height: 128,
    tilewidth: 8,
    tileheight: 8,
    layers: [{ name: 'walls', type: 'objectgroup', objects }],
  })
}

/** What a page is asked for: both walks, and the solids of a map as text, bits and all. */
export function proof(town: unknown, steps: number): { town: string; random: string; solids: string } {
  const map = parseMap(town)
  const other = randomMap(3)
  return {
    town: walk(map, { seed: 1, steps }),
    random: walk(other, { seed: 2, steps }),
    solids: JSON.stringify(worldMap(other).solids satisfies readonly Solid[]),
  }
}
