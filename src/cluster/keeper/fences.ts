import type { DirectoryView, DistrictEpoch } from '../directory/directory.ts'

/** The most districts that a member names as ahead at once: what is over comes when those are mended. */
const AHEAD_MAX = 64

/** Lists the districts whose floors are above what the directory says: it has forgotten an owner that never came. */
export function aheadOf(
  floors: ReadonlyMap<number, number>,
  { assignments }: DirectoryView,
): readonly DistrictEpoch[] {
  const epochs = new Map(assignments.map(({ district, epoch }) => [district, epoch]))
  const ahead: DistrictEpoch[] = []
  for (const [district, epoch] of floors) {
    if (epoch > (epochs.get(district) ?? 0)) ahead.push({ district, epoch })
    if (ahead.length === AHEAD_MAX) break
  }
  return ahead
}

/**
 * What a receiver refuses: whatever comes from an owner that was replaced, or tells of an entity before its last
 * hop. Every gateway and every region has one; that is why a district can be taken from an owner that nobody
 * reaches. A receiver that has just begun listens to a district once it knows what its epoch is at least: whoever
 * takes over may have asked all others to refuse the old owner before.
 */
export class Fences {
  readonly #epochs = new Map<number, number>()
  readonly #hops = new Map<number, number>()
  /** The number of refused tellings. */
  refused = 0

  /** Raises the floor of a district. @returns false when it is higher already */
  raise(district: number, epoch: number): boolean {
    if (epoch < (this.#epochs.get(district) ?? 0)) return false
    this.#epochs.set(district, epoch)
    return true
  }

  /** Raises the floors to what the directory says. */
  view({ assignments }: DirectoryView): void {
    for (const { district, epoch } of assignments) this.raise(district, epoch)
  }

  /** Lists the districts whose floors are above what the directory says. */
  ahead(view: DirectoryView): readonly DistrictEpoch[] {
    return aheadOf(this.#epochs, view)
  }

  /** The least epoch that is listened to; Infinity for a district of which nothing is known. */
  epochOf(district: number): number {
    return this.#epochs.get(district) ?? Number.POSITIVE_INFINITY
  }

  /** Returns whether news of an entity would be listened to. */
  wouldAccept(
    from: { readonly district: number; readonly epoch: number },
    entity: number,
    hop: number,
  ): boolean {
    return from.epoch >= this.epochOf(from.district) && hop >= (this.#hops.get(entity) ?? 0)
  }

  /** Takes in news of an entity. @returns false for news that is refused */
  accept(from: { readonly district: number; readonly epoch: number }, entity: number, hop: number): boolean {
    if (!this.wouldAccept(from, entity, hop)) {
      this.refused++
      return false
    }
    this.#epochs.set(from.district, from.epoch)
    this.#hops.set(entity, hop)
    return true
  }

  /** Forgets an entity that is no more. */
  forget(entity: number): void {
    this.#hops.delete(entity)
  }
}
