import type { EntityId, Kind } from './entity.ts'
import { Hindsight } from './hindsight.ts'
import type { AnyEntity, Resident } from './resident.ts'

/**
 * What other regions have of a world: copies that are found and seen, and neither stepped nor told. Also what this
 * region had until now and may have again, whose author's notes are kept; and what waits outside of the world.
 */
export class Ghosts {
  readonly hindsight: Hindsight
  readonly #residents: (Resident | undefined)[] = []
  readonly #free: number[] = []
  /** By entity: the record under which its author here knows it. */
  readonly #frozen = new Map<EntityId, Resident>()
  readonly #stashed = new Set<AnyEntity>()
  #count = 0
  #hasRestricted = false

  /** @param ticks  for how many ticks it is remembered where they stood */
  constructor(ticks: number) {
    this.hindsight = new Hindsight(ticks)
  }

  get count(): number {
    return this.#count
  }

  get all(): Iterable<Resident> {
    return this.#each()
  }

  /** The same by index; gaps are undefined. */
  get slots(): readonly (Resident | undefined)[] {
    return this.#residents
  }

  /** Whether any was restricted when they were remembered last, or has come so since. */
  get hasRestricted(): boolean {
    return this.#hasRestricted
  }

  add(
    of: {
      readonly entity: AnyEntity
      readonly kind: Kind
      readonly group: number
      readonly isRestricted: boolean
    },
    serial: number,
  ): Resident {
    const { entity, kind, group, isRestricted } = of
    const index = this.#free.pop() ?? this.#residents.length
    const ghost: Resident = {
      ...{ entity, kind, group, isRestricted, cell: -1, hasJumped: false, index, serial },
      ...{ isGhost: true, isElsewhere: false, path: undefined },
    }
    this.#residents[index] = ghost
    this.#count++
    this.#hasRestricted ||= isRestricted
    return ghost
  }

  /** @returns the record under which its author here knows it, if there is one */
  remove(ghost: Resident): Resident | undefined {
    const frozen = this.thaw(ghost.entity.id)
    if (this.#residents[ghost.index] !== ghost) return frozen
    this.#residents[ghost.index] = undefined
    this.#free.push(ghost.index)
    this.#count--
    return frozen
  }

  freeze(ghost: Resident, resident: Resident): void {
    this.#frozen.set(ghost.entity.id, resident)
  }

  isFrozen(id: EntityId): boolean {
    return this.#frozen.has(id)
  }

  thaw(id: EntityId): Resident | undefined {
    const frozen = this.#frozen.get(id)
    this.#frozen.delete(id)
    return frozen
  }

  stash(entity: AnyEntity): void {
    this.#stashed.add(entity)
  }

  unstash(entity: AnyEntity): boolean {
    return this.#stashed.delete(entity)
  }

  isStashed(entity: AnyEntity): boolean {
    return this.#stashed.has(entity)
  }

  /** Notes where all stand at the end of `tick`. */
  remember(tick: number): void {
    this.hindsight.remember(tick, this.#residents)
    this.#hasRestricted = false
    for (const ghost of this.#residents) this.#hasRestricted ||= ghost?.isRestricted === true
  }

  *#each(): Generator<Resident> {
    for (const ghost of this.#residents) if (ghost) yield ghost
  }
}
