import type { RequestName } from '../record/request.ts'
import type { Statement } from '../sql/sql.ts'

/** An order to the store's thread. Its answer bears the same number. */
export type SqliteOrder = { readonly number: number } & (
  | { readonly do: 'request'; readonly name: RequestName; readonly input: unknown }
  | { readonly do: 'begin'; readonly kind: 'snapshot' | 'exclusive' }
  | { readonly do: 'query'; readonly session: number; readonly statements: readonly Statement[] }
  | { readonly do: 'end'; readonly session: number; readonly isKept: boolean }
  | { readonly do: 'close' }
)

/**
 * The thread's answer. Many come at once, since many are committed at once. `trouble` is a sentence for the
 * operator.
 */
export type SqliteAnswer = { readonly number: number } & (
  | { readonly isDone: true; readonly value: unknown }
  | { readonly isDone: false; readonly isOutside: boolean; readonly trouble: string }
)
