import {
  type Bus,
  type ClusterMember,
  type Directory,
  type DirectoryView,
  MEMBER_TTL_MS,
  RENEWAL_MS,
} from '../../cluster/index.ts'
import { type Instant, instant, OutsideError } from '../../core/index.ts'

export interface MembershipOptions {
  readonly bus: Bus
  readonly directory: Directory
  /** What this process says of itself at each renewal. */
  readonly member: () => ClusterMember
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

/**
 * Keeps a process in the directory, and whom it lists on the bus. While the directory is away everything stays as it
 * is; nobody counts as gone whom a directory that answers does not miss for a while.
 */
export class Membership {
  readonly #options: MembershipOptions
  /** When each known process was listed last. */
  readonly #listedAt = new Map<string, number>()
  #timer: NodeJS.Timeout | undefined
  #isAway = false
  #isStopped = false
  #isBeating = false
  /** Whether something has happened since the last beat began. */
  #isAskedAgain = false
  /** When the directory answered last. */
  #answeredAt = performance.now()
  hasLooked = false

  constructor(options: MembershipOptions) {
    this.#options = options
  }

  /** Whether the directory answered lately. */
  get isWell(): boolean {
    return this.hasLooked && performance.now() - this.#answeredAt < 3 * MEMBER_TTL_MS
  }

  async begin(): Promise<void> {
    await this.beat()
    this.#timer = setInterval(() => void this.beat(), RENEWAL_MS)
  }

  /** Renews, looks, and acts on what it sees: every 300 ms, and sooner where something has happened. */
  async beat(): Promise<void> {
    if (this.#isBeating || this.#isStopped) return
    this.#isBeating = true
    const { directory, member, tell, missed } = this.#options
    try {
      const askedAt = instant(performance.now())
      await directory.renew(member())
      const view = await directory.look()
      if (this.#isAway) tell('The directory is back.')
      this.#isAway = false
      this.#meet(view)
      this.hasLooked = true
      await this.#act(view, askedAt)
    } catch (error) {
      missed?.()
      if (this.hasLooked && !this.#isAway && performance.now() - this.#answeredAt > MEMBER_TTL_MS) {
        this.#isAway = true
        tell(`${(error as Error).message} Play goes on without it.`)
      }
    } finally {
      this.#isBeating = false
    }
    if (!this.#isAskedAgain) return
    this.#isAskedAgain = false
    await this.beat()
  }

  /** Beats at once, or as soon as the beat that is under way has ended. */
  soon(): void {
    if (this.#isBeating) this.#isAskedAgain = true
    else void this.beat()
  }

  /** Has the process act on what it saw; what fails is told, and tried again at the next renewal. */
  async #act(view: DirectoryView, askedAt: Instant): Promise<void> {
    try {
      await this.#options.looked(view, askedAt)
    } catch (error) {
      this.#options.tell(error instanceof OutsideError ? error.message : `${(error as Error).stack}`)
    }
  }

  /** Leaves the directory. */
  async end(): Promise<void> {
    this.#isStopped = true
    clearInterval(this.#timer)
    await this.#options.directory.leave(this.#options.member().name).catch(() => {})
  }

  #meet({ members }: DirectoryView): void {
    const { bus } = this.#options
    const now = performance.now()
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
