const LENGTH_MAX = 24
const BYTES_MAX = 64

/** The sentence for a player whose name is refused. */
export const NAME_WANTED = `A name has 1 to ${LENGTH_MAX} visible characters, in at most ${BYTES_MAX} bytes of UTF-8.`

/**
 * Returns the name that a player gets: the requested one, normalised and with single spaces.
 *
 * @returns undefined for a name that breaks the rule: 1 to 24 visible characters, in at most 64 bytes of UTF-8 [N6]
 */
export function properName(asked: string): string | undefined {
  const name = asked.normalize('NFC').replace(/\s+/g, ' ').trim()
  const isShort = name.length > 0 && name.length <= LENGTH_MAX
  const isFit = isShort && new TextEncoder().encode(name).length <= BYTES_MAX && !/\p{C}/u.test(name)
  return isFit ? name : undefined
}
