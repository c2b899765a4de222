const LENGTH_MAX = 24
const BYTES_MAX = 64

/** What a player whose name is refused is told. */
export const NAME_WANTED = `A name has 1 to ${LENGTH_MAX} visible characters.`

/**
 * The name a player goes by: what was asked for, in one spelling and with single spaces.
 *
 * @returns undefined where a game could not count on it: 1 to 24 visible characters, in at most 64 bytes of UTF-8 [N6]
 */
export function properName(asked: string): string | undefined {
  const name = asked.normalize('NFC').replace(/\s+/g, ' ').trim()
  const isShort = name.length > 0 && name.length <= LENGTH_MAX
  const isFit = isShort && new TextEncoder().encode(name).length <= BYTES_MAX && !/\p{C}/u.test(name)
  return isFit ? name : undefined
}
