import type { Vector2 } from '../../core/index.ts'
import { PathFinder, pathTo } from '../../geometry/index.ts'
import type { Task, TaskSteps } from '../../task/index.ts'
import { firstOf, seconds, signalled, ticks, until } from '../../task/index.ts'
import type { AnyGame, World } from '../../world/index.ts'
import { distance, type WalkEnd, type Walker, type WalkerOptions, Walkers } from './walkers.ts'

/** How many ticks pass between two looks of one who follows, flees or guards. */
const LOOK_TICKS = 10
/** How many ticks pass between two looks at the clock. */
const CLOCK_TICKS = 20
/** The priority of minds: they think after everything urgent. */
const PRIORITY = 10
/** How often one searches for another way before giving up. */
const TRIES = 3

export interface MindOptions<G extends AnyGame> extends WalkerOptions<G> {
  /** How finely ways are searched, in metres; see `PathFinder`. */
  readonly cellSize?: number
}

/** Something to do from an hour of the day on. */
export interface Appointment {
  /** When it begins, 0 <= hour < 24. The last of the day lasts until the first of the next. */
  readonly hour: number
  readonly place: Vector2
  /** What is done there, until the next appointment; nothing when left out. */
  readonly activity?: () => TaskSteps<unknown>
}

/**
 * Minds: what characters do whom nobody plays. Each is a generator, made of others with `yield*`, and runs as a
 * task of its entity.
 *
 *     minds.start(goat, function* () {
 *       yield* minds.goTo(goat, meadow)
 *       yield* minds.wander(goat, { around: meadow, radius: 20 })
 *     })
 *
 * A mind decides where to go; `Walkers` then moves the body, tick by tick, while the mind sleeps. So 2,000 of them
 * cost only what those who walk at the moment cost.
 */
export class Minds<G extends AnyGame> {
  readonly walkers: Walkers<G>
  readonly paths: PathFinder
  readonly #world: World<G>
  #map: World<G>['map']

  constructor(world: World<G>, options: MindOptions<G>) {
    this.#world = world
    this.#map = world.map
    this.paths = new PathFinder(world.map, options)
    this.walkers = new Walkers(world, options)
    const minds = this
    world.tasks.start(
      function* walkers() {
        for (;;) {
          minds.#step()
          yield
        }
      },
      { isDetached: true },
    )
  }

  /** Gives a character a mind. It ends when the character leaves the world. */
  start<Result>(me: Walker, mind: () => TaskSteps<Result>, options: { name?: string } = {}): Task<Result> {
    this.walkers.include(me)
    const { name = mind.name || 'mind' } = options
    return this.#world.tasks.start(mind, { name, priority: PRIORITY, of: me })
  }

  /** Goes to a place. */
  *goTo(
    me: Walker,
    place: Vector2,
    options: { isHasty?: boolean; within?: number } = {},
  ): TaskSteps<WalkEnd | 'no way'> {
    for (let tries = 0; tries < TRIES; tries++) {
      const end = yield* this.approach(me, place, options)
      if (end === 'there' || end === 'no way') return end
      yield ticks(this.#world.random.integer(5, 40))
    }
    return 'stuck'
  }

  /** Goes here and there within `radius` metres of a place, and rests in between. It never ends. */
  *wander(
    me: Walker,
    {
      around,
      radius,
      restSeconds = [2, 12],
    }: { around: Vector2; radius: number; restSeconds?: [number, number] },
  ): TaskSteps<never> {
    const { random } = this.#world
    for (;;) {
      yield seconds(random.between(...restSeconds))
      const place = this.paths.nearest({
        x: around.x + random.between(-radius, radius),
        y: around.y + random.between(-radius, radius),
      })
      if (place && distance(place, around) <= radius) yield* this.goTo(me, place)
    }
  }

  /** Stays within `within` metres of somebody. Ends when they have left the world. */
  *follow(me: Walker, whom: Walker, { within = 3 } = {}): TaskSteps {
    while (this.#isHere(whom)) {
      const gap = distance(me.position, whom.position)
      if (gap <= within) yield ticks(LOOK_TICKS)
      else
        yield* this.approach(me, whom.position, {
          isHasty: gap > 3 * within,
          within: within * 0.8,
          ticks: LOOK_TICKS,
        })
    }
  }

  /** Gets `distance` metres away from somebody. Ends when that is done, or they have left the world. */
  *flee(me: Walker, from: Walker, { distance: away }: { distance: number }): TaskSteps {
    while (this.#isHere(from) && distance(me.position, from.position) < away) {
      const refuge = this.#refugeFrom(me.position, from.position, away)
      if (refuge) yield* this.approach(me, refuge, { isHasty: true, ticks: LOOK_TICKS })
      else yield ticks(LOOK_TICKS)
    }
  }

  /** Stands at a post, and runs at everyone for whom `isFoe` holds within `reach` metres of it. It never ends. */
  *guard(
    me: Walker,
    { post, reach, isFoe }: { post: Vector2; reach: number; isFoe: (other: Walker) => boolean },
  ): TaskSteps<never> {
    for (;;) {
      let foe: Walker | undefined
      for (const each of this.#world.near(post, reach)) {
        const other = each as unknown as Walker
        if (other === me || !isFoe(other)) continue
        if (!foe || distance(other.position, me.position) < distance(foe.position, me.position)) foe = other
      }
      if (foe) yield* this.approach(me, foe.position, { isHasty: true, within: 1.2, ticks: LOOK_TICKS })
      else if (distance(me.position, post) > 1) yield* this.approach(me, post, { ticks: 4 * LOOK_TICKS })
      yield ticks(foe ? 1 : LOOK_TICKS)
    }
  }

  /**
   * Makes a day's round, every day: at hour h be at place p. It never ends.
   *
   * @param hour  the time of day, 0 <= h < 24
   */
  *dailyRound(me: Walker, appointments: readonly Appointment[], hour: () => number): TaskSteps<never> {
    const round = [...appointments].sort((a, b) => a.hour - b.hour)
    const current = (): Appointment | undefined => {
      const now = hour()
      return round.findLast((each) => each.hour <= now) ?? round.at(-1)
    }
    for (;;) {
      const appointment = current()
      const keeping =
        appointment && this.start(me, () => this.#keep(me, appointment), { name: 'appointment' })
      yield until(() => current() !== appointment, { everyTicks: CLOCK_TICKS })
      keeping?.stop()
    }
  }

  *#keep(me: Walker, { place, activity }: Appointment): TaskSteps {
    // Not all at once: a town does not rise like one man.
    yield seconds(this.#world.random.between(0, 10))
    while ((yield* this.goTo(me, place)) === 'stuck') yield seconds(this.#world.random.between(1, 4))
    if (activity) yield* activity()
  }

  /**
   * Walks towards a place, by a way round what stands between: all of it, or for at most so many `ticks`. For minds
   * that look again on the way.
   */
  *approach(
    me: Walker,
    place: Vector2,
    options: { isHasty?: boolean; within?: number; ticks?: number },
  ): TaskSteps<WalkEnd | 'no way' | 'on the way'> {
    const path = yield* pathTo(this.#world.tasks, this.paths, { from: me.position, to: place })
    if (!path) {
      yield ticks(LOOK_TICKS)
      return 'no way'
    }
    const walk = this.walkers.begin(me, path.waypoints, options)
    try {
      const ended = signalled<WalkEnd>(walk)
      if (options.ticks === undefined) return yield* ended
      const first = yield* firstOf(ended, ticks(options.ticks))
      return first.index === 0 ? first.value : 'on the way'
    } finally {
      this.walkers.end(walk)
    }
  }

  /** Finds, of eight places around, the walkable one farthest from the threat. */
  #refugeFrom(me: Vector2, threat: Vector2, away: number): Vector2 | undefined {
    let best: Vector2 | undefined
    for (const [east, north] of AROUND) {
      const place = this.paths.nearest({ x: me.x + east * away, y: me.y + north * away })
      if (!place || !this.paths.isReachable(me, place)) continue
      if (!best || distance(place, threat) > distance(best, threat)) best = place
    }
    return best
  }

  #isHere(other: Walker): boolean {
    return this.#world.get(other.id) === (other as unknown)
  }

  #step(): void {
    const { map } = this.#world
    if (map !== this.#map) {
      this.#map = map
      this.paths.update(map)
    }
    this.walkers.step()
  }
}

const AROUND: readonly (readonly [number, number])[] = [
  [1, 0],
  [0.7, 0.7],
  [0, 1],
  [-0.7, 0.7],
  [-1, 0],
  [-0.7, -0.7],
  [0, -1],
  [0.7, -0.7],
]
