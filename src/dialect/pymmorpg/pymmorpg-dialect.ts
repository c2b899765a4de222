import type { Dialect } from '../dialect.ts'
import { defineDialect } from '../foreign/define-dialect.ts'
import { digits } from '../foreign/framing.ts'
import type { PymmorpgAdapter } from './adapter.ts'
import { ImageShelf } from './image.ts'
import { PymmorpgSpeaker } from './pymmorpg-speaker.ts'
import { REQUEST_BYTES_MAX } from './request.ts'
import { Viewables } from './viewables.ts'

export interface PymmorpgOptions {
  /** The largest client content that `upgrade` sends, in bytes; 8 MiB when left out. Its image is kept in memory. */
  readonly imageBytesMax?: number
}

/** Bytes of a second from one client: a request is some dozens. */
const BYTES_PER_SECOND = 32_768

/**
 * The requests of PYMMORPG: pickled lists behind their length in digits, over plain TCP.
 *
 *     6 .....  ['ver']                      -> ['2.1']
 *     ...      ['login', 'Ada', 'secret']   -> [True]
 *     ...      ['move', (1.0, 0.0, 0.0)]    -> [True]
 *     ...      ['update']                   -> [[{'name': 'Ada', 'pos': (128.0, 64.0, 0.0), 'visual': 3}, ...], 'map']
 */
export function pymmorpgDialect(adapter: PymmorpgAdapter, options: PymmorpgOptions = {}): Dialect {
  const { imageBytesMax = 8 * 1024 * 1024 } = options
  const shared = { adapter, viewables: new Viewables(adapter), images: new ImageShelf(imageBytesMax) }
  return defineDialect({
    name: 'pymmorpg',
    carries: ['stream'],
    framing: digits({ bytesMax: REQUEST_BYTES_MAX }),
    drops: [
      ...(['bad-pickle', 'calling-pickle', 'no-request', 'unknown-request', 'bad-arguments'] as const),
      ...(['not-in', 'too-many-requests', 'image-too-large'] as const),
    ],
    limits: {
      // Two minutes, in which somebody upgrades before the login, and types a password.
      helloTimeoutMs: 120_000,
      silenceTimeoutMs: 120_000,
      graceMs: 0,
      bytesPerSecond: BYTES_PER_SECOND,
      // In a row: each request that makes sense forgives what came before.
      nonsenseMax: 8,
    },
    risks: ['clear-passwords'],
    customary: ['tcp://127.0.0.1:4102'],
    howToJoin: ({ host, port }) => `python3 docs/examples/pymmorpg-client/pymmorpg.py ${host} ${port}`,
    begin: (interpreter, context) => new PymmorpgSpeaker(interpreter, context, shared),
  })
}
