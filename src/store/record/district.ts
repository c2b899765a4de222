/**
 * A district in one pair of hands: every write of a region carries it, and is refused as `stale` when the district
 * has passed on since.
 */
export interface Fence {
  readonly district: number
  /** Grows with each change of hands of the district. */
  readonly epoch: number
  /** The incarnation of the region process. Two starts of one process have two. */
  readonly holder: string
}

/** An entity in one pair of hands: its district is, and the entity has not gone on to another. */
export interface EntityFence extends Fence {
  readonly entity: number
  readonly hop: number
}

/** An entity that outlives its region: which transfer of it this is, and its whole state, opaque here. */
export interface EntityRow {
  readonly entity: number
  /** Grows with each change of district of the entity. */
  readonly hop: number
  /** At most 65,536 bytes. */
  readonly state: Uint8Array
}

/** An entity that goes to another district. The pair of entity and hop names the operation. */
export interface Pass extends EntityRow {
  readonly from: Fence
  readonly to: number
}

/** What was saved of a district. */
export interface DistrictSave {
  readonly fence: Fence
  /** Entities that are new or other than before, each at its current hop. */
  readonly rows: readonly EntityRow[]
  /** Entities that are no more. */
  readonly gone: readonly { readonly entity: number; readonly hop: number }[]
}

/**
 * What became of a pass. `epoch`: that of the district it led to, when it was done, 0 where nobody ever had it: its
 * holder knows by it whether anything can have happened to the entity before it held the district.
 */
export type Passed = { readonly is: 'done'; readonly epoch: number } | { readonly is: 'stale' }

/**
 * `before`: who held the district last, at which epoch, when the present holder took it; undefined for its first
 * holder. `stale`: the district has another holder or epoch; the asker drops it at once.
 */
export type Claimed =
  | { readonly is: 'claimed'; readonly rows: readonly EntityRow[]; readonly before: Fence | undefined }
  | { readonly is: 'stale'; readonly epoch: number; readonly holder: string }

/**
 * Who owns which part of the map, and what stands there: the truth of a world of many processes. Each method is one
 * transaction, on disk when its promise resolves, and safe to ask again when an answer was lost.
 */
export interface DistrictShelf {
  /**
   * Takes a district: done when the epoch is above the stored one, or equal and the holder the same.
   *
   * @returns the entities of the district
   */
  claim(fence: Fence): Promise<Claimed>
  /**
   * Moves entities to other districts, each of them or not, all in one transaction. One is `stale` when its fence
   * no longer holds, or its row is not at this district and hop. Asked again, a pass that was done is `done`, with
   * the epoch of that time.
   */
  pass(passes: readonly Pass[]): Promise<readonly Passed[]>
  /** Saves entities of a district. Rows that meanwhile belong to another district or a later hop stay as they are. */
  save(saves: readonly DistrictSave[]): Promise<readonly ('done' | 'stale')[]>
  /** Lists the entities of a district, for its holder: also those that came by a pass it has not heard of. */
  rows(fence: Fence): Promise<Claimed>
  /**
   * Saves a district for the last time, and gives it to another holder at the next epoch, in one transaction. Asked
   * again, what was done is `done`.
   */
  move(last: DistrictSave, to: string): Promise<'done' | 'stale'>
  /** Lists each district that was ever claimed, with its present epoch and holder. */
  holders(): Promise<readonly Fence[]>
  /** Reserves so many ids for entities. @returns the first; they were never given before */
  reserveIds(count: number): Promise<number>
}
