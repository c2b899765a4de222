import { milliseconds } from '../../core/index.ts'
import type { AnyEntity } from '../../world/index.ts'
import type { Adapter } from '../adapter.ts'
import type { Dialect } from '../dialect.ts'
import { defineDialect } from '../foreign/define-dialect.ts'
import type { DialectLimits } from '../limits.ts'
import { lookOf, type OpcodeLook } from './look.ts'
import { LookShelf } from './look-shelf.ts'
import { GOODBYE_MS, OpcodeSpeaker } from './opcode-speaker.ts'
import type { OpcodeSettings, Wish } from './settings.ts'
import type { TileGround } from './tile-grid.ts'
import { TileSpots } from './tile-spot.ts'

/** How a game is shown to clients of opcodes, beyond what its adapter says. */
export interface OpcodeOptions {
  /** The side of a tile, in metres. A player walks one tile a tick of the protocol, aslant too. */
  readonly tileMetres: number
  /** How fast the command `walk(1, 0)` goes, in metres per second. */
  readonly metresPerSecond: number
  /** Returns where somebody looks, in radians counter-clockwise from east. Left out, everybody looks where they go. */
  readonly facing?: (entity: AnyEntity) => number | undefined
  /** Returns how a figure's look is drawn. Left out, by numbers: people differ in their colours. */
  readonly look?: (look: number) => OpcodeLook
  /** Returns the request for what is typed behind two colons, such as "::wave". */
  readonly order?: (words: string) => Wish | undefined
  /** Returns a line that tells the reply to a request. Left out, only what cannot be is told. */
  readonly answer?: (request: string, body: unknown) => string | undefined
  /** The tick of the protocol, in ms: how often a client is told of those around. 640 when left out. */
  readonly tickMs?: number
  /** A flat and free piece of the clients' own map, in its tiles, in the place of the one that is known. */
  readonly ground?: TileGround
  /** A line of the first page, at most 80 letters. */
  readonly welcome?: string
  /** Limits in the place of the dialect's own. */
  readonly limits?: DialectLimits
}

const TICK_MS = 640
const WELCOME = 'A name and a password of 8 to 20 letters and digits let you in.'

/**
 * Makes the dialect of opcodes: Open RSC's client for desktops over TCP, and mudclient 204 in a browser over WebSocket.
 * What travels is in `README.md`, as numbered rules.
 */
export function opcodeDialect(adapter: Adapter, options: OpcodeOptions): Dialect {
  const { tileMetres, metresPerSecond, tickMs = TICK_MS, ground, welcome = WELCOME } = options
  const share = Math.min(1, (tileMetres * 1000) / tickMs / metresPerSecond)
  const facing = options.facing ?? (() => undefined)
  const settings: OpcodeSettings = {
    adapter,
    tileMetres,
    walk: { tileMetres, share, metresPerSecond },
    facing,
    spots: new TileSpots(tileMetres, facing),
    looks: new LookShelf(options.look ?? lookOf),
    order: options.order ?? (() => undefined),
    answer: options.answer ?? (() => undefined),
    tickMs: milliseconds(tickMs),
    ground,
    welcome,
  }
  return defineDialect({
    name: 'opcode',
    carries: ['stream'],
    stride: tileMetres,
    drops: ['short', 'bad-way', 'bad-chat', 'unknown-opcode', 'out-of-turn', 'other-version', 'too-far'],
    // Clients say something every five seconds; they take 30 s of silence for a lost connection, and so do we.
    limits: {
      helloTimeoutMs: 10_000,
      silenceTimeoutMs: 30_000,
      graceMs: 0,
      goodbyeMs: GOODBYE_MS,
      bytesPerSecond: 4000,
      nonsenseMax: 8,
      ...options.limits,
    },
    risks: ['clear-passwords'],
    customary: ['tcp://127.0.0.1:43594', 'ws://127.0.0.1:43595'],
    howToJoin: ({ scheme, host, port }) =>
      scheme === 'tcp'
        ? `Open RSC's client for desktops: write ${host} into Cache/ip.txt and ${port} into Cache/port.txt`
        : `mudclient 204 in a browser: open its page with #free,${host},${port} behind the address`,
    subprotocol: 'binary',
    begin: (interpreter, context) => new OpcodeSpeaker(interpreter, context, settings),
  })
}
