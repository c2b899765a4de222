import { type TopicKey, topicKey, topicName } from '../replication/index.ts'
import type { AnyEntity, World } from '../world/index.ts'
import type { AnyDefinition } from './definition.ts'
import type { Session } from './session.ts'
import { standpoint } from './standpoint.ts'

/** Metres a player sees where the game says nothing of it. */
const RADIUS = 48

/** Points views at what their players may see: the cells around where they stand or look, groups, and restricted entities. */
export class Outlook {
  readonly #definition: AnyDefinition

  constructor(definition: AnyDefinition) {
    this.#definition = definition
  }

  /** Once a tick for each player who is in. */
  point(session: Session): void {
    const { player, view, connection } = session
    const { world } = session.stand
    const { options } = this.#definition
    const character = player.entity as AnyEntity | undefined
    const place = standpoint(player, world)
    if (place) view.lookAt(place.x, place.y, options.viewRadius ?? RADIUS)
    view.own = character?.id ?? 0
    if (view.own !== session.ownTold) {
      session.ownTold = view.own
      connection?.conversation.own(view.own)
    }
    if (options.groups || world.restricted.size > 0 || view.extras.size !== 1) this.#followExtras(session)
  }

  #followExtras({ view, player, stand }: Session): void {
    const { options } = this.#definition
    const { world } = stand
    const wanted = new Set([topicKey({ kind: 'world', id: 0 })])
    for (const group of options.groups?.(world, player) ?? [])
      wanted.add(topicKey({ kind: 'group', id: group }))
    for (const resident of world.restricted)
      if (resident.entity === player.entity || options.canSee?.(world, player, resident.entity as never))
        wanted.add(topicKey({ kind: 'entity', id: resident.entity.id }))
    for (const key of view.extras) if (!wanted.has(key)) view.unfollow(key, isGone(world, key))
    for (const key of wanted) view.follow(key)
  }
}

/** Whether a topic was about one entity that is no longer in the world. */
function isGone(world: World, key: TopicKey): boolean {
  const { kind, id } = topicName(key)
  return kind === 'entity' && world.get(id) === undefined
}
