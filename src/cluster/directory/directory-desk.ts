import { type Instant, instant } from '../../core/index.ts'
import type { Bus } from '../bus/bus.ts'
import { type Assignment, type ClusterMember, MEMBER_TTL_MS, RENEWAL_MS } from './directory.ts'
import { DirectoryBook } from './directory-book.ts'

/** How long the way to the leader may be broken before another may lead, in ms. */
const GRACE_MS = 150
/** The most that a clock of renewals goes on between two questions, in ms: what is longer this process did not see. */
const SEEN_MS_MAX = 500

/** The word under which a directory is asked over the bus. */
export const DIRECTORY = 'directory'

/** What is asked of a directory process, as JSON. */
export type DirectoryQuestion =
  | { readonly do: 'renew'; readonly member: ClusterMember }
  | { readonly do: 'leave'; readonly name: string }
  /** `known`: the edition of the assignments that the asker has. */
  | { readonly do: 'look'; readonly known: string }
  | { readonly do: 'assign'; readonly assignment: Assignment; readonly revision: number }
  | { readonly do: 'lead'; readonly name: string }

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/**
 * The directory process: a book in memory that others ask over the bus. It may die and begin again empty: until
 * everybody has had the time to say that they are there it tells nobody who is. Owns no timer: call `beat`.
 */
export class DirectoryDesk {
  readonly #book = new DirectoryBook()
  readonly #clock: () => Instant
  /**
   * The time in which questions were seen. A desk that was held up has as many renewals waiting as anybody: it judges
   * by those that it misses while it looks, and not by the time on the wall.
   */
  #seen: Instant
  #askedAt: Instant
  readonly #since: Instant
  readonly #run: string
  #edition = 0
  /** Since when the way to a process is broken. */
  readonly #downSince = new Map<string, Instant>()

  /** @param run  a word of its own for each run, so that nobody takes it for the one before */
  constructor(bus: Bus, clock: () => Instant, run: string) {
    this.#clock = clock
    this.#since = this.#seen = this.#askedAt = clock()
    this.#run = run
    bus.observe((process, is) => {
      if (is === 'up') this.#downSince.delete(process)
      else this.#downSince.set(process, clock())
    })
    bus.answer(DIRECTORY, (question, _from, reply) => {
      const asked = readQuestion(question)
      const answer = asked && this.#answer(asked)
      reply(answer === undefined ? undefined : encoder.encode(JSON.stringify(answer)))
    })
  }

  /** Notes that it looks, though nobody asks: call it every `RENEWAL_MS`. */
  beat(): void {
    this.#pass()
  }

  /** The members that are there now. */
  get members(): readonly ClusterMember[] {
    this.#pass()
    return this.#book.look(this.#seen).members
  }

  #answer(asked: DirectoryQuestion): unknown {
    const wall = this.#pass()
    const now = this.#seen
    if (asked.do === 'renew') {
      this.#book.renew(asked.member, now)
      return true
    }
    if (asked.do === 'leave') {
      this.#book.leave(asked.name)
      return true
    }
    if (asked.do === 'lead') {
      this.#freeLead(wall)
      return this.#book.lead(asked.name, now)
    }
    if (asked.do === 'assign') {
      const isDone = this.#book.assign(asked.assignment, asked.revision)
      if (isDone) this.#edition++
      return isDone
    }
    // Whoever is missing may just not have had the time to say that it is there.
    if (wall < this.#since + MEMBER_TTL_MS + RENEWAL_MS) return undefined
    const { members, assignments, leader } = this.#book.look(now)
    for (const name of this.#downSince.keys())
      if (!members.some((member) => member.name === name)) this.#downSince.delete(name)
    const edition = `${this.#run} ${this.#edition}`
    return { members, leader, edition, ...(asked.known === edition ? {} : { assignments }) }
  }

  /** Lets the time go on that is seen. @returns the time */
  #pass(): Instant {
    const wall = this.#clock()
    this.#seen = instant(this.#seen + Math.min(SEEN_MS_MAX, wall - this.#askedAt))
    this.#askedAt = wall
    return wall
  }

  /**
   * Lets another lead when the way to the leader is broken. Should it live, both may decide for a moment: each
   * assignment is a compare-and-set, and the store has the last word.
   */
  #freeLead(now: Instant): void {
    const { leader } = this.#book.look(this.#seen)
    const since = this.#downSince.get(leader)
    if (since !== undefined && now - since >= GRACE_MS) this.#book.free(leader)
  }
}

function readQuestion(question: Uint8Array): DirectoryQuestion | undefined {
  try {
    return JSON.parse(decoder.decode(question)) as DirectoryQuestion
  } catch {
    return undefined
  }
}
