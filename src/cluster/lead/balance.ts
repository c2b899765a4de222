import type { Instant } from '../../core/index.ts'
import type { ClusterMember, StoredAssignment } from '../directory/directory.ts'
import type { LeaderDecision } from './decision.ts'

/** How often the load is looked at, in ms. */
const ROUND_MS = 5000
/** A region is hot when its tick takes this share of the time it may take, and this times the mean of all. */
const HOT_SHARE = 0.6
const HOT_TIMES_MEAN = 1.25
/** For so many rounds in a row. */
const HOT_ROUNDS = 3
/** How long a district rests after a move, in ms. */
const REST_MS = 10_000
/** The share of all districts that may move in a minute; one at least. */
const MOVES_SHARE = 0.1
const MINUTE_MS = 60_000
/** What any district counts for, so that idle ones are spread too, in ms of CPU a tick. */
const DISTRICT_MS = 0.01

/**
 * Moves districts from hot regions to colder ones beside them, and away from regions that want to go. Load is CPU
 * per tick, never heads.
 */
export class Balance {
  readonly #neighboursOf: (district: number) => readonly number[]
  readonly #spreads: boolean
  readonly #hotRounds = new Map<string, number>()
  readonly #movedAt = new Map<number, number>()
  readonly #moves: number[] = []
  /** By district: what it cost when it was last told of, in ms of CPU a tick. */
  readonly #costs = new Map<number, number>()
  #roundAt = Number.NEGATIVE_INFINITY

  /** @param options  `spreads`: whether a region that has nothing is given a district of one that has several */
  constructor(
    neighboursOf: (district: number) => readonly number[],
    { spreads = false }: { readonly spreads?: boolean } = {},
  ) {
    this.#neighboursOf = neighboursOf
    this.#spreads = spreads
  }

  decide(
    assignments: readonly StoredAssignment[],
    regions: readonly ClusterMember[],
    now: Instant,
  ): LeaderDecision[] {
    const names = new Set(regions.map(({ name }) => name))
    for (const { load } of regions) for (const { district, cpuMs } of load) this.#costs.set(district, cpuMs)
    const decisions: LeaderDecision[] = []
    for (const one of assignments)
      if (one.movingTo !== '' && !names.has(one.movingTo)) decisions.push(decisionOf(one, ''))
    if (decisions.length > 0) return decisions
    const busy = new Set(assignments.filter(({ movingTo }) => movingTo !== '').map(({ owner }) => owner))
    decisions.push(...this.#drain(assignments, regions, busy))
    if (decisions.length > 0 || now - this.#roundAt < ROUND_MS) return decisions
    this.#roundAt = now
    const move = this.#cool(assignments, regions, busy, now) ?? this.#spread(assignments, regions, busy, now)
    return move ? [move] : []
  }

  /** Who has nothing, as after a restart, is given the costliest district of whoever has most, if that keeps one. */
  #spread(
    assignments: readonly StoredAssignment[],
    regions: readonly ClusterMember[],
    busy: ReadonlySet<string>,
    now: Instant,
  ): LeaderDecision | undefined {
    if (!this.#spreads || busy.size > 0) return undefined
    const counts = new Map<string, number>()
    for (const { name, isDraining } of regions) if (!isDraining) counts.set(name, 0)
    for (const { owner } of assignments)
      if (counts.has(owner)) counts.set(owner, (counts.get(owner) ?? 0) + 1)
    const idle = [...counts].find(([, count]) => count === 0)?.[0]
    const [fullest, most] = [...counts].reduce((a, b) => (b[1] > a[1] ? b : a), ['', 0])
    if (idle === undefined || most < 2) return undefined
    const { load = [] } = regions.find(({ name }) => name === fullest) ?? {}
    const costs = new Map(load.map(({ district, cpuMs }) => [district, cpuMs]))
    const own = assignments.filter(({ owner }) => owner === fullest)
    const moved = own.reduce((a, b) => ((costs.get(b.district) ?? 0) > (costs.get(a.district) ?? 0) ? b : a))
    this.#movedAt.set(moved.district, now)
    return decisionOf(moved, idle)
  }

  /** Who wants to go gives its districts away, one at a time, and to nobody who is still taking one. */
  #drain(
    assignments: readonly StoredAssignment[],
    regions: readonly ClusterMember[],
    busy: ReadonlySet<string>,
  ): LeaderDecision[] {
    const staying = regions.filter((one) => !one.isDraining && !isTaking(one, assignments))
    if (staying.length === 0) return []
    const decisions: LeaderDecision[] = []
    for (const { name, isDraining } of regions) {
      if (!isDraining || busy.has(name)) continue
      const own = assignments.filter(({ owner }) => owner === name)
      if (own.length === 0) continue
      const cost = new Map(staying.map((one) => [one.name, this.#costOfAll(one.name, assignments)]))
      const target = staying.reduce((least, one) =>
        (cost.get(one.name) ?? 0) < (cost.get(least.name) ?? 0) ? one : least,
      )
      decisions.push(decisionOf(own[0], target.name))
    }
    return decisions
  }

  /** What a region's districts cost, and those on their way to it, as each was last told of, in ms of CPU a tick. */
  #costOfAll(region: string, assignments: readonly StoredAssignment[]): number {
    let sum = 0
    for (const { district, owner, movingTo } of assignments)
      if ((movingTo || owner) === region) sum += (this.#costs.get(district) ?? 0) + DISTRICT_MS
    return sum
  }

  /** Returns a move that cools the hottest region, if one is called for. */
  #cool(
    assignments: readonly StoredAssignment[],
    regions: readonly ClusterMember[],
    busy: ReadonlySet<string>,
    now: Instant,
  ): LeaderDecision | undefined {
    const staying = regions.filter(({ isDraining }) => !isDraining)
    if (staying.length < 2) return undefined
    const mean = staying.reduce((sum, { tickShare }) => sum + tickShare, 0) / staying.length
    for (const { name, tickShare } of staying) {
      const isHot = tickShare > HOT_SHARE && tickShare > HOT_TIMES_MEAN * mean
      this.#hotRounds.set(name, isHot ? (this.#hotRounds.get(name) ?? 0) + 1 : 0)
    }
    const hottest = staying.reduce((most, one) => (one.tickShare > most.tickShare ? one : most))
    if ((this.#hotRounds.get(hottest.name) ?? 0) < HOT_ROUNDS || busy.has(hottest.name)) return undefined
    while (this.#moves.length > 0 && now - this.#moves[0] > MINUTE_MS) this.#moves.shift()
    if (this.#moves.length >= Math.max(1, Math.floor(assignments.length * MOVES_SHARE))) return undefined
    const move = this.#bestMove(hottest, assignments, staying, now)
    if (!move) return undefined
    this.#moves.push(now)
    this.#movedAt.set(move.assignment.district, now)
    this.#hotRounds.set(hottest.name, 0)
    return move
  }

  /** Of the hottest region's districts at its border, the one whose move lowers the maximum most per border entity. */
  #bestMove(
    hottest: ClusterMember,
    assignments: readonly StoredAssignment[],
    staying: readonly ClusterMember[],
    now: Instant,
  ): LeaderDecision | undefined {
    const byDistrict = new Map(assignments.map((one) => [one.district, one]))
    const costs = new Map(staying.map((one) => [one.name, costOf(one)]))
    const before = costs.get(hottest.name) ?? 0
    let best: { readonly gain: number; readonly decision: LeaderDecision } | undefined
    for (const { district, cpuMs, entities } of hottest.load) {
      const from = byDistrict.get(district)
      const isResting = now - (this.#movedAt.get(district) ?? Number.NEGATIVE_INFINITY) < REST_MS
      if (from?.owner !== hottest.name || isResting) continue
      const beside = this.#neighboursOf(district)
      const owners = new Set(beside.map((one) => byDistrict.get(one)?.owner ?? ''))
      const own = beside.filter((one) => byDistrict.get(one)?.owner === hottest.name).length
      for (const owner of owners) {
        const cost = costs.get(owner)
        if (owner === hottest.name || cost === undefined) continue
        const gain = before - Math.max(before - cpuMs, cost + cpuMs)
        const worth = gain / (1 + (entities * own) / Math.max(1, beside.length))
        if (gain > 0 && worth > (best?.gain ?? 0)) best = { gain: worth, decision: decisionOf(from, owner) }
      }
    }
    return best?.decision
  }
}

/** Whether a district is on its way to a region, or is its own and not yet told of: it has work enough just now. */
function isTaking({ name, load }: ClusterMember, assignments: readonly StoredAssignment[]): boolean {
  return assignments.some(
    ({ district, owner, movingTo }) =>
      movingTo === name ||
      (owner === name && movingTo === '' && !load.some((one) => one.district === district)),
  )
}

/** A region's load, in ms of CPU a tick. */
function costOf({ load }: ClusterMember): number {
  return load.reduce((sum, { cpuMs }) => sum + cpuMs, 0)
}

function decisionOf({ revision, ...assignment }: StoredAssignment, movingTo: string): LeaderDecision {
  return { assignment: { ...assignment, movingTo }, revision }
}
