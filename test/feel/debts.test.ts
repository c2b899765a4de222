/** What a player is owed to know, in histories of clocks that jump, networks that pause and keys that are tapped. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Instant, instant, Random } from '../../src/core/index.ts'
import { Pair } from '../../src/lab/index.ts'
import { fieldMap, fieldServer } from '../field/field.ts'

const FRAME_MS = 1000 / 60
const HISTORY_MS = 12_000
/** How long all is quiet at the end, in ms: the server says nothing of a character that nothing asks for. */
const QUIET_MS = 6500

/** One player whose keys, clock, page and network do what the dice say, and who then stands still. */
class Lurching {
  readonly #dice: Random
  readonly #until = { frozen: 0, cut: 0, stalled: 0 }
  readonly pair: Pair<typeof fieldServer.game>
  /** What happened, for whoever looks into a seed that fails. */
  readonly told: string[] = []
  #clockMs = 5000
  #east: -1 | 0 | 1 = 0

  constructor(seed: number) {
    this.#dice = new Random(seed)
    this.pair = new Pair(fieldServer, {
      seed,
      ownWordSeconds: Number.POSITIVE_INFINITY,
      stalledUntil: (now) => instant(Math.max(now, this.#until.stalled)),
    })
  }

  /** @returns metres between where the player sees the own character at the end and where the server has it */
  async play(): Promise<number> {
    const { pair } = this
    const dice = this.#dice
    const wayMs = 10 + dice.integer(0, 100)
    const path = (_bytes: number, now: Instant) => [instant(Math.max(now + wayMs, this.#until.cut))]
    const ada = await pair.join(
      { name: 'Ada', map: fieldMap },
      {
        toServer: path,
        toClient: path,
        clock: (now) => instant(now + this.#clockMs),
        frozenUntil: (now) => instant(Math.max(now, this.#until.frozen)),
      },
    )
    const frame = async (act?: () => void): Promise<void> => {
      await pair.run(FRAME_MS)
      if (pair.now < this.#until.frozen) return
      act?.()
      ada.frame()
    }
    const tap = (): void => {
      if (!dice.chance(0.18)) return
      this.#east = this.#east !== 0 ? 0 : dice.chance(0.5) ? 1 : -1
      ada.command({ east: this.#east, north: 0 })
      this.#tell(`east ${this.#east}`)
    }
    while (pair.now < HISTORY_MS) {
      await frame(tap)
      this.#trouble()
    }
    while (pair.now < Math.max(...Object.values(this.#until), HISTORY_MS) + 500) await frame()
    ada.command({ east: 0, north: 0 })
    for (const end = pair.now + QUIET_MS; pair.now < end; ) await frame()
    const me = ada.me!.position
    const there = pair.host.world.get(ada.me!.id)!.position!
    return Math.hypot(me.x - there.x, me.y - there.y)
  }

  #trouble(): void {
    const dice = this.#dice
    const now = this.pair.now
    if (dice.chance(0.024)) {
      const ms = 15 * dice.integer(-200, 200)
      this.#clockMs += ms
      this.#tell(`clock ${ms} ms`)
    }
    for (const [what, chance, most] of [
      ['frozen', 0.002, 2500],
      ['cut', 0.002, 2500],
      ['stalled', 0.001, 1500],
    ] as const)
      if (dice.chance(chance)) {
        this.#until[what] = now + dice.integer(200, most)
        this.#tell(`${what} until ${this.#until[what].toFixed(0)}`)
      }
  }

  #tell(what: string): void {
    this.told.push(`${this.pair.now.toFixed(0)}: ${what}`)
  }
}

/**
 * Where a telling of a tick before the newest command settled what was owed of that command; and where the last command
 * was for more than two seconds ahead, and got lost.
 */
const PINNED: readonly number[] = [1195, 402, 505]

for (const seed of [...PINNED, 1, 2, 3, 4])
  test(`[N17] what is owed of a command is told of its tick or a later one, whatever clocks do (seed ${seed})`, async () => {
    const history = new Lurching(seed)
    const off = await history.play()
    assert.ok(off < 0.05, `${off} m off, without end\n${history.told.join('\n')}`)
  })
