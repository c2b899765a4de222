import {
  ALL_RULES,
  type ClusterMember,
  DirectoryBook,
  type DirectoryView,
  Leader,
  type PeerMessage,
  type ProtocolRules,
  RENEWAL_MS,
} from '../../cluster/index.ts'
import { Hash, type Instant, instant, Random } from '../../core/index.ts'
import type { Fence } from '../../store/index.ts'
import type { ClusterAct } from './cluster-act.ts'
import { ClusterChecks } from './cluster-checks.ts'
import { type ClusterLook, lookAtCluster } from './cluster-look.ts'
import { type ClusterSwarm, drawSwarm } from './cluster-swarm.ts'
import { packValue } from './entity-value.ts'
import { Happenings } from './happenings.ts'
import {
  type CommandRange,
  type DistrictNews,
  type SimulatedClient,
  SimulatedGateway,
} from './simulated-gateway.ts'
import { SimulatedRegion } from './simulated-region.ts'
import { type SimulatedAnswer, type SimulatedRequest, SimulatedStore } from './simulated-store.ts'
import { Wires, type WireTap } from './wires.ts'

const TICK_MS = 50
/** How long an answer is waited for, in ms. */
const ANSWER_MS = 800
/** How long everything is well at the end, in ms: longer than any time-out. */
const QUIET_MS = 9000
/** A region that starts in place of one that died comes after so long, in ms. */
const RESTART_MS = [200, 3000] as const
/** How long the store is away that was killed by hand, in ms. */
const STORE_AWAY_MS = 1500
const STORE = 'store'
const DIRECTORY = 'directory'

/** The protocol's rules, and those of the parts around it. */
export interface ClusterRules extends ProtocolRules {
  /** The store answers when what it says is on disk. */
  readonly syncFirst: boolean
  /** A leader's epochs are above those of the store. */
  readonly floor: boolean
}

export const ALL_CLUSTER_RULES: ClusterRules = { ...ALL_RULES, syncFirst: true, floor: true }

export interface ClusterRunOptions {
  readonly seed: number
  /** How long things go wrong, in ms of virtual time; 20 s when left out. */
  readonly ms?: number
  readonly rules?: ClusterRules
  /** What goes wrong; drawn by the seed when left out. */
  readonly swarm?: (drawn: ClusterSwarm) => ClusterSwarm
  /** Where entities go to from a district; anywhere when left out. */
  readonly neighboursOf?: (district: number) => readonly number[]
  /** Told of everything that sets out between processes. */
  readonly tap?: WireTap
}

/** What came of a run. The same seed gives the same, as long as the code is the same. */
export interface ClusterRun {
  readonly seed: number
  /** The first thing that did not hold. */
  readonly failure: string | undefined
  readonly handoffs: number
  readonly faults: number
  readonly takeovers: number
  readonly moves: number
  /** How often a gateway was told of an entity what it had been told to be further along: a crash may cost that. */
  readonly setbacks: number
  /** The longest time between two tellings of one entity at a gateway, in ms. */
  readonly longestGapMs: number
  readonly hash: string
}

interface Process<What> {
  readonly what: What
  /** Until then it does nothing. */
  stalledUntil: number
  isDead: boolean
}

/**
 * A whole cluster in virtual time, from one seed: regions with the keepers that real ones have, gateways, players, a
 * directory, and a store with a disk. Its entities only count, so that ten thousand handoffs take seconds.
 */
export class ClusterSimulation {
  readonly swarm: ClusterSwarm
  readonly #options: ClusterRunOptions
  readonly #rules: ClusterRules
  readonly #events = new Happenings()
  readonly #random: Random
  readonly #wires: Wires
  readonly #store: SimulatedStore
  readonly #directory = new DirectoryBook()
  readonly #checks: ClusterChecks
  readonly #regions = new Map<string, Process<SimulatedRegion>>()
  readonly #gateways = new Map<string, Process<SimulatedGateway>>()
  readonly #clients: SimulatedClient[] = []
  readonly #hash = new Hash()
  #started = 0
  #isDirectoryUp = true
  #isQuiet = false
  /** Since when everything is well and at rest, for one who watches; and whether what must hold then was looked at. */
  #quietFrom = Number.POSITIVE_INFINITY
  #isJudged = false
  /** Processes that do nothing until they are let go on. */
  readonly #held = new Set<string>()
  #faults = 0
  #takeovers = 0
  #moves = 0
  #handoffs = 0
  #trades = 0

  constructor(options: ClusterRunOptions) {
    this.#options = options
    this.#rules = options.rules ?? ALL_CLUSTER_RULES
    this.#random = new Random(options.seed)
    const drawn = drawSwarm(this.#random.fork())
    this.swarm = options.swarm?.(drawn) ?? drawn
    this.#wires = new Wires(this.#events, this.#random.fork(), this.swarm.pathMs, options.tap)
    const { leastMs, jitterMs } = this.swarm.storeMs
    const syncsFirst = this.#rules.syncFirst
    this.#store = new SimulatedStore(this.#events, this.#random.fork(), { leastMs, jitterMs, syncsFirst })
    this.#checks = new ClusterChecks(this.#regions, this.#gateways)
  }

  run(): ClusterRun {
    const { swarm } = this
    const ms = this.#options.ms ?? 20_000
    this.begin()
    for (let at = 0; at < ms && !this.#checks.failure; at += 1000) this.#events.run(at + 1000)
    this.#becomeQuiet()
    this.#events.run(ms + QUIET_MS)
    this.#checks.atRest({ store: this.#store.contents, entities: swarm.entities, items: swarm.items })
    for (const { what } of this.#regions.values()) this.#handoffs += what.keeper.counts.passed
    return {
      seed: this.#options.seed,
      failure: this.#checks.failure,
      handoffs: this.#handoffs,
      faults: this.#faults,
      takeovers: this.#takeovers,
      moves: this.#moves,
      setbacks: this.#checks.setbacks,
      longestGapMs: this.#checks.longestGapMs,
      hash: this.#hash.digest,
    }
  }

  // --- for one who watches, instead of `run`

  /** Puts the world there and starts all processes. */
  begin(): void {
    const ms = this.#options.ms ?? 20_000
    this.#begin()
    for (const [name, rate] of Object.entries(this.swarm.faults)) {
      if (rate === 0) continue
      const next = (at: number): void => {
        const then = at + this.#random.between(0.2, 1.8) * (1000 / rate)
        if (then < ms) this.#events.add(then, () => next(this.#fault(name as keyof ClusterSwarm['faults'])))
      }
      next(2000)
    }
  }

  /** Lets everything up to a moment happen, in ms from the beginning. */
  advance(ms: number): void {
    const { entities, items } = this.swarm
    const restedAt = this.#quietFrom + QUIET_MS
    if (ms >= restedAt && !this.#isJudged) {
      this.#events.run(restedAt)
      this.#isJudged = true
      this.#checks.atRest({ store: this.#store.contents, entities, items })
    }
    this.#events.run(ms)
    this.#checks.stored({ store: this.#store.contents, entities, items })
  }

  /** Does something by hand, now. What is done to a process that is not there is passed over. */
  befall(act: ClusterAct): void {
    if (act.do === 'rest') {
      this.#held.clear()
      this.#becomeQuiet()
      this.#quietFrom = this.#events.now
      this.#isJudged = false
      return
    }
    this.#stir()
    if (act.do === 'wander') return
    const { name } = act
    const process = this.#regions.get(name) ?? this.#gateways.get(name)
    if (act.do === 'mend') this.#wires.rejoin(name)
    else if (act.do === 'resume') this.#resume(name)
    else if (act.do === 'cut')
      this.#wires.isolate(name, [...this.#regions.keys(), ...this.#gateways.keys(), STORE, DIRECTORY])
    else if (act.do === 'pause') this.#hold(name)
    else if (name === STORE) {
      this.#store.crash()
      this.#events.add(this.#events.now + STORE_AWAY_MS, () => this.#store.restart())
    } else if (name === DIRECTORY) this.#directory.forget()
    else if (process?.what instanceof SimulatedRegion) this.#crashRegion(process as Process<SimulatedRegion>)
    else if (process) this.#crashGateway(process as Process<SimulatedGateway>)
  }

  /** How everything is at this moment. */
  look(): ClusterLook {
    return lookAtCluster({
      now: this.#now,
      regions: this.#regions,
      gateways: this.#gateways,
      store: this.#store,
      directory: this.#directory,
      checks: this.#checks,
      wires: this.#wires,
      held: this.#held,
      swarm: this.swarm,
      quiet: { from: this.#quietFrom, isJudged: this.#isJudged },
      hash: this.#hash.digest,
    })
  }

  /** Keeps a process from doing anything until it is let go on. */
  #hold(name: string): void {
    if (this.#held.has(name)) return
    this.#held.add(name)
    const next = (): void => {
      if (!this.#held.has(name)) return
      const until = this.#events.now + TICK_MS
      const process = this.#regions.get(name) ?? this.#gateways.get(name)
      if (process) process.stalledUntil = until + 1
      else if (name === STORE) this.#store.slowUntil = until + 1
      else if (name === DIRECTORY) this.#isDirectoryUp = false
      this.#events.add(until, next)
    }
    next()
  }

  #resume(name: string): void {
    this.#held.delete(name)
    if (name === DIRECTORY) this.#isDirectoryUp = true
  }

  /** Ends a rest. */
  #stir(): void {
    this.#quietFrom = Number.POSITIVE_INFINITY
    this.#isJudged = false
    if (!this.#isQuiet) return
    this.#isQuiet = false
    for (const { what } of this.#regions.values()) what.isResting = false
  }

  get #now(): Instant {
    return instant(this.#events.now)
  }

  #begin(): void {
    const { swarm } = this
    // The world as it was kept from before: every entity has a row, and some have items.
    const { districts } = this.#store.contents
    const first = { holder: 'before', epoch: 1 }
    for (let district = 0; district < swarm.districts; district++) {
      const rows = []
      for (let entity = 1; entity <= swarm.entities; entity++)
        if (entity % swarm.districts === district)
          rows.push({ entity, hop: 1, state: packValue({ steps: 0, used: 0 }) })
      districts.claim({ district, ...first })
      districts.save([{ fence: { district, ...first }, rows, gone: [] }][0])
    }
    for (let item = 1; item <= swarm.items; item++) this.#store.mint(item, 1 + (item % swarm.entities))
    this.#store.settle()
    for (let i = 0; i < swarm.gateways; i++) this.#startGateway()
    for (let i = 0; i < swarm.regions; i++) this.#startRegion()
    const gateways = [...this.#gateways.values()]
    for (let entity = 1; entity <= swarm.entities; entity++) {
      const client = { entity, asked: 0 }
      this.#clients.push(client)
      gateways[entity % gateways.length].what.clients.add(client)
    }
  }

  // --- processes

  #startRegion(): void {
    const { swarm } = this
    const name = `region-${++this.#started}`
    const districts = Array.from({ length: swarm.districts }, (_, district) => district)
    const others = (district: number): readonly number[] => districts.filter((one) => one !== district)
    const neighboursOf = this.#options.neighboursOf ?? others
    const leader = new Leader({ districts, neighboursOf, hasFloor: this.#rules.floor })
    const habits = { wander: swarm.wander, neighboursOf }
    const options = { name, rules: this.#rules, random: this.#random.fork(), habits, leader }
    const process = { what: new SimulatedRegion(options, this.#now), stalledUntil: 0, isDead: false }
    process.what.isResting = this.#isQuiet
    this.#regions.set(name, process)
    this.#every(process, TICK_MS, () => this.#tickRegion(process.what))
    this.#every(process, RENEWAL_MS, () => this.#renew(process))
    this.#every(process, 20, () => this.#pump(process.what))
  }

  #startGateway(): SimulatedGateway {
    const gateway = new SimulatedGateway(`gateway-${++this.#started}`)
    const process = { what: gateway, stalledUntil: 0, isDead: false }
    this.#gateways.set(gateway.name, process)
    this.#every(process, TICK_MS, () => {
      for (const { to, range } of gateway.commands()) this.#sendCommands(gateway.name, to, range)
    })
    this.#every(process, RENEWAL_MS, () => this.#renewGateway(process))
    return gateway
  }

  /** Has a process do something again and again, while it lives; a stalled one does it when it goes on. */
  #every(process: Process<unknown>, ms: number, work: () => void): void {
    const next = (): void => {
      if (process.isDead) return
      const at = this.#events.now
      if (process.stalledUntil > at) {
        this.#events.add(process.stalledUntil, next)
        return
      }
      work()
      this.#events.add(at + ms, next)
    }
    this.#events.add(this.#events.now + this.#random.fraction() * ms, next)
  }

  /** Has a process do something when it is there to do it: later if it is stalled, never if it is dead. */
  #when(process: Process<unknown> | undefined, work: () => void): void {
    if (!process || process.isDead) return
    if (process.stalledUntil <= this.#events.now) work()
    else this.#events.add(process.stalledUntil, () => this.#when(process, work))
  }

  // --- what regions do

  #tickRegion(region: SimulatedRegion): void {
    const now = this.#now
    const tick = Math.floor(now / TICK_MS)
    for (const news of region.tick(tick, now)) {
      this.#checks.told(news, now)
      this.#hash.word(news.district).word(news.epoch).word(news.entities.length)
      for (const { entity, steps } of news.entities) this.#hash.word(entity).word(steps)
      for (const process of this.#gateways.values())
        if (region.followers.has(process.what.name)) this.#sendNews(region.name, process, news)
      for (const process of this.#regions.values())
        if ((news.tick + news.district) % 4 === 0 && region.followers.has(process.what.name))
          this.#sendNews(region.name, process, news)
    }
    if (this.#random.chance(0.05)) this.#trade(region)
    this.#pump(region)
  }

  #sendNews(from: string, process: Process<SimulatedGateway | SimulatedRegion>, news: DistrictNews): void {
    const { what } = process
    this.#wires.send(from, what.name, () =>
      this.#when(process, () =>
        what.take(news, (entity, followed, before) => {
          if (what instanceof SimulatedGateway)
            this.#checks.heard(what.name, entity, { followed, before }, this.#now)
        }),
      ),
    )
  }

  #sendCommands(from: string, to: string, range: CommandRange): void {
    this.#wires.send(from, to, () => {
      const process = this.#regions.get(to)
      this.#when(process, () => void process?.what.hear(range))
    })
  }

  /** Does what a keeper wants done. */
  #pump(region: SimulatedRegion): void {
    const { keeper } = region
    for (let output = keeper.poll(this.#now); output; output = keeper.poll(this.#now)) {
      if (output.do === 'send') this.#send(region.name, output.to, output.message)
      else if (output.do === 'ask') {
        const { ask, request } = output
        this.#ask(region.name, request, (answer) => {
          if (answer === undefined) keeper.unanswered(ask, this.#now)
          else {
            this.#checks.confirmed(request, answer)
            keeper.answered(ask, answer as never, this.#now)
          }
          this.#pump(region)
        })
      } else {
        if (output.do === 'author') this.#takeovers++
        if (output.do === 'pack') this.#moves++
        region.do(output, this.#now)
      }
    }
  }

  #send(from: string, to: string, message: PeerMessage): void {
    this.#wires.send(from, to, () => {
      const gateway = this.#gateways.get(to)
      const region = this.#regions.get(to)
      this.#when(gateway, () => {
        const answer = message.is === 'fence' ? gateway?.what.fence(message) : undefined
        if (answer) this.#send(to, from, answer)
      })
      this.#when(region, () => {
        const answer = region?.what.receive(from, message, this.#now)
        if (answer) this.#send(to, from, answer)
        if (region) this.#pump(region.what)
      })
    })
  }

  /** Asks the store. @param then  told undefined where no answer came in time */
  #ask(from: string, request: SimulatedRequest, then: (answer: SimulatedAnswer | undefined) => void): void {
    const process = this.#regions.get(from)
    let isOver = false
    const finish = (answer: SimulatedAnswer | undefined): void => {
      if (isOver) return
      isOver = true
      this.#when(process, () => then(answer))
    }
    this.#events.add(this.#events.now + ANSWER_MS, () => finish(undefined))
    this.#wires.send(from, STORE, () =>
      this.#store.ask(request, (answer) => this.#wires.send(STORE, from, () => finish(answer))),
    )
  }

  /** Asks the directory something. @param then  told undefined where no answer came in time */
  #askDirectory<Answer>(
    process: Process<{ readonly name: string }>,
    question: () => Answer,
    then: (answer: Answer | undefined) => void,
  ): void {
    const { name } = process.what
    let isOver = false
    const finish = (answer: Answer | undefined): void => {
      if (isOver) return
      isOver = true
      this.#when(process, () => then(answer))
    }
    this.#events.add(this.#events.now + RENEWAL_MS, () => finish(undefined))
    this.#wires.send(name, DIRECTORY, () => {
      if (!this.#isDirectoryUp) return
      const answer = question()
      this.#wires.send(DIRECTORY, name, () => finish(answer))
    })
  }

  #renewGateway(process: Process<SimulatedGateway>): void {
    const { name, ahead } = process.what
    const member = { ...gatewayNamed(name), ahead }
    this.#follow(name)
    const question = (): DirectoryView => {
      this.#directory.renew(member, this.#now)
      return this.#directory.look(this.#now)
    }
    this.#askDirectory(process, question, (view) => view && process.what.looked(view))
  }

  #renew(process: Process<SimulatedRegion>): void {
    const region = process.what
    const { name, isDraining } = region
    const askedAt = this.#now
    this.#follow(name)
    const asking = [...region.asking]
    const member: ClusterMember = {
      ...{ ...gatewayNamed(name), role: 'region', isDraining, followers: asking },
      load: region.load,
      ahead: region.ahead,
    }
    const question = (): { view: DirectoryView; isLeading: boolean } => {
      this.#directory.renew(member, this.#now)
      return { isLeading: this.#directory.lead(name, this.#now), view: this.#directory.look(this.#now) }
    }
    this.#askDirectory(process, question, (answer) => {
      if (answer === undefined) {
        region.leader.interrupted()
        return
      }
      region.followers = new Set(asking)
      region.view = answer.view
      region.looked(answer.view)
      region.leader.look(answer.view, this.#now)
      region.keeper.view(answer.view, askedAt, this.#now)
      this.#pump(region)
      if (answer.isLeading) this.#lead(process, answer.view)
    })
  }

  #lead(process: Process<SimulatedRegion>, view: DirectoryView): void {
    const region = process.what
    this.#ask(region.name, { is: 'holders' }, (answer) => {
      if (answer?.is !== 'holders') return
      const holders: readonly Fence[] = answer.holders
      for (const { assignment, revision } of region.leader.decide(view, holders, this.#now))
        this.#askDirectory(
          process,
          () => this.#directory.assign(assignment, revision),
          () => {},
        )
    })
  }

  /** Asks every region to tell of its districts. */
  #follow(name: string): void {
    for (const [to, process] of this.#regions)
      if (to !== name)
        this.#wires.send(name, to, () => this.#when(process, () => process.what.asking.add(name)))
  }

  /** Has an item go from one entity to another of a district. */
  #trade(region: SimulatedRegion): void {
    const [from, to] = [
      this.#random.integer(1, this.swarm.entities),
      this.#random.integer(1, this.swarm.entities),
    ]
    const district = region.keeper.entities.get(from)?.district
    if (district === undefined || !region.keeper.isAuthor(district, this.#now)) return
    const epoch = region.keeper.districts.get(district)?.epoch ?? 0
    const fence = { district, epoch, holder: region.name }
    const item = this.#random.integer(1, this.swarm.items)
    const request = { is: 'trade', id: `${region.name}/${++this.#trades}`, fence, item, from, to } as const
    const ask = (): void =>
      this.#ask(region.name, request, (answer) => {
        // Whether it was done is not known: it is asked again, under the same name.
        if (answer === undefined) ask()
        else this.#checks.confirmed(request, answer)
      })
    ask()
  }

  // --- faults

  /** @returns when it is over */
  #fault(name: keyof ClusterSwarm['faults']): number {
    if (this.#isQuiet || this.#regions.size === 0) return this.#events.now
    this.#faults++
    const random = this.#random
    const now = this.#events.now
    const ms = random.pick([100, 400, 1500, 4000]) * random.between(0.5, 1.5)
    const region = random.pick([...this.#regions.values()])
    const names = [...this.#regions.keys(), ...this.#gateways.keys(), STORE, DIRECTORY]
    if (name === 'regionCrash') this.#crashRegion(region)
    else if (name === 'gatewayCrash') this.#crashGateway(random.pick([...this.#gateways.values()]))
    else if (name === 'stall') region.stalledUntil = now + ms
    else if (name === 'break') this.#wires.break(random.pick(names), random.pick(names))
    else if (name === 'partition') {
      const [a, b] = [random.pick(names), random.pick(names)]
      this.#wires.cut(a, b)
      this.#events.add(now + ms, () => this.#wires.mend(a, b))
    } else if (name === 'isolation') {
      this.#wires.isolate(region.what.name, names)
      this.#events.add(now + ms, () => this.#wires.rejoin(region.what.name))
    } else if (name === 'directoryAway') {
      this.#isDirectoryUp = false
      this.#events.add(now + ms * 2, () => {
        this.#isDirectoryUp = true
      })
    } else if (name === 'directoryForgets') this.#directory.forget()
    else if (name === 'storeSlow') this.#store.slowUntil = now + ms
    else if (name === 'storeCrash') {
      this.#store.crash()
      this.#events.add(now + ms, () => this.#store.restart())
    } else if (name === 'suspicion') {
      for (const { what } of this.#regions.values())
        for (const witness of ['a', 'b']) what.leader.lost(witness, region.what.name, this.#now)
    } else if (name === 'drain') {
      region.what.isDraining = true
      this.#events.add(now + ms, () => {
        region.what.isDraining = false
      })
    } else this.#moveSome()
    return now + ms
  }

  /** Moves a district as an operator does. */
  #moveSome(): void {
    const { assignments } = this.#directory.look(this.#now)
    if (assignments.length === 0) return
    const { revision, ...assignment } = this.#random.pick(assignments)
    const to = this.#random.pick([...this.#regions.keys()])
    if (this.#isDirectoryUp && to !== assignment.owner)
      this.#directory.assign({ ...assignment, movingTo: to }, revision)
  }

  #crashRegion(process: Process<SimulatedRegion>): void {
    const { name, keeper } = process.what
    process.isDead = true
    this.#regions.delete(name)
    this.#handoffs += keeper.counts.passed
    this.#breakAll(name)
    this.#unfollow(name)
    for (const witness of this.#regions.values())
      for (const other of this.#regions.keys())
        this.#wires.send(other, witness.what.name, () =>
          this.#when(witness, () => witness.what.leader.lost(other, name, this.#now)),
        )
    this.#events.add(this.#events.now + this.#random.between(...RESTART_MS), () => this.#startRegion())
  }

  #crashGateway(process: Process<SimulatedGateway>): void {
    process.isDead = true
    this.#gateways.delete(process.what.name)
    this.#breakAll(process.what.name)
    this.#unfollow(process.what.name)
    const next = this.#startGateway()
    for (const client of process.what.clients) next.clients.add(client)
  }

  /** The links of a process that died break, as others notice. */
  #unfollow(name: string): void {
    for (const [to, process] of this.#regions)
      this.#wires.send(name, to, () => this.#when(process, () => process.what.asking.delete(name)))
  }

  #breakAll(name: string): void {
    for (const other of [...this.#regions.keys(), ...this.#gateways.keys()])
      if (this.#random.chance(0.5)) this.#wires.break(name, other)
  }

  /** Nothing goes wrong any more, and nobody sets out. */
  #becomeQuiet(): void {
    this.#isQuiet = true
    this.#wires.mendAll()
    this.#isDirectoryUp = true
    this.#store.restart()
    this.#store.slowUntil = 0
    for (const process of this.#regions.values()) {
      process.stalledUntil = Math.min(process.stalledUntil, this.#events.now)
      process.what.isDraining = false
      process.what.isResting = true
    }
  }
}

function gatewayNamed(name: string): ClusterMember {
  return {
    ...{ name, role: 'gateway', address: '', isDraining: false },
    followers: [],
    load: [],
    tickShare: 0,
  }
}
