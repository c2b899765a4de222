import { appearance, isOneScript, rivalSkeletons, skeleton } from './look-alike.ts'

/** Characters of a name, as code points. */
const LEAST = 3
const MOST = 24
const BYTES_MAX = 64
/** Beyond this nothing is looked at: normalising can make eighteen of one. */
const ASKED_MAX = 200

export type NameRead =
  | {
      readonly is: 'name'
      /** As it is shown. */
      readonly name: string
      /** The same for names that cannot be told apart: what the store holds unique. */
      readonly key: string
    }
  | { readonly is: 'refused'; readonly reason: string }

/**
 * The name an account or character goes by [A1] [A2]: letters and digits of one way of writing, and between them spaces,
 * `.`, `_`, `-` or `'`. Players without an account have wider rules, and no claim to their name.
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

/** What a name is compared by: case, compatible forms and look-alikes folded away. */
export function nameKey(name: string): string {
  const folded = name.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC')
  return skeleton(folded.replaceAll(/[ ._'-]/g, ' '))
}

/** What a name looks like as it stands, the signs between its letters aside. */
export function look(name: string): string {
  return appearance(name.normalize('NFKC').replaceAll(/[ ._'-]/g, ' '))
}

/** Keys other than its own under which a name may be kept that looks the same: `look` tells whether it does. */
export function rivalKeys(name: string): readonly string[] {
  const own = nameKey(name)
  return [...rivalSkeletons(look(name))].filter((key) => key !== own)
}

/** The key of a name that somebody typed; empty for what is no name. */
export function keyOf(asked: string): string {
  const read = readName(asked)
  return read.is === 'name' ? read.key : ''
}

/** Which system of ten digits a digit belongs to. They stand in order in Unicode, each beginning with its zero. */
function tenOf(digit: string): number {
  let zero = digit.codePointAt(0)!
  while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1)) && digit.codePointAt(0)! - zero < 9) zero--
  return zero
}

function refused(reason: string): NameRead {
  return { is: 'refused', reason }
}
