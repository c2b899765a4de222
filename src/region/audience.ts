import { hypot } from '../core/index.ts'
import { encode } from '../wire/index.ts'
import type { Player, PlayerContext, Realm, Told, World } from '../world/index.ts'
import type { AnyDefinition } from './definition.ts'
import type { EventNews } from './message/index.ts'
import type { ServedPlayer } from './served-player.ts'
import { standpoint } from './standpoint.ts'

/** Adds the events of a world's tick to what those of its players hear who are served together. Each is encoded once. */
export function tellEvents(
  definition: AnyDefinition,
  {
    world,
    players,
    realm,
  }: {
    readonly world: World
    readonly players: Iterable<ServedPlayer>
    readonly realm: Realm
  },
  events: EventNews[],
): void {
  const { game } = definition
  // One object for all who are asked about.
  const context = { world, player: undefined as unknown as Player, realm }
  for (const { name, body, audience } of world.told) {
    const event = game.eventNames.indexOf(name)
    const encoded = encode(game.events[name], body)
    if ('everyone' in audience) {
      events.push({ event, body: encoded, sessions: undefined })
      continue
    }
    const sessions: number[] = []
    for (const { isHere, player, news } of players) {
      context.player = player
      if (isHere && isAmong(context, audience, definition)) sessions.push(news.session)
    }
    if (sessions.length > 0) events.push({ event, body: encoded, sessions })
  }
}

function isAmong(context: PlayerContext, audience: Told['audience'], { options }: AnyDefinition): boolean {
  const { player, world } = context
  if ('everyone' in audience) return true
  if ('to' in audience) return audience.to.id === player.id
  if ('group' in audience) return (options.groups?.(context) ?? []).includes(audience.group)
  const place = standpoint(player, world)
  return place !== undefined && hypot(place.x - audience.near.x, place.y - audience.near.y) <= audience.radius
}
