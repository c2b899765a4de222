import { ShardlessError } from '../../core/index.ts'
import type { Context, Dialect, Peer } from '../dialect.ts'
import { type ForeignDialect, Interpreter } from './interpreter.ts'

/** The counters of messages that an interpreter drops itself, in any dialect. */
const ownDrops = ['broken-frame', 'too-many', 'over-budget'] as const

/**
 * Makes a dialect of a foreign protocol.
 *
 *     defineDialect({
 *       name: 'text',
 *       carries: ['stream'],
 *       framing: lines(),
 *       begin: (interpreter) => new TextSpeaker(interpreter),
 *     })
 *
 * @throws `dialect/bad-name` for a name that cannot precede a scheme, or that is the native dialect's
 */
export function defineDialect(foreign: ForeignDialect): Dialect {
  const { name, drops = [] } = foreign
  if (!/^[a-z][a-z0-9-]*$/.test(name) || name === 'native')
    throw new ShardlessError(
      'dialect/bad-name',
      `a dialect cannot be called "${name}"; take lower-case letters, digits and hyphens, and not "native", which is ours.`,
    )
  return {
    ...foreign,
    drops: [...drops, ...ownDrops],
    begin: (peer: Peer, context: Context) => new Interpreter(foreign, peer, context),
  }
}
