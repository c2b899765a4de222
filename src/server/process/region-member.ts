import {
  type Bus,
  type ClusterMember,
  type Directory,
  type DirectoryView,
  Keeper,
} from '../../cluster/index.ts'
import { type Instant, OutsideError } from '../../core/index.ts'
import { type AnyDefinition, type Region, RemoteGateway } from '../../region/index.ts'
import { SharedRegion } from '../../share/index.ts'
import type { DistrictShelf } from '../../store/index.ts'
import type { Link } from '../../transport/index.ts'
import { LineCounts } from './counted-line.ts'
import { DistrictDrive, regionsOf } from './district-drive.ts'
import { Followers } from './followers.ts'
import { acceptLines, openLine } from './lines.ts'
import { Membership } from './membership.ts'
import { PeerLines } from './peer-lines.ts'
import { Witness } from './witness.ts'

export interface RegionMemberOptions {
  readonly definition: AnyDefinition
  readonly region: Region
  readonly bus: Bus
  readonly directory: Directory
  readonly shelf: DistrictShelf
  readonly clock: () => Instant
  /** Told in a line what happens: it speaks for a district, it does no longer. */
  readonly tell: (sentence: string) => void
}

/** How many ids a region is lent at once, and when it is lent more. */
export const IDS = 100_000
const IDS_LEFT = 50_000

/**
 * A region as a member of a cluster: in the directory, followed by gateways and neighbours, with its districts. It owns
 * no timer and no socket, so that the simulator runs what a process runs.
 *
 *     advance: after each tick, and often     beat: every `RENEWAL_MS`, before all else that is due
 */
export class RegionMember {
  readonly name: string
  readonly region: Region
  readonly shared: SharedRegion
  /** What its links to other processes carry. */
  readonly counts = new LineCounts()
  readonly #options: RegionMemberOptions
  readonly #membership: Membership
  readonly #drive: DistrictDrive
  readonly #peers: PeerLines
  readonly #witness = new Witness()
  readonly #followers: Followers
  /** Neighbours whose part of the world is shown here. */
  readonly #neighbours = new Map<string, Link>()
  readonly #told = new Map<number, number>()
  #isDraining = false
  #isEnding = false
  #isClosed = false
  #isLending = false

  constructor(options: RegionMemberOptions) {
    this.#options = options
    const { definition, region, bus, directory, shelf, clock } = options
    this.name = bus.me
    this.region = region
    this.shared = new SharedRegion({ region, definition, keeper: new Keeper({ name: this.name }) })
    this.#followers = new Followers((link, from) => {
      const remote = new RemoteGateway(region, definition.game, link, from)
      return {
        receive: (packet) => remote.take(packet, clock()),
        closed: () => remote.close(),
      }
    })
    this.#peers = new PeerLines({
      ...{ bus, counts: this.counts },
      receive: (from, message) => {
        if (message.is === 'drain') this.#drain(message.isDraining)
        else this.#drive.receive(from, message)
      },
    })
    this.#membership = new Membership({
      ...{ bus, directory, clock },
      member: () => this.#member,
      looked: (view, askedAt) => this.#looked(view, askedAt),
      missed: () => this.#drive.missed(),
      gone: (process) => this.#forget(process),
      tell: (sentence) => this.#tell(sentence),
    })
    this.#drive = new DistrictDrive({
      ...{ name: this.name, directory, shelf, shared: this.shared, clock },
      send: (to, message) => this.#peers.send(to, message),
      changed: () => this.#membership.soon(),
      failed: (error) => this.#tell(error instanceof OutsideError ? error.message : String(error)),
    })
  }

  /** Whether it is where it should be: in the directory, and able to take districts. */
  get isReady(): boolean {
    return this.#membership.isWell && !this.#isDraining
  }

  /** The districts that it speaks for, with their epochs. */
  get districts(): readonly { readonly district: number; readonly epoch: number }[] {
    const now = this.#options.clock()
    const { keeper } = this.shared
    return [...keeper.districts.values()]
      .filter(({ district }) => keeper.isAuthor(district, now))
      .map(({ district, epoch }) => ({ district, epoch }))
  }

  /** What the directory said last. */
  get view(): DirectoryView {
    return this.#drive.view
  }

  /** Takes the links of others, and is listed from then on. @param who  told in a line */
  async begin(who: string): Promise<void> {
    const { bus, clock } = this.#options
    const follow = (link: Link, from: string) => {
      const handler = this.#followers.ask(link, from)
      this.#membership.soon()
      return handler
    }
    const takers = {
      ...{ gateway: follow, neighbour: follow },
      peers: (link: Link, from: string) => this.#peers.take(link, from),
    }
    acceptLines(bus, takers, this.counts)
    bus.observe((process, is) => this.#witness.is(process, is, clock()))
    await this.#membership.beat()
    this.#tell(`is there, as ${who}`)
  }

  /** Says that it is there, and does what the directory says: every `RENEWAL_MS`. */
  beat(): Promise<void> {
    return this.#membership.beat()
  }

  /** Gives its districts to others from now on, for good. */
  drain(): void {
    this.#isEnding = true
    this.#isDraining = true
    this.#membership.soon()
  }

  /** Takes part no more, but for saying that it goes: `end`. */
  rest(): void {
    this.#isClosed = true
  }

  /** Leaves the directory, and closes its links. */
  async end(): Promise<void> {
    await this.#membership.end()
    this.#followers.close()
    for (const link of this.#neighbours.values()) link.close('The region is closing.')
  }

  /** Gives its districts away, or not any more, as an operator wants it. */
  #drain(isDraining: boolean): void {
    if (this.#isClosed || this.#isEnding || isDraining === this.#isDraining) return
    this.#isDraining = isDraining
    this.#tell(isDraining ? 'gives its districts away, as it was told' : 'takes districts again')
    this.#membership.soon()
  }

  /** Whether it has districts that somebody may take. */
  get hasHeirs(): boolean {
    const others = this.#drive.view.members.filter(
      ({ name, role, isDraining }) => role === 'region' && name !== this.name && !isDraining,
    )
    return others.length > 0 && this.shared.keeper.districts.size > 0
  }

  get #member(): ClusterMember {
    const { region, bus, definition } = this.#options
    return {
      ...{ name: this.name, role: 'region', address: bus.address, isDraining: this.#isDraining },
      ...{ followers: this.#followers.names, load: this.shared.load, ahead: this.shared.ahead },
      tickShare: region.timing.workMs / (1000 / definition.game.ticksPerSecond),
    }
  }

  async #looked(view: DirectoryView, askedAt: Instant): Promise<void> {
    if (this.#isClosed) return
    const listed = view.members.find(({ name }) => name === this.name)
    this.#followers.listed(listed?.followers ?? [])
    for (const name of regionsOf(view)) {
      this.#peers.meet(name)
      if (name !== this.name && !this.#neighbours.has(name)) this.#dial(name)
    }
    for (const process of this.#witness.lost(this.#options.clock())) this.#drive.lost(process)
    await this.#drive.looked(view, askedAt)
  }

  /** Follows a neighbour, to show what it has beside what is here. */
  #dial(name: string): void {
    const link = openLine(this.#options.bus, name, 'neighbour', this.counts)
    this.#neighbours.set(name, link)
    const take = this.shared.neighbour(name, link)
    link.open({
      receive: take,
      closed: () => {
        if (this.#neighbours.get(name) !== link) return
        this.#neighbours.delete(name)
        this.shared.neighbourLost(name)
      },
    })
  }

  /** Does what is due. */
  advance(): void {
    for (const process of this.#witness.newlyLost(this.#options.clock())) {
      this.#drive.lost(process)
      this.#neighbours.get(process)?.close('The way is broken.')
    }
    this.#drive.advance()
    this.#tellDistricts()
    void this.#lendIds()
  }

  #forget(process: string): void {
    this.#witness.forget(process)
    this.#peers.forget(process)
    this.#followers.forget(process)
  }

  /** Has ids in store before those that it has are used up. */
  async #lendIds(): Promise<void> {
    const { region, shelf } = this.#options
    if (this.#isLending || region.realm.ids.left > IDS_LEFT) return
    this.#isLending = true
    try {
      region.realm.ids.lend(await shelf.reserveIds(IDS), IDS)
    } catch {
      // The store is away; there are some left until it is back.
    } finally {
      this.#isLending = false
    }
  }

  #tellDistricts(): void {
    const { keeper } = this.shared
    const now = this.#options.clock()
    for (const { district, epoch } of keeper.districts.values())
      if (this.#told.get(district) !== epoch && keeper.isAuthor(district, now)) {
        this.#told.set(district, epoch)
        this.#tell(`speaks for district ${district}, at epoch ${epoch}`)
      }
    for (const [district, epoch] of this.#told)
      if (!keeper.isAuthor(district, now)) {
        this.#told.delete(district)
        this.#tell(`speaks for district ${district} no more, after epoch ${epoch}`)
      }
  }

  #tell(sentence: string): void {
    this.#options.tell(`${this.name}: ${sentence}`)
  }
}
