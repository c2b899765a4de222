import type { Dialect } from '../dialect.ts'
import { nativeMetrics } from './metrics.ts'
import { NativeConversation } from './server-half.ts'

/** Our own protocol, as a dialect among others: state goes out in bytes that all who see the same share. */
export const nativeDialect: Dialect = {
  name: 'native',
  carries: ['packets'],
  drops: nativeMetrics.dropped.values,
  begin: (_peer, { game, dropped }) => new NativeConversation(game, dropped),
}
