/**
 * Tries inputs on a target, and shrinks what failed.
 *
 *     inputs from a seed --failed?--> once more, alone --failed--> shrunk
 */
import type { Failure, FromWorker, ToWorker } from './protocol.ts'
import { shrink } from './shrink.ts'
import { Watched } from './watched.node.ts'

export type Outcome =
  | Extract<FromWorker, { at: 'done' }>
  | {
      readonly at: 'failed'
      readonly why: string
      /** The input as it was found. */
      readonly input: Uint8Array
      readonly shrunk: Uint8Array
      /** The seed it was found with. */
      readonly seed: number
      /** False: alone it did not fail, so the target keeps something between inputs. */
      readonly isAlone: boolean
    }

const SHRINK_TRIES_MAX = 4000
/** The most tries of shrinking an input that hangs: each costs a second and a new process. */
const SHRINK_TRIES_MAX_SLOW = 8

/** Tries inputs made from `seed` for `ms`; ends at the first that fails. */
export async function campaign(
  file: string,
  options: { readonly seed: number; readonly ms: number; readonly bytesMax: number },
): Promise<Outcome> {
  const worker = new Watched(file, options.bytesMax)
  const until = performance.now() + options.ms
  try {
    for (let seed = options.seed; ; seed++) {
      const answer = await worker.ask({ do: 'campaign', seed, ms: Math.max(0, until - performance.now()) })
      if (answer.at === 'done') return answer
      if (answer.at === 'tried') throw new Error('The worker answered a question that was not asked.')
      const { input, failure } = answer
      const again = await tryOne(worker, input)
      // A slow moment of the machine is no finding: go on with the next seed.
      if (again === undefined && failure.isResource) continue
      if (again === undefined)
        return { at: 'failed', why: failure.why, input, shrunk: input, seed, isAlone: false }
      const triesMax = failure.isResource ? SHRINK_TRIES_MAX_SLOW : SHRINK_TRIES_MAX
      const shrunk = await shrink(
        input,
        async (smaller) => (await tryOne(worker, smaller)) !== undefined,
        triesMax,
      )
      const why = ((await tryOne(worker, shrunk)) ?? again).why
      return { at: 'failed', why, input, shrunk, seed, isAlone: true }
    }
  } finally {
    await worker.end()
  }
}

/** Tries one input. @returns why it failed; undefined when it went well */
export async function replay(file: string, input: Uint8Array): Promise<Failure | undefined> {
  const worker = new Watched(file, input.length)
  try {
    return await tryOne(worker, input)
  } finally {
    await worker.end()
  }
}

async function tryOne(worker: Watched, input: Uint8Array): Promise<Failure | undefined> {
  const question: ToWorker = { do: 'single', input }
  const answer = await worker.ask(question)
  return answer.at === 'done' ? undefined : answer.failure
}
