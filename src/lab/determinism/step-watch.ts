import { hypot, type Vector2 } from '../../core/index.ts'
import type { AnyEntity, AnyGame, Kind, Neighbourhood } from '../../world/index.ts'
import { alone } from '../../world/index.ts'
import { watchMath } from './math-watch.ts'
import { copyOf, differingParts, entityWith, isSame, type PartValues, valuesOf } from './part-values.ts'

/** What was thrown into the world, and its number there. */
interface Thrown {
  readonly kind: string
  readonly start: unknown
  readonly id: number
}

/** The outcome of a step. */
interface Outcome {
  readonly values: PartValues
  readonly thrown: readonly Thrown[]
  readonly answer: unknown
}

/** A step that was made: its input and its outcome. */
interface Case {
  /** "step", "moves.lantern". */
  readonly name: string
  readonly kind: Kind
  readonly id: number
  readonly before: PartValues
  readonly command: unknown
  readonly seconds: number
  readonly map: Neighbourhood['map']
  readonly outcome: Outcome
}

type Step = (self: AnyEntity, command: unknown, near: Neighbourhood) => unknown
type Move = (self: AnyEntity, near: Neighbourhood) => unknown

/** How many steps are all checked; after that each so-manieth: a simulation makes millions. */
const FIRST = 500
const EVERY = 7
/** The most steps of different kinds whose input is kept, to make them again at the end. */
const KEPT_MAX = 256
const WARNINGS_MAX = 16

/**
 * Watches a game's steps: whether the same input brings the same outcome, which client and server rely on. Some are
 * made again at once, and some of every sort once more at the end, when clocks and the outside have changed; then
 * it also sees what they ask of `Math`.
 *
 *     const watch = new StepWatch(game)
 *     ... play watch.game ...
 *     watch.finish()   // sentences; none for a game whose steps are pure
 */
export class StepWatch<G extends AnyGame> {
  readonly game: G
  /** The fastest watched step, in metres per second. */
  metresPerSecond = 0
  readonly #original: G
  readonly #warnings = new Map<string, string>()
  readonly #kept = new Map<string, Case>()
  #steps = 0

  constructor(game: G) {
    this.#original = game
    const step = game.step as unknown as Step
    const moves = Object.entries((game.moves ?? {}) as Record<string, Move>)
    this.game = {
      ...game,
      step: (self: AnyEntity, command: unknown, near: Neighbourhood) =>
        this.#watch('step', step, self, command, near),
      moves: Object.fromEntries(
        moves.map(([kind, move]) => {
          const name = `moves.${kind}`
          const asStep: Step = (self, _command, near) => move(self, near)
          return [
            kind,
            (self: AnyEntity, near: Neighbourhood) => this.#watch(name, asStep, self, undefined, near),
          ]
        }),
      ),
    }
  }

  /** Makes the kept steps again. @returns everything that was found, a sentence each */
  finish(): string[] {
    for (const kept of this.#kept.values()) {
      const asks = (sentence: string): void => this.#warn(sentence, `${kept.name}: ${sentence}`)
      watchMath(() => this.#again(kept, 'a while later'), asks)
    }
    return [...this.#warnings.values()]
  }

  #watch(name: string, step: Step, self: AnyEntity, command: unknown, near: Neighbourhood): unknown {
    if (this.#steps++ >= FIRST && this.#steps % EVERY > 0) return step(self, command, near)
    const kind = this.#original.kindByName.get(self.kind) as Kind
    const { seconds, map } = near
    const before = valuesOf(kind, self)
    const given = copyOf(command)
    const thrown: Thrown[] = []
    const answer = step(self, command, spying(near, thrown))
    if (name === 'step') this.#clock(before, self, seconds)
    const outcome = { values: valuesOf(kind, self), thrown, answer }
    const made = { name, kind, id: self.id, before, command: given, seconds, map, outcome }
    const sort = sortOf(made)
    if (!this.#kept.has(sort) && this.#kept.size < KEPT_MAX) this.#kept.set(sort, made)
    this.#again(made, 'at once')
    return answer
  }

  #clock(before: PartValues, { position }: AnyEntity, seconds: number): void {
    if (position === undefined || !(seconds > 0)) return
    const from = before.get('position') as Vector2
    const metres = hypot(position.x - from.x, position.y - from.y)
    this.metresPerSecond = Math.max(this.metresPerSecond, metres / seconds)
  }

  /** Makes a step again, with the same input, and compares. */
  #again(made: Case, when: string): void {
    const { name, kind, id, before, command, seconds, map, outcome } = made
    const self = entityWith(kind, id, before)
    const thrown: Thrown[] = []
    const near = spying({ ...alone(this.#original, map), seconds }, thrown, outcome.thrown)
    let answer: unknown
    try {
      answer = this.#stepOf(name)(self, copyOf(command), near)
    } catch (error) {
      this.#warn(name, `${name} threw when it was made again ${when}, of the same input: ${error}`)
      return
    }
    const values = valuesOf(kind, self)
    const part = differingParts(outcome.values, values)[0]
    const what =
      part !== undefined
        ? `${kind.name}.${part} became ${shown(outcome.values.get(part))} and then ${shown(values.get(part))}`
        : !isSame(outcome.thrown, thrown)
          ? `it threw ${shown(outcome.thrown)} and then ${shown(thrown)}`
          : !isSame(outcome.answer, answer)
            ? `it answered ${shown(outcome.answer)} and then ${shown(answer)}`
            : undefined
    if (what !== undefined)
      this.#warn(name, `${name} differs when it is made again ${when}, of the same input: ${what}. ${ADVICE}`)
  }

  #stepOf(name: string): Step {
    if (name === 'step') return this.#original.step as unknown as Step
    const move = (this.#original.moves as Record<string, Move>)[name.slice('moves.'.length)]
    return (self, _command, near) => move(self, near)
  }

  #warn(about: string, sentence: string): void {
    if (!this.#warnings.has(about) && this.#warnings.size < WARNINGS_MAX) this.#warnings.set(about, sentence)
  }
}

const ADVICE = 'It may look at nothing but its arguments: no clock, no dice, no variable outside.'

/** Makes a neighbourhood that notes what is thrown; what was thrown before has the number it had. */
function spying(near: Neighbourhood, thrown: Thrown[], before: readonly Thrown[] = []): Neighbourhood {
  const { seconds, map } = near
  return {
    seconds,
    map,
    spawn: (kind, start) => {
      const given = copyOf(start)
      const entity = near.spawn(kind, start) as AnyEntity
      const id = before[thrown.length]?.id ?? entity.id
      thrown.push({ kind, start: given, id })
      return (entity.id === id ? entity : { ...entity, id }) as never
    },
  }
}

/** Sums up what a step did: one of each sort is enough to see what it asks. */
function sortOf({ name, before, command, outcome }: Case): string {
  const changed = differingParts(before, outcome.values).join()
  const wanted = Object.entries((command ?? {}) as object).map(([part, value]) => (value ? part : ''))
  return `${name} ${changed} ${wanted.join()} ${outcome.thrown.map(({ kind }) => kind).join()} ${outcome.answer}`
}

function shown(value: unknown): string {
  return JSON.stringify(value) ?? String(value)
}
