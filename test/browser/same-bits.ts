/** What a seed decides, for engines to agree on: the functions of `core`, dice, and the weather made of them. */
import {
  atan2,
  cos,
  exp,
  Hash,
  heading,
  hypot,
  type Instant,
  log,
  pow,
  Random,
  sin,
  tan,
} from '../../src/core/index.ts'
import { parseWeather, presets, Weather } from '../../src/lab/weather.ts'

const COUNT = 20_000

/** Takes numbers, bit by bit. */
class BitHash {
  readonly #hash = new Hash()
  readonly #bits = new DataView(new ArrayBuffer(8))

  add(value: number): void {
    // There are many NaNs, and an engine may keep any of them.
    this.#bits.setFloat64(0, Number.isNaN(value) ? 0.5 : value)
    this.#hash.word(this.#bits.getUint32(0)).word(this.#bits.getUint32(4))
  }

  get digest(): string {
    return this.#hash.digest
  }
}

/** Of any sign, as large or as small as a double can be. */
function anyNumber(dice: Random): number {
  const size = (1 + dice.fraction() + dice.fraction() * 2 ** -32) * 2 ** dice.integer(-60, 60)
  const wide = dice.chance(0.1) ? size * 2 ** dice.integer(-960, 960) : size
  return dice.chance(0.5) ? -wide : wide
}

const near = (dice: Random): number => dice.between(-800, 800)

/** Each function, asked for values that dice choose. */
const functions: Readonly<Record<string, (dice: Random) => number>> = {
  sin: (dice) => sin(dice.chance(0.5) ? near(dice) : anyNumber(dice)),
  cos: (dice) => cos(dice.chance(0.5) ? near(dice) : anyNumber(dice)),
  tan: (dice) => tan(dice.chance(0.5) ? near(dice) : anyNumber(dice)),
  atan2: (dice) => atan2(anyNumber(dice), dice.chance(0.5) ? near(dice) : anyNumber(dice)),
  heading: (dice) => heading(near(dice), near(dice)),
  exp: (dice) => exp(near(dice)),
  log: (dice) => log(Math.abs(anyNumber(dice))),
  pow: (dice) => pow(Math.abs(anyNumber(dice)), dice.between(-20, 20)),
  hypot: (dice) => hypot(anyNumber(dice), anyNumber(dice)),
  dice: (dice) => dice.integer(-1000, 1000) + dice.fraction(),
}

/** When packets arrive in a weather, and how many of them. */
function arrivals(weather: string): string {
  const hash = new BitHash()
  const path = new Weather(parseWeather(weather), new Random(7))
  for (let i = 0; i < COUNT; i++) {
    const at = path.path(100 + (i % 1000), (i * 7.5) as Instant)
    hash.add(at.length)
    for (const instant of at) hash.add(instant)
  }
  return hash.digest
}

/** Whether 2 to a whole power, which `**` may be asked for by the house rules, is exact. */
function twos(): string {
  const two = Number('2')
  for (let n = -1022, value = 2 ** -1022; n <= 1023; n++, value *= 2)
    if (two ** n !== value) return `not at ${n}`
  return 'exact'
}

/** A digest for each function and each weather: the same in every engine. */
export function digests(): Record<string, string> {
  const found: Record<string, string> = { '2 ** n': twos() }
  for (const [name, ask] of Object.entries(functions)) {
    const hash = new BitHash()
    const dice = new Random(1)
    for (let i = 0; i < COUNT; i++) hash.add(ask(dice))
    found[name] = hash.digest
  }
  for (const name of Object.keys(presets)) found[name] = arrivals(name)
  return found
}
