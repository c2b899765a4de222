import type { Random } from '../../../src/core/index.ts'
import type { Quaternion } from '../../../src/wire/index.ts'
import { type GameWorld, SIDE, type Walker } from './game.ts'

interface Way {
  readonly x: number
  readonly y: number
  readonly z: number
}

const clamp = (value: number, end: number): number => Math.max(0, Math.min(end - 0.01, value))

/** Returns a rotation turned some way further. */
function turned(rotation: Quaternion, way: Way): Quaternion {
  const { x, y, z, w } = rotation
  const [i, j, k] = [way.x / 4, way.y / 4, way.z / 4]
  const sum = {
    x: x + i * w + j * z - k * y,
    y: y + j * w + k * x - i * z,
    z: z + k * w + i * y - j * x,
    w: w - i * x - j * y - k * z,
  }
  const length = Math.sqrt(sum.x * sum.x + sum.y * sum.y + sum.z * sum.z + sum.w * sum.w)
  return { x: sum.x / length, y: sum.y / length, z: sum.z / length, w: sum.w / length }
}

/** What happens in a world: everything that can, at random. */
export class Happenings {
  readonly #world: GameWorld
  readonly #random: Random
  readonly #ways = new Map<number, Way>()

  constructor(world: GameWorld, random: Random) {
    this.#world = world
    this.#random = random
    for (let i = 0; i < 30; i++) this.#spawn()
  }

  /** One tick's worth. */
  happen(): void {
    const random = this.#random
    if (random.chance(0.3)) this.#spawn()
    this.#walk()
    this.#fly()
    this.#tumble()
    const world = this.#world
    for (const leaf of world.entities('leaf')) {
      if (random.chance(0.3)) leaf.position.x = clamp(leaf.position.x + random.between(-2, 2), SIDE)
      if (random.chance(0.03)) leaf.position.y = random.between(0, SIDE)
      if (random.chance(0.05)) leaf.isGreen = !leaf.isGreen
    }
    for (const sky of world.entities('sky')) if (random.chance(0.1)) sky.weather = random.integer(0, 3)
    for (const banner of world.entities('banner'))
      if (random.chance(0.1)) banner.points = random.integer(0, 1000)
    const all = [
      ...world.entities('leaf'),
      ...world.entities('wreck'),
      ...world.entities('sky'),
      ...world.entities('banner'),
    ]
    if (random.chance(0.1) && all.length > 4) world.despawn(random.pick(all))
  }

  #spawn(): void {
    const random = this.#random
    const world = this.#world
    const position = { x: random.between(0, SIDE), y: random.between(0, SIDE) }
    const isRestricted = random.chance(0.1)
    const group = random.chance(0.05) ? random.integer(1, 3) : 0
    const dice = random.integer(0, 19)
    if (dice < 3) world.spawn('leaf', { position, isGreen: true }, { isRestricted, group })
    else if (dice < 5) world.spawn('bird', { position: { ...position, z: 30 } }, { isRestricted })
    else if (dice > 14) this.#spawnWreck(position, isRestricted, group)
    else if (dice < 6) world.spawn('sky', { weather: 1, name: 'sky' }, { isRestricted })
    else if (dice < 7) world.spawn('banner', { points: 0 }, { group: random.integer(1, 3) })
    else {
      const start = { facing: 0, health: 100, friend: 0, bag: [], name: `w${random.integer(0, 999)}` }
      world.spawn('walker', { position, ...start }, { isRestricted, group })
    }
  }

  #walk(): void {
    const random = this.#random
    const world = this.#world
    const walkers = [...world.entities('walker')]
    if (random.chance(0.25) && walkers.length > 5) world.despawn(random.pick(walkers))
    for (const walker of walkers) {
      const way = this.#wayOf(walker.id)
      walker.position.x = clamp(walker.position.x + way.x, SIDE)
      walker.position.y = clamp(walker.position.y + way.y, SIDE)
      this.#change(walker, walkers)
    }
  }

  #change(walker: Walker, walkers: readonly Walker[]): void {
    const random = this.#random
    const world = this.#world
    if (random.chance(0.05)) walker.health = random.integer(0, 100)
    if (random.chance(0.03)) walker.facing = random.between(0, 6)
    if (random.chance(0.05)) walker.bag = [random.integer(0, 9), random.integer(0, 9)]
    if (random.chance(0.05))
      walker.lantern = random.chance(0.5)
        ? undefined
        : { isLit: random.chance(0.5), oil: random.integer(0, 7) }
    if (random.chance(0.02)) walker.friend = random.pick(walkers).id
    if (random.chance(0.01))
      world.teleport(walker, { x: random.between(0, SIDE), y: random.between(0, SIDE) })
    if (random.chance(0.01)) world.restrict(walker, random.chance(0.5))
  }

  #fly(): void {
    for (const bird of this.#world.entities('bird')) {
      const way = this.#wayOf(bird.id)
      bird.position.x = clamp(bird.position.x + way.x, SIDE)
      bird.position.y = clamp(bird.position.y + way.y, SIDE)
      bird.position.z = clamp(bird.position.z + way.z, 60)
      if (this.#random.chance(0.05)) bird.isSinging = !bird.isSinging
    }
  }

  #spawnWreck(place: { x: number; y: number }, isRestricted: boolean, group: number): void {
    const upright = { x: 0, y: 0, z: 0, w: 1 }
    const parts = { position: { ...place, z: 1 }, rotation: upright, spin: upright, isHeavy: false }
    this.#world.spawn('wreck', parts, { isRestricted, group })
  }

  /** Wrecks fly and turn, are thrown elsewhere, and rest. */
  #tumble(): void {
    const random = this.#random
    for (const wreck of this.#world.entities('wreck')) {
      const way = this.#wayOf(wreck.id)
      wreck.position.x = clamp(wreck.position.x + way.x * 2, SIDE)
      wreck.position.y = clamp(wreck.position.y + way.y * 2, SIDE)
      wreck.position.z = clamp(wreck.position.z + way.z, 60)
      if (way.x !== 0 || random.chance(0.02)) wreck.rotation = turned(wreck.rotation, way)
      if (random.chance(0.1)) wreck.spin = turned(wreck.spin, { x: random.between(-2, 2), y: 1, z: way.z })
      if (random.chance(0.05)) wreck.isHeavy = !wreck.isHeavy
      if (random.chance(0.02)) wreck.position.x = random.between(0, SIDE)
      if (random.chance(0.01)) this.#world.restrict(wreck, random.chance(0.5))
    }
  }

  #wayOf(id: number): Way {
    const random = this.#random
    const known = this.#ways.get(id)
    if (known && !random.chance(0.1)) return known
    const isStill = random.chance(0.2)
    const along = (): number => (isStill ? 0 : random.between(-0.9, 0.9))
    const way = { x: along(), y: along(), z: along() }
    this.#ways.set(id, way)
    return way
  }
}
