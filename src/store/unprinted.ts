/** Where Node's `console.log` looks for what to show of an object. */
const INSPECT = Symbol.for('nodejs.util.inspect.custom')

/**
 * Hides a property from `console.log` and `JSON.stringify`, and returns the same object: a secret does not get into
 * a log because somebody prints what holds it. Reading the property by name still works.
 */
export function unprinted<One extends object>(one: One, secret: keyof One): One {
  const shown = (): object => Object.fromEntries(Object.entries(one).filter(([name]) => name !== secret))
  Object.defineProperty(one, INSPECT, { value: shown })
  return Object.defineProperty(one, 'toJSON', { value: shown })
}
