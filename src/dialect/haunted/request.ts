/** The longest name of a player, in characters. */
export const NAME_MAX = 10
/** The inputs there are. */
export const inputs = ['.', 'LEFT', 'RIGHT', 'UP', 'DOWN', 'RED', 'BLUE', 'NEUTRAL', 'READY'] as const
export type Input = (typeof inputs)[number]

/** What a client says in one message. */
export type HauntedRequest =
  | { readonly is: 'connect'; readonly name: string }
  | { readonly is: 'input'; readonly name: string; readonly input: Input }
  | { readonly is: 'ping' }
  | { readonly is: 'disconnect'; readonly name: string }

/** The characters that would be read as something else in lists. */
const unfit = /[\s,()[\]'"\p{C}]/u
const number = /^[0-9]{1,20}(?:\.[0-9]{1,20})?(?:e[+-]?[0-9]{1,3})?$/

/** Returns whether a client may be called so: 1 to 10 characters that no list is made of [HC3]. */
export function isFitName(name: string): boolean {
  return name !== '' && [...name].length <= NAME_MAX && !unfit.test(name)
}

/**
 * Reads a message: words with a blank between them, of which the last is END [HC1].
 *
 * @returns undefined for what is none. Of a CONNECT the name is what stands there, be it fit or not
 */
export function readRequest(text: string): HauntedRequest | undefined {
  const words = text.trim().split(' ')
  if (words.at(-1) !== 'END') return undefined
  const [word, first = '', second] = words
  if (word === 'CONNECT' && words.length >= 3) return { is: 'connect', name: words.slice(1, -1).join(' ') }
  if (word === 'PING' && words.length === 3 && number.test(first)) return { is: 'ping' }
  if (word === 'DISCONNECTION' && words.length === 3 && isFitName(first))
    return { is: 'disconnect', name: first }
  const input = inputs.find((one) => one === second)
  if (word === 'INPUT' && words.length === 4 && isFitName(first) && input)
    return { is: 'input', name: first, input }
  return undefined
}
