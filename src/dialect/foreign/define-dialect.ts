import { ShardlessError } from '../../core/index.ts'
import type { Context, Dialect, Peer } from '../dialect.ts'
import { type ForeignDialect, Interpreter } from './interpreter.ts'

/** What an interpreter drops by itself, whatever the dialect. */
const ownDrops = ['broken-frame', 'too-many'] as const

/**
 * Makes a dialect of a protocol that is not ours.
 *
 *     defineDialect({
 *       name: 'text',
 *       carries: ['stream'],
 *       framing: lines(),
 *       begin: (interpreter) => new TextSpeaker(interpreter),
 *     })
 *
 * @throws `dialect/bad-name` for a name that cannot stand before a scheme, or that is ours
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
