import {
  type Directory,
  type DirectoryView,
  Leader,
  type PeerMessage,
  type StoreAnswer,
  type StoreRequest,
} from '../../cluster/index.ts'
import type { Instant } from '../../core/index.ts'
import type { SharedRegion } from '../../share/index.ts'
import type { DistrictShelf } from '../../store/index.ts'

export interface DistrictDriveOptions {
  /** This process, as in the directory. */
  readonly name: string
  readonly shared: SharedRegion
  readonly shelf: DistrictShelf
  readonly directory: Directory
  readonly send: (to: string, message: PeerMessage) => void
  readonly clock: () => Instant
  /** Told that the directory says something new: look at once. */
  readonly changed: () => void
  /** Told of what could not be decided: it is tried again. */
  readonly failed: (error: unknown) => void
}

/**
 * Runs what decides who owns which district, on the real directory and store: this region's share of the world, and
 * the leader where this process leads. Owns no timer: call `advance` after each tick, and often.
 *
 *     directory --looked--> SharedRegion, Leader --assign--> directory
 *     store <--ask, answered--> SharedRegion <--PeerMessage--> peers
 */
export class DistrictDrive {
  readonly #options: DistrictDriveOptions
  readonly #leader: Leader
  #view: DirectoryView = { members: [], assignments: [], leader: '' }
  #isLeading = false
  #isDeciding = false

  constructor(options: DistrictDriveOptions) {
    this.#options = options
    const { maps } = options.shared
    this.#leader = new Leader({
      districts: maps.all.flatMap(({ grid }) => grid.inBlocks()),
      neighboursOf: (district) => maps.withDistrict(district)?.grid.neighboursOf(district) ?? [],
      ...{ spreads: true, liesTogether: true },
    })
  }

  /** What the directory said last. */
  get view(): DirectoryView {
    return this.#view
  }

  get isLeading(): boolean {
    return this.#isLeading
  }

  /** Notes that the directory did not answer. */
  missed(): void {
    this.#leader.interrupted()
    this.#isLeading = false
  }

  /**
   * Takes in what the directory says, and decides where this process leads. It waits for no store: what the directory
   * confirms must not come late because that one is slow.
   *
   * @param askedAt  when it was asked
   */
  async looked(view: DirectoryView, askedAt: Instant): Promise<void> {
    const { clock, directory, name, shared } = this.#options
    this.#view = view
    const now = clock()
    this.#leader.look(view, now)
    shared.view(view, askedAt, now)
    this.#pump()
    this.#isLeading = await directory.lead(name)
    if (this.#isLeading) this.#decide().catch((error) => this.#options.failed(error))
  }

  /** Takes in what another process says of ownership. */
  receive(from: string, message: PeerMessage): void {
    const { clock, shared, changed } = this.#options
    const now = clock()
    if (message.is === 'look') changed()
    else if (message.is === 'lost') {
      this.#leader.lost(from, message.name, now)
      if (this.#isLeading) changed()
    } else if (message.is === 'found') this.#leader.found(from, message.name)
    else {
      shared.receive(from, message, now)
      this.#pump()
    }
  }

  /** Says that a process is lost, as this one sees it: to every region, whichever leads or comes to lead. */
  lost(name: string): void {
    const { name: me, clock, send, changed } = this.#options
    this.#leader.lost(me, name, clock())
    for (const other of regionsOf(this.#view))
      if (other !== me && other !== name) send(other, { is: 'lost', name })
    if (this.#isLeading || name === this.#view.leader) changed()
  }

  /** Does what is due. */
  advance(): void {
    if (this.#options.shared.wakeAt <= this.#options.clock()) this.#pump()
  }

  async #decide(): Promise<void> {
    if (this.#isDeciding) return
    this.#isDeciding = true
    const { clock, directory, shelf, name, send, changed } = this.#options
    try {
      const holders = await shelf.holders()
      const decisions = this.#leader.decide(this.#view, holders, clock())
      if (decisions.length === 0) return
      // All at once: one after the other each waits for the way there and back, while nobody has the districts.
      await Promise.all(decisions.map(({ assignment, revision }) => directory.assign(assignment, revision)))
      for (const other of regionsOf(this.#view)) if (other !== name) send(other, { is: 'look' })
      changed()
    } finally {
      this.#isDeciding = false
    }
  }

  /** Asks and sends what the region's share of the world wants asked and sent. */
  #pump(): void {
    const { clock, shared, send, name } = this.#options
    for (let out = shared.poll(clock()); out; out = shared.poll(clock()))
      if (out.do === 'ask') this.#ask(out.ask, out.request)
      else if (out.to !== name) send(out.to, out.message)
  }

  #ask(ask: number, request: StoreRequest): void {
    const { clock, shelf, shared } = this.#options
    const answered = (answer: StoreAnswer | undefined): void => {
      shared.answered(ask, answer, clock())
      this.#pump()
    }
    askStore(shelf, request).then(answered, () => answered(undefined))
  }
}

/** The names of the regions that the directory lists. */
export function regionsOf({ members }: DirectoryView): string[] {
  return members.filter(({ role }) => role === 'region').map(({ name }) => name)
}

async function askStore(shelf: DistrictShelf, request: StoreRequest): Promise<StoreAnswer> {
  if (request.is === 'claim') return { is: 'claim', claimed: await shelf.claim(request.fence) }
  if (request.is === 'rows') return { is: 'rows', claimed: await shelf.rows(request.fence) }
  if (request.is === 'pass') return { is: 'pass', passed: await shelf.pass(request.passes) }
  if (request.is === 'save') return { is: 'save', saved: await shelf.save(request.saves) }
  return { is: 'move', moved: await shelf.move(request.last, request.to) }
}
