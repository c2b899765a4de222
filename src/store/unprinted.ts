/** Where Node's `console.log` looks for what to show of an object. */
const INSPECT = Symbol.for('nodejs.util.inspect.custom')

/**
 * The same object, which neither `console.log` nor `JSON.stringify` shows this property of: a secret does not get into a log because
 * somebody prints what it lies in. Who asks for the property by name has it.
 */
export function unprinted<One extends object>(one: One, secret: keyof One): One {
  const shown = (): object => Object.fromEntries(Object.entries(one).filter(([name]) => name !== secret))
  Object.defineProperty(one, INSPECT, { value: shown })
  return Object.defineProperty(one, 'toJSON', { value: shown })
}
