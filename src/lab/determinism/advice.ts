/**
 * What differs between platforms, and what to use instead: shared by the check of a source and by the watch over a
 * running step.
 */

/** Functions of `Math` whose last bits the language leaves to its engine, and what to use instead. */
const INSTEAD: Readonly<Record<string, string>> = {
  sin: "sin of 'shardless'",
  cos: "cos of 'shardless'",
  tan: "tan of 'shardless'",
  asin: "atan2(x, Math.sqrt((1 - x) * (1 + x))) with atan2 of 'shardless'",
  acos: "atan2(Math.sqrt((1 - x) * (1 + x)), x) with atan2 of 'shardless'",
  atan: "atan2(x, 1) with atan2 of 'shardless'",
  atan2: "atan2 of 'shardless', or heading",
  exp: "exp of 'shardless'",
  expm1: "exp of 'shardless'",
  log: "log of 'shardless'",
  log1p: "log of 'shardless'",
  log2: "log(x) / Math.LN2 with log of 'shardless', or 31 - Math.clz32(x) of a whole number",
  log10: "log(x) / Math.LN10 with log of 'shardless'",
  pow: "a product, or pow of 'shardless'",
  cbrt: "pow(x, 1 / 3) with pow of 'shardless'",
  hypot: "hypot of 'shardless', or Math.sqrt(x * x + y * y)",
  sinh: "(exp(x) - exp(-x)) / 2 with exp of 'shardless'",
  cosh: "(exp(x) + exp(-x)) / 2 with exp of 'shardless'",
  tanh: "1 - 2 / (exp(2 * x) + 1) with exp of 'shardless'",
  asinh: "log(x + Math.sqrt(x * x + 1)) with log of 'shardless'",
  acosh: "log(x + Math.sqrt(x * x - 1)) with log of 'shardless'",
  atanh: "log((1 + x) / (1 - x)) / 2 with log of 'shardless'",
}

export const DIFFERING_FUNCTIONS: readonly string[] = Object.keys(INSTEAD)

/** @returns what is wrong with a function of `Math` and what to do, undefined for one that is the same everywhere */
export function adviceOn(name: string): string | undefined {
  if (name === 'random')
    return 'Math.random is another each time: take dice that were handed in, such as world.random.'
  if (!Object.hasOwn(INSTEAD, name)) return undefined
  return `Math.${name} differs between engines in its last bits: take ${INSTEAD[name]}.`
}

export const ADVICE_ON_POWERS =
  "** differs between engines in its last bits: write a product, or take pow of 'shardless'."

export const ADVICE_ON_CLOCKS = 'is another each time: count ticks, or take the time that was handed in.'
