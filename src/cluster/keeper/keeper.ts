import { type Instant, instant } from '../../core/index.ts'
import type { Claimed, DistrictSave, EntityFence, EntityRow, Fence, Pass, Passed } from '../../store/index.ts'
import type { ClusterMember, DirectoryView } from '../directory/directory.ts'
import type { GivenEntity, PeerMessage } from '../message/peer-message.ts'
import { type HeldDistrict, newHeld, UNKNOWN } from './held-district.ts'
import type { KeeperOutput, StoreAnswer, StoreRequest } from './request.ts'
import { ALL_RULES, type ProtocolRules } from './rules.ts'

/** How long a region authors without a word from store or directory, in ms. */
export const AUTHORITY_MS = 1500
/** How long receivers are waited for after a claim: by then an earlier owner has fallen silent. */
const SILENT_MS = AUTHORITY_MS + 500
/** How often a fence and a give are told again, in ms. */
const FENCE_MS = 200
const GIVE_MS = 50
/** How often a region looks for rows that nobody gave it, in ms. */
const ORPHANS_MS = 1000
/** How soon the store is asked again, in ms. */
const RETRY_MS = 50
/** A store that takes longer gets no new passes: then entities stay with their region beyond the border. */
const QUICK_MS = 200
/** The most entities that a region remembers to have had. */
const TOMBS_MAX = 65_536
/** The most entities given but not taken, and gives kept while the store is asked. */
const OUT_MAX = 4096

/** The most regions that are remembered after they are gone. */
const REMEMBERED_MAX = 1024

/** An entity that is real here. */
interface RealEntity {
  readonly district: number
  readonly hop: number
  isSaved: boolean
}

/** An entity on its way out. */
interface Leaving {
  readonly pass: Pass
  readonly luggage: Uint8Array
  at: 'passing' | 'giving'
  /** The epoch of the district it goes to, at the time it was passed. */
  epoch: number
  toldAt: number
}

type Give = PeerMessage & { readonly is: 'give' }

export interface KeeperOptions {
  /** The incarnation of this process, as in the directory. */
  readonly name: string
  /** The rules in force: all, but in tests. */
  readonly rules?: ProtocolRules
}

/**
 * Keeps a region's districts, and the entities in them, exactly once in the world. It knows neither worlds nor
 * sockets.
 *
 *     view, answered, receive, leave, save  -->  Keeper  --poll-->  ask, send, adopt, release, author, cease, pack
 *
 * Commit first, then tell: an entity that leaves is frozen, the store passes it, and only then the other region is
 * told. The store is the truth, the directory says who should own what, receivers refuse who is behind.
 *
 * Source: docs/spec/cluster.md.
 */
export class Keeper {
  readonly name: string
  readonly #rules: ProtocolRules
  readonly #held = new Map<number, HeldDistrict>()
  readonly #real = new Map<number, RealEntity>()
  readonly #leaving = new Map<number, Leaving>()
  /** By entity: the highest hop at which it is known to be elsewhere, or no more. */
  readonly #tombs = new Map<number, number>()
  /** Gives that the store is asked about. */
  readonly #doubtful = new Map<
    number,
    { readonly from: string; readonly message: Give; readonly at: number }
  >()
  /** Districts moved away, told until the new owner is seen. */
  readonly #handing = new Map<
    number,
    { readonly to: string; readonly message: PeerMessage; toldAt: number }
  >()
  /** Districts of which the store said that they are somebody's at this epoch. */
  readonly #lost = new Map<number, number>()
  readonly #asked = new Map<number, { readonly request: StoreRequest; readonly at: number }>()
  readonly #retries: { readonly request: StoreRequest; readonly at: number }[] = []
  readonly #outputs: KeeperOutput[] = []
  #next = 0
  #lastAsk = 0
  /** Passes and vanished entities that go with the next request. */
  #passes: Pass[] = []
  readonly #gone = new Map<number, { readonly district: number; readonly hop: number }>()
  #isSaving = false
  #tookMs = 0
  readonly #owners = new Map<number, string>()
  readonly #members = new Set<string>()
  /** Regions as they last said to be, also those that are gone. */
  readonly #remembered = new Map<string, ClusterMember>()
  /** Entities given, taken, adopted as orphans, and refused as stale. */
  readonly counts = { passed: 0, taken: 0, adopted: 0, stale: 0 }

  constructor({ name, rules = ALL_RULES }: KeeperOptions) {
    this.name = name
    this.#rules = rules
  }

  /** The districts held, in any state. */
  get districts(): ReadonlyMap<number, HeldDistrict> {
    return this.#held
  }

  /** The entities that are real here, frozen ones not counted. */
  get entities(): ReadonlyMap<number, { readonly district: number; readonly hop: number }> {
    return this.#real
  }

  /** Returns whether the store answers fast enough for handoffs to begin. */
  isStoreQuick(now: Instant): boolean {
    if (this.#tookMs > QUICK_MS) return false
    for (const { at } of this.#asked.values()) if (now - at > QUICK_MS) return false
    return true
  }

  /** Returns whether this region speaks for a district now. */
  isAuthor(district: number, now: Instant): boolean {
    const held = this.#held.get(district)
    if (held?.at !== 'live') return false
    return !this.#rules.silence || now - held.confirmedAt <= AUTHORITY_MS
  }

  /** Returns the member that should own a district; undefined for one that is not there. */
  ownerOf(district: number): string | undefined {
    const owner = this.#owners.get(district)
    return owner !== undefined && this.#members.has(owner) ? owner : undefined
  }

  /** Returns in whose hands an entity is that is real here; undefined for one that is not. */
  handOf(entity: number): EntityFence | undefined {
    const real = this.#real.get(entity)
    const held = real && this.#held.get(real.district)
    return real && held && { ...this.#fenceOf(held), entity, hop: real.hop }
  }

  /** Notes an entity that came into being here. @param hop  above every one that it had before */
  spawned(entity: number, district: number, hop = 1): void {
    this.#real.set(entity, { district, hop, isSaved: false })
  }

  /** Returns whether an entity is saved as it is since it came here: only then it can leave. */
  isSaved(entity: number): boolean {
    return this.#real.get(entity)?.isSaved === true
  }

  /** Notes that an entity is no more. */
  despawned(entity: number): void {
    const real = this.#real.get(entity)
    if (!real) return
    this.#real.delete(entity)
    this.#bury(entity, real.hop)
    this.#gone.set(entity, { district: real.district, hop: real.hop })
  }

  /**
   * Begins to hand an entity over to another district, of this region or another. It is frozen from now on: as soon
   * as the store has been asked, it may be the other district's.
   *
   * @param state    what the store is to have of it
   * @param luggage  what only the next region needs
   * @returns        false where it cannot go now; then it stays, and is stepped on
   */
  leave(
    entity: number,
    to: number,
    { state, luggage }: { readonly state: Uint8Array; readonly luggage: Uint8Array },
    now: Instant,
  ): boolean {
    const real = this.#real.get(entity)
    const held = real && this.#held.get(real.district)
    if (!real || !held || !this.canLeave(entity, to, now)) return false
    const from = this.#fenceOf(held)
    const pass: Pass = { entity, hop: real.hop, state, from, to }
    const leaving: Leaving = { pass, luggage, at: 'passing', epoch: 0, toldAt: Number.NEGATIVE_INFINITY }
    this.#leaving.set(entity, leaving)
    this.#passes.push(pass)
    this.#real.delete(entity)
    if (!this.#rules.commitFirst) this.#give(leaving, now)
    return true
  }

  /** Returns whether `leave` would hand an entity over now. */
  canLeave(entity: number, to: number, now: Instant): boolean {
    const real = this.#real.get(entity)
    if (!real?.isSaved || real.district === to || this.#leaving.has(entity)) return false
    const held = this.#held.get(real.district)
    const isFull = this.#leaving.size >= OUT_MAX
    if (!held || !this.isAuthor(real.district, now) || isFull || !this.isStoreQuick(now)) return false
    const owner = this.ownerOf(to)
    return this.#held.get(to)?.at === 'live' || (owner !== undefined && owner !== this.name)
  }

  /** Returns whether an entity is on its way to another region: nobody steps it. */
  isFrozen(entity: number): boolean {
    return this.#leaving.has(entity)
  }

  /**
   * Saves what is real here. Does nothing while the last save is unanswered.
   *
   * @param stateOf  an entity's state; undefined for one that is not to be saved now
   */
  save(stateOf: (entity: number) => Uint8Array | undefined, now: Instant): void {
    if (this.#isSaving) return
    const rows = new Map<number, EntityRow[]>()
    for (const [entity, { district, hop }] of this.#real) {
      const state = this.isAuthor(district, now) ? stateOf(entity) : undefined
      if (state === undefined) continue
      const list = rows.get(district) ?? []
      list.push({ entity, hop, state })
      rows.set(district, list)
    }
    const saves: DistrictSave[] = []
    for (const held of this.#held.values()) {
      if (held.at !== 'live') continue
      const gone = this.#goneOf(held.district)
      const list = rows.get(held.district) ?? []
      if (list.length + gone.length > 0) saves.push({ fence: this.#fenceOf(held), rows: list, gone })
    }
    if (saves.length === 0) return
    this.#isSaving = true
    this.#ask({ is: 'save', saves }, now)
  }

  /** Gives all of a district that is to move, after `pack`. */
  packed(district: number, to: string, given: readonly GivenEntity[], now: Instant): void {
    const held = this.#held.get(district)
    if (held?.at !== 'live') return
    held.at = 'moving'
    const rows = given.map(({ entity, hop, state }) => ({ entity, hop, state }))
    const last = { fence: this.#fenceOf(held), rows, gone: this.#goneOf(district) }
    held.handed = new Map(given.map((one) => [one.entity, one]))
    this.#ask({ is: 'move', last, to }, now)
  }

  /** Takes in what the directory says. @param askedAt  when it was asked */
  view(view: DirectoryView, askedAt: Instant, now: Instant): void {
    this.#members.clear()
    for (const member of view.members) {
      this.#members.add(member.name)
      this.#remember(member)
    }
    this.#owners.clear()
    for (const { district, owner, epoch, movingTo } of view.assignments) {
      this.#owners.set(district, owner)
      const held = this.#held.get(district)
      if (owner === this.name) this.#assigned(held, { district, epoch, movingTo }, askedAt, now)
      else if (held && epoch > held.epoch) this.#cease(held)
      const handing = this.#handing.get(district)
      if (handing && owner === handing.to) this.#handing.delete(district)
    }
  }

  /** Takes in an answer of the store. */
  answered(ask: number, answer: StoreAnswer, now: Instant): void {
    const asked = this.#asked.get(ask)
    if (!asked) return
    this.#asked.delete(ask)
    this.#tookMs = now - asked.at
    const { request } = asked
    if (request.is === 'claim' && answer.is === 'claim')
      this.#claimed(request.fence, answer.claimed, asked.at, now)
    else if (request.is === 'rows' && answer.is === 'rows')
      this.#looked(request.fence, answer.claimed, asked.at)
    else if (request.is === 'pass' && answer.is === 'pass') this.#passed(request.passes, answer.passed, now)
    else if (request.is === 'save' && answer.is === 'save') this.#saved(request.saves, answer.saved, asked.at)
    else if (request.is === 'move' && answer.is === 'move')
      this.#moved(request.last, request.to, answer.moved, asked.at)
  }

  /** Notes that the store did not answer: whether it did what was asked is not known. */
  unanswered(ask: number, now: Instant): void {
    const asked = this.#asked.get(ask)
    if (!asked) return
    this.#asked.delete(ask)
    this.#tookMs = now - asked.at
    const { request } = asked
    if (request.is === 'save') this.#isSaving = false
    else if (request.is !== 'rows') this.#retries.push({ request, at: now + RETRY_MS })
  }

  /** Takes in what another process says. What makes no sense now is dropped: it is told again if it matters. */
  receive(from: string, message: PeerMessage, now: Instant): void {
    if (message.is === 'give') this.#receiveGive(from, message, now)
    else if (message.is === 'taken') this.#receiveTaken(message)
    else if (message.is === 'fence') this.#receiveFence(message)
    else if (message.is === 'fenced') this.#receiveFenced(from, message)
    else if (message.is === 'hand') this.#receiveHand(from, message, now)
    else if (message.is === 'handed' && this.#handing.get(message.district)?.to === from)
      this.#handing.delete(message.district)
  }

  /** Returns what to do next; ask again until it says nothing. */
  poll(now: Instant): KeeperOutput | undefined {
    if (this.#next === this.#outputs.length) {
      this.#outputs.length = 0
      this.#next = 0
      this.#work(now)
    }
    return this.#outputs[this.#next++] ?? this.#rest()
  }

  /** When `poll` could next say something new. */
  get wakeAt(): Instant {
    if (this.#outputs.length > this.#next || this.#passes.length > 0) return instant(0)
    let at = Number.POSITIVE_INFINITY
    for (const { at: retry } of this.#retries) at = Math.min(at, retry)
    for (const { at: state, toldAt } of this.#leaving.values())
      if (state === 'giving') at = Math.min(at, toldAt + GIVE_MS)
    for (const { toldAt } of this.#handing.values()) at = Math.min(at, toldAt + GIVE_MS)
    for (const held of this.#held.values()) {
      if (held.at === 'fencing') at = Math.min(at, held.fencedAt + FENCE_MS, held.claimedAt + SILENT_MS)
      else if (held.at === 'live') at = Math.min(at, held.lookedAt + ORPHANS_MS)
    }
    return instant(at)
  }

  #rest(): undefined {
    this.#next = 0
    this.#outputs.length = 0
    return undefined
  }

  #work(now: Instant): void {
    if (this.#passes.length > 0) {
      this.#ask({ is: 'pass', passes: this.#passes }, now)
      this.#passes = []
    }
    for (let i = 0; i < this.#retries.length; )
      if (this.#retries[i].at <= now) this.#retry(this.#retries.splice(i, 1)[0].request, now)
      else i++
    for (const leaving of this.#leaving.values())
      if (leaving.at === 'giving' && now - leaving.toldAt >= GIVE_MS) this.#give(leaving, now)
    for (const handing of this.#handing.values()) {
      if (now - handing.toldAt < GIVE_MS) continue
      handing.toldAt = now
      this.#send(handing.to, handing.message)
    }
    for (const held of this.#held.values()) {
      if (held.at === 'fencing' && now - held.claimedAt >= SILENT_MS) this.#goLive(held)
      if (held.at === 'fencing' && now - held.fencedAt >= FENCE_MS) this.#fence(held, now)
      if (held.at !== 'live' || now - held.lookedAt < ORPHANS_MS) continue
      held.lookedAt = now
      this.#ask({ is: 'rows', fence: this.#fenceOf(held) }, now)
    }
  }

  #retry(request: StoreRequest, now: Instant): void {
    if (request.is === 'claim') {
      const held = this.#held.get(request.fence.district)
      if (held?.at !== 'claiming' || held.epoch !== request.fence.epoch) return
    }
    this.#ask(request, now)
  }

  #ask(request: StoreRequest, now: Instant): void {
    const ask = ++this.#lastAsk
    this.#asked.set(ask, { request, at: now })
    this.#outputs.push({ do: 'ask', ask, request })
  }

  #send(to: string, message: PeerMessage): void {
    this.#outputs.push({ do: 'send', to, message })
  }

  #fenceOf({ district, epoch }: HeldDistrict): Fence {
    return { district, epoch, holder: this.name }
  }

  #remember(member: ClusterMember): void {
    if (member.role !== 'region') return
    this.#remembered.delete(member.name)
    this.#remembered.set(member.name, member)
    if (this.#remembered.size <= REMEMBERED_MAX) return
    for (const oldest of this.#remembered.keys()) {
      this.#remembered.delete(oldest)
      break
    }
  }

  // --- districts

  #assigned(
    held: HeldDistrict | undefined,
    {
      district,
      epoch,
      movingTo,
    }: { readonly district: number; readonly epoch: number; readonly movingTo: string },
    askedAt: Instant,
    now: Instant,
  ): void {
    if (held && held.epoch === epoch) {
      held.confirmedAt = Math.max(held.confirmedAt, askedAt)
      if (held.at !== 'live' || movingTo === '' || !this.#members.has(movingTo)) return
      for (const { pass } of this.#leaving.values()) if (pass.from.district === district) return
      this.#outputs.push({ do: 'pack', district, to: movingTo })
      return
    }
    if (epoch <= (held?.epoch ?? this.#lost.get(district) ?? 0)) return
    // Its own, at the next epoch: everything stays as it is, once the store says so.
    if (held?.at === 'live' && epoch === held.epoch + 1) {
      for (const { pass } of this.#leaving.values()) if (pass.from.district === district) return
      this.#outputs.push({ do: 'pack', district, to: this.name })
      return
    }
    if (held?.at === 'moving') return
    if (held) this.#cease(held)
    this.#claim(newHeld(district, epoch), now)
  }

  #claim(held: HeldDistrict, now: Instant): void {
    this.#held.set(held.district, held)
    this.#ask({ is: 'claim', fence: this.#fenceOf(held) }, now)
  }

  #claimed(fence: Fence, claimed: Claimed, askedAt: number, now: Instant): void {
    const held = this.#held.get(fence.district)
    if (held?.at !== 'claiming' || held.epoch !== fence.epoch) return
    if (claimed.is === 'stale') {
      this.counts.stale++
      this.#lost.set(fence.district, claimed.epoch)
      this.#held.delete(fence.district)
      return
    }
    held.rows = claimed.rows
    held.confirmedAt = askedAt
    held.at = 'fencing'
    held.lookedAt = now
    held.claimedAt = now
    if (!held.handed) this.#chooseReceivers(held, claimed.before)
    if (!this.#rules.fenceRound) {
      this.#fence(held, now)
      held.waiting.clear()
    }
    if (held.waiting.size === 0) this.#goLive(held)
    else this.#fence(held, now)
  }

  /**
   * Chooses who is asked to refuse the last owner: everybody; and who has to answer: whoever it told of the district.
   * Where that is not known, the last owner is given time to fall silent.
   */
  #chooseReceivers(held: HeldDistrict, before: Fence | undefined): void {
    for (const name of this.#members) if (name !== this.name) held.asked.add(name)
    if (before === undefined || before.holder === this.name) return
    held.before = before.holder
    const last = this.#remembered.get(before.holder)
    const hadIt = last?.load.some(
      ({ district, epoch }) => district === held.district && epoch === before.epoch,
    )
    if (!last || !hadIt) {
      held.waiting.add(UNKNOWN)
      return
    }
    for (const name of last.followers) {
      if (name === this.name || name === last.name) continue
      held.asked.add(name)
      held.waiting.add(name)
    }
  }

  #fence(held: HeldDistrict, now: Instant): void {
    held.fencedAt = now
    for (const name of held.asked)
      this.#send(name, { is: 'fence', district: held.district, epoch: held.epoch })
  }

  #receiveFence({ district, epoch }: PeerMessage & { is: 'fence' }): void {
    const held = this.#held.get(district)
    if (held && held.epoch < epoch) this.#cease(held)
  }

  #receiveFenced(from: string, { district, epoch, known }: PeerMessage & { is: 'fenced' }): void {
    const held = this.#held.get(district)
    if (held?.at !== 'fencing' || held.epoch !== epoch || !held.asked.delete(from)) return
    // The last owner itself says that it is none any more.
    if (from === held.before) held.waiting.clear()
    held.waiting.delete(from)
    for (const one of known) {
      const before = held.known.get(one.entity)
      if (!before || one.hop > before.hop || (one.hop === before.hop && one.tick > before.tick))
        held.known.set(one.entity, one)
    }
    if (held.waiting.size === 0) this.#goLive(held)
  }

  #goLive(held: HeldDistrict): void {
    held.at = 'live'
    this.#outputs.push({ do: 'author', district: held.district, epoch: held.epoch })
    for (const row of held.rows) this.#adopt(held, row, held.handed?.get(row.entity))
    held.rows = []
    held.known.clear()
    held.handed = undefined
  }

  #cease(held: HeldDistrict): void {
    this.#held.delete(held.district)
    this.#lost.set(held.district, Math.max(held.epoch, this.#lost.get(held.district) ?? 0))
    for (const [entity, { district }] of this.#real) {
      if (district !== held.district) continue
      this.#real.delete(entity)
      this.#outputs.push({ do: 'release', entity })
    }
    for (const [entity, { district }] of this.#gone) if (district === held.district) this.#gone.delete(entity)
    this.#outputs.push({ do: 'cease', district: held.district, epoch: held.epoch })
  }

  #looked(fence: Fence, claimed: Claimed, askedAt: number): void {
    const held = this.#held.get(fence.district)
    if (!held || held.epoch !== fence.epoch) return
    if (claimed.is === 'stale') {
      this.counts.stale++
      this.#cease(held)
      return
    }
    held.confirmedAt = Math.max(held.confirmedAt, askedAt)
    if (held.at !== 'live') return
    for (const row of claimed.rows) {
      const doubt = this.#doubtful.get(row.entity)?.message.given
      const given = doubt?.hop === row.hop ? doubt : undefined
      if (this.#rules.orphans || given) this.#adopt(held, row, given)
    }
    for (const [entity, { from, message, at }] of this.#doubtful) {
      if (message.district !== held.district || askedAt < at) continue
      // What the store has not got here went on from here, before this region held the district.
      this.#doubtful.delete(entity)
      this.#answerTaken(from, entity, message.given.hop)
    }
  }

  #moved({ fence }: DistrictSave, to: string, moved: 'done' | 'stale', askedAt: number): void {
    const held = this.#held.get(fence.district)
    if (held?.at !== 'moving' || held.epoch !== fence.epoch) return
    if (moved === 'stale') {
      this.counts.stale++
      this.#cease(held)
      return
    }
    if (to === this.name) {
      held.epoch++
      held.at = 'live'
      held.confirmedAt = askedAt
      held.handed = undefined
      this.#outputs.push({ do: 'author', district: held.district, epoch: held.epoch })
      return
    }
    const given = [...(held.handed?.values() ?? [])]
    const message: PeerMessage = { is: 'hand', district: fence.district, epoch: fence.epoch + 1, given }
    this.#handing.set(fence.district, { to, message, toldAt: Number.NEGATIVE_INFINITY })
    for (const { entity, hop } of given) this.#bury(entity, hop - 1)
    this.#cease(held)
    this.#lost.set(fence.district, fence.epoch)
  }

  #receiveHand(from: string, { district, epoch, given }: PeerMessage & { is: 'hand' }, now: Instant): void {
    const held = this.#held.get(district)
    this.#send(from, { is: 'handed', district, epoch })
    if (epoch <= (held?.epoch ?? this.#lost.get(district) ?? 0)) return
    if (held) this.#cease(held)
    const mine = newHeld(district, epoch)
    mine.handed = new Map(given.map((one) => [one.entity, one]))
    this.#claim(mine, now)
  }

  // --- entities

  #adopt(
    held: HeldDistrict,
    { entity, hop, state }: EntityRow,
    given: GivenEntity | undefined,
    isOwn = false,
  ): void {
    if (hop <= (this.#rules.hopCheck ? this.#knownHop(entity) : (this.#real.get(entity)?.hop ?? 0))) return
    this.#leaving.delete(entity)
    this.#real.set(entity, { district: held.district, hop, isSaved: true })
    if (!given) this.counts.adopted++
    const heard = held.known.get(entity)
    const known = this.#rules.askBack && heard?.hop === hop ? heard : undefined
    const own = given ?? { state, luggage: undefined }
    this.#outputs.push({
      ...{ do: 'adopt', entity, hop, district: held.district },
      ...{ state: own.state, luggage: own.luggage, known, isOwn },
    })
  }

  /** The highest hop at which this region knows an entity to be, or to have been, somewhere. */
  #knownHop(entity: number): number {
    const real = this.#real.get(entity)?.hop ?? 0
    const leaving = this.#leaving.get(entity)?.pass.hop ?? 0
    return Math.max(real, leaving, this.#tombs.get(entity) ?? 0)
  }

  #bury(entity: number, hop: number): void {
    if (hop <= (this.#tombs.get(entity) ?? 0)) return
    this.#tombs.delete(entity)
    this.#tombs.set(entity, hop)
    if (this.#tombs.size <= TOMBS_MAX) return
    for (const oldest of this.#tombs.keys()) {
      this.#tombs.delete(oldest)
      break
    }
    for (const held of this.#held.values()) held.isForgetful = true
  }

  #passed(passes: readonly Pass[], passed: readonly Passed[], now: Instant): void {
    for (let i = 0; i < passes.length; i++) {
      const { entity, hop } = passes[i]
      const leaving = this.#leaving.get(entity)
      const answer = passed[i]
      if (leaving?.pass.hop !== hop || leaving.at !== 'passing') continue
      if (answer.is === 'stale') {
        this.counts.stale++
        this.#leaving.delete(entity)
        this.#outputs.push({ do: 'release', entity })
        continue
      }
      this.counts.passed++
      leaving.epoch = answer.epoch
      leaving.at = 'giving'
      this.#give(leaving, now)
    }
  }

  #give(leaving: Leaving, now: Instant): void {
    const { pass, luggage, epoch } = leaving
    if (!this.#rules.giveAgain && leaving.toldAt >= 0) return
    leaving.toldAt = now
    const { entity, hop, state, to } = pass
    const given = { entity, hop: hop + 1, state, luggage }
    const message: PeerMessage = { is: 'give', district: to, epoch, given }
    const owner = this.#held.has(to) ? this.name : this.ownerOf(to)
    if (owner === this.name) this.#receiveGive(this.name, message as Give, now)
    else if (owner !== undefined) this.#send(owner, message)
  }

  #receiveGive(from: string, message: Give, now: Instant): void {
    const { district, epoch, given } = message
    const { entity, hop } = given
    const held = this.#held.get(district)
    if (held?.at !== 'live') return
    const leaving = this.#leaving.get(entity)
    const isOwn = from === this.name && leaving?.pass.hop === hop - 1
    const known = isOwn ? 0 : this.#knownHop(entity)
    if (this.#rules.hopCheck ? hop <= known : this.#real.has(entity)) {
      this.#answerTaken(from, entity, hop)
      return
    }
    const isLate = epoch !== held.epoch || held.isForgetful
    if (this.#rules.askWhenLate && this.#rules.commitFirst && isLate) {
      // It may have come to this district and gone on before this region held it.
      if (this.#doubtful.size >= OUT_MAX || this.#doubtful.has(entity)) return
      this.#doubtful.set(entity, { from, message, at: now })
      held.lookedAt = now
      this.#ask({ is: 'rows', fence: this.#fenceOf(held) }, now)
      return
    }
    this.counts.taken++
    if (!this.#rules.hopCheck || isOwn) this.#tombs.delete(entity)
    if (isOwn) this.#leaving.delete(entity)
    this.#adopt(held, given, given, isOwn)
    this.#answerTaken(from, entity, hop)
  }

  #answerTaken(from: string, entity: number, hop: number): void {
    if (from === this.name) this.#receiveTaken({ is: 'taken', entity, hop })
    else this.#send(from, { is: 'taken', entity, hop })
  }

  #receiveTaken({ entity, hop }: PeerMessage & { is: 'taken' }): void {
    const leaving = this.#leaving.get(entity)
    if (leaving?.at !== 'giving' || leaving.pass.hop + 1 !== hop) return
    this.#leaving.delete(entity)
    this.#bury(entity, hop - 1)
    this.#outputs.push({ do: 'release', entity })
  }

  #goneOf(district: number): { readonly entity: number; readonly hop: number }[] {
    const found: { entity: number; hop: number }[] = []
    for (const [entity, gone] of this.#gone)
      if (gone.district === district) found.push({ entity, hop: gone.hop })
    return found
  }

  #saved(saves: readonly DistrictSave[], saved: readonly ('done' | 'stale')[], askedAt: number): void {
    this.#isSaving = false
    for (let i = 0; i < saves.length; i++) {
      const { fence, rows, gone } = saves[i]
      const held = this.#held.get(fence.district)
      if (saved[i] === 'stale') {
        this.counts.stale++
        if (held?.epoch === fence.epoch) this.#cease(held)
        continue
      }
      if (held?.epoch === fence.epoch) held.confirmedAt = Math.max(held.confirmedAt, askedAt)
      for (const { entity, hop } of rows) {
        const real = this.#real.get(entity)
        if (real?.hop === hop && real.district === fence.district) real.isSaved = true
      }
      for (const { entity } of gone) this.#gone.delete(entity)
    }
  }
}
