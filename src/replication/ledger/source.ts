import type { Ledger } from './ledger.ts'

/** What a view follows: an author or a replica. */
export interface Source {
  readonly ledger: Ledger
  /** Returns the once-told fields of an entity, by index, encoded. */
  staticsOf(index: number): Uint8Array | undefined
}
