import type { Dialect } from '../dialect.ts'
import { nativeMetrics } from './metrics.ts'
import { NativeConversation } from './server-half.ts'

/** Implements the native protocol as one dialect among others: all viewers of the same state share its bytes. */
export const nativeDialect: Dialect = {
  name: 'native',
  carries: ['packets'],
  drops: nativeMetrics.dropped.values,
  begin: (_peer, { game, dropped }) => new NativeConversation(game, dropped),
}
