/** The town as a game that players play: they steer by commands, and the server moves them. */
import { cos, Random, sin } from '../../src/core/index.ts'
import { angle, bool, integer, record, text } from '../../src/wire/index.ts'
import { defineGame, entity, motion, once } from '../../src/world/index.ts'
import { type Case, TICKS_PER_SECOND } from './plan.ts'

/** Metres a second. */
const SPEED = 5

/** Makes the game: position to 1 cm, facing 8 bits, health 8, animation 3, a name; in cells as they are chosen. */
export function gameOf({
  side,
  people,
  radius,
  cellSize,
}: Pick<Case, 'side' | 'people' | 'radius' | 'cellSize'>) {
  return defineGame({
    name: 'whole',
    version: '1',
    ticksPerSecond: TICKS_PER_SECOND,
    map: { width: side, height: side, people, sight: radius, cellSize },
    player: 'walker',
    entities: {
      walker: entity({
        position: motion({ tolerance: 0.01, speedMax: 8 }),
        facing: angle({ steps: 256 }),
        health: integer({ min: 0, max: 255 }),
        animation: integer({ min: 0, max: 7 }),
        name: once(text({ bytesMax: 24 })),
      }),
    },
    command: record({ heading: angle({ steps: 256 }), walks: bool() }),
    requests: { here: { ask: record({}), reply: record({ process: integer({ min: 0, max: 2 ** 22 }) }) } },
    step(self, { heading, walks }, { seconds }) {
      if (!walks) return
      const { position } = self
      self.facing = heading
      position.x = Math.min(side - 0.1, Math.max(0.1, position.x + cos(heading) * SPEED * seconds))
      position.y = Math.min(side - 0.1, Math.max(0.1, position.y + sin(heading) * SPEED * seconds))
    },
  })
}

/** A person's fingers: what they want in each tick. */
export class Steering {
  heading = 0
  walks = false
  readonly #random: Random
  readonly #style: Case['steering']
  #turnIn = 0
  #leg = 0
  #sway = 0
  #drift = 0

  constructor(style: Case['steering'], seed: number) {
    this.#style = style
    this.#random = new Random(seed)
    this.#turnIn = this.#random.integer(1, TICKS_PER_SECOND)
    this.#sway = this.#random.between(0, 6)
  }

  /**
   * Makes one tick. `legs`: a new heading every 0.5 to 1.5 s. `sway`: a new one every 1 to 4 s, reached over 0.3 s,
   * around which the heading swings by 0.12 rad once every 1.6 s, as whoever steers by a stick or a finger does.
   */
  tick(): void {
    if (this.#style === 'none') return
    const random = this.#random
    this.walks = true
    if (--this.#turnIn <= 0) {
      const [least, most] = this.#style === 'legs' ? [0.5, 1.5] : [1, 4]
      this.#turnIn = random.integer(least * TICKS_PER_SECOND, most * TICKS_PER_SECOND)
      this.#leg = random.between(0, 2 * Math.PI)
      if (this.#style === 'legs') this.heading = this.#leg
    }
    if (this.#style === 'legs') return
    const off = ((this.#leg - this.#drift + 3 * Math.PI) % (2 * Math.PI)) - Math.PI
    this.#drift += Math.max(-1, Math.min(1, off / (0.3 * TICKS_PER_SECOND)))
    this.#sway += (2 * Math.PI) / (1.6 * TICKS_PER_SECOND)
    const heading = this.#drift + 0.12 * sin(this.#sway)
    this.heading = ((heading % (2 * Math.PI)) + 2 * Math.PI) % (2 * Math.PI)
  }
}
