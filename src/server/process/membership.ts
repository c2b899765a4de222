import {
  type Bus,
  type ClusterMember,
  type Directory,
  type DirectoryView,
  MEMBER_TTL_MS,
  RENEWAL_MS,
} from '../../cluster/index.ts'
import { type Instant, OutsideError } from '../../core/index.ts'

export interface MembershipOptions {
  readonly bus: Bus
  readonly directory: Directory
  readonly clock: () => Instant
  /** What this process says of itself at each renewal. */
  readonly member: () => Omit<ClusterMember, 'lateMs'>
  /** Told what the directory says, at each renewal that it answers, and when it was asked. */
  readonly looked: (view: DirectoryView, askedAt: Instant) => void | Promise<void>
  /** Told at each renewal that the directory does not answer. */
  readonly missed?: () => void
  /** Told of each process that is gone: nobody listed it for a while. */
  readonly gone?: (process: string) => void
  /** Told once when the directory is away, and once when it is back. */
  readonly tell: (sentence: string) => void
}

/** How long a process may be missing from the directory before it counts as gone, in ms. */
const GONE_MS = MEMBER_TTL_MS + RENEWAL_MS

/** For how many renewals it is remembered how late this process was with one: half a minute. */
const LATE_MEMORY = 100

/**
 * Keeps a process in the directory, and whom it lists on the bus. While the directory is away everything stays as it
 * is; nobody counts as gone whom a directory that answers does not miss for a while. Owns no timer: call `beat` every
 * `RENEWAL_MS`, before all else that is due.
 *
 * A renewal waits for nothing that is done with the answer to the last one, so that a slow store costs no lease.
 */
export class Membership {
  readonly #options: MembershipOptions
  /** When each known process was listed last. */
  readonly #listedAt = new Map<string, number>()
  #isAway = false
  #isStopped = false
  #isBeating = false
  /** Whether something has happened since the last beat began. */
  #isAskedAgain = false
  /** What is acted on, and what came meanwhile. */
  #isActing = false
  #next: { readonly view: DirectoryView; readonly askedAt: Instant } | undefined
  /** When the directory answered last, and when it was last time to beat. */
  #answeredAt: Instant
  #dueAt: number
  /** How late the last renewals were, in ms, the newest last. */
  readonly #late: number[] = []
  hasLooked = false

  constructor(options: MembershipOptions) {
    this.#options = options
    this.#answeredAt = options.clock()
    this.#dueAt = this.#answeredAt
  }

  /** Whether the directory answered lately. */
  get isWell(): boolean {
    return this.hasLooked && this.#options.clock() - this.#answeredAt < 3 * MEMBER_TTL_MS
  }

  /** How late this process was with a renewal, at most, in the last half minute, in ms. */
  get lateMs(): number {
    let most = 0
    for (const late of this.#late) most = Math.max(most, late)
    return most
  }

  /** Renews as a timer wants it: notes how late that is. */
  async beat(): Promise<void> {
    const now = this.#options.clock()
    this.#late.push(Math.max(0, Math.round(now - this.#dueAt)))
    if (this.#late.length > LATE_MEMORY) this.#late.shift()
    this.#dueAt = now + RENEWAL_MS
    await this.#renew()
  }

  /** Renews at once, or as soon as the renewal that is under way has ended. */
  soon(): void {
    if (this.#isBeating) this.#isAskedAgain = true
    else void this.#renew()
  }

  /** Leaves the directory. */
  async end(): Promise<void> {
    this.#isStopped = true
    await this.#options.directory.leave(this.#options.bus.me).catch(() => {})
  }

  /** Renews, looks, and acts on what it sees. */
  async #renew(): Promise<void> {
    if (this.#isBeating || this.#isStopped) return
    this.#isBeating = true
    const { directory, member, tell, missed, clock } = this.#options
    try {
      const askedAt = clock()
      await directory.renew({ ...member(), lateMs: this.lateMs })
      const view = await directory.look()
      if (this.#isAway) tell('The directory is back.')
      this.#isAway = false
      this.#meet(view)
      this.hasLooked = true
      this.#next = { view, askedAt }
      void this.#act()
    } catch (error) {
      missed?.()
      if (this.hasLooked && !this.#isAway && clock() - this.#answeredAt > MEMBER_TTL_MS) {
        this.#isAway = true
        tell(`${(error as Error).message} Play goes on without it.`)
      }
    } finally {
      this.#isBeating = false
    }
    if (!this.#isAskedAgain) return
    this.#isAskedAgain = false
    await this.#renew()
  }

  /** Has the process act on what it saw last; what fails is told, and tried again at the next renewal. */
  async #act(): Promise<void> {
    if (this.#isActing) return
    this.#isActing = true
    for (let next = this.#next; next && !this.#isStopped; next = this.#next) {
      this.#next = undefined
      try {
        await this.#options.looked(next.view, next.askedAt)
      } catch (error) {
        this.#options.tell(error instanceof OutsideError ? error.message : `${(error as Error).stack}`)
      }
    }
    this.#isActing = false
  }

  #meet({ members }: DirectoryView): void {
    const { bus, clock } = this.#options
    const now = clock()
    // After an outage everybody has the time to say that they are there.
    const away = now - this.#answeredAt
    this.#answeredAt = now
    for (const { name, address } of members) {
      bus.meet(name, address)
      this.#listedAt.set(name, now)
    }
    for (const [name, listedAt] of this.#listedAt) {
      if (away > MEMBER_TTL_MS) this.#listedAt.set(name, Math.max(listedAt, now))
      else if (now - listedAt > GONE_MS) {
        this.#listedAt.delete(name)
        if (name === bus.me) continue
        bus.forget(name)
        this.#options.gone?.(name)
      }
    }
  }
}
