import type { Vector2 } from '../../core/index.ts'
import { hypot } from '../../core/index.ts'
import type { AnyGame, CommandOf, EntityId, PlayerOf, World } from '../../world/index.ts'
import { Crowd } from './crowd.ts'

/** A character that walks: an entity of the player's kind. */
export interface Walker {
  readonly id: EntityId
  position: Vector2
}

/** How a walk ended. `stuck`: no progress for three seconds. */
export type WalkEnd = 'there' | 'stuck'

/**
 * A way to go: `east` and `north` are a vector of length 0 (stand) to 1 (full speed); `isHasty` is for games where
 * one can run.
 */
export interface Way {
  readonly east: number
  readonly north: number
  readonly isHasty: boolean
}

export interface WalkerOptions<G extends AnyGame> {
  /**
   * Makes the game's command for going a way. The object is reused for the next walker: take what you need out of
   * it.
   */
  readonly command: (way: Way) => CommandOf<G>
  /** The radius of a body in metres. */
  readonly radius: number
  /** How near two bodies come, from middle to middle, in metres: twice the radius when left out. */
  readonly apart?: number
  /** The speed in metres a second. */
  readonly speed: number
  /** The speed when hasty, in metres a second; `speed` when left out. */
  readonly hastySpeed?: number
}

/** One walk under way: `tasks.signal(walk, end)` tells its end. */
export interface Walk {
  readonly walker: Walker
  readonly isHasty: boolean
  /** How many metres from the end the walk is over. */
  readonly within: number
}

interface Going extends Walk {
  readonly body: Body
  readonly waypoints: readonly Vector2[]
  at: number
  /** The least distance so far to the next waypoint, and the ticks since it last became less. */
  best: number
  idle: number
  /** For how many of those ticks somebody was in the way who has already arrived at the place. */
  touched: number
  /** On which side it last walked round somebody, for a while: -1 right, 1 left. */
  side: number
}

interface Body {
  readonly walker: Walker
  readonly number: number
  going: Going | undefined
  /** Where it wanted to go and has arrived: others who want to go there may stop beside it. */
  settled: Vector2 | undefined
}

/** After how many seconds without progress a walk is stuck. */
const PATIENCE_SECONDS = 3
/**
 * After how many seconds of pushing past those who have already arrived a walker is content to stand beside them.
 */
const CONTENT_SECONDS = 0.3
/** How many metres count as progress. */
const PROGRESS = 0.25
/** How many metres apart two aims may be and still be the same place. */
const SAME_PLACE = 1.5
/** The ways past somebody, in eighths of a turn; those on the right first, since everybody does so. */
const DETOURS = [0, -1, 1, -2, 2] as const
const COS = [1, Math.SQRT1_2, 0] as const
const SIN = [0, Math.SQRT1_2, 1] as const

/**
 * Moves walkers, once a tick, with the commands that a player would give: the game's own `step` walks them. Nobody
 * walks into anybody: a step that would is not taken; another way past is, or none.
 *
 * What it costs: nothing for those who stand but a look at whether they still do (2,000 bodies: 0.1 ms a tick), and
 * for those who walk a `step` and up to five looks around, about a microsecond each.
 */
export class Walkers<G extends AnyGame> {
  readonly #world: World<G>
  readonly #options: WalkerOptions<G>
  readonly #crowd: Crowd
  readonly #bodies = new Map<EntityId, Body>()
  #going: Going[] = []
  readonly #byNumber: (Body | undefined)[] = []
  readonly #way = { east: 0, north: 0, isHasty: false }

  constructor(world: World<G>, options: WalkerOptions<G>) {
    this.#world = world
    this.#options = options
    this.#crowd = new Crowd(world.map.width, world.map.height, (options.apart ?? 2 * options.radius) / 2)
  }

  /** How many are walking. */
  get walking(): number {
    return this.#going.length
  }

  /** Makes the others give way to somebody from now on, until they leave the world. */
  include(walker: Walker): void {
    this.#bodyOf(walker)
  }

  /** Sends a walker along waypoints. A walk under way is over without a word. */
  begin(
    walker: Walker,
    waypoints: readonly Vector2[],
    options: { isHasty?: boolean; within?: number } = {},
  ): Walk {
    const { isHasty = false, within = 0.25 } = options
    const body = this.#bodyOf(walker)
    const going: Going = {
      walker,
      isHasty,
      within,
      body,
      waypoints,
      at: 0,
      best: Infinity,
      idle: 0,
      touched: 0,
      side: 0,
    }
    body.going = going
    body.settled = undefined
    this.#going.push(going)
    return going
  }

  /** Ends a walk before its time: the walker stands. */
  end(walk: Walk): void {
    const { body } = walk as Going
    if (body.going !== walk) return
    body.going = undefined
    this.#stand(body.walker)
  }

  /** Moves everybody one tick. */
  step(): void {
    this.#look()
    const going = this.#going
    let kept = 0
    for (let i = 0; i < going.length; i++) {
      const each = going[i]
      if (each.body.going !== each) continue
      const end = this.#advance(each)
      if (end === undefined) going[kept++] = each
      else {
        each.body.going = undefined
        if (end === 'there') each.body.settled = each.waypoints[each.waypoints.length - 1]
        this.#stand(each.walker)
        this.#world.tasks.signal(each, end)
      }
    }
    // What was begun meanwhile lies behind.
    going.length = kept
  }

  /** Puts everybody where they are now: players walk by themselves, others are put elsewhere, and some are gone. */
  #look(): void {
    const world = this.#world
    for (const player of world.players.values())
      if (player.entity) this.#bodyOf(player.entity as unknown as Walker)
    for (const body of this.#bodies.values()) {
      const { walker, number } = body
      if (world.get(walker.id) === (walker as unknown))
        this.#crowd.move(number, walker.position.x, walker.position.y)
      else {
        this.#crowd.remove(number)
        this.#bodies.delete(walker.id)
        this.#byNumber[number] = undefined
        body.going = undefined
      }
    }
  }

  #advance(going: Going): WalkEnd | undefined {
    const { walker, waypoints } = going
    const { position } = walker
    const { speed, hastySpeed = speed } = this.#options
    const stride = (going.isHasty ? hastySpeed : speed) * this.#world.game.secondsPerTick
    const last = waypoints.length - 1
    let aim = waypoints[going.at]
    let left = distance(position, aim)
    while (going.at < last && left <= stride / 2) {
      aim = waypoints[++going.at]
      left = distance(position, aim)
      going.best = Infinity
    }
    if (going.at === last && left <= going.within) return 'there'
    if (left < going.best - PROGRESS) {
      going.best = left
      going.idle = 0
      going.touched = 0
    } else going.idle++
    const blocker = this.#go(going, {
      east: (aim.x - position.x) / left,
      north: (aim.y - position.y) / left,
      share: Math.min(1, left / stride),
      stride,
    })
    if (blocker >= 0) {
      const settled = this.#byNumber[blocker]?.settled
      if (settled && distance(settled, waypoints[last]) < SAME_PLACE) going.touched++
      if (going.touched * this.#world.game.secondsPerTick > CONTENT_SECONDS) return 'there'
    }
    return going.idle > PATIENCE_SECONDS / this.#world.game.secondsPerTick ? 'stuck' : undefined
  }

  /** Takes one step, straight or past whoever is in the way. @returns who was, -1 for nobody */
  #go(going: Going, way: { east: number; north: number; share: number; stride: number }): number {
    const { walker, body } = going
    const { position } = walker
    const reach = way.share * way.stride
    let blocker = -1
    for (let i = 0; i < DETOURS.length; i++) {
      // Whoever began to pass on one side goes on so.
      const turn = going.side > 0 ? -DETOURS[i] : DETOURS[i]
      const cos = COS[Math.abs(turn)]
      const sin = turn < 0 ? -SIN[-turn] : SIN[turn]
      const east = way.east * cos - way.north * sin
      const north = way.north * cos + way.east * sin
      const met = this.#crowd.inTheWay(body.number, position.x + east * reach, position.y + north * reach)
      if (met >= 0) {
        if (blocker < 0) blocker = met
        continue
      }
      const { x, y } = position
      this.#command(walker, east * way.share, north * way.share, going.isHasty)
      // Walls may have led the step elsewhere.
      if (this.#crowd.inTheWay(body.number, position.x, position.y) >= 0) {
        position.x = x
        position.y = y
        continue
      }
      this.#crowd.move(body.number, position.x, position.y)
      going.side = turn
      return blocker
    }
    going.side = 0
    this.#stand(walker)
    return blocker
  }

  #stand(walker: Walker): void {
    if (this.#world.get(walker.id) === (walker as unknown)) this.#command(walker, 0, 0, false)
  }

  #command(walker: Walker, east: number, north: number, isHasty: boolean): void {
    const way = this.#way
    way.east = east
    way.north = north
    way.isHasty = isHasty
    const command = this.#world.code.call('command', 'minds', this.#options.command, way)
    if (command !== undefined) this.#world.command(walker as unknown as PlayerOf<G>, command)
  }

  #bodyOf(walker: Walker): Body {
    let body = this.#bodies.get(walker.id)
    if (!body) {
      const number = this.#crowd.add(walker.position.x, walker.position.y)
      body = { walker, number, going: undefined, settled: undefined }
      this.#bodies.set(walker.id, body)
      this.#byNumber[number] = body
    }
    return body
  }
}

export function distance(a: Vector2, b: Vector2): number {
  return hypot(a.x - b.x, a.y - b.y)
}
