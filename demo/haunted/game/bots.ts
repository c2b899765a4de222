import { hypot, Minds, type Task, type TaskSteps, ticks, type Vector2 } from 'shardless'
import type { haunted, Soul } from './haunted.ts'
import type { Match } from './match.ts'
import { bodySide, pace, px, ticksPerSecond } from './measure.ts'
import type { Someone } from './people.ts'
import { apart } from './places.ts'

/** How many ticks a bot thinks about what it sees before it looks again. */
const LOOK_TICKS = 6
/** How near a seeker has to come before a hider runs, in metres. */
const FRIGHT = 17
/** For how many ticks a seeker goes on to where it last saw somebody. */
const MEMORY_TICKS = 4 * ticksPerSecond
/** How far off a seeking bot notices somebody: people do not look everywhere at once. */
const NOTICE = 20
/** How long it looks around where it has come to search, in ticks. */
const LOOK_AROUND_TICKS = 2 * ticksPerSecond
/** The distance between two places where one may hide, in metres. */
const SPOT_METRES = 4
/** How many spots a bot weighs when it looks for one. */
const SPOTS_WEIGHED = 10

/**
 * Plays for those whom nobody plays. A bot knows what a player in its place would: whom it sees, where the lights
 * are, and where it has looked.
 */
export class BotMinds {
  readonly #match: Match
  readonly #minds: Minds<typeof haunted>
  #spots: readonly Vector2[]
  readonly #playing = new Map<Someone, Task<unknown>>()

  constructor(match: Match) {
    const { world } = match
    this.#match = match
    this.#minds = new Minds(world, {
      // Round bodies that have room where a square one turns.
      radius: bodySide * 0.75,
      // Who would catch somebody has to touch them.
      apart: bodySide * 0.6,
      speed: pace.seeker * px * ticksPerSecond,
      command: ({ east, north }) => ({ east, north }),
    })
    this.#spots = this.#findSpots()
  }

  /** Looks for places to hide on a map that has changed. */
  takeOverMap(): void {
    this.#minds.paths.update(this.#match.world.map)
    this.#spots = this.#findSpots()
  }

  /** Has somebody's soul go on by itself. */
  play(someone: Someone): void {
    this.rest(someone)
    const { soul } = someone
    if (!soul) return
    const mind = soul.team === 'seekers' ? () => this.#seek(soul) : () => this.#hide(soul)
    this.#playing.set(someone, this.#minds.start(soul, mind, { name: `${soul.team} bot` }))
  }

  /** Stops playing for somebody. */
  rest(someone: Someone): void {
    this.#playing.get(someone)?.stop()
    this.#playing.delete(someone)
  }

  *#seek(me: Soul): TaskSteps {
    const { world } = this.#match
    const searched = new Map<Vector2, number>()
    let trail: { place: Vector2; tick: number } | undefined
    let goal: Vector2 | undefined
    while (!this.#match.isOn) yield ticks(LOOK_TICKS)
    for (;;) {
      const prey = this.#nearest(me, 'hiders', NOTICE)
      if (prey) {
        // Not where they are, but where they will be.
        trail = { place: { ...prey.position }, tick: world.tick }
        goal = undefined
        yield* this.#minds.approach(me, prey.position, { within: 0.1, ticks: LOOK_TICKS })
        continue
      }
      if (trail && (world.tick - trail.tick > MEMORY_TICKS || apart(me.position, trail.place) < 1)) {
        // Whoever is gone from there is somewhere near.
        goal = this.#choose(
          (spot) => -apart(spot, (trail as { place: Vector2 }).place) - (searched.has(spot) ? 8 : 0),
        )
        trail = undefined
      }
      for (const spot of this.#spots) if (apart(spot, me.position) < 5) searched.set(spot, world.tick)
      if (trail) {
        yield* this.#minds.approach(me, trail.place, { within: 0.5, ticks: LOOK_TICKS })
        continue
      }
      if (goal && apart(me.position, goal) < 1.5) {
        goal = undefined
        for (
          let left = LOOK_AROUND_TICKS;
          left > 0 && !this.#nearest(me, 'hiders', NOTICE);
          left -= LOOK_TICKS
        )
          yield ticks(LOOK_TICKS)
        continue
      }
      if (!goal)
        goal = this.#choose((spot) => {
          const unseen = Math.min(60, (world.tick - (searched.get(spot) ?? -1e6)) / ticksPerSecond)
          return unseen - apart(spot, me.position) * 0.6
        })
      if (!goal || (yield* this.#minds.approach(me, goal, { within: 1, ticks: LOOK_TICKS })) === 'no way') {
        goal = undefined
        yield ticks(LOOK_TICKS)
      }
    }
  }

  *#hide(me: Soul): TaskSteps {
    const { world } = this.#match
    let goal: Vector2 | undefined
    let restless = world.tick + world.random.integer(40, 120) * ticksPerSecond
    for (;;) {
      const threat = this.#nearest(me, 'seekers', Infinity)
      const far = threat ? apart(threat.position, me.position) : Infinity
      if (threat && far < FRIGHT) {
        goal = this.#refuge(me, threat.position)
        restless = world.tick + world.random.integer(30, 90) * ticksPerSecond
      } else if (!goal || world.tick > restless) {
        goal = this.#choose((spot) => this.#darkness(spot) - apart(spot, me.position) * 0.4)
        restless = world.tick + world.random.integer(40, 120) * ticksPerSecond
      }
      if (!goal || apart(me.position, goal) < 0.6) yield ticks(LOOK_TICKS)
      else if ((yield* this.#minds.approach(me, goal, { within: 0.4, ticks: LOOK_TICKS })) === 'no way') {
        goal = undefined
        yield ticks(LOOK_TICKS)
      }
    }
  }

  /** Finds where to run: far from whom one runs from, dark, and not past them. */
  #refuge(me: Soul, threat: Vector2): Vector2 | undefined {
    const { x, y } = me.position
    const away = hypot(x - threat.x, y - threat.y) || 1
    return this.#choose((spot) => {
      const way = apart(spot, me.position) || 1
      // 1 straight away from the threat, -1 straight at it.
      const along = ((spot.x - x) * (x - threat.x) + (spot.y - y) * (y - threat.y)) / (way * away)
      return Math.min(apart(spot, threat), 40) + 14 * along + this.#darkness(spot) / 2 - way * 0.3
    })
  }

  #darkness(spot: Vector2): number {
    return this.#match.house.sight.isLit(spot) ? 0 : 20
  }

  /** Finds the nearest of a team whom somebody sees. */
  #nearest(me: Soul, team: Soul['team'], within: number): Soul | undefined {
    let [found, least] = [undefined as Soul | undefined, within]
    for (const { soul } of this.#match.people) {
      if (soul?.team !== team) continue
      const far = apart(soul.position, me.position)
      if (far >= least || !this.#match.sees(me, soul)) continue
      found = soul
      least = far
    }
    return found
  }

  /** Weighs some spots, and takes the best. */
  #choose(worth: (spot: Vector2) => number): Vector2 | undefined {
    const { random } = this.#match.world
    let [best, most] = [undefined as Vector2 | undefined, -Infinity]
    for (let i = 0; i < SPOTS_WEIGHED && this.#spots.length > 0; i++) {
      const spot = random.pick(this.#spots)
      const value = worth(spot)
      if (value <= most) continue
      best = spot
      most = value
    }
    return best
  }

  /** Finds places all over the house where one can stand. */
  #findSpots(): readonly Vector2[] {
    const { map } = this.#match.world
    const spots: Vector2[] = []
    for (let y = SPOT_METRES / 2; y < map.height; y += SPOT_METRES)
      for (let x = SPOT_METRES / 2; x < map.width; x += SPOT_METRES) {
        const spot = this.#minds.paths.nearest({ x, y })
        if (spot && apart(spot, { x, y }) < SPOT_METRES / 2) spots.push(spot)
      }
    return spots
  }
}
