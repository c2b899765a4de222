import { appearance, isOneScript, rivalSkeletons, skeleton } from './look-alike.ts'

/** The fewest and most characters of a name, as code points. */
const LEAST = 3
const MOST = 24
const BYTES_MAX = 64
/** Longer texts are not looked at: normalising can turn one character into eighteen. */
const ASKED_MAX = 200

export type NameRead =
  | {
      readonly is: 'name'
      /** The name as it is shown. */
      readonly name: string
      /** The same for names that cannot be told apart; the store holds it unique. */
      readonly key: string
    }
  | { readonly is: 'refused'; readonly reason: string }

/**
 * Reads the name of an account or character [A1] [A2]: letters and digits of one way of writing, and between them
 * spaces, `.`, `_`, `-` or `'`. Players without an account have wider rules, and no claim to their name.
 */
export function readName(asked: string): NameRead {
  if (asked.length > ASKED_MAX || !asked.isWellFormed())
    return refused(`A name has ${LEAST} to ${MOST} characters.`)
  const name = asked.normalize('NFKC').trim()
  const length = [...name].length
  if (length < LEAST || length > MOST || new TextEncoder().encode(name).length > BYTES_MAX)
    return refused(`A name has ${LEAST} to ${MOST} characters, in at most ${BYTES_MAX} bytes.`)
  if (!/^[\p{L}\p{M}\p{Nd} ._'-]+$/u.test(name) || /\p{Default_Ignorable_Code_Point}/u.test(name))
    return refused("A name has letters, digits, spaces and . _ - ' only.")
  if (!/^\p{L}/u.test(name) || /[ ._'-]{2}|[ ._'-]$/u.test(name))
    return refused(
      'A name begins with a letter, and has letters or digits on both sides of each space or sign.',
    )
  if (/\p{M}{3}/u.test(name.normalize('NFD'))) return refused('A name has at most two marks on a letter.')
  if (!isOneScript(name) || new Set([...name.matchAll(/\p{Nd}/gu)].map(([digit]) => tenOf(digit))).size > 1)
    return refused('A name is written in one script; it may not mix letters of several that look alike.')
  return { is: 'name', name, key: nameKey(name) }
}

/** Returns the key by which names are compared: case, compatible forms and look-alikes folded away. */
export function nameKey(name: string): string {
  const folded = name.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC')
  return skeleton(folded.replaceAll(/[ ._'-]/g, ' '))
}

/** Returns what a name looks like as it stands, without the signs between its letters. */
export function look(name: string): string {
  return appearance(name.normalize('NFKC').replaceAll(/[ ._'-]/g, ' '))
}

/** Returns other keys under which a name that looks the same may exist: `look` tells whether it does. */
export function rivalKeys(name: string): readonly string[] {
  const own = nameKey(name)
  return [...rivalSkeletons(look(name))].filter((key) => key !== own)
}

/** Returns the key of a typed name; empty when it is no name. */
export function keyOf(asked: string): string {
  const read = readName(asked)
  return read.is === 'name' ? read.key : ''
}

/**
 * Returns which system of ten digits a digit belongs to. They stand in order in Unicode, each beginning with its
 * zero.
 */
function tenOf(digit: string): number {
  let zero = digit.codePointAt(0)!
  while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1)) && digit.codePointAt(0)! - zero < 9) zero--
  return zero
}

function refused(reason: string): NameRead {
  return { is: 'refused', reason }
}
