import type { Vector3 } from '../../core/index.ts'
import { PacketWriter, type Presence, Replica, type View } from '../../replication/index.ts'
import type { AnyEntity, AnyGame, EntityId } from '../../world/index.ts'
import type { WorldNews } from './speaker.ts'

/** Bytes of one tick's state; what does not fit is told with the next. */
const STATE_BYTES_MAX = 65_536
const AXES = ['x', 'y', 'z'] as const
const NOBODY: WorldNews['entered'] = []

/** One for all: what a view writes is read at once. */
const packet = new PacketWriter(STATE_BYTES_MAX)

/**
 * What a view tells of, in values: a replica in this process, fed with the very bytes that a native client would get.
 *
 *     View.write --bytes shared by all--> Replica --> entered, changed, moved, left
 */
export class ValueView {
  readonly #replica: Replica
  readonly #entered: Presence[] = []
  readonly #changed: { entity: AnyEntity; before: Record<string, unknown> }[] = []
  readonly #left: { entity: AnyEntity; why: 'out of range' | 'removed' }[] = []
  /** Whose place has news in this tick, and who goes on along a straight line. */
  readonly #stirred = new Set<Presence>()
  readonly #going = new Set<Presence>()
  readonly #moved: AnyEntity[] = []

  constructor(game: AnyGame) {
    this.#replica = new Replica(game, {
      entered: (presence) => void this.#entered.push(presence),
      changed: (presence, before) => {
        if (!this.#entered.includes(presence)) this.#changed.push({ entity: presence.entity, before })
      },
      moved: (presence) => void this.#stirred.add(presence),
      left: (presence, why) => {
        this.#stirred.delete(presence)
        this.#going.delete(presence)
        const at = this.#entered.indexOf(presence)
        if (at < 0) this.#left.push({ entity: presence.entity, why })
        else this.#entered.splice(at, 1)
      },
    })
  }

  /** Who is in sight, by id: those who are known in full. */
  entity(id: EntityId): AnyEntity | undefined {
    const presence = this.#replica.present.get(id)
    return presence?.isKnown ? presence.entity : undefined
  }

  /** Everybody in sight. */
  *all(): Generator<AnyEntity> {
    for (const { isKnown, entity } of this.#replica.present.values()) if (isKnown) yield entity
  }

  set kept(id: EntityId) {
    this.#replica.kept = id
  }

  /** Reads what the view tells of a tick. The lists are good until the next time. */
  advance(view: View, tick: number): WorldNews {
    this.#entered.length = 0
    this.#changed.length = 0
    this.#left.length = 0
    this.#moved.length = 0
    packet.length = 0
    view.write(packet)
    this.#replica.receive(tick, packet.finish())
    const entered = this.#entered.length === 0 ? NOBODY : this.#entered.map(({ entity }) => entity)
    this.#place(tick)
    return { tick, entered, changed: this.#changed, moved: this.#moved, left: this.#left }
  }

  /** Puts everybody where they are at `tick`. */
  #place(tick: number): void {
    for (const presence of this.#stirred) {
      // On the way from one cell to another nothing is known but where it was.
      if (presence.index < 0) continue
      this.#stirred.delete(presence)
      if (this.#put(presence, tick)) this.#going.add(presence)
      else this.#going.delete(presence)
    }
    for (const presence of this.#going) {
      if (presence.index < 0) continue
      this.#put(presence, tick)
    }
  }

  /** @returns whether it goes on by itself */
  #put(presence: Presence, tick: number): boolean {
    const { index, entity, kind } = presence
    const { ledger } = this.#replica
    const { position } = kind
    if (position === undefined) return false
    const table = ledger.tables[kind.index]
    const row = ledger.entityRow[index]
    const isSampled = position.style === 'sampled'
    const elapsed = isSampled ? 0 : Math.max(0, tick - table.start[row])
    const place = entity.position as Vector3
    let hasMoved = false
    let isGoing = false
    for (let axis = 0; axis < table.axes; axis++) {
      const at = row * table.axes + axis
      const units = isSampled ? table.place[at] + 0.5 : table.place[at] + table.velocity[at] * elapsed
      const metres = units * position.unit
      if (place[AXES[axis]] !== metres) {
        place[AXES[axis]] = metres
        hasMoved = true
      }
      if (!isSampled && table.velocity[at] !== 0) isGoing = true
    }
    if (hasMoved && presence.isKnown && !this.#entered.includes(presence)) this.#moved.push(entity)
    return isGoing
  }
}
