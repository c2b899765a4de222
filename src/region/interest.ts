import type { Vector2 } from '../core/index.ts'
import { hypot } from '../core/index.ts'
import { type TopicKey, topicKey, topicName } from '../replication/index.ts'
import { type AnyEntity, type Player, type Realm, standpoint, type World } from '../world/index.ts'
import type { AnyDefinition } from './definition.ts'
import { groupsOf } from './groups.ts'
import { Hidden } from './hidden.ts'
import type { ServedPlayer } from './served-player.ts'

/** The default view radius, in metres. */
const RADIUS = 48
const worldTopic = topicKey({ kind: 'world', id: 0 })

/** Decides what players may see: the cells around where they stand or look, groups, and restricted entities. */
export class Interest {
  readonly #definition: AnyDefinition
  readonly #radius: number
  readonly #hidden = new WeakMap<World, Hidden>()
  /** The topics besides cells that the current player follows: refilled for each player. */
  readonly #wanted = new Set<TopicKey>()

  /** The context passed to the game: refilled for each question, which comes for every player in every tick. */
  readonly #asked: { world: World; player: Player; realm: Realm }
  readonly #sight: { world: World; player: Player; realm: Realm; entity: never }

  constructor(definition: AnyDefinition, realm: Realm) {
    this.#definition = definition
    const nobody = undefined as never
    this.#asked = { world: nobody, player: nobody, realm }
    this.#sight = { world: nobody, player: nobody, realm, entity: nobody }
    this.#radius = definition.options.viewRadius ?? RADIUS
  }

  /** Sets where a player looks from in this tick, and what else to follow. */
  point(served: ServedPlayer): void {
    const { player, news, extras } = served
    const { world } = served.world
    const { options } = this.#definition
    const character = player.entity as AnyEntity | undefined
    const place = standpoint(player, world)
    if (place) {
      news.hasPlace = true
      news.x = place.x
      news.y = place.y
      news.radius = this.#radiusOf(player)
    }
    news.own = character?.id ?? 0
    if (options.groups || world.hasRestricted || extras.size !== 1) this.#followExtras(served)
  }

  #followExtras(served: ServedPlayer): void {
    const { player, extras, news } = served
    const { world } = served.world
    const { groups } = this.#definition.options
    const wanted = this.#wanted
    wanted.clear()
    wanted.add(worldTopic)
    const asked = this.#asked
    asked.world = world
    asked.player = player
    for (const id of groupsOf(world.code, groups, asked)) wanted.add(topicKey({ kind: 'group', id }))
    if (world.hasRestricted) this.#wantHidden(world, player, extras)
    for (const key of extras)
      if (!wanted.has(key)) {
        extras.delete(key)
        news.unfollow.push({ key, isGone: isGone(world, key) })
      }
    for (const key of wanted)
      if (!extras.has(key)) {
        extras.add(key)
        news.follow.push(key)
      }
    const { inherited } = served
    served.inherited = undefined
    if (inherited)
      for (const key of inherited)
        if (!wanted.has(key)) news.unfollow.push({ key, isGone: isGone(world, key) })
  }

  /** Adds nearby restricted entities the player may know of. Those already followed stay up to a cell further away. */
  #wantHidden(world: World, player: Player, followed: ReadonlySet<TopicKey>): void {
    const { canSee } = this.#definition.options
    const character = player.entity as AnyEntity | undefined
    if (character && world.isRestricted(character))
      this.#wanted.add(topicKey({ kind: 'entity', id: character.id }))
    if (!canSee) return
    const sight = this.#sight
    sight.world = world
    sight.player = player
    const place = standpoint(player, world)
    const radius = this.#radiusOf(player)
    const beyond = radius + world.grid.cellSize
    this.#hiddenOf(world).forEachNear(world, place, beyond, ({ entity }) => {
      const key = topicKey({ kind: 'entity', id: entity.id })
      const reach = followed.has(key) ? beyond : radius
      if (!isWithin(reach, place, entity.position)) return
      sight.entity = entity as never
      if (world.code.call('canSee', entity.kind, canSee, sight) === true) this.#wanted.add(key)
    })
  }

  #radiusOf({ viewRadius }: Player): number {
    return viewRadius ?? this.#radius
  }

  #hiddenOf(world: World): Hidden {
    const known = this.#hidden.get(world)
    if (known) return known
    const hidden = new Hidden()
    this.#hidden.set(world, hidden)
    return hidden
  }
}

/** Returns whether two places are within a reach in metres of each other; what has no place is everywhere. */
function isWithin(reach: number, one: Vector2 | undefined, other: Vector2 | undefined): boolean {
  if (!one || !other) return true
  return hypot(one.x - other.x, one.y - other.y) <= reach
}

/** Returns whether a topic was about one entity that is no longer in the world. */
function isGone(world: World, key: TopicKey): boolean {
  const { kind, id } = topicName(key)
  return kind === 'entity' && world.get(id) === undefined
}
