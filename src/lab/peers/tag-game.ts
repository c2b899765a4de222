import { Hash } from '../../core/index.ts'

/** The side of the field, in units; a player moves `STEP` of them a tick and touches within `REACH`. */
export const FIELD_UNITS = 1024
const STEP = 6
const REACH = 28
/** Ticks for which whoever was just caught cannot be caught back. */
const REST_TICKS = 30

/** What a player presses: -1, 0 or 1 each way, in four bits. */
export interface TagInput {
  readonly east: number
  readonly north: number
}

export const NO_INPUT: TagInput = { east: 0, north: 0 }

/** A small game of tag in whole numbers, so that every machine computes the same. */
export interface TagState {
  readonly tick: number
  readonly x: readonly number[]
  readonly y: readonly number[]
  /** Who has to catch, and until which tick nobody can be caught. */
  readonly catcher: number
  readonly restUntil: number
  readonly catches: readonly number[]
}

/** Sets so many players in a ring; the first has to catch. */
export function beginTag(count: number): TagState {
  const x: number[] = []
  const y: number[] = []
  for (let i = 0; i < count; i++) {
    x.push(160 + ((i * 389) % 700))
    y.push(160 + ((i * 631) % 700))
  }
  return { tick: 0, x, y, catcher: 0, restUntil: REST_TICKS, catches: x.map(() => 0) }
}

/** Makes one tick of the game: pure, in whole numbers. */
export function stepTag(state: TagState, inputs: readonly TagInput[]): TagState {
  const tick = state.tick + 1
  const x = state.x.map((at, i) => clamp(at + STEP * inputs[i].east))
  const y = state.y.map((at, i) => clamp(at + STEP * inputs[i].north))
  if (tick < state.restUntil) return { ...state, tick, x, y }
  const { catcher } = state
  for (let i = 0; i < x.length; i++) {
    if (i === catcher || Math.abs(x[i] - x[catcher]) > REACH || Math.abs(y[i] - y[catcher]) > REACH) continue
    const catches = state.catches.map((count, player) => (player === catcher ? count + 1 : count))
    return { tick, x, y, catcher: i, restUntil: tick + REST_TICKS, catches }
  }
  return { ...state, tick, x, y }
}

/** Hashes all of a state, to compare it with another machine's. */
export function tagHash({ tick, x, y, catcher, restUntil, catches }: TagState): string {
  const hash = new Hash().word(tick).word(catcher).word(restUntil)
  for (let i = 0; i < x.length; i++) hash.word(x[i]).word(y[i]).word(catches[i])
  return hash.digest
}

function clamp(units: number): number {
  return Math.max(0, Math.min(FIELD_UNITS, units))
}
