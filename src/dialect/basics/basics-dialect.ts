import type { Adapter } from '../adapter.ts'
import type { Whereabouts } from '../conversation.ts'
import type { Dialect } from '../dialect.ts'
import { defineDialect } from '../foreign/define-dialect.ts'
import { lengths } from '../foreign/framing.ts'
import { BasicsSpeaker } from './basics-speaker.ts'
import { type Details, PlayerStates } from './player-states.ts'

export interface BasicsOptions {
  /** How fast a character walks, in metres a second: the lesson's 100 units a second. */
  readonly metresPerSecond: number
  /** Returns what else is told of a player in each state, besides position and velocity; nothing when left out. */
  readonly details?: Details
}

/** How fast a player of the lesson goes, in its units. */
const UNITS_PER_SECOND = 100
/** The largest packet of a client, in bytes. */
const PACKET_BYTES_MAX = 4096
/** What a client sends at most: an input in each of sixty frames a second, and more. */
const BYTES_PER_SECOND = 32_768

/**
 * The packets of "Networking Basics": a length in four bytes, and JSON, over plain TCP.
 *
 *     {"type": "connect", "seq": 0, "time": 1.5, "data": {"name": "Ada"}, "rel": false}
 *     {"type": "input", "seq": 1, "time": 1.6, "data": {"move": {"x": 1, "y": 0}}, "rel": false}
 *     <- {"type": "state", ..., "data": {"timestamp": 9.5, "players": {"127.0.0.1:5511": {"position": ...}}}}
 */
export function basicsDialect(adapter: Adapter, options: BasicsOptions): Dialect {
  const { metresPerSecond, details } = options
  const unitsPerMetre = UNITS_PER_SECOND / metresPerSecond
  const byScale = new Map<string, PlayerStates>()
  const statesOf = ({ ticksPerSecond, height }: Whereabouts): PlayerStates => {
    const key = `${ticksPerSecond} ${height}`
    const known = byScale.get(key)
    if (known) return known
    const states = new PlayerStates({ adapter, details }, { unitsPerMetre, ticksPerSecond, height })
    byScale.set(key, states)
    return states
  }
  const shared = { adapter, statesOf }
  return defineDialect({
    name: 'basics',
    carries: ['stream'],
    framing: lengths({ headBytes: 4, bytesMax: PACKET_BYTES_MAX + 4 }),
    drops: [
      'bad-json',
      'bad-packet',
      'not-in',
      'bad-data',
      'unknown-event',
      'repeated',
      'unacknowledged',
      'left-out',
    ],
    limits: {
      helloTimeoutMs: 20_000,
      // Who stands still says nothing: what is reliable is asked of them now and then, and they acknowledge it.
      silenceTimeoutMs: 60_000,
      graceMs: 0,
      bytesPerSecond: BYTES_PER_SECOND,
    },
    customary: ['tcp://127.0.0.1:4103'],
    howToJoin: ({ host, port }) => `in the lesson's Python: GameClient().connect('${host}', ${port})`,
    begin: (interpreter) => new BasicsSpeaker(interpreter, shared),
  })
}
