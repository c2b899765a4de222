import type { Context, Dialect } from '../dialect.ts'
import { defineDialect } from '../foreign/define-dialect.ts'
import type { HauntedAdapter } from './adapter.ts'
import { ConnectBudget } from './connect-budget.ts'
import { CrowdLists } from './crowd.ts'
import { ShadeTexts } from './list.ts'
import { HauntedSpeaker } from './speaker.ts'
import { messages } from './text-form.ts'

/** The longest datagram: clients read so much at once. */
const DATAGRAM_BYTES_MAX = 3072
/** How long a peer may be silent, in ms. */
const SILENCE_MS = 20_000
/**
 * What unproven addresses get, which in this protocol all of them are: what twenty answers a second of the largest
 * size take, and so many bytes a second in all.
 */
const UNPROVEN = { echo: 3, bytesPerSecond: 60_000, bytesPerSecondInAll: 2_000_000 }

/**
 * Makes the dialect of Haunted Chronicles' clients, over UDP and TCP: `src/dialect/haunted/README.md` has its rules.
 *
 * @param adapter  how the game is shown
 * @param port     what clients are told to talk to, where that is not the port that they reached
 */
export function hauntedDialect(adapter: HauntedAdapter, { port }: { readonly port?: number } = {}): Dialect {
  const crowd = new CrowdLists(adapter)
  const shades = new ShadeTexts(adapter.picture)
  const budgets = new WeakMap<Context, ConnectBudget>()
  return defineDialect({
    name: 'haunted',
    carries: ['stream', 'datagrams'],
    framing: messages,
    drops: ['no-message', 'not-utf8', 'other-name', 'not-connected', 'too-often', 'connect-left-out'],
    limits: { helloTimeoutMs: SILENCE_MS, silenceTimeoutMs: SILENCE_MS, graceMs: 0, leavingGraceMs: 0 },
    datagrams: { packetBytesMax: DATAGRAM_BYTES_MAX, silenceMs: SILENCE_MS, unproven: UNPROVEN },
    risks: ['unproven-addresses'],
    customary: ['udp://127.0.0.1:9998'],
    howToJoin: ({ host, port, scheme }) =>
      scheme === 'udp'
        ? `Haunted Chronicles: python3 client.py ${host} ${port}`
        : `Haunted Chronicles over TCP, at ${host}, port ${port}`,
    begin(interpreter, context) {
      const budget = budgets.get(context) ?? new ConnectBudget()
      budgets.set(context, budget)
      return new HauntedSpeaker(interpreter, { adapter, crowd, shades, budget, port })
    },
  })
}
