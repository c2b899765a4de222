import { readFileSync } from 'node:fs'
import { idle, town } from '../../demo/game/town.ts'
import { Random } from '../../src/core/index.ts'
import { PredictedSpawns, Prediction } from '../../src/feel/index.ts'
import type { WorldMap } from '../../src/geometry/index.ts'
import { parseMap } from '../../src/index.ts'
import { encode } from '../../src/wire/index.ts'
import { exactRecord, type Kind, newEntity, settleFields } from '../../src/world/index.ts'
import type { Row } from '../row.ts'
import { cpuMs } from '../world/measure.ts'

const TICKS_PER_SECOND = town.ticksPerSecond
const FRAMES_PER_TICK = 60 / TICKS_PER_SECOND
/** How many ticks the player is ahead of what the server says: a round trip of 300 ms, and the tick being made. */
const TICKS_AHEAD = Math.ceil((300 * TICKS_PER_SECOND) / 1000) + 1

/**
 * Returns what going ahead costs one picture of 60 a second: somebody walks about in the demo's town, among its
 * walls, and the server says twenty times a second where it has the character. Once it agrees; once it hardly ever
 * does, so that every tick of the round trip is made again, twenty times a second, which no network brings about.
 */
export function predictionRows({ quick }: { quick: boolean }): Row[] {
  const frames = quick ? 3000 : 60_000
  const row = (name: string, value: number): Row => ({
    bench: 'feel',
    case: `prediction, 300 ms round trip, ${name}`,
    metric: 'CPU per picture',
    value,
    unit: 'ms',
  })
  return [
    row('the server agrees', predict(frames, 0)),
    row('the server hardly ever agrees', predict(frames, 0.01)),
  ]
}

interface Walk {
  readonly commands: readonly unknown[]
  /** By tick: the character as the server has it, exactly. */
  readonly truths: readonly Uint8Array[]
}

/** @param off  by how many metres the server disagrees. @returns ms of CPU time a picture */
function predict(frames: number, off: number): number {
  const file = new URL('../../demo/map/town.tmj', import.meta.url)
  const map = parseMap(JSON.parse(readFileSync(file, 'utf8')), 'town.tmj')
  const kind = town.kindByName.get(town.player) as unknown as Kind
  const { commands, truths } = walk(Math.ceil(frames / FRAMES_PER_TICK) + 1, { map, kind, off })
  const spawns = new PredictedSpawns(town, { appeared() {}, vanished() {} })
  const prediction = new Prediction(town, { map, id: 1, kind, spawns })
  const shown = newEntity(kind, 1, {})
  const before = cpuMs()
  for (let frame = 0; frame < frames; frame++) {
    const tick = 1 + Math.floor(frame / FRAMES_PER_TICK)
    const share = (frame % FRAMES_PER_TICK) / FRAMES_PER_TICK
    if (share === 0) prediction.advance(tick, commands[tick] as never)
    const told = tick - TICKS_AHEAD
    if (share === 0 && told > 0) prediction.correct({ tick: told, exact: truths[told], spawned: [] })
    prediction.show(shown, { share, command: commands[tick], seconds: 1 / 60 })
  }
  const cpu = cpuMs() - before
  const words = Math.floor(frames / FRAMES_PER_TICK) - TICKS_AHEAD
  const isAsMeant = off === 0 ? prediction.correctionCount === 0 : prediction.correctionCount > 0.9 * words
  if (!isAsMeant) throw new Error(`The server was of another opinion ${prediction.correctionCount} times.`)
  return cpu / frames
}

/** Makes the server's side, in advance. */
function walk(ticks: number, { map, kind, off }: { map: WorldMap; kind: Kind; off: number }): Walk {
  const random = new Random(5)
  const self = newEntity(kind, 1, {})
  const near = { seconds: town.secondsPerTick, map, spawn: () => self }
  const commands: unknown[] = []
  const truths: Uint8Array[] = []
  let command: Parameters<typeof town.step>[1] = idle
  for (let tick = 1; tick <= ticks; tick++) {
    if (random.chance(0.1)) command = { ...idle, east: random.integer(-1, 1), north: random.integer(-1, 1) }
    commands[tick] = command
    town.step(self as never, command, near as never)
    if (off !== 0) map.slide(self.position as never, random.chance(0.5) ? off : -off, 0, 0.4)
    settleFields(kind, self)
    truths[tick] = encode(exactRecord(kind), self as never)
  }
  return { commands, truths }
}
