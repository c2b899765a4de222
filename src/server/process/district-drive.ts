import {
  type Directory,
  type DirectoryView,
  Fences,
  type GivenEntity,
  Keeper,
  type KeeperOutput,
  type KnownEntity,
  Leader,
  type PeerMessage,
  type StoreAnswer,
  type StoreRequest,
} from '../../cluster/index.ts'
import type { Instant } from '../../core/index.ts'
import type { DistrictShelf } from '../../store/index.ts'

/** How often the districts are saved, in ms. */
const SAVE_MS = 1000

/** The worlds of a region, as whoever keeps its districts sees them. */
export interface KeptWorlds {
  adopt(adopted: KeeperOutput & { readonly do: 'adopt' }): void
  release(entity: number): void
  author(district: number, epoch: number): void
  cease(district: number, epoch: number): void
  /** Returns everything of a district that is to move: it stands still from now on. */
  pack(district: number): readonly GivenEntity[]
  /** What the store is to have of an entity; undefined where that is as it was. */
  stateOf(entity: number): Uint8Array | undefined
  /** What is known here of a district that somebody takes over. */
  known(district: number): readonly KnownEntity[]
}

export interface DistrictDriveOptions {
  /** This process, as in the directory. */
  readonly name: string
  readonly shelf: DistrictShelf
  readonly directory: Directory
  readonly districts: readonly number[]
  readonly neighboursOf: (district: number) => readonly number[]
  readonly worlds: KeptWorlds
  readonly send: (to: string, message: PeerMessage) => void
  readonly clock: () => Instant
  /** Told that the directory says something new: look at once. */
  readonly changed: () => void
}

/**
 * Runs what decides who owns which district, on the real directory and store: the keeper of this region's districts,
 * and the leader where this process leads. Owns no timer: call `advance` often.
 *
 *     directory --looked--> Keeper, Leader --assign--> directory
 *     store <--ask, answered--> Keeper --adopt, release, author, cease, pack--> worlds
 *     peers <--PeerMessage--> Keeper
 */
export class DistrictDrive {
  readonly keeper: Keeper
  readonly fences = new Fences()
  readonly #options: DistrictDriveOptions
  readonly #leader: Leader
  #view: DirectoryView = { members: [], assignments: [], leader: '' }
  #isLeading = false
  #isDeciding = false
  #savedAt: number

  constructor(options: DistrictDriveOptions) {
    const { name, districts, neighboursOf, clock } = options
    this.#options = options
    this.keeper = new Keeper({ name })
    this.#leader = new Leader({ districts, neighboursOf })
    this.#savedAt = clock()
  }

  /** What the directory said last. */
  get view(): DirectoryView {
    return this.#view
  }

  get isLeading(): boolean {
    return this.#isLeading
  }

  /** The districts that this region speaks for, with their epochs. */
  get live(): { readonly district: number; readonly epoch: number }[] {
    return [...this.keeper.districts.values()]
      .filter(({ at }) => at === 'live')
      .map(({ district, epoch }) => ({ district, epoch }))
  }

  /** Notes that the directory did not answer. */
  missed(): void {
    this.#leader.interrupted()
    this.#isLeading = false
  }

  /**
   * Takes in what the directory says, and decides where this process leads.
   *
   * @param askedAt  when it was asked
   * @returns        whether this process leads
   */
  async looked(view: DirectoryView, askedAt: Instant): Promise<boolean> {
    const { clock, directory, name } = this.#options
    this.#view = view
    const now = clock()
    this.keeper.view(view, askedAt, now)
    this.fences.view(view)
    this.#leader.look(view, now)
    this.#pump()
    this.#isLeading = await directory.lead(name)
    if (this.#isLeading) await this.#decide()
    return this.#isLeading
  }

  /** Takes in what another process says of ownership. */
  receive(from: string, message: PeerMessage): void {
    const { clock, worlds, send, changed } = this.#options
    const now = clock()
    if (message.is === 'look') changed()
    else if (message.is === 'lost') {
      this.#leader.lost(from, message.name, now)
      if (this.#isLeading) changed()
    } else if (message.is === 'found') this.#leader.found(from, message.name)
    else {
      const { is } = message
      if (is === 'fence' && this.fences.raise(message.district, message.epoch)) {
        const { district, epoch } = message
        send(from, { is: 'fenced', district, epoch, known: worlds.known(district) })
      }
      this.keeper.receive(from, message, now)
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
    const now = this.#options.clock()
    if (now - this.#savedAt >= SAVE_MS) this.save()
    if (this.keeper.wakeAt <= now) this.#pump()
  }

  /** Saves what is real here now. */
  save(): void {
    const { clock, worlds } = this.#options
    const now = clock()
    this.#savedAt = now
    this.keeper.save((entity) => worlds.stateOf(entity), now)
    this.#pump()
  }

  async #decide(): Promise<void> {
    if (this.#isDeciding) return
    this.#isDeciding = true
    const { clock, directory, shelf, name, send, changed } = this.#options
    try {
      const holders = await shelf.holders()
      const decisions = this.#leader.decide(this.#view, holders, clock())
      if (decisions.length === 0) return
      for (const { assignment, revision } of decisions) await directory.assign(assignment, revision)
      for (const other of regionsOf(this.#view)) if (other !== name) send(other, { is: 'look' })
      changed()
    } finally {
      this.#isDeciding = false
    }
  }

  /** Does everything that the keeper wants done. */
  #pump(): void {
    const { clock, worlds, send, name } = this.#options
    for (let out: KeeperOutput | undefined; (out = this.keeper.poll(clock())); ) {
      if (out.do === 'ask') this.#ask(out.ask, out.request)
      else if (out.do === 'send') {
        if (out.to !== name) send(out.to, out.message)
      } else if (out.do === 'adopt') worlds.adopt(out)
      else if (out.do === 'release') worlds.release(out.entity)
      else if (out.do === 'author') worlds.author(out.district, out.epoch)
      else if (out.do === 'pack') this.keeper.packed(out.district, out.to, worlds.pack(out.district), clock())
      else worlds.cease(out.district, out.epoch)
    }
  }

  #ask(ask: number, request: StoreRequest): void {
    const { clock, shelf } = this.#options
    askStore(shelf, request).then(
      (answer) => {
        this.keeper.answered(ask, answer, clock())
        this.#pump()
      },
      () => this.keeper.unanswered(ask, clock()),
    )
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
