import type { Random } from '../core/index.ts'
import type { Whereabouts } from '../dialect/index.ts'
import { emptyMap, type WorldMap } from '../geometry/index.ts'
import { Author, Desk } from '../replication/index.ts'
import { type Instance, Realm, type World } from '../world/index.ts'
import type { AnyDefinition, MapRules } from './definition.ts'
import { MapShelf } from './map-shelf.ts'
import type { Session, Stand } from './session.ts'

/** What the one map of a server is called where it has no name. */
const HOME = 'home'

/** A world of the realm as players are served from it: its author, the desk where views are written, who is in it. */
export class Station implements Stand {
  readonly instance: Instance
  readonly author: Author
  readonly desk: Desk
  readonly sessions = new Set<Session>()
  /** The map that players were told of. */
  mapTold: WorldMap
  readonly #shelf: MapShelf

  constructor(instance: Instance, shelf: MapShelf) {
    this.instance = instance
    this.author = new Author(instance.world)
    this.desk = new Desk(this.author)
    this.mapTold = instance.world.map
    this.#shelf = shelf
  }

  get world(): World {
    return this.instance.world
  }

  get where(): Whereabouts {
    const { id, map, world } = this.instance
    const { width, height } = world.map
    const { ticksPerSecond } = world.game
    return { map, instance: id, width, height, ticksPerSecond, hash: this.#shelf.hashOf(map, world.map) }
  }

  /** What the tick has changed is told from here on. */
  publish(): void {
    this.author.publish()
    this.desk.begin(this.world.tick)
  }
}

/** All worlds of a server: the realm of its maps, and what it takes to serve each. */
export class Worlds {
  readonly realm: Realm
  readonly shelf = new MapShelf()
  /** Where players come in. */
  readonly home: Station
  readonly #stations = new Map<Instance, Station>()

  /** @throws what `Realm` throws */
  constructor(definition: AnyDefinition, random: Random, report?: (error: unknown) => void) {
    const { game, options } = definition
    const rules = rulesOf(definition)
    const maps = Object.fromEntries(Object.entries(rules).map(([name, { map }]) => [name, map]))
    const { hindsightMs, instancesMax, leadsTo, crossed } = options
    this.realm = new Realm(game, {
      ...{ maps, random, hindsightMs, instancesMax, leadsTo, crossed },
      opened: ({ world }) => {
        world.tasks.report = ({ error }) => report?.(error)
      },
      begin: (context) => rules[context.instance.map].begin?.(context),
      update: (context) => rules[context.instance.map].update?.(context),
    })
    this.home = this.of(this.realm.home(Object.keys(rules)[0]))
    for (const instance of this.realm.instances) this.of(instance)
  }

  get stations(): Iterable<Station> {
    return this.#stations.values()
  }

  of(instance: Instance): Station {
    const known = this.#stations.get(instance)
    if (known) return known
    const station = new Station(instance, this.shelf)
    this.#stations.set(instance, station)
    return station
  }

  /** Makes one tick: every world that is due advances, and is published. */
  advance(): void {
    this.realm.advance()
    for (const instance of this.realm.instances) if (instance.isDue) this.of(instance).publish()
  }

  /** Ends the tick, after everyone was told of it. */
  endTick(): void {
    for (const instance of this.realm.closed) this.#stations.delete(instance)
    this.realm.endTick()
  }
}

/** The maps by name, with their rules; the first is where players come in. */
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
