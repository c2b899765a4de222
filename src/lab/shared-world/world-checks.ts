import { hypot } from '../../core/index.ts'
import { EntityCodec, markedBy } from '../../share/index.ts'
import { type AnyEntity, newEntity } from '../../world/index.ts'
import {
  keptRows,
  type SimulatedAnswer,
  type SimulatedRequest,
  type SimulatedStore,
} from '../cluster/simulated-store.ts'
import type { RunningGateway, RunningRegion, WorldClient } from './world-cluster.ts'
import { isWhereItRolls, teamOf, WORLD_VIEW, worldGame } from './world-game.ts'

/** What is nearer than this must be seen, in metres; what is further than the view must not be missed. */
const SEEN_METRES = WORLD_VIEW - 8
/** How far a place may be from the truth at rest, in metres: a tolerance, and what travels is rounded to. */
const NEAR_METRES = 0.1
/** Kinds that roll to and fro by themselves. */
const ROLLING = ['ball', 'secret', 'banner'] as const
/** For how long a region, or a client, may be shown something where it cannot be, in ms: as when who slept wakes. */
const ASTRAY_MS = { region: 500, client: 1000 }
/** Fields that only grow. */
const GROWING = ['steps', 'bounces'] as const

interface Played {
  readonly regions: ReadonlyMap<string, RunningRegion>
  readonly gateways: ReadonlyMap<string, RunningGateway>
  readonly clients: readonly WorldClient[]
  readonly names: ReadonlyMap<WorldClient, string>
}

/** What must always hold in a cluster of real worlds, and when it is quiet. The first failure is kept. */
export class WorldChecks {
  failure: string | undefined
  /** How often an entity was real in another region than before. */
  crossings = 0
  readonly #codec = new EntityCodec(worldGame)
  /** What must be there: by entity its kind. */
  readonly #tracked = new Map<number, string>()
  readonly #lastIn = new Map<number, string>()
  /** What the store has confirmed: by entity the hop, and the fields that only grow. */
  readonly #hops = new Map<number, number>()
  readonly #grown = new Map<string, number>()
  readonly #trades = new Map<string, string>()
  readonly #own = new Map<WorldClient, number>()
  /** By region or client, and entity: since when it is shown where it cannot be. */
  readonly #astray = new Map<string, number>()

  fail(failure: string): void {
    this.failure ??= failure
  }

  /** From now on these are there for good. */
  track({ regions, clients }: Played): void {
    for (const { region } of regions.values())
      for (const { world } of region.worlds)
        for (const resident of world.residents)
          if (resident) this.#tracked.set(resident.entity.id, resident.entity.kind)
    for (const client of clients) if (client.me) this.#own.set(client, client.me.id)
  }

  get tracked(): ReadonlyMap<number, string> {
    return this.#tracked
  }

  /** What holds at every moment. */
  always(played: Played, now: number): void {
    for (const id of this.#tracked.keys()) this.#oneAuthor(played, id, now)
    for (const client of played.clients) this.#nothingForbidden(client, played.names.get(client) ?? '', now)
    this.#nothingAstray(played, now)
  }

  /** The store has confirmed something: from now on it must hold. */
  confirmed(request: SimulatedRequest, answer: SimulatedAnswer): void {
    if (request.is === 'trade' && answer.is === 'trade' && answer.traded !== 'stale')
      this.#trades.set(request.id, answer.traded)
    for (const { entity, hop, state } of keptRows(request, answer)) this.#keep(entity, hop, state)
  }

  /** What holds when all is well and nothing moves. */
  atRest(played: Played, store: SimulatedStore['contents'], items: number): void {
    const truths = this.#truths(played)
    for (const [id, kind] of this.#tracked) {
      const found = truths.get(id) ?? []
      if (found.length !== 1)
        this.fail(`the ${kind} ${id} is real in ${found.length} regions: ${found.map(({ name }) => name)}`)
      else this.#keptAtRest(id, found[0])
    }
    for (const [id, found] of truths)
      if (!this.#tracked.has(id)) this.fail(`the ${found[0].entity.kind} ${id} is there and nobody made it`)
    for (const client of played.clients) this.#viewAtRest(client, played.names.get(client) ?? '', truths)
    for (const running of played.regions.values()) this.#ghostsAtRest(running, truths)
    if (store.items.size !== items) this.fail(`${store.items.size} items are left of ${items}`)
    for (const [id, traded] of this.#trades)
      if (store.trades.get(id) !== traded)
        this.fail(`trade ${id} was confirmed to be ${traded}, and is forgotten`)
  }

  #oneAuthor({ regions, gateways }: Played, id: number, now: number): void {
    let author: string | undefined
    for (const { name, region, member } of regions.values()) {
      const { keeper } = member.shared
      const held = keeper.entities.get(id)
      if (!held || !keeper.isAuthor(held.district, now as never) || !isReal(region, id)) continue
      let isHeard = false
      for (const gateway of gateways.values()) isHeard ||= gateway.member.regions.wouldHear(name, id)
      if (!isHeard) continue
      if (author !== undefined)
        this.fail(
          `the ${this.#tracked.get(id)} ${id} has two authors that are listened to: ${author} and ${name}`,
        )
      author = name
    }
    if (author === undefined) return
    const last = this.#lastIn.get(id)
    if (last !== undefined && last !== author) this.crossings++
    this.#lastIn.set(id, author)
  }

  #nothingForbidden(client: WorldClient, name: string, now: number): void {
    for (const { owner } of client.entities('secret'))
      if (owner !== name) this.fail(`${name} is shown what only ${owner} may know of, at ${now} ms`)
    for (const { of } of client.entities('banner'))
      if (of !== teamOf(name)) this.fail(`${name} is shown the banner of the other team, at ${now} ms`)
  }

  /** What nobody steps is not shown going on for long: only for a moment, as after a region slept, or the world. */
  #nothingAstray({ clients, regions, names }: Played, now: number): void {
    for (const { name, region } of regions.values())
      for (const { world } of region.worlds)
        for (const { entity } of world.ghosts) this.#noteAstray(name, entity, now, ASTRAY_MS.region)
    for (const client of clients)
      for (const kind of ROLLING)
        for (const entity of client.entities(kind))
          this.#noteAstray(names.get(client) ?? '', entity, now, ASTRAY_MS.client)
  }

  #noteAstray(who: string, entity: AnyEntity, now: number, msMost: number): void {
    const key = `${who}/${entity.id}`
    const since = this.#astray.get(key)
    if (!isAstray(entity)) this.#astray.delete(key)
    else if (since === undefined) this.#astray.set(key, now)
    else if (now - since > msMost) this.#failAstray(who, entity, now)
  }

  #failAstray(who: string, { kind, id, position }: AnyEntity, now: number): void {
    this.fail(`${who} is shown the ${kind} ${id} at ${position?.x}, ${position?.y}, at ${now} ms`)
  }

  #keep(entity: number, hop: number, state: Uint8Array): void {
    this.#hops.set(entity, Math.max(hop, this.#hops.get(entity) ?? 0))
    const packet = markedBy(entity) === undefined ? this.#codec.read(state) : undefined
    const read = packet && newEntity(packet.kind, entity, {})
    if (!packet || !read || !this.#codec.give(packet, read)) return
    for (const field of GROWING) {
      const value = read[field]
      const key = `${entity}/${field}`
      if (typeof value === 'number') this.#grown.set(key, Math.max(value, this.#grown.get(key) ?? 0))
    }
  }

  #keptAtRest(id: number, { hop, entity }: Truth): void {
    if (hop < (this.#hops.get(id) ?? 0))
      this.fail(`the ${entity.kind} ${id} is at hop ${hop}, and ${this.#hops.get(id)} was confirmed`)
    for (const field of GROWING) {
      const kept = this.#grown.get(`${id}/${field}`) ?? 0
      if (Number(entity[field] ?? 0) < kept)
        this.fail(`the ${entity.kind} ${id} has ${entity[field]} ${field}, and ${kept} were confirmed`)
    }
  }

  #truths({ regions }: Played): Map<number, Truth[]> {
    const truths = new Map<number, Truth[]>()
    for (const { name, region, member } of regions.values())
      for (const { world } of region.worlds)
        for (const resident of world.residents) {
          if (!resident) continue
          const { entity } = resident
          const { hop = 0 } = member.shared.keeper.entities.get(entity.id) ?? {}
          const found = truths.get(entity.id) ?? []
          found.push({ name, hop, entity })
          truths.set(entity.id, found)
        }
    return truths
  }

  #viewAtRest(client: WorldClient, name: string, truths: ReadonlyMap<number, readonly Truth[]>): void {
    client.frame()
    const { me, status } = client
    if (status !== 'open' || !me) {
      this.fail(`${name} is ${status}, and ${me ? 'has' : 'has not'} a character`)
      return
    }
    if (me.id !== this.#own.get(client))
      this.fail(`${name} is the walker ${me.id} now, and was ${this.#own.get(client)}`)
    const shown = new Map<number, AnyEntity>()
    for (const kind of Object.keys(worldGame.entities) as (keyof typeof worldGame.entities)[])
      for (const entity of client.entities(kind)) shown.set(entity.id, entity as AnyEntity)
    for (const [id, entity] of shown) {
      const [truth] = truths.get(id) ?? []
      const difference = truth ? differenceOf(entity, truth.entity) : 'it is nowhere real'
      if (difference) this.fail(`${name} is shown the ${entity.kind} ${id}: ${difference}`)
    }
    for (const [id, [{ entity }]] of truths) {
      const at = entity.position
      const isNear = !at || hypot(at.x - me.position.x, at.y - me.position.y) < SEEN_METRES
      if (isNear && mayKnow(name, entity) && !shown.has(id))
        this.fail(`${name} misses the ${entity.kind} ${id}`)
    }
  }

  #ghostsAtRest({ name, region }: RunningRegion, truths: ReadonlyMap<number, readonly Truth[]>): void {
    for (const { world } of region.worlds)
      for (const { entity } of world.ghosts) {
        const [truth] = truths.get(entity.id) ?? []
        const difference = truth ? differenceOf(entity, truth.entity) : 'it is nowhere real'
        if (difference) this.fail(`${name} has a ghost of the ${entity.kind} ${entity.id}: ${difference}`)
      }
  }
}

interface Truth {
  readonly name: string
  readonly hop: number
  readonly entity: AnyEntity
}

function isAstray({ kind, position }: AnyEntity): boolean {
  return position !== undefined && ROLLING.some((one) => one === kind) && !isWhereItRolls(position)
}

function isReal({ worlds }: RunningRegion['region'], id: number): boolean {
  for (const { world } of worlds) if (world.residentOf(id)?.isGhost === false) return true
  return false
}

function mayKnow(name: string, entity: AnyEntity): boolean {
  if (entity.kind === 'secret') return entity.owner === name
  return entity.kind !== 'banner' || entity.of === teamOf(name)
}

/** What differs between an entity as it is shown and as it is; undefined for nothing. The sky changes all the time. */
function differenceOf(shown: AnyEntity, truth: AnyEntity): string | undefined {
  const kind = worldGame.kindByName.get(truth.kind)
  if (shown.kind !== truth.kind || !kind || kind.name === 'sky') return undefined
  for (const name of [...kind.fields.map((field) => field.name), ...kind.staticNames])
    if (shown[name] !== truth[name]) return `${name} is ${shown[name]}, and really ${truth[name]}`
  const [at, real] = [shown.position, truth.position]
  if (at && real && hypot(at.x - real.x, at.y - real.y) > NEAR_METRES)
    return `it is at ${at.x}, ${at.y}, and really at ${real.x}, ${real.y}`
  return undefined
}
