import { OutsideError } from '../../core/index.ts'
import type { Bus } from '../bus/bus.ts'
import type { Assignment, ClusterMember, Directory, DirectoryView, StoredAssignment } from './directory.ts'
import { DIRECTORY, type DirectoryQuestion } from './directory-desk.ts'

/** How long an answer is waited for, in ms: well below the life of a member. */
const PATIENCE_MS = 600

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** A directory that is another process, asked over the bus. */
export class AskedDirectory implements Directory {
  readonly #bus: Bus
  readonly #process: () => string
  /** The assignments as last told, and which edition those are. */
  #known: { readonly edition: string; readonly assignments: readonly StoredAssignment[] } = {
    edition: '',
    assignments: [],
  }

  /** @param process  the name of the directory's process at present */
  constructor(bus: Bus, process: () => string) {
    this.#bus = bus
    this.#process = process
  }

  async renew(member: ClusterMember): Promise<void> {
    await this.#ask({ do: 'renew', member })
  }

  async leave(name: string): Promise<void> {
    await this.#ask({ do: 'leave', name })
  }

  async look(): Promise<DirectoryView> {
    const told = (await this.#ask({ do: 'look', known: this.#known.edition })) as {
      readonly members: readonly ClusterMember[]
      readonly leader: string
      readonly edition: string
      readonly assignments?: readonly StoredAssignment[]
    }
    if (told.assignments) this.#known = { edition: told.edition, assignments: told.assignments }
    return { members: told.members, leader: told.leader, assignments: this.#known.assignments }
  }

  async assign(assignment: Assignment, revision: number): Promise<boolean> {
    return (await this.#ask({ do: 'assign', assignment, revision })) === true
  }

  async lead(name: string): Promise<boolean> {
    return (await this.#ask({ do: 'lead', name })) === true
  }

  #ask(question: DirectoryQuestion): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const bytes = encoder.encode(JSON.stringify(question))
      this.#bus.ask(
        this.#process(),
        DIRECTORY,
        bytes,
        (answer) => {
          if (answer.is === 'answered') resolve(JSON.parse(decoder.decode(answer.body)))
          else if (answer.why === 'refused')
            reject(new OutsideError('The directory has just begun, and knows nothing yet.'))
          else reject(new OutsideError('The directory does not answer.'))
        },
        { patienceMs: PATIENCE_MS },
      )
    })
  }
}
