/** Handles thrown lanterns on the server: whom they hit, as the thrower saw it, and when they burn down. */
import {
  cos,
  type EntityId,
  hypot,
  type Player,
  sin,
  type TaskSteps,
  type Vector2,
  type World,
} from 'shardless'
import { hearing, type Lantern, reach, throwSpeed, type town, type Walker } from './town.ts'

type Town = World<typeof town>

/** The distance from its path within which a lantern hits somebody, in metres. */
export const hitRadius = 0.6
/** How long a lantern burns where it fell, in seconds. */
export const burningSeconds = 6

interface Watched {
  /** Its position a tick ago. */
  from: Vector2
  /** The tick in which it burns down, once it has fallen. */
  until: number
}

/** Updates all lanterns in each tick. It is a task of the world. */
export function* tendLanterns(world: Town): TaskSteps<never> {
  const all = new Map<EntityId, Watched>()
  for (;;) {
    for (const lantern of world.entities('lantern')) {
      let watched = all.get(lantern.id)
      if (!watched) {
        watched = { from: beforeFlight(lantern, world.game.secondsPerTick), until: Number.POSITIVE_INFINITY }
        all.set(lantern.id, watched)
      }
      if (watched.until === Number.POSITIVE_INFINITY) {
        strike(world, lantern, watched.from)
        watched.from = { ...lantern.position }
        if (lantern.flight === 0)
          watched.until = world.tick + Math.round(burningSeconds * world.game.ticksPerSecond)
      } else if (world.tick >= watched.until) {
        world.despawn(lantern)
        all.delete(lantern.id)
      }
    }
    // Somebody may have picked one up.
    for (const id of all.keys()) if (!world.get(id)) all.delete(id)
    yield 0
  }
}

/** Returns the nearest lantern burning on the ground within reach that may be taken. */
export function burningNear(
  world: Town,
  at: Vector2,
  isFree: (lantern: Lantern) => boolean = () => true,
): Lantern | undefined {
  let [nearest, least] = [undefined as Lantern | undefined, reach]
  for (const lantern of world.near(at, reach)) {
    if (lantern.kind !== 'lantern' || lantern.flight > 0 || !isFree(lantern)) continue
    const far = hypot(lantern.position.x - at.x, lantern.position.y - at.y)
    if (far > least) continue
    nearest = lantern
    least = far
  }
  return nearest
}

/** Returns a lantern's position before its flight, as it has flown one tick already in its first. */
function beforeFlight({ position, aim }: Lantern, seconds: number): Vector2 {
  const distance = throwSpeed * seconds
  return { x: position.x - cos(aim) * distance, y: position.y - sin(aim) * distance }
}

/** Hits the first person that the lantern met since the last tick, and drops it there. */
function strike(world: Town, lantern: Lantern, from: Vector2): void {
  const thrower = throwerOf(world, lantern.by)
  const to = lantern.position
  const radius = hitRadius + hypot(to.x - from.x, to.y - from.y)
  // A player hits what they see, which is a little in the past; somebody whom nobody plays sees what is so.
  const near = thrower ? world.nearSeenBy(thrower, to, radius) : world.near(to, radius)
  let [victim, where, least] = [undefined as Walker | undefined, to as Vector2, Number.POSITIVE_INFINITY]
  for (const walker of near) {
    if (walker.kind !== 'walker' || walker.id === lantern.by) continue
    const seen = thrower ? world.seenBy(thrower, walker) : walker.position
    if (!seen) continue
    const place = nearestOnWay(from, to, seen)
    const off = hypot(place.x - seen.x, place.y - seen.y)
    const far = hypot(place.x - from.x, place.y - from.y)
    if (off > hitRadius || far >= least) continue
    victim = walker
    where = place
    least = far
  }
  if (!victim) return
  lantern.hit = victim.id
  lantern.flight = 0
  Object.assign(lantern.position, where)
  world.tell('marked', { who: victim.id, by: lantern.by }, { near: where, radius: hearing })
}

function throwerOf(world: Town, id: EntityId): Player<typeof town> | undefined {
  for (const player of world.players.values()) if (player.entity?.id === id) return player
  return undefined
}

/** Returns the point on the segment between two points that is nearest to a third. */
function nearestOnWay(from: Vector2, to: Vector2, at: Vector2): Vector2 {
  const [dx, dy] = [to.x - from.x, to.y - from.y]
  const squared = dx * dx + dy * dy
  const along = squared === 0 ? 0 : ((at.x - from.x) * dx + (at.y - from.y) * dy) / squared
  const share = Math.min(1, Math.max(0, along))
  return { x: from.x + dx * share, y: from.y + dy * share }
}
