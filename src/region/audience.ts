import { hypot } from '../core/index.ts'
import { encode } from '../wire/index.ts'
import type { Player, PlayerContext, Realm, Told } from '../world/index.ts'
import type { AnyDefinition } from './definition.ts'
import type { Stand } from './session.ts'
import { standpoint } from './standpoint.ts'

/** Hands the events of a world's tick to those they are for. Each is encoded once, however many hear it. */
export function tellEvents(definition: AnyDefinition, { world, sessions }: Stand, realm: Realm): void {
  const { eventNames, events } = definition.game
  // One object for all who are asked about.
  const context = { world, player: undefined as unknown as Player, realm }
  for (const { name, body, audience } of world.told) {
    const index = eventNames.indexOf(name)
    const bytes = encode(events[name], body)
    for (const { player, connection } of sessions) {
      context.player = player
      if (connection && isAmong(context, audience, definition)) connection.conversation.tell(index, bytes)
    }
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
