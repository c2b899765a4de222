import type { Client } from '../../client/index.ts'
import { hypot } from '../../core/index.ts'
import { RIM_METRES } from '../../gateway/index.ts'
import type { Expects } from '../../replication/index.ts'
import type { ServerDefinition } from '../../server/index.ts'
import type { AnyEntity, AnyGame, Player, Resident, World } from '../../world/index.ts'
import type { Pair } from '../pair.ts'
import type { Check, CheckedRun } from './check.ts'
import { othersAreAsTold, ownIsForeseen, ownIsInStep } from './in-step.ts'

/** By how much an entity's place as told may differ from where it is, in metres. */
const SURE_METRES = 0.1
/** Within how many milliseconds a client with an open connection and no trouble has to see its own character. */
const OWN_MS_MAX = 10_000

/**
 * Makes the checks that must hold after every tick, of every game. Made anew for each run: some of them remember.
 */
export function standingChecks<G extends AnyGame>(definition: ServerDefinition<G>): readonly Check<G>[] {
  return [
    tickNeverGoesBack(),
    playersAreSessions,
    everyoneIsOnTheMap,
    nothingGrows,
    ownIsThere(),
    ownIsInStep(),
    ownIsForeseen(),
    othersAreAsTold(),
    secretsStaySo(definition),
  ]
}

function tickNeverGoesBack<G extends AnyGame>(): Check<G> {
  let host: unknown
  let last = 0
  return ({ pair }) => {
    const { tick } = pair.host.stats
    const before = pair.host === host ? last : 0
    host = pair.host
    last = tick
    return tick < before ? `the server's tick went back from ${before} to ${tick}` : undefined
  }
}

function playersAreSessions<G extends AnyGame>({ pair }: CheckedRun<G>): string | undefined {
  const { players, connections } = pair.host.stats
  let size = 0
  for (const { world } of pair.host.realm.instances) size += world.players.size
  // Who comes and goes is on the way between the halves for a while.
  if (pair.isApart) return undefined
  return players === size && size <= pair.host.limits.players && connections >= 0
    ? undefined
    : `${size} players are in its worlds, and the server counts ${players} of ${pair.host.limits.players}`
}

function everyoneIsOnTheMap<G extends AnyGame>({ pair }: CheckedRun<G>): string | undefined {
  for (const { world, map: name } of pair.host.realm.instances) {
    const { residents, map } = world
    for (const resident of residents) {
      const place = resident?.entity.position
      if (place === undefined) continue
      if (!(place.x >= 0 && place.x < map.width && place.y >= 0 && place.y < map.height))
        return `${describe(resident as Resident)} stands at (${place.x}, ${place.y}), off the map ${name}`
    }
  }
  return undefined
}

function nothingGrows<G extends AnyGame>(scene: CheckedRun<G>): string | undefined {
  const { pair, actors, bufferedBytes, bufferBytesMax } = scene
  if (bufferedBytes > bufferBytesMax) return `a link of the server's holds ${bufferedBytes} bytes`
  let cells = 0
  for (const { world } of pair.host.realm.instances) cells = Math.max(cells, world.grid.cells)
  const topicsMost = cells + pair.host.stats.entities + 1000
  for (const { client, name } of actors) {
    const { entitiesInView, topics } = client.stats
    if (topics > topicsMost) return `${name} follows ${topics} topics`
    if (entitiesInView > 1_000_000) return `${name} holds ${entitiesInView} entities`
  }
  return undefined
}

function ownIsThere<G extends AnyGame>(): Check<G> {
  /** By player: when they last had none. */
  const without = new Map<string, number>()
  return ({ pair, actors }) => {
    for (const { client, name, openSince, ownSeenAt, troubledUntil, hasLeft } of actors) {
      if (!hasCharacter(pair, name)) without.set(name, pair.now)
      if (hasLeft || openSince === undefined || client.status !== 'open' || client.me !== undefined) continue
      const since = Math.max(openSince, ownSeenAt, troubledUntil, without.get(name) ?? 0)
      if (pair.now - since > OWN_MS_MAX) return `${name} has not seen its own character for ${OWN_MS_MAX} ms`
    }
    return undefined
  }
}

/**
 * Checks that nobody holds an entity that its player could never have seen: one that was restricted ever since it
 * began.
 */
function secretsStaySo<G extends AnyGame>(definition: ServerDefinition<G>): Check<G> {
  let last: unknown
  /** By entity: the players who may ever have seen it; `everyone` once it was not restricted. */
  const seen = new Map<number, Set<string> | 'everyone'>()
  return ({ pair, actors }) => {
    if (last !== pair.host) seen.clear()
    last = pair.host
    for (const { world } of pair.host.realm.instances)
      for (const resident of world.residents) if (resident) notice(world, resident)
    for (const { client, name, host } of actors) {
      // Where the connection was lost meanwhile, it may still see the world of a server that is gone.
      if (client.status !== 'open' || host !== pair.host) continue
      for (const kind of client.game.kinds)
        for (const entity of client.entities(kind.name as never) as Iterable<AnyEntity>) {
          const those = seen.get(entity.id)
          if (those === undefined || those === 'everyone' || those.has(name)) continue
          return `${name} sees ${entity.kind} ${entity.id}, which is hidden from ${name}`
        }
    }
    return undefined

    function notice(world: World, resident: Resident): void {
      const { id } = resident.entity
      const those = seen.get(id)
      if (those === 'everyone') return
      if (!resident.isRestricted) {
        seen.set(id, 'everyone')
        return
      }
      const allowed = those ?? new Set<string>()
      seen.set(id, allowed)
      for (const player of world.players.values())
        if (maySee(world, player, resident)) allowed.add(player.name)
    }

    function maySee(world: World, player: Player, { entity }: Resident): boolean {
      if (player.entity === entity) return true
      const context = { world, player, realm: pair.host.realm, entity }
      return definition.options.canSee?.(context as never) === true
    }
  }
}

/**
 * Checks what must hold once everything is quiet: everyone is there, and has what the server has. @returns what
 * does not hold yet
 */
export function unsettled<G extends AnyGame>({ pair, actors }: CheckedRun<G>): string | undefined {
  const present = actors.filter(({ hasLeft }) => !hasLeft)
  for (const { client, name } of present) {
    if (client.status !== 'open') return `${name} is ${client.status} after all is quiet`
    const isOnlooker = !hasCharacter(pair, name)
    if (client.me === undefined && !isOnlooker)
      return `${name} does not see its own character after all is quiet`
    const author = client.map && pair.host.authorOf(client.map.instance)
    if (author === undefined) return `${name} is in a world that is not there after all is quiet`
    const inspection = client.inspect()
    const world = worldOf(pair, client)
    const found = inspection.firstMismatch(author.ledger, circleOf(pair, world, client))
    inspection.stop()
    if (found !== undefined) return `${name} has not what the server has: ${found}`
    if (isOnlooker) continue
    const unforeseen = foreseenElsewhere(world, client)
    if (unforeseen !== undefined) return `${name} is ahead of itself: ${unforeseen}`
    const misplaced = shownElsewhere(world, client.me as unknown as AnyEntity)
    if (misplaced !== undefined) return `${name} is shown wrong: ${misplaced}`
  }
  const { players } = pair.host.stats
  let inWorlds = 0
  for (const { world } of pair.host.realm.instances) inWorlds += world.players.size
  return players === present.length && inWorlds === players
    ? undefined
    : `${present.length} take part, the server counts ${players} players, and ${inWorlds} are in its worlds`
}

/** Says whom a client has to see: who is within the radius around where its player looks, and nobody beyond the rim. */
function circleOf<G extends AnyGame>(pair: Pair<G>, world: World | undefined, client: Client<G>): Expects {
  const own = (client.me as unknown as AnyEntity | undefined)?.id
  for (const { told, view } of pair.host.gateway.sessions.all)
    if (told.own === own && world !== undefined && told.hasPlace)
      return (id) => {
        const place = world.get(id)?.position
        if (place === undefined) return true
        const off = hypot(place.x - told.x, place.y - told.y)
        if (off < view.radius - SURE_METRES) return true
        return off > view.radius + RIM_METRES + SURE_METRES ? false : undefined
      }
  return () => undefined
}

/**
 * Returns whether the own character, which is moved ahead of the server's answer, is elsewhere than the server has
 * it.
 */
function foreseenElsewhere<G extends AnyGame>(
  world: World | undefined,
  client: Client<G>,
): string | undefined {
  const { isPredicting, mapTrouble } = client.stats
  if (!isPredicting) return mapTrouble ?? 'it has not been told where it stands'
  const shown = client.me as unknown as AnyEntity
  const truth = world?.get(shown.id) as AnyEntity | undefined
  if (truth?.position === undefined || shown.position === undefined) return undefined
  const off = hypot(truth.position.x - shown.position.x, truth.position.y - shown.position.y)
  return off === 0 ? undefined : `${off} m off`
}

/** Returns whether an entity at rest is shown elsewhere than the server has it. */
function shownElsewhere(world: World | undefined, shown: AnyEntity): string | undefined {
  const truth = world?.get(shown.id) as AnyEntity | undefined
  if (truth === undefined) return `${shown.kind} ${shown.id} is gone`
  const kind = world?.game.kindByName.get(shown.kind)?.position
  if (kind === undefined || truth.position === undefined || shown.position === undefined) return undefined
  const off = hypot(truth.position.x - shown.position.x, truth.position.y - shown.position.y)
  return off <= (kind.toleranceUnits + 2) * kind.unit
    ? undefined
    : `${shown.kind} ${shown.id} is off by ${off} m`
}

/** Returns whether a player has a character on the server; so does one of whom it knows nothing. */
function hasCharacter<G extends AnyGame>(pair: Pair<G>, name: string): boolean {
  for (const { world } of pair.host.realm.instances)
    for (const player of world.players.values()) if (player.name === name) return player.entity !== undefined
  return true
}

/** Returns the world that a client was told to be in; undefined if that is closed by now. */
function worldOf<G extends AnyGame>(pair: Pair<G>, { map }: Client<G>): World | undefined {
  return map && pair.host.realm.get(map.instance)?.world
}

function describe({ entity }: Resident): string {
  return `${entity.kind} ${entity.id}`
}
