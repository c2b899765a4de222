import type { Instant } from '../../core/index.ts'
import {
  type Assignment,
  type ClusterMember,
  type DirectoryView,
  listedMs,
  MEMBER_TTL_MS,
  type StoredAssignment,
} from './directory.ts'

/** What a directory does, told the time: the directory in memory, and that of the simulator. */
export class DirectoryBook {
  readonly #members = new Map<string, { readonly member: ClusterMember; readonly until: number }>()
  readonly #assignments = new Map<number, StoredAssignment>()
  #leader: { readonly name: string; readonly until: number } = { name: '', until: 0 }
  #revision = 0

  renew(member: ClusterMember, now: Instant): void {
    this.#members.set(member.name, { member, until: now + listedMs(member) })
  }

  leave(name: string): void {
    this.#members.delete(name)
    this.free(name)
  }

  /** Ends the lead of a member, if it has it. */
  free(name: string): void {
    if (this.#leader.name === name) this.#leader = { name: '', until: 0 }
  }

  look(now: Instant): DirectoryView {
    for (const [name, { until }] of this.#members) if (until <= now) this.#members.delete(name)
    return {
      members: [...this.#members.values()].map(({ member }) => member),
      assignments: [...this.#assignments.values()],
      leader: this.#leader.until > now ? this.#leader.name : '',
    }
  }

  assign(assignment: Assignment, revision: number): boolean {
    if ((this.#assignments.get(assignment.district)?.revision ?? 0) !== revision) return false
    this.#assignments.set(assignment.district, { ...assignment, revision: ++this.#revision })
    return true
  }

  lead(name: string, now: Instant): boolean {
    if (this.#leader.name !== name && this.#leader.until > now) return false
    const member = this.#members.get(name)?.member
    this.#leader = { name, until: now + (member ? listedMs(member) : MEMBER_TTL_MS) }
    return true
  }

  /** Forgets everything, as a directory in memory does when it is restarted. */
  forget(): void {
    this.#members.clear()
    this.#assignments.clear()
    this.#leader = { name: '', until: 0 }
    this.#revision = 0
  }
}
