import type { Instant } from '../../core/index.ts'
import type { Fence } from '../../store/index.ts'
import type { ClusterMember, DirectoryView, StoredAssignment } from '../directory/directory.ts'
import { MEMBER_TTL_MS, RENEWAL_MS } from '../directory/directory.ts'
import { Balance } from './balance.ts'
import type { LeaderDecision } from './decision.ts'

/** How long everybody is given to be listed again, after the directory was away or forgot everything, in ms. */
const PATIENCE_MS = MEMBER_TTL_MS + RENEWAL_MS
/** How many must have lost a member, to be believed before its key is gone. */
const WITNESSES = 2
/** How long a loss is remembered, in ms. */
const LOSS_MS = 1000

export interface LeaderOptions {
  /** Every district of the world. */
  readonly districts: readonly number[]
  /** The districts that touch one. */
  readonly neighboursOf: (district: number) => readonly number[]
  /** Whether the store's epochs are looked at: always, but in tests. */
  readonly hasFloor?: boolean
  /** Whether a region that has nothing is given a district of one that has several. No when left out. */
  readonly spreads?: boolean
  /** Whether districts that follow each other lie together, and are given to one region up to a fair share. */
  readonly liesTogether?: boolean
}

/**
 * What the leading member decides: who should own each district. It decides from what directory and store say, and
 * remembers nothing that another leader would need.
 *
 *     epoch of a new owner = max(directory, store, receivers that are ahead of both) + 1
 */
export class Leader {
  readonly #options: LeaderOptions
  readonly #balance: Balance
  /** Who says to have lost whom, and when. */
  readonly #losses = new Map<string, Map<string, number>>()
  #steadySince: number | undefined
  #assignments = 0

  constructor(options: LeaderOptions) {
    this.#options = options
    this.#balance = new Balance(options.neighboursOf, options)
  }

  /** Notes that the directory did not answer, or has forgotten: absences say nothing for a time. */
  interrupted(): void {
    this.#steadySince = undefined
  }

  /** Notes that a member says to have lost another: its link broke, or it has been silent for some ticks. */
  lost(witness: string, name: string, now: Instant): void {
    const witnesses = this.#losses.get(name) ?? new Map()
    this.#losses.set(name, witnesses.set(witness, now))
  }

  /** Notes that a member hears another, again or for the first time. */
  found(witness: string, name: string): void {
    this.#losses.get(name)?.delete(witness)
  }

  /** Takes in what the directory says. Every region does, so that whoever comes to lead knows how far to trust it. */
  look(view: DirectoryView, now: Instant): void {
    // It has forgotten: whoever is not listed may only not have come back yet.
    if (view.assignments.length < this.#assignments) this.#steadySince = undefined
    this.#assignments = view.assignments.length
    this.#steadySince ??= now
  }

  /** Decides what is to be written now. @param holders  what the store says: see `DistrictShelf.holders` */
  decide(view: DirectoryView, holders: readonly Fence[], now: Instant): LeaderDecision[] {
    const isSteady = this.#steadySince !== undefined && now - this.#steadySince >= PATIENCE_MS
    const regions = this.#living(view.members, now)
    if (regions.length === 0) return []
    const alive = new Set(regions.map(({ name }) => name))
    const stored = new Map(view.assignments.map((one) => [one.district, one]))
    const held = new Map(holders.map((one) => [one.district, one]))
    const counts = new Map(regions.map(({ name }) => [name, 0]))
    for (const { owner } of view.assignments)
      if (alive.has(owner)) counts.set(owner, (counts.get(owner) ?? 0) + 1)
    const { districts, liesTogether = false } = this.#options
    const quota = liesTogether ? Math.ceil(districts.length / regions.length) : 0
    let last = ''
    const ahead = new Map<number, number>()
    for (const member of view.members)
      for (const { district, epoch } of member.ahead ?? [])
        ahead.set(district, Math.max(epoch, ahead.get(district) ?? 0))
    const decisions: LeaderDecision[] = []
    for (const district of this.#options.districts) {
      const written = stored.get(district)
      const says = { now: written, held: held.get(district), told: ahead.get(district) ?? 0 }
      const next = this.#next({ ...says, alive, isSteady })
      if (next === undefined) continue
      // Whoever got the last one goes on, up to a fair share: so there is less border.
      const goesOn = last !== '' && (counts.get(last) ?? 0) < quota
      const owner = next.owner || (goesOn ? last : this.#pick(district, regions, counts, stored))
      if (!next.owner) last = owner
      counts.set(owner, (counts.get(owner) ?? 0) + 1)
      const assignment = { district, owner, epoch: next.epoch, movingTo: '' }
      decisions.push({ assignment, revision: written?.revision ?? 0 })
    }
    return decisions.length > 0 || !isSteady
      ? decisions
      : this.#balance.decide(view.assignments, regions, now)
  }

  /** The regions that are believed to be there. */
  #living(members: readonly ClusterMember[], now: Instant): ClusterMember[] {
    return members.filter(({ name, role }) => {
      if (role !== 'region') return false
      let witnesses = 0
      for (const at of this.#losses.get(name)?.values() ?? []) if (now - at <= LOSS_MS) witnesses++
      return witnesses < WITNESSES
    })
  }

  /** Returns the owner (empty for any) and epoch that a district should have; undefined where it is as it should be. */
  #next(from: {
    readonly now: StoredAssignment | undefined
    readonly held: Fence | undefined
    /** The highest epoch below which a member listens to nobody; 0 where none is above the directory's. */
    readonly told: number
    readonly alive: ReadonlySet<string>
    readonly isSteady: boolean
  }): { readonly owner: string; readonly epoch: number } | undefined {
    const { now, alive, isSteady } = from
    const held = this.#options.hasFloor === false ? undefined : from.held
    const known = Math.max(now?.epoch ?? 0, held?.epoch ?? 0)
    const told = this.#options.hasFloor === false ? 0 : from.told
    const floor = Math.max(known, told)
    if (held && now && held.epoch === now.epoch + 1 && held.holder === now.movingTo && alive.has(held.holder))
      return { owner: held.holder, epoch: held.epoch }
    // What the directory does not know, or not any more, always begins a new epoch: an old claim may be under way.
    const isBehind = held !== undefined && (now === undefined || held.epoch > now.epoch)
    const isOthers = held !== undefined && held.epoch === now?.epoch && held.holder !== now.owner
    if (isBehind || isOthers) {
      const isThere = alive.has(held.holder)
      return isThere || isSteady ? { owner: isThere ? held.holder : '', epoch: floor + 1 } : undefined
    }
    // Given to somebody who never came, and forgotten: members listen to nobody below that.
    if (now !== undefined && told > known && alive.has(now.owner))
      return { owner: now.owner, epoch: floor + 1 }
    if (now !== undefined && (alive.has(now.owner) || !isSteady)) return undefined
    if (now === undefined && !isSteady) return undefined
    return { owner: '', epoch: floor + 1 }
  }

  /** Picks an owner: one that has a neighbour of the district and few districts. */
  #pick(
    district: number,
    regions: readonly ClusterMember[],
    counts: ReadonlyMap<string, number>,
    stored: ReadonlyMap<number, StoredAssignment>,
  ): string {
    const beside = new Set(this.#options.neighboursOf(district).map((one) => stored.get(one)?.owner))
    const costOf = ({ name, isDraining }: ClusterMember): number =>
      (counts.get(name) ?? 0) - (beside.has(name) ? 0.5 : 0) + (isDraining ? 1e6 : 0)
    return [...regions].sort((a, b) => costOf(a) - costOf(b) || (a.name < b.name ? -1 : 1))[0].name
  }
}
