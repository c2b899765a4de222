import { adviceOn, DIFFERING_FUNCTIONS } from './advice.ts'

type Functions = Record<string, (...args: unknown[]) => unknown>

/**
 * Runs something, and reports which functions of `Math` it called that differ between engines. Meanwhile they note
 * who calls, and answer as ever.
 *
 * @param told takes a sentence for each, with the place in the program where the engine tells it
 */
export function watchMath(run: () => void, told: (sentence: string) => void): void {
  const functions = Math as unknown as Functions // shardless-allow: whoever asks is told of
  const own = new Map(['random', ...DIFFERING_FUNCTIONS].map((name) => [name, functions[name]]))
  try {
    for (const [name, ask] of own)
      functions[name] = (...args) => {
        told(`${adviceOn(name)}${placeOf(new Error().stack)}`)
        return ask(...args)
      }
    run()
  } finally {
    for (const [name, ask] of own) functions[name] = ask
  }
}

/** Says where a function was called: " (town.ts:31)"; nothing when the engine does not say. */
function placeOf(stack: string | undefined): string {
  const asked = stack?.split('\n').filter((line) => /:\d+:\d+\)?$/.test(line))[1]
  const place = asked?.match(/([^/\\(]+:\d+):\d+\)?$/)?.[1]
  return place === undefined ? '' : ` (${place})`
}
