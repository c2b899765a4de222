import { PacketWriter, type Presence, Replica, type Source, type View } from '../../replication/index.ts'
import type { AnyEntity, AnyGame, EntityId } from '../../world/index.ts'
import { type Place, type Places, placesOf } from './place.ts'
import type { WorldNews } from './speaker.ts'

/** The largest state of one tick, in bytes; the rest is sent with the next. */
const STATE_BYTES_MAX = 65_536
const NOBODY: WorldNews['entered'] = []
/** Marks an entity that is not moving by dead reckoning. */
const STANDS = -1

/** The one packet that all views share, as each reads at once what it writes. */
const packet = new PacketWriter(STATE_BYTES_MAX)

/** An entity in sight that is fully known. */
interface Shown {
  readonly presence: Presence
  /** The place last sent to the viewer. */
  place: Place | undefined
  /** Its index among the moving entities. */
  at: number
  isStirred: boolean
  isNew: boolean
}

/**
 * Turns a view's news into values: a replica in this process, fed with exactly the bytes that a native client would
 * get.
 *
 *     View.write --bytes shared by all--> Replica --> entered, changed, left
 *                                                 '-> Place, shared by all --> moved
 *
 * Each tick costs work only for entities with news, and one quick check for each moving entity.
 */
export class ValueView {
  readonly #replica: Replica
  readonly #stride: number
  readonly #entered: Shown[] = []
  readonly #changed: { entity: AnyEntity; before: Record<string, unknown> }[] = []
  readonly #left: { entity: AnyEntity; why: 'out of range' | 'removed' }[] = []
  /** The entities whose place has news in this tick, and those moving along a straight line. */
  readonly #stirred: Shown[] = []
  readonly #going: Shown[] = []
  /** Their places and entities, in the same order, so that the data read in each tick lies together. */
  readonly #paths: Place[] = []
  readonly #walkers: AnyEntity[] = []
  readonly #moved: AnyEntity[] = []
  #source: Source | undefined
  #tick = -1
  #places: Places | undefined

  /**
   * @param stride  metres: those alone count as moved who are in another square of this size; 0 for whoever is
   *   elsewhere at all
   */
  constructor(game: AnyGame, { stride = 0 }: { readonly stride?: number | undefined } = {}) {
    this.#stride = stride
    this.#replica = new Replica(game, {
      entered: (presence) => {
        const shown: Shown = { presence, place: undefined, at: STANDS, isStirred: true, isNew: true }
        presence.keepsake = shown
        this.#entered.push(shown)
        this.#stirred.push(shown)
      },
      changed: (presence, before) => {
        if (!shownAs(presence)?.isNew) this.#changed.push({ entity: presence.entity, before })
      },
      moved: (presence) => {
        // Of who is not yet known in full nothing is told: `entered` looks for the place.
        const shown = shownAs(presence)
        if (shown === undefined || shown.isStirred) return
        shown.isStirred = true
        this.#stirred.push(shown)
      },
      left: (presence, why) => this.#leave(presence, why),
    })
  }

  /** Returns an entity in sight by id, if it is fully known and has a place. */
  entity(id: EntityId): AnyEntity | undefined {
    const presence = this.#replica.present.get(id)
    return presence && isShown(presence) ? presence.entity : undefined
  }

  /** Iterates over all entities in sight. */
  *all(): Generator<AnyEntity> {
    for (const presence of this.#replica.present.values()) if (isShown(presence)) yield presence.entity
  }

  set kept(id: EntityId) {
    this.#replica.kept = id
  }

  /** Reads the view's news of a tick. The lists are valid until the next call. */
  advance(view: View, tick: number): WorldNews {
    this.#changed.length = 0
    this.#left.length = 0
    this.#moved.length = 0
    packet.length = 0
    view.write(packet)
    this.#replica.receive(tick, packet.finish())
    this.#place(view.source, tick)
    const entered = this.#entered.length === 0 ? NOBODY : this.#welcome()
    return { tick, entered, changed: this.#changed, moved: this.#moved, left: this.#left }
  }

  /** Removes from `#entered` the entities whose position is known. The others wait for their cell's news. */
  #welcome(): AnyEntity[] {
    const entered: AnyEntity[] = []
    let waiting = 0
    for (const shown of this.#entered) {
      shown.isNew = shown.place === undefined && shown.presence.kind.position !== undefined
      if (shown.isNew) this.#entered[waiting++] = shown
      else entered.push(shown.presence.entity)
    }
    this.#entered.length = waiting
    return entered
  }

  /** Finds the place of every entity at `tick`. */
  #place(source: Source, tick: number): void {
    if (source !== this.#source || this.#places === undefined) {
      this.#source = source
      this.#places = placesOf(source, this.#stride)
    }
    this.#places.begin(tick)
    const stirred = this.#stirred
    for (let i = 0; i < stirred.length; i++) this.#settle(stirred[i], this.#places, tick)
    this.#lookAround(tick)
    for (let i = 0; i < stirred.length; i++) if (stirred[i].place?.isGoing) this.#go(stirred[i])
    stirred.length = 0
    this.#tick = tick
  }

  /** Takes an entity's place from the replica's ledger. */
  #settle(shown: Shown, places: Places, tick: number): void {
    shown.isStirred = false
    const { index, kind, entity, id } = shown.presence
    // On the way from one cell to another nothing new is known of it.
    if (index < 0 || kind.position === undefined) return
    const { ledger } = this.#replica
    const before = shown.place
    const place = places.of(id, ledger.tables[kind.index], ledger.entityRow[index])
    if (place === before) return
    shown.place = place
    if (place.tick !== tick) place.put(tick)
    entity.position = place.position
    this.#stand(shown)
    const isElsewhere = before !== undefined && place.isElsewhere(tick, before, this.#tick)
    if (isElsewhere && !shown.isNew) this.#moved.push(entity)
  }

  /** Finds which of the moving entities have moved since the last tick. */
  #lookAround(tick: number): void {
    const last = this.#tick
    const paths = this.#paths
    const walkers = this.#walkers
    const moved = this.#moved
    for (let i = 0; i < paths.length; i++) {
      const place = paths[i]
      if (place.tick !== tick) place.put(tick)
      if (place.turned > last) moved.push(walkers[i])
    }
  }

  #go(shown: Shown): void {
    if (shown.at !== STANDS || shown.place === undefined) return
    shown.at = this.#going.length
    this.#going.push(shown)
    this.#paths.push(shown.place)
    this.#walkers.push(shown.presence.entity)
  }

  #stand(shown: Shown): void {
    const { at } = shown
    if (at === STANDS) return
    shown.at = STANDS
    const last = this.#going.pop() as Shown
    const path = this.#paths.pop() as Place
    const walker = this.#walkers.pop() as AnyEntity
    if (last === shown) return
    this.#going[at] = last
    this.#paths[at] = path
    this.#walkers[at] = walker
    last.at = at
  }

  #leave(presence: Presence, why: 'out of range' | 'removed'): void {
    const shown = shownAs(presence)
    if (shown === undefined) return
    presence.keepsake = undefined
    this.#stand(shown)
    if (shown.isStirred) this.#stirred.splice(this.#stirred.indexOf(shown), 1)
    if (shown.isNew) this.#entered.splice(this.#entered.indexOf(shown), 1)
    else this.#left.push({ entity: presence.entity, why })
  }
}

function shownAs({ keepsake }: Presence): Shown | undefined {
  return keepsake as Shown | undefined
}

/** Returns whether the viewer has been told of the entity's presence. */
function isShown(presence: Presence): boolean {
  return shownAs(presence)?.isNew === false
}
