import type { Random } from '../core/index.ts'
import { emptyMap, type WorldMap } from '../geometry/index.ts'
import { type GameCode, type Instance, Realm } from '../world/index.ts'
import type { AnyDefinition, MapRules } from './definition.ts'
import { MapShelf } from './map-shelf.ts'
import type { ServedPlayer } from './served-player.ts'
import { ServedWorld } from './served-world.ts'

/** The name of a server's only map when it has none. */
const HOME = 'home'

/** Holds all worlds of a server: the realm of its maps, and the served world of each. */
export class Worlds {
  readonly realm: Realm
  readonly shelf = new MapShelf()
  /** The world where players enter. */
  readonly home: ServedWorld<ServedPlayer>
  /** Called with each world that opens from now on. */
  opened: (world: ServedWorld<ServedPlayer>) => void = () => {}
  readonly #served = new Map<Instance, ServedWorld<ServedPlayer>>()

  /** @throws what `Realm` throws */
  constructor(
    definition: AnyDefinition,
    by: {
      readonly random: Random
      readonly code: GameCode
      readonly firstTick: number
      /** The ids that may be given; all when left out. */
      readonly ids: { readonly first: number; readonly count: number } | undefined
    },
  ) {
    const { random, code, firstTick, ids } = by
    const { game, options } = definition
    const rules = rulesOf(definition)
    const maps = Object.fromEntries(Object.entries(rules).map(([name, { map }]) => [name, map]))
    const { hindsightMs, instancesMax, leadsTo, crossed } = options
    this.realm = new Realm(game, {
      ...{ maps, random, code, firstTick, ids, hindsightMs, instancesMax, leadsTo, crossed },
      begin: (context) => rules[context.instance.map].begin?.(context),
      update: (context) => rules[context.instance.map].update?.(context),
    })
    this.home = this.of(this.realm.home(Object.keys(rules)[0]))
    for (const instance of this.realm.instances) this.of(instance)
  }

  get served(): Iterable<ServedWorld<ServedPlayer>> {
    return this.#served.values()
  }

  of(instance: Instance): ServedWorld<ServedPlayer> {
    const known = this.#served.get(instance)
    if (known) return known
    const served = new ServedWorld<ServedPlayer>(instance, this.shelf)
    this.#served.set(instance, served)
    this.opened(served)
    return served
  }

  /** Runs one tick: every world that is due advances, and is published. */
  advance(): void {
    this.realm.advance()
    for (const instance of this.realm.instances) if (instance.isDue) this.of(instance).author.publish()
  }

  /** Ends the tick, after it was sent to everyone. */
  endTick(): void {
    for (const instance of this.realm.closed) {
      this.#served.delete(instance)
      this.shelf.release(instance.world)
    }
    this.realm.endTick()
  }
}

/** Returns the maps by name, with their rules; players enter on the first. */
export function rulesOf({ game, options }: AnyDefinition): Record<string, MapRules> {
  const { map, maps = {}, begin, update } = options
  const [home = HOME] = Object.keys(maps)
  const rules: Record<string, MapRules> = {}
  for (const [name, given] of Object.entries({
    [home]: map ?? emptyMap(game.map.width, game.map.height),
    ...maps,
  }))
    rules[name] = 'map' in (given as object) ? (given as MapRules) : { map: given as WorldMap }
  const first = rules[home]
  rules[home] = { begin, update, ...first, map: map ?? first.map }
  return rules
}
