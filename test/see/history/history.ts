import assert from 'node:assert/strict'
import { hypot, Random } from '../../../src/core/index.ts'
import { emptyMap } from '../../../src/geometry/index.ts'
import { Author, type Expects, topicKey } from '../../../src/replication/index.ts'
import { type AnyEntity, World } from '../../../src/world/index.ts'
import { Follower, type Road } from './follower.ts'
import { type GameWorld, game, SIDE } from './game.ts'
import { Happenings } from './happenings.ts'

/** How long something happens, and how long it is quiet afterwards, in ticks. */
const BUSY_TICKS = 120
const QUIET_TICKS = 80

export const reliable: Road = { isLossy: false, loss: 0, repeat: 0, reorder: 0, delay: 3, breaks: 0.02 }
export const lossy: Road = { isLossy: true, loss: 0.2, repeat: 0.1, reorder: 0.3, delay: 2, breaks: 0.01 }

/** Where a viewer is and what it follows besides: all of it changes at random. */
class Viewer {
  readonly #world: GameWorld
  readonly #random: Random
  readonly #follower: Follower
  #x = SIDE / 2
  #y = SIDE / 2
  #radius = 30
  #salt = 0

  constructor(world: GameWorld, follower: Follower, random: Random) {
    this.#world = world
    this.#follower = follower
    this.#random = random
  }

  /** Whom the viewer has to see: everybody within the radius, and nobody beyond the rim. */
  expects(rim: number): Expects | undefined {
    if (rim === Number.POSITIVE_INFINITY) return undefined
    const { radius } = this.#follower.view
    return (id) => {
      const place = (this.#world.get(id) as AnyEntity | undefined)?.position
      if (place === undefined) return true
      const off = hypot(place.x - this.#x, place.y - this.#y)
      return off < radius - 0.2 ? true : off > radius + rim + 1.2 ? false : undefined
    }
  }

  step(): void {
    const random = this.#random
    this.#x = Math.max(0, Math.min(SIDE - 1, this.#x + random.between(-2, 2)))
    this.#y = Math.max(0, Math.min(SIDE - 1, this.#y + random.between(-2, 2)))
    if (random.chance(0.02)) this.#x = random.between(0, SIDE - 1)
    if (random.chance(0.02)) this.#radius = random.pick([0, 20, 30, 60])
    if (random.chance(0.05)) this.#salt = random.integer(0, 2)
    this.look()
    for (const group of [1, 2, 3])
      if (random.chance(0.03)) {
        const key = topicKey({ kind: 'group', id: group })
        if (this.#follower.view.extras.has(key)) this.#follower.view.unfollow(key)
        else this.#follower.view.follow(key)
      }
  }

  /** Looks, and follows exactly those restricted entities that it may see now. */
  look(): void {
    this.#follower.view.lookAt(this.#x, this.#y, this.#radius)
    const seen = new Set<number>()
    for (const { entity } of this.#world.restricted)
      if ((entity.id + this.#salt) % 3 !== 0) seen.add(topicKey({ kind: 'entity', id: entity.id }))
    for (const key of this.#follower.view.extras)
      if (key % 4 === 1 && !seen.has(key))
        this.#follower.view.unfollow(key, this.#world.get(Math.floor(key / 4)) === undefined)
    for (const key of seen) this.#follower.view.follow(key)
  }
}

/**
 * Plays one history: everything that can happen in a world, told over a road, and looks at the end whether the replica
 * equals its author.
 *
 * @param by  over this road comes a gateway's replica, which the viewer's replica follows in turn
 */
export function playHistory(seed: number, road: Road, by?: Road): { resumed: number; restarted: number } {
  const what = `seed ${seed}`
  const random = new Random(seed)
  const world = new World(game, { map: emptyMap(SIDE, SIDE), random: random.fork() })
  const author = new Author(world as never)
  const happenings = new Happenings(world, random.fork())
  const options = {
    bytesPerSecond: random.pick([4000, 12_000, 40_000]),
    entitiesMax: random.pick([20, 400]),
    farBeyond: random.pick([10, Number.POSITIVE_INFINITY]),
    rim: random.pick([6, Number.POSITIVE_INFINITY]),
    newsTicks: random.pick([1, 2, 3]),
  }
  const gateway = by ? new Follower(author, { road: by, random: random.fork() }) : undefined
  if (gateway) for (let cell = 0; cell < 64; cell++) gateway.view.follow(topicKey({ kind: 'cell', id: cell }))
  const source = gateway?.replica ?? author
  const follower = new Follower(source, { road, random: random.fork(), options })
  const viewer = new Viewer(world, follower, random.fork())
  let tick = 0
  try {
    for (let step = 0; step < BUSY_TICKS + QUIET_TICKS; step++) {
      const isQuiet = step >= BUSY_TICKS
      if (step === BUSY_TICKS) for (const each of [gateway, follower]) each?.calm()
      if (isQuiet) viewer.look()
      else {
        happenings.happen()
        viewer.step()
      }
      world.advance()
      author.publish()
      if (gateway) {
        for (const key of follower.view.extras) gateway.view.follow(key)
        gateway.step(world.tick)
      }
      tick = Math.max(tick, gateway ? gateway.replica.tick : world.tick)
      follower.step(tick)
      world.endTick()
    }
    gateway?.replica.receive(world.tick + 30, new Uint8Array(0))
    follower.replica.receive(world.tick + 30, new Uint8Array(0))
    follower.assertEqualTo(author.ledger, what, viewer.expects(options.rim))
  } catch (error) {
    if (error instanceof Error && !error.message.startsWith('seed'))
      error.message = `${what}: ${error.message}`
    throw error
  }
  assert.ok(true)
  return { resumed: follower.resumed, restarted: follower.restarted }
}
