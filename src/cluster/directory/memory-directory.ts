import type { Instant } from '../../core/index.ts'
import type { Assignment, ClusterMember, Directory, DirectoryView } from './directory.ts'
import { DirectoryBook } from './directory-book.ts'

/** The directory of processes that are all in one, or of a test: a book and a clock. */
export class MemoryDirectory implements Directory {
  readonly #book = new DirectoryBook()
  readonly #clock: () => Instant

  constructor(clock: () => Instant) {
    this.#clock = clock
  }

  async renew(member: ClusterMember): Promise<void> {
    this.#book.renew(member, this.#clock())
  }

  async leave(name: string): Promise<void> {
    this.#book.leave(name)
  }

  async look(): Promise<DirectoryView> {
    return this.#book.look(this.#clock())
  }

  async assign(assignment: Assignment, revision: number): Promise<boolean> {
    return this.#book.assign(assignment, revision)
  }

  async lead(name: string): Promise<boolean> {
    return this.#book.lead(name, this.#clock())
  }
}
