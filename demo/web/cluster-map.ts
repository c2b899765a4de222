import type { Vector2, WorldMap } from 'shardless'
import { town, viewRadius } from '../game/town.ts'

/** One of the processes that run the town, as its gateway tells at `/stats`. */
interface ToldMember {
  readonly name: string
  readonly role: string
  readonly load?: readonly {
    readonly district: number
    readonly entities: number
    readonly players: number
  }[]
}

/** An entity that has gone from one region to another. */
export interface ToldHandoff {
  readonly number: number
  readonly entity: number
  readonly from: string
  readonly to: string
  readonly hop: number
}

interface ToldDistrict {
  readonly district: number
  readonly owner: string
  readonly epoch: number
}

/** What a gateway of a cluster tells of it. */
export interface ToldCluster {
  readonly gateway: string
  readonly leader: string
  readonly members: readonly ToldMember[]
  readonly districts: readonly ToldDistrict[]
  readonly handoffs: readonly ToldHandoff[]
}

/** The cells on a side of a district, and how far a region sees beyond its own ones, in metres. */
const SIDE = 8
const { cellSize } = town.map
const REACH = viewRadius + cellSize / 4 + 16
const EVERY_MS = 400
/** Colours of regions that are told apart by everybody. */
const COLOURS = [0x0072b2, 0xd55e00, 0x009e73, 0xcc79a7, 0xe69f00, 0x56b4e9, 0xf0e442, 0x000000] as const

/** A district of the map that is shown: a rectangle, y upwards. */
export interface ShownDistrict extends ToldDistrict {
  readonly west: number
  readonly south: number
  readonly width: number
  readonly height: number
}

/**
 * What the processes behind the page are doing: who owns which district of the map, at which epoch, and what changed
 * hands. Asked of the gateway while it is wanted; `told` stays undefined where the town is one process.
 */
export class ClusterMap {
  told: ToldCluster | undefined
  /** Handoffs of the last seconds, with when they were heard of. */
  readonly recent: (ToldHandoff & { readonly at: number })[] = []
  districts: readonly ShownDistrict[] = []
  #map: WorldMap
  #first = 0
  #askedAt = Number.NEGATIVE_INFINITY
  #newest = 0
  readonly #names: string[] = []

  constructor(map: WorldMap) {
    this.#map = map
  }

  /** @param name  of the map: districts are numbered on from the town's to the catacombs' */
  enter(name: string, map: WorldMap, home: WorldMap): void {
    this.#map = map
    this.#first = name === 'town' ? 0 : across(home.width) * across(home.height)
    this.#place()
  }

  /** Asks now and then. Call it each frame. */
  update(now: number): void {
    if (now - this.#askedAt < EVERY_MS) return
    this.#askedAt = now
    while (this.recent.length > 0 && now - this.recent[0].at > 4000) this.recent.shift()
    fetch('/stats')
      .then((answer) => answer.json() as Promise<{ readonly cluster?: ToldCluster }>)
      .then(({ cluster }) => this.#take(cluster, now))
      // Its gateway is away; the banner says so.
      .catch(() => {})
  }

  /** Returns the colour of a region: the same as long as the page is open. */
  colourOf(name: string): number {
    if (!this.#names.includes(name)) this.#names.push(name)
    return COLOURS[this.#names.indexOf(name) % COLOURS.length]
  }

  /** Returns who speaks for a place. */
  ownerAt({ x, y }: Vector2): string {
    const within = ({ west, south, width, height }: ShownDistrict): boolean =>
      x >= west && x < west + width && y >= south && y < south + height
    return this.districts.find(within)?.owner ?? ''
  }

  /** Returns the other regions that have something at this place as a ghost. */
  ghostsAt({ x, y }: Vector2): readonly string[] {
    const own = this.ownerAt({ x, y })
    const others = new Set<string>()
    for (const { west, south, width, height, owner } of this.districts) {
      const dx = Math.max(west - x, x - west - width, 0)
      const dy = Math.max(south - y, y - south - height, 0)
      if (owner !== own && Math.hypot(dx, dy) <= REACH) others.add(owner)
    }
    return [...others]
  }

  #take(cluster: ToldCluster | undefined, now: number): void {
    this.told = cluster
    if (!cluster) return
    for (const handoff of cluster.handoffs)
      if (handoff.number > this.#newest) {
        this.#newest = handoff.number
        this.recent.push({ ...handoff, at: now })
      }
    this.#place()
  }

  #place(): void {
    const { width, height } = this.#map
    const columns = across(width)
    const side = SIDE * cellSize
    const shown: ShownDistrict[] = []
    for (const told of this.told?.districts ?? []) {
      const at = told.district - this.#first
      if (at < 0 || at >= columns * across(height)) continue
      const [west, south] = [(at % columns) * side, Math.floor(at / columns) * side]
      const size = { width: Math.min(side, width - west), height: Math.min(side, height - south) }
      shown.push({ ...told, west, south, ...size })
    }
    this.districts = shown
  }
}

/** How many districts lie beside each other on so many metres. */
function across(metres: number): number {
  return Math.ceil(metres / (SIDE * cellSize))
}
