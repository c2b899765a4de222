import type { Framing, RefusedPlayer } from '../foreign/speaker.ts'
import type { ByteWriter } from './byte-writer.ts'
import type { OpcodeLook } from './look.ts'
import type { OffsetForm } from './neighbours.ts'
import type { TileGround } from './tile-grid.ts'

/** A frame as it came: what it is, and what it carries. */
export interface OpcodeFrame {
  readonly opcode: number
  readonly body: Uint8Array
}

/** Somebody who wants in. */
export interface Identity {
  readonly version: number
  readonly name: string
  readonly password: string
}

/**
 * One of the two forms of the protocol: how bytes are framed, what letters are packed into, and what the answers to a
 * login are. What the opcodes mean is the same in both.
 */
export interface OpcodeForm {
  readonly framing: Framing
  readonly reach: OffsetForm
  /** A flat and free piece of the map that its clients have. */
  readonly ground: TileGround
  /** The versions of clients that are known to understand what is sent. */
  readonly versions: readonly number[]
  /** Whether a client shows itself what its player says. */
  readonly echoes: boolean
  /** The first byte of a login's and of a registration's good answer. */
  readonly welcome: number
  readonly registered: number

  /** @param frame  as the framing found it, not empty */
  unwrap(frame: Uint8Array): OpcodeFrame
  wrap(opcode: number, body: Uint8Array): Uint8Array
  /** @returns undefined for a body that is too short */
  readLogin(body: Uint8Array): Identity | undefined
  readRegistration(body: Uint8Array): Identity | undefined
  /** @returns what was said; undefined for bytes that are no text */
  readChat(body: Uint8Array): string | undefined
  loginRefusal(refused: RefusedPlayer): number
  registrationRefusal(refused: RefusedPlayer): number
  /** Whether the number of somebody stands before their looks once more. */
  readonly repeatsIndex: boolean
  /** Appends what follows the number of somebody in a list of looks. */
  writeLooks(to: ByteWriter, name: string, look: OpcodeLook): void
  /** Appends what follows the number of somebody who says a line of at most 80 letters. */
  writeWords(to: ByteWriter, line: string): void
  writeMessage(to: ByteWriter, line: string): void
}

/** Returns the answer to a login, which both forms share but for the good ones. */
export function loginRefusalOf({ code, until }: RefusedPlayer): number {
  if (code === 'banned') return until === undefined ? BANNED : BANNED_FOR_A_TIME
  return LOGIN_REFUSALS[code] ?? REJECTED
}

const BANNED_FOR_A_TIME = 11
const BANNED = 12
const REJECTED = 8
const LOGIN_REFUSALS: Readonly<Partial<Record<RefusedPlayer['code'], number>>> = {
  ...{ wrong: 3, name: 3, password: 3, form: 3, token: 3, login: 3 },
  ...{ 'name-taken': 4, 'taken-over': 4 },
  ...{ protocol: 5, game: 5, content: 5 },
  ...{ wait: 7, 'too-fast': 7 },
  ...{ full: 14, busy: 16 },
}
