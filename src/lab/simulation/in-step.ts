import { hypot, type Vector2 } from '../../core/index.ts'
import type { AnyEntity, AnyGame, World } from '../../world/index.ts'
import type { Check, CheckedRun } from './check.ts'
import type { SimulatedPlayer } from './simulated-player.ts'

/** For how many milliseconds nothing may have stood between a client and the server before it is held to this. */
const CALM_MS = 2000
/** The silence that counts as trouble of the network's, where others move, in milliseconds. */
const SILENCE_MS = 300
/** The same of what may be silent for half a second: players who want nothing new, servers where nobody moves. */
const OWN_SILENCE_MS = 800
/**
 * What passes between a difference and its end, besides two round trips, in milliseconds: the server tells of it at
 * its next tick, and what was wrong fades out. The lead is a round trip as far as the region, the ping one to the
 * gateway.
 */
const MEND_MS = 300
/**
 * The interval between two words of a character that moves [N17], in milliseconds: what the client cannot know of and
 * the server does not take for a surprise ends with the next of them.
 */
const WORD_MS = 500
/** How far others may be shown from where they were, in metres, besides what their kind tolerates. */
const OTHERS_METRES = 0.1
/** Within how many metres of the own character others are looked at: those further off are told of less often. */
const NEARBY_METRES = 20
/** How long others are on their way from one delay to a smaller one, at up to twice the speed, in milliseconds. */
const MAKE_UP_MS = 1000
/** How far the own character may be shown from where it comes to be, in metres, besides a tick's step. */
const OWN_METRES = 0.1
/** The most pictures of a player that wait for the server to make their tick. */
const WAITING_MAX = 256
/** For how many seconds it is remembered where everybody was. */
const REMEMBERED_SECONDS = 8
/** What a check knows of one player: since when it is calm, and since when something is wrong. */
interface Watched {
  heard: number
  heardAt: number
  /** When the last trouble ended. */
  brokenUntil: number
  wrongSince: number | undefined
}

/** Remembers of each player how long it has been connected and untroubled, and for how long something was wrong. */
class Watch<G extends AnyGame> {
  readonly #byPlayer = new Map<SimulatedPlayer<G>, Watched>()
  readonly #silenceMs: number

  /** @param silenceMs  the silence of the server that counts as trouble */
  constructor(silenceMs: number) {
    this.#silenceMs = silenceMs
  }

  /** Looks at one player. @returns whether it is to be held to what holds in calm */
  isCalm(actor: SimulatedPlayer<G>, run: CheckedRun<G>): boolean {
    const { now } = run.pair
    const watched = this.#of(actor)
    const { client, openSince } = actor
    const isOpen = !actor.hasLeft && client.status === 'open' && actor.host === run.pair.host
    // Who has them switched off sees the difference they make.
    const { prediction, interpolation } = client.switches
    const isAided = prediction && interpolation
    if (!isOpen || !isAided || openSince === undefined || client.me === undefined) {
      watched.brokenUntil = now
      watched.heardAt = now
      watched.wrongSince = undefined
      return false
    }
    const { serverTick } = client.stats
    if (now - watched.heardAt > this.#silenceMs || isUnheard(actor, run)) watched.brokenUntil = now
    if (serverTick !== watched.heard) watched.heardAt = now
    watched.heard = serverTick
    const calmSince = Math.max(openSince, actor.disturbedUntil, watched.brokenUntil)
    if (now - calmSince >= CALM_MS) return true
    watched.wrongSince = undefined
    return false
  }

  /** Notes whether something is wrong now. @returns for how many ms it has been */
  wrong(actor: SimulatedPlayer<G>, isWrong: boolean, now: number): number {
    const watched = this.#of(actor)
    watched.wrongSince = isWrong ? (watched.wrongSince ?? now) : undefined
    return isWrong ? now - (watched.wrongSince as number) : 0
  }

  #of(actor: SimulatedPlayer<G>): Watched {
    let watched = this.#byPlayer.get(actor)
    if (!watched) {
      watched = { heard: -1, heardAt: 0, brokenUntil: 0, wrongSince: undefined }
      this.#byPlayer.set(actor, watched)
    }
    return watched
  }
}

/** Returns whether nothing of what a player says has come through for a while. */
function isUnheard<G extends AnyGame>(actor: SimulatedPlayer<G>, run: CheckedRun<G>): boolean {
  const world = worldOf(run, actor)
  for (const { name, commands } of world?.players.values() ?? [])
    if (name === actor.name)
      return (
        (world as World).tick - commands.said > (OWN_SILENCE_MS / 1000) * (world as World).game.ticksPerSecond
      )
  return false
}

/**
 * Checks that who is connected and has been untroubled for two seconds sees the own character where the server has
 * it, but for what it walks in the time that its clock is ahead; for longer than a word takes nothing else may be
 * shown.
 */
export function ownIsInStep<G extends AnyGame>(): Check<G> {
  const watch = new Watch<G>(OWN_SILENCE_MS)
  return (run) => {
    const { pair, actors, metresPerSecond } = run
    for (const actor of actors) {
      const { client, name } = actor
      if (!watch.isCalm(actor, run)) continue
      const { leadMs, pingMs } = client.stats
      const me = client.me as unknown as AnyEntity
      const truth = worldOf(run, actor)?.get(me.id)?.position as Vector2 | undefined
      if (truth === undefined || me.position === undefined) continue
      const off = apart(me.position, truth)
      const tickMs = 1000 / client.game.ticksPerSecond
      // What was shown last may be a tick old, and so may the server's place.
      const most = ((leadMs + tickMs) / 1000) * metresPerSecond + 0.1
      const ms = watch.wrong(actor, off > most, pair.now)
      // What was said in a pause too short to count as trouble comes at its end.
      if (ms > OWN_SILENCE_MS + MEND_MS + 2 * Math.max(pingMs, leadMs))
        return `${name} is shown ${off.toFixed(2)} m from where it is, for ${ms} ms, and is ${leadMs.toFixed(0)} ms ahead`
    }
    return undefined
  }
}

/**
 * Checks that who is connected and has been untroubled for two seconds sees the own character, at each of the
 * player's ticks, where the server has it when it makes that tick: within a tick's step, and but for the time in which
 * what came otherwise is told. Where nothing is wanted any more that holds as well, so that nothing is owed for good.
 */
export function ownIsForeseen<G extends AnyGame>(): Check<G> {
  const watch = new Watch<G>(OWN_SILENCE_MS)
  const past = new Past()
  /** By player: what was shown and is not judged yet, oldest first. */
  const shown = new Map<SimulatedPlayer<G>, Foreseen[]>()
  return (run) => {
    const { pair, actors, metresPerSecond } = run
    past.note(run)
    for (const actor of actors) {
      const { client, name } = actor
      const waiting = shown.get(actor) ?? []
      shown.set(actor, waiting)
      const world = worldOf(run, actor)
      if (!watch.isCalm(actor, run) || world === undefined || !client.stats.isPredicting) {
        waiting.length = 0
        continue
      }
      const { id, position } = client.me as unknown as AnyEntity
      const tick = client.shownTickOf(id)
      if (tick === undefined || position === undefined) continue
      waiting.push({ world, id, tick, x: position.x, y: position.y, at: pair.now })
      const step = metresPerSecond / world.game.ticksPerSecond
      const { leadMs, pingMs } = client.stats
      while (waiting.length > 0 && (waiting[0].tick < world.tick - 1 || waiting.length > WAITING_MAX)) {
        const one = waiting.shift() as Foreseen
        const truth = past.placeOf(one.world, one.id, one.tick)
        if (truth === undefined) continue
        const off = apart(one, truth)
        const ms = watch.wrong(actor, off > step + OWN_METRES, one.at)
        if (ms > MEND_MS + WORD_MS + 4 * Math.max(pingMs, leadMs))
          return `${name} was shown ${off.toFixed(2)} m from where it came to be at tick ${one.tick.toFixed(1)}, and was for ${ms} ms`
      }
    }
    return undefined
  }
}

/** Where somebody saw the own character, at which of the player's ticks. */
interface Foreseen extends Vector2 {
  readonly world: World
  readonly id: number
  readonly tick: number
  readonly at: number
}

/**
 * Checks that others are shown where they were at the tick that they are shown at, and that this tick is no longer
 * ago than the client says.
 */
export function othersAreAsTold<G extends AnyGame>(): Check<G> {
  const watch = new Watch<G>(SILENCE_MS)
  const past = new Past()
  return (run) => {
    const { pair, actors } = run
    past.note(run)
    for (const actor of actors) {
      const { client, name } = actor
      if (!watch.isCalm(actor, run)) continue
      const world = worldOf(run, actor)
      if (world === undefined) continue
      const { shownTick, interpolationMs, pingMs, leadMs } = client.stats
      const found = misplaced(actor, world, past)
      const lateMs = ((world.tick - 1 - shownTick) * 1000) / client.game.ticksPerSecond
      const late = lateMs > interpolationMs + pingMs + MEND_MS
      const ms = watch.wrong(actor, late || found !== undefined, pair.now)
      // What was lost is told again a round trip later, and may be lost once more.
      const most = MEND_MS + 4 * Math.max(pingMs, leadMs)
      if (ms > (found === undefined ? most + MAKE_UP_MS : most))
        return (
          found ??
          `${name} is shown others ${lateMs.toFixed(0)} ms late, and says ${interpolationMs.toFixed(0)}`
        )
    }
    return undefined
  }
}

function misplaced<G extends AnyGame>(
  { client, name }: SimulatedPlayer<G>,
  world: World,
  past: Past,
): string | undefined {
  const me = client.me as unknown as AnyEntity
  for (const kind of client.game.kinds) {
    if (kind.position === undefined) continue
    for (const shown of client.entities(kind.name as never) as Iterable<AnyEntity>) {
      if (shown.id === me.id || shown.id < 0) continue
      const shownTick = client.shownTickOf(shown.id) ?? 0
      const at = past.placeOf(world, shown.id, shownTick)
      if (at === undefined || me.position === undefined) continue
      if (apart(me.position, at) > NEARBY_METRES) continue
      const off = apart(shown.position as Vector2, at)
      if (off > (kind.position.toleranceUnits + 2) * kind.position.unit + OTHERS_METRES)
        return `${name} sees ${shown.kind} ${shown.id} ${off.toFixed(2)} m from where it was at tick ${shownTick.toFixed(1)}`
    }
  }
  return undefined
}

type Places = ReadonlyMap<number, { readonly x: number; readonly y: number }>

/** Remembers where everybody was, by world and tick. */
class Past {
  #host: unknown
  readonly #byWorld = new Map<World, Map<number, Places>>()

  note<G extends AnyGame>({ pair }: CheckedRun<G>): void {
    if (this.#host !== pair.host) this.#byWorld.clear()
    this.#host = pair.host
    const worlds = new Set<World>()
    for (const { world } of pair.host.realm.instances) {
      worlds.add(world)
      const ticks = this.#byWorld.get(world) ?? new Map<number, Places>()
      this.#byWorld.set(world, ticks)
      // The world's tick is the one that is made next.
      const made = world.tick - 1
      if (ticks.has(made)) continue
      const places = new Map<number, { x: number; y: number }>()
      for (const resident of world.residents) {
        const place = resident?.entity.position
        if (place) places.set(resident.entity.id, { x: place.x, y: place.y })
      }
      ticks.set(made, places)
      ticks.delete(made - REMEMBERED_SECONDS * world.game.ticksPerSecond)
    }
    for (const world of this.#byWorld.keys()) if (!worlds.has(world)) this.#byWorld.delete(world)
  }

  /** Returns where an entity was at a tick, with a fraction; undefined where that is not known, and where it jumped. */
  placeOf(world: World, id: number, tick: number): Vector2 | undefined {
    const ticks = this.#byWorld.get(world)
    const from = ticks?.get(Math.floor(tick))?.get(id)
    const to = ticks?.get(Math.floor(tick) + 1)?.get(id)
    if (!from || !to) return undefined
    const share = tick - Math.floor(tick)
    return apart(from, to) > 2
      ? undefined
      : { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share }
  }
}

function worldOf<G extends AnyGame>(
  { pair }: CheckedRun<G>,
  { client }: SimulatedPlayer<G>,
): World | undefined {
  return client.map && pair.host.realm.get(client.map.instance)?.world
}

function apart(a: Vector2, b: Vector2): number {
  return hypot(a.x - b.x, a.y - b.y)
}
