import type { Assignment } from '../directory/directory.ts'

/** An assignment to write, over this revision. */
export interface LeaderDecision {
  readonly assignment: Assignment
  readonly revision: number
}
