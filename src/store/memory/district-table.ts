import type {
  Claimed,
  DistrictSave,
  EntityFence,
  EntityRow,
  Fence,
  Pass,
  Passed,
} from '../record/district.ts'

/** A row, and the district it belongs to. */
interface Kept extends EntityRow {
  readonly district: number
}

/** Every district, its holder, and what stands there: the rules of `DistrictShelf`, at once and without a disk. */
export class DistrictTable {
  readonly #holders = new Map<number, Fence>()
  readonly #before = new Map<number, Fence>()
  readonly #rows = new Map<number, Kept>()
  /** By district: the entities there. */
  readonly #inside = new Map<number, Set<number>>()
  /** By entity and hop: where a pass led from and to, and the epoch there. */
  readonly #passed = new Map<string, { readonly from: number; readonly to: number; readonly epoch: number }>()
  #nextId = 1

  claim(fence: Fence): Claimed {
    const held = this.#holders.get(fence.district)
    const isLater = !held || fence.epoch > held.epoch
    if (!isLater && !isSame(held, fence)) return { is: 'stale', epoch: held.epoch, holder: held.holder }
    if (isLater) this.#take(fence)
    return this.rows(fence)
  }

  pass({ entity, hop, state, from, to }: Pass): Passed {
    const name = `${entity}/${hop}`
    const before = this.#passed.get(name)
    if (before?.from === from.district && before.to === to) return { is: 'done', epoch: before.epoch }
    const row = this.#rows.get(entity)
    if (!this.holds(from) || row?.hop !== hop || row.district !== from.district) return { is: 'stale' }
    const epoch = this.#holders.get(to)?.epoch ?? 0
    this.#passed.set(name, { from: from.district, to, epoch })
    this.#put({ entity, hop: hop + 1, state, district: to })
    return { is: 'done', epoch }
  }

  save({ fence, rows, gone }: DistrictSave): 'done' | 'stale' {
    if (!this.holds(fence)) return 'stale'
    const { district } = fence
    for (const { entity, hop } of gone) {
      const row = this.#rows.get(entity)
      if (row?.district !== district || row.hop > hop) continue
      this.#rows.delete(entity)
      this.#inside.get(district)?.delete(entity)
    }
    for (const { entity, hop, state } of rows) {
      const row = this.#rows.get(entity)
      if (!row || (row.district === district && row.hop === hop)) this.#put({ entity, hop, state, district })
    }
    return 'done'
  }

  rows(fence: Fence): Claimed {
    const held = this.#holders.get(fence.district)
    if (!held || !isSame(held, fence))
      return { is: 'stale', epoch: held?.epoch ?? 0, holder: held?.holder ?? '' }
    const rows: EntityRow[] = []
    for (const entity of this.#inside.get(fence.district) ?? []) {
      const { hop, state } = this.#rows.get(entity) as Kept
      rows.push({ entity, hop, state })
    }
    return { is: 'claimed', rows, before: this.#before.get(fence.district) }
  }

  move(last: DistrictSave, to: string): 'done' | 'stale' {
    const { district, epoch } = last.fence
    const held = this.#holders.get(district)
    if (held?.epoch === epoch + 1 && held.holder === to) return 'done'
    if (this.save(last) === 'stale') return 'stale'
    this.#take({ district, epoch: epoch + 1, holder: to })
    return 'done'
  }

  holders(): readonly Fence[] {
    return [...this.#holders.values()]
  }

  reserveIds(count: number): number {
    const first = this.#nextId
    this.#nextId += count
    return first
  }

  /** Forgets what stands in districts, and takes each from its holder: no old epoch is used again. */
  restore(): void {
    this.#rows.clear()
    this.#inside.clear()
    this.#passed.clear()
    for (const [district, { epoch }] of this.#holders)
      this.#holders.set(district, { district, epoch: epoch + 1, holder: '' })
  }

  /** Returns an independent copy, as a disk has one. */
  copy(): DistrictTable {
    const copy = new DistrictTable()
    for (const [district, held] of this.#holders) copy.#holders.set(district, held)
    for (const [district, before] of this.#before) copy.#before.set(district, before)
    for (const row of this.#rows.values()) copy.#put(row)
    for (const [name, passed] of this.#passed) copy.#passed.set(name, passed)
    copy.#nextId = this.#nextId
    return copy
  }

  #take(fence: Fence): void {
    const held = this.#holders.get(fence.district)
    if (held) this.#before.set(fence.district, held)
    this.#holders.set(fence.district, { ...fence })
  }

  /** Returns whether a district is in these hands. */
  holds(fence: Fence): boolean {
    const held = this.#holders.get(fence.district)
    return held !== undefined && isSame(held, fence)
  }

  /** Returns whether an entity is in these hands, and has not gone on; one that was not saved yet has no row. */
  has(fence: EntityFence): boolean {
    return this.holds(fence) && (this.#rows.get(fence.entity)?.hop ?? 0) <= fence.hop
  }

  #put(row: Kept): void {
    const before = this.#rows.get(row.entity)
    if (before) this.#inside.get(before.district)?.delete(row.entity)
    this.#rows.set(row.entity, row)
    const inside = this.#inside.get(row.district) ?? new Set()
    this.#inside.set(row.district, inside.add(row.entity))
  }
}

function isSame(held: Fence, fence: Fence): boolean {
  return held.epoch === fence.epoch && held.holder === fence.holder
}
