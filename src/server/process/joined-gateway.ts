import { type DirectoryView, type DistrictGrid, Fences, type PeerMessage } from '../../cluster/index.ts'
import type { Instant } from '../../core/index.ts'
import type { JoinedRegions } from '../../gateway/index.ts'
import type { Up } from '../../region/message/index.ts'
import type { Link } from '../../transport/index.ts'
import { regionsOf } from './district-drive.ts'

export interface JoinedGatewayOptions {
  readonly regions: JoinedRegions
  /** Opens a link to a region, over which it tells what it has. */
  readonly dial: (region: string) => Link
  readonly send: (to: string, message: PeerMessage) => void
  readonly clock: () => Instant
  readonly tell: (sentence: string) => void
}

/**
 * Keeps a gateway joined to every region that the directory lists, and answers whoever takes a district over: from then
 * on nobody older is listened to about it.
 */
export class JoinedGateway {
  readonly #options: JoinedGatewayOptions
  readonly #links = new Map<string, Link>()
  readonly #fences = new Fences()
  /** Districts whose epochs here are above what the directory said last. */
  ahead: ReturnType<Fences['ahead']> = []
  #view: DirectoryView = { members: [], assignments: [], leader: '' }
  #isClosed = false

  constructor(options: JoinedGatewayOptions) {
    this.#options = options
  }

  /** What the directory said last. */
  get view(): DirectoryView {
    return this.#view
  }

  /** Takes in what the directory says. */
  looked(view: DirectoryView): void {
    if (this.#isClosed) return
    this.#view = view
    for (const { district, epoch } of view.assignments) {
      const known = this.#fences.epochOf(district)
      if (known === epoch || !this.#fences.raise(district, epoch)) continue
      this.#options.regions.fence(district, epoch)
    }
    this.ahead = this.#fences.ahead(view)
    for (const name of regionsOf(view)) if (!this.#links.has(name)) this.#dial(name)
  }

  /** Takes in what another process says of ownership. */
  receive(from: string, message: PeerMessage): void {
    if (message.is !== 'fence') return
    const { district, epoch } = message
    if (!this.#fences.raise(district, epoch)) return
    const known = this.#options.regions.fence(district, epoch)
    if (known) this.#options.send(from, { is: 'fenced', district, epoch, known })
  }

  /** Notes that a process is lost: its players stand still until another region has them. */
  lost(process: string): void {
    this.#links.get(process)?.close('The way is broken.')
  }

  close(): void {
    this.#isClosed = true
    for (const link of this.#links.values()) link.close('The gateway is closing.')
  }

  #dial(name: string): void {
    const { dial, regions, tell } = this.#options
    const link = dial(name)
    this.#links.set(name, link)
    const take = regions.join(name, link)
    let isHeard = false
    link.open({
      receive: (packet) => {
        if (!isHeard) tell(`${name} has joined`)
        isHeard = true
        take(packet)
      },
      closed: (reason) => {
        if (this.#links.get(name) !== link) return
        this.#links.delete(name)
        regions.lost(name)
        if (!this.#isClosed && isHeard) tell(`${name} is lost (${reason})`)
      },
    })
  }
}

/** A place on a map: in metres, x first. */
export interface Place {
  readonly map: string
  readonly position: readonly number[]
}

/** Returns the region that speaks for a place, where somebody comes in; undefined while there is none. */
export function entranceOf(
  { map, position }: Place,
  by: {
    readonly grids: ReadonlyMap<string, DistrictGrid>
    readonly speakerOf: (district: number) => string | undefined
  },
): string | undefined {
  const { grids, speakerOf } = by
  const [home] = grids.values()
  const grid = grids.get(map) ?? home
  const [x, y] = position
  const district = x === undefined || y === undefined ? grid.first : grid.at(x, y)
  return speakerOf(district)
}

/** Returns where somebody who enters was when last saved; undefined for a newcomer. */
export function placeIn({ character }: Up & { is: 'enter' }): Place | undefined {
  return character && character.position.length >= 2 ? character : undefined
}
