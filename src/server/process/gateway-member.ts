import {
  type Bus,
  type ClusterMember,
  type Directory,
  type DirectoryView,
  DistrictGrid,
  type PeerMessage,
} from '../../cluster/index.ts'
import type { Instant } from '../../core/index.ts'
import { JoinedRegions } from '../../gateway/index.ts'
import { type AnyDefinition, rulesOf } from '../../region/index.ts'
import type { CharacterFacts } from '../../region/message/index.ts'
import { LineCounts } from './counted-line.ts'
import { regionsOf } from './district-drive.ts'
import { entranceOf, JoinedGateway, type Place, placeIn } from './joined-gateway.ts'
import { acceptLines, openLine } from './lines.ts'
import { Membership } from './membership.ts'
import { PeerLines } from './peer-lines.ts'
import { Witness } from './witness.ts'

export interface GatewayMemberOptions {
  readonly definition: AnyDefinition
  readonly bus: Bus
  readonly directory: Directory
  readonly clock: () => Instant
  /** Told in a line what happens. */
  readonly tell: (sentence: string) => void
  /** Reads a kept character again: see `JoinedRegionsOptions`. */
  readonly read?: (character: CharacterFacts) => Promise<CharacterFacts | undefined>
}

/**
 * A gateway as a member of a cluster: in the directory, and joined to all regions. It owns no timer and no socket, so
 * that the simulator runs what a process runs.
 *
 *     advance: often     beat: every `RENEWAL_MS`, before all else that is due
 */
export class GatewayMember {
  readonly name: string
  readonly regions: JoinedRegions
  /** What its links to other processes carry. */
  readonly counts = new LineCounts()
  readonly #options: GatewayMemberOptions
  readonly #witness = new Witness()
  readonly #lines: PeerLines
  readonly #owners: JoinedGateway
  readonly #membership: Membership

  constructor(options: GatewayMemberOptions) {
    this.#options = options
    const { definition, bus, directory, clock, tell, read } = options
    this.name = bus.me
    const ground = groundOf(definition)
    this.regions = new JoinedRegions({
      game: definition.game,
      entrance: (message, _names, speakerOf) =>
        entranceOf(placeIn(message) ?? ground.newcomers, { grids: ground.grids, speakerOf }),
      isWhole: (speakerOf) => ground.districts.every((district) => speakerOf(district) !== undefined),
      read,
    })
    this.#lines = new PeerLines({
      ...{ bus, counts: this.counts },
      receive: (from, message) => this.#owners.receive(from, message),
    })
    this.#owners = new JoinedGateway({
      ...{ regions: this.regions, clock, tell },
      dial: (name) => openLine(bus, name, 'gateway', this.counts),
      send: (to, message) => this.#lines.send(to, message),
    })
    this.#membership = new Membership({
      ...{ bus, directory, clock, tell },
      member: (): Omit<ClusterMember, 'lateMs'> => ({
        ...{ name: bus.me, role: 'gateway', address: bus.address },
        ...{ isDraining: false, followers: [], load: [], tickShare: 0, ahead: this.#owners.ahead },
      }),
      looked: (view) => this.#looked(view),
      gone: (process) => {
        this.#witness.forget(process)
        this.#lines.forget(process)
      },
    })
    acceptLines(bus, { peers: (link, from) => this.#lines.take(link, from) }, this.counts)
    bus.observe((process, is) => this.#witness.is(process, is, clock()))
  }

  /** Whether players can come in: the world is there. */
  get isReady(): boolean {
    return this.regions.names.length > 0 && this.#membership.isWell
  }

  /** What the directory said last. */
  get view(): DirectoryView {
    return this.#owners.view
  }

  /** Says that it is there, and does what the directory says: every `RENEWAL_MS`. */
  beat(): Promise<void> {
    return this.#membership.beat()
  }

  /** Does what is due. */
  advance(): void {
    const now = this.#options.clock()
    for (const process of this.#witness.newlyLost(now)) {
      this.#owners.lost(process)
      this.#tellLost(process)
    }
    this.regions.advance(now)
  }

  /** Tells another process something of ownership. */
  send(to: string, message: PeerMessage): void {
    this.#lines.send(to, message)
  }

  /** Leaves the directory. */
  end(): Promise<void> {
    return this.#membership.end()
  }

  /** Closes its links. */
  close(): void {
    this.#owners.close()
  }

  #looked(view: DirectoryView): void {
    this.#owners.looked(view)
    for (const name of regionsOf(view)) this.#lines.meet(name)
    for (const process of this.#witness.lost(this.#options.clock())) this.#tellLost(process)
  }

  #tellLost(name: string): void {
    for (const other of regionsOf(this.view))
      if (other !== name) this.#lines.send(other, { is: 'lost', name })
  }
}

/** How the maps are cut, and where newcomers come in. */
function groundOf(definition: AnyDefinition): {
  readonly grids: ReadonlyMap<string, DistrictGrid>
  readonly newcomers: Place
  /** All that there are. */
  readonly districts: readonly number[]
} {
  const { cellSize } = definition.game.map
  const grids = new Map<string, DistrictGrid>()
  let first = 0
  let newcomers: Place | undefined
  for (const [map, { map: made }] of Object.entries(rulesOf(definition))) {
    const { width, height, spawns } = made
    const grid = new DistrictGrid({ width, height, cellSize }, first)
    grids.set(map, grid)
    first += grid.size
    const [{ x, y } = { x: width / 2, y: height / 2 }] = spawns
    newcomers ??= { map, position: [x, y] }
  }
  const districts = Array.from({ length: first }, (_, district) => district)
  return { grids, districts, newcomers: newcomers ?? { map: '', position: [] } }
}
