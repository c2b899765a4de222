import { PacketWriter, type Presence, Replica, type Source, type View } from '../../replication/index.ts'
import type { AnyEntity, AnyGame, EntityId } from '../../world/index.ts'
import { type Place, type Places, placesOf } from './place.ts'
import type { WorldNews } from './speaker.ts'

/** Bytes of one tick's state; what does not fit is told with the next. */
const STATE_BYTES_MAX = 65_536
const NOBODY: WorldNews['entered'] = []
/** Not among those who go on by themselves. */
const STANDS = -1

/** One for all: what a view writes is read at once. */
const packet = new PacketWriter(STATE_BYTES_MAX)

/** Somebody in sight who is known in full. */
interface Shown {
  readonly presence: Presence
  /** As the viewer was told of it last. */
  place: Place | undefined
  /** Where it is among those who go on by themselves. */
  at: number
  isStirred: boolean
  isNew: boolean
}

/**
 * What a view tells of, in values: a replica in this process, fed with the very bytes that a native client would get.
 *
 *     View.write --bytes shared by all--> Replica --> entered, changed, left
 *                                                 '-> Place, shared by all --> moved
 *
 * Each tick it does something for those alone of whom there is news, and a glance for each who goes on by itself.
 */
export class ValueView {
  readonly #replica: Replica
  readonly #stride: number
  readonly #entered: Shown[] = []
  readonly #changed: { entity: AnyEntity; before: Record<string, unknown> }[] = []
  readonly #left: { entity: AnyEntity; why: 'out of range' | 'removed' }[] = []
  /** Whose place has news in this tick, and who goes on along a straight line. */
  readonly #stirred: Shown[] = []
  readonly #going: Shown[] = []
  /** The places and entities of those, in the same order: what each tick looks at lies together. */
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

  /** Who is in sight, by id: those who are known in full, with a place. */
  entity(id: EntityId): AnyEntity | undefined {
    const presence = this.#replica.present.get(id)
    return presence && isShown(presence) ? presence.entity : undefined
  }

  /** Everybody in sight. */
  *all(): Generator<AnyEntity> {
    for (const presence of this.#replica.present.values()) if (isShown(presence)) yield presence.entity
  }

  set kept(id: EntityId) {
    this.#replica.kept = id
  }

  /** Reads what the view tells of a tick. The lists are good until the next time. */
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

  /** Takes those out of `#entered` of whom it is known where they are. The others wait for their cell to say so. */
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

  /** Finds everybody's place at `tick`. */
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

  /** Takes over the place that the replica's ledger has of somebody. */
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

  /** Sees who of those who go on by themselves is elsewhere by now. */
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

/** Whether the viewer has been told that it is there. */
function isShown(presence: Presence): boolean {
  return shownAs(presence)?.isNew === false
}
