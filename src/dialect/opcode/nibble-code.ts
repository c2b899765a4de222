/**
 * The code in which browser clients pack their chat: the thirteen most frequent letters in half a byte, all others in
 * a whole one, whose first half is 13 to 15. An odd half at the end is a blank.
 *
 * Source: measured on the program; `README.md` [OP31].
 */

/** The letters by number. The blank is there twice. */
const LETTERS = ' etaoihnsrdlumwcyfgpbvkxjqz0123456789 !?.,:;()-&*\\\'@#+=\u00a3$%"[]'
const SHORT = 13
/** What is added to the number of a letter that takes a whole byte, so that its first half is 13 or more. */
const SHIFT = 13 * 16 - SHORT

/** Packs a text. Capitals are not told, and letters that there are none of become blanks. */
export function packNibbles(text: string): Uint8Array {
  const halves: number[] = []
  for (const letter of text.toLowerCase()) {
    const number = Math.max(0, LETTERS.indexOf(letter))
    if (number < SHORT) halves.push(number)
    else halves.push((number + SHIFT) >> 4, (number + SHIFT) & 15)
  }
  const packed = new Uint8Array((halves.length + 1) >> 1)
  for (const [at, half] of halves.entries()) packed[at >> 1] |= at & 1 ? half : half << 4
  return packed
}

/** Unpacks a text: small letters, but for the first of each sentence. Numbers without a letter are left away. */
export function unpackNibbles(packed: Uint8Array): string {
  let text = ''
  let first = -1
  for (let at = 0; at < 2 * packed.length; at++) {
    const half = at & 1 ? packed[at >> 1] & 15 : packed[at >> 1] >> 4
    if (first >= 0) {
      text += LETTERS[first * 16 + half - SHIFT] ?? ''
      first = -1
    } else if (half < SHORT) text += LETTERS[half]
    else first = half
  }
  return text
    .trimEnd()
    .replace(/(^|[.!?]\s*)([a-z])/g, (_all, before, letter) => before + letter.toUpperCase())
}
