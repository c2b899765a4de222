import { hypot, type Vector2 } from '../core/index.ts'
import {
  type Crossing,
  type Player,
  type PlayerContext,
  type Realm,
  standpoint,
  type Told,
  type World,
} from '../world/index.ts'
import type { AnyDefinition } from './definition.ts'
import { groupsOf } from './groups.ts'
import type { EventAudience, EventNews } from './message/index.ts'
import type { ServedPlayer } from './served-player.ts'

/**
 * Adds the events of a world's tick for the players served together. Each event was encoded once.
 */
export function tellEvents(
  definition: AnyDefinition,
  {
    world,
    players,
    realm,
    isShared,
  }: {
    readonly world: World
    readonly players: Iterable<ServedPlayer>
    readonly realm: Realm
    readonly isShared: boolean
  },
  events: EventNews[],
): void {
  // One object for all who are asked about.
  const context = { world, player: undefined as unknown as Player, realm }
  for (const told of world.told) {
    if ('everyone' in told.audience) {
      events.push(newsOf(definition, told, undefined))
      continue
    }
    const sessions: number[] = []
    for (const { isHere, player, news } of players) {
      context.player = player
      if (isHere && isAmong(context, told.audience, definition, standpoint(player, world)))
        sessions.push(news.session)
    }
    const others = isShared ? othersOf(told.audience) : undefined
    if (sessions.length > 0 || others) events.push({ ...newsOf(definition, told, sessions), others })
  }
}

/** Returns the last events a player hears in the world they leave. */
export function lastEvents(definition: AnyDefinition, session: number, crossing: Crossing): EventNews[] {
  const { player, from, leftAt, realm } = crossing
  const context = { world: from.world, player, realm }
  return from.world.told
    .filter(({ audience }) => isAmong(context, audience, definition, leftAt))
    .map((told) => newsOf(definition, told, [session]))
}

function newsOf(
  { game }: AnyDefinition,
  { name, bytes }: Told,
  sessions: readonly number[] | undefined,
): EventNews {
  return { event: game.eventNames.indexOf(name), body: bytes, sessions }
}

/** Who hears it of those whom this region does not have. */
function othersOf(audience: Exclude<Told['audience'], { readonly everyone: true }>): EventAudience {
  if ('to' in audience) return { player: audience.to?.id ?? 0 }
  if ('group' in audience) return { group: audience.group }
  const { near, radius } = audience
  return { near: { x: near.x, y: near.y, radius } }
}

function isAmong(
  context: PlayerContext,
  audience: Told['audience'],
  { options }: AnyDefinition,
  place: Vector2 | undefined,
): boolean {
  const { player, world } = context
  if ('everyone' in audience) return true
  if ('to' in audience) return audience.to?.id === player.id
  if ('group' in audience) return groupsOf(world.code, options.groups, context).includes(audience.group)
  const { near, radius } = audience
  return place !== undefined && hypot(place.x - near.x, place.y - near.y) <= radius
}
