/**
 * People who walk about, the same for every library that is measured: turn every 0.5 to 1.5 s, walk 5 m/s, lose or gain
 * health once a second, change what they are doing every 5 s or so. Seeded, so that every run sees the same steps.
 */
import { atan2, cos, Random, sin } from '../../src/core/index.ts'

export const TICKS_PER_SECOND = 20
const SPEED = 5

/** A walker: metres, radians, and numbers as small as they travel. */
export interface Walker {
  x: number
  y: number
  facing: number
  health: number
  animation: number
}

/** How many people, on how large a square, and how far they see; all in metres. */
export interface Ground {
  readonly name: string
  readonly people: number
  readonly side: number
  readonly cellSize: number
  readonly radius: number
}

interface Way {
  readonly walker: Walker
  x: number
  y: number
  turnIn: number
  healthIn: number
  animationIn: number
}

/** Moves walkers, tick by tick. */
export class Crowd {
  readonly #ways: Way[] = []
  readonly #random: Random
  readonly #side: number

  constructor(side: number, seed: number) {
    this.#side = side
    this.#random = new Random(seed)
  }

  /** Returns where and how somebody begins. */
  begin(): Walker {
    const random = this.#random
    return {
      x: random.between(0, this.#side),
      y: random.between(0, this.#side),
      facing: 0,
      health: random.integer(0, 255),
      animation: 0,
    }
  }

  /** Takes charge of somebody. */
  add(walker: Walker): void {
    const random = this.#random
    const way: Way = {
      walker,
      x: 0,
      y: 0,
      turnIn: 0,
      healthIn: random.integer(1, TICKS_PER_SECOND),
      animationIn: random.integer(1, 5 * TICKS_PER_SECOND),
    }
    this.#turn(way, random.between(0, 2 * Math.PI))
    this.#ways.push(way)
  }

  /** Moves everybody one tick. */
  step(): void {
    for (let i = 0; i < this.#ways.length; i++) this.#stepOne(this.#ways[i])
  }

  #stepOne(way: Way): void {
    const { walker } = way
    if (--way.turnIn <= 0) this.#turn(way, this.#random.between(0, 2 * Math.PI))
    if (--way.healthIn <= 0) {
      way.healthIn = TICKS_PER_SECOND
      walker.health = this.#random.integer(0, 255)
    }
    if (--way.animationIn <= 0) {
      way.animationIn = this.#random.integer(4 * TICKS_PER_SECOND, 6 * TICKS_PER_SECOND)
      walker.animation = this.#random.integer(0, 7)
    }
    const x = walker.x + way.x
    const y = walker.y + way.y
    if (x >= 0 && x < this.#side && y >= 0 && y < this.#side) {
      walker.x = x
      walker.y = y
    } else this.#turn(way, atan2(this.#side / 2 - walker.y, this.#side / 2 - walker.x))
  }

  #turn(way: Way, heading: number): void {
    way.x = (cos(heading) * SPEED) / TICKS_PER_SECOND
    way.y = (sin(heading) * SPEED) / TICKS_PER_SECOND
    way.turnIn = this.#random.integer(TICKS_PER_SECOND / 2, (TICKS_PER_SECOND * 3) / 2)
    way.walker.facing = heading < 0 ? heading + 2 * Math.PI : heading
  }
}

/** Makes a square of ground on which everybody sees about so many. */
export function groundFor(name: string, people: number, visible: number): Ground {
  const cellSize = 32
  const radius = 48
  // What a view of this radius follows: about so many cells, found by trial.
  const cellsInView = 17.6
  const cells = Math.max(4, Math.round(Math.sqrt((people * cellsInView) / visible)))
  return { name, people, side: cells * cellSize, cellSize, radius }
}

/** Returns a square of ground on which so many others stand within the radius of each, those near its border aside. */
export function circleGround(name: string, people: number, within: number): Ground {
  const [cellSize, radius] = [32, 48]
  const side = Math.sqrt((people * Math.PI * radius * radius) / within)
  return { name, people, side: Math.max(2, Math.round(side / cellSize)) * cellSize, cellSize, radius }
}
