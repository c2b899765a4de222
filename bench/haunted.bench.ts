/**
 * Haunted: what sight costs a tick in a hunt of 40 people among 100 walls and 6 light posts. 8 seek with lanterns,
 * 32 hide, and all of them walk.
 *
 *     who sees whom   `canSee` of each viewer about each other soul: what the server asks in every tick
 *     shades          the dark as one polygon, for seekers with their lanterns and for everyone else: what screens
 *                     without light of their own are told, the same for all of a team
 *     per request     the same polygon worked out for each of the 40 anew, as it is done where each asks for it
 *
 * The middle tick counts, and the slowest of ten.
 */

import { Random } from '../src/core/index.ts'
import { darkPolygon, Sight } from '../src/geometry/index.ts'
import { Times } from './replication/measure.ts'
import type { Row } from './row.ts'

const WIDTH = 108
const HEIGHT = 60.75
const PEOPLE = 40
const SEEKERS = 8
const WALLS = 100
const LAMPS = 6
const STRIDE = 0.25

export async function run({ quick }: { quick: boolean }): Promise<Row[]> {
  const [warm, ticks] = quick ? [40, 100] : [400, 2000]
  const house = new FullHouse()
  const [seen, shades, both, asked] = [new Times(), new Times(), new Times(), new Times()]
  for (let tick = -warm; tick < ticks; tick++) {
    house.walk()
    const look = (): void => house.look(tick + warm)
    const draw = (): void => {
      house.shades(true)
      house.shades(false)
    }
    if (tick < 0) {
      look()
      draw()
      continue
    }
    both.measure(() => {
      seen.measure(look)
      shades.measure(draw)
    })
    if (tick % 8 === 0)
      asked.measure(() => {
        for (let i = 0; i < PEOPLE; i++) house.shades(i < SEEKERS)
      })
  }
  const row = (name: string, metric: string, value: number, unit = 'ms'): Row => {
    return { bench: 'haunted', case: name, metric, value, unit }
  }
  const ms = (name: string, times: Times): Row[] => [
    row(name, 'per tick', times.percentile(50)),
    row(name, 'slowest of ten', times.percentile(90)),
  ]
  return [
    ...ms('who sees whom', seen),
    ...ms('shades', shades),
    ...ms('both', both),
    row('both', 'of 2 ms', both.percentile(50) / 2, 'ratio'),
    row('shades per request', 'per tick', asked.percentile(50)),
  ]
}

/** 40 people who go about a house. */
class FullHouse {
  readonly #random = new Random(1)
  readonly #sight = new Sight({
    reach: 60,
    near: 1.5,
    walls: Array.from({ length: WALLS }, () => {
      const { x, y } = this.#place()
      const isAcross = this.#random.chance(0.5)
      const length = this.#random.between(3, 12)
      return { x0: x, y0: y, x1: isAcross ? x + length : x, y1: isAcross ? y : y + length }
    }),
  })
  readonly #souls = Array.from({ length: PEOPLE }, (_, i) => ({
    ...{ id: i + 1, position: this.#place(), isSeeker: i < SEEKERS },
    ...{ east: this.#random.between(-1, 1), north: this.#random.between(-1, 1) },
  }))
  readonly #lamps = Array.from({ length: LAMPS }, () => this.#sight.light({ at: this.#place(), reach: 12 }))
  readonly #lanterns = this.#souls
    .filter(({ isSeeker }) => isSeeker)
    .map(({ position }) => this.#sight.light({ at: position, reach: 6, isMoving: true }))

  walk(): void {
    for (const soul of this.#souls) {
      if (this.#random.chance(0.03)) {
        soul.east = this.#random.between(-1, 1)
        soul.north = this.#random.between(-1, 1)
      }
      const { position } = soul
      position.x = Math.min(WIDTH - 1, Math.max(1, position.x + soul.east * STRIDE))
      position.y = Math.min(HEIGHT - 1, Math.max(1, position.y + soul.north * STRIDE))
    }
  }

  look(tick: number): void {
    for (const viewer of this.#souls)
      for (const soul of this.#souls)
        if (viewer.isSeeker !== soul.isSeeker) this.#sight.canSee(viewer, soul, tick)
  }

  shades(withLanterns: boolean): number {
    const lights = withLanterns ? [...this.#lamps, ...this.#lanterns] : this.#lamps
    return darkPolygon(lights, { width: WIDTH, height: HEIGHT, cornersMax: 12 }).length
  }

  #place(): { x: number; y: number } {
    return { x: this.#random.between(2, WIDTH - 2), y: this.#random.between(2, HEIGHT - 2) }
  }
}
