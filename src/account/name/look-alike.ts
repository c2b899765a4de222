/**
 * Letters that look like a Latin one, in Cyrillic, Greek, Armenian and among digits, small letters and (folded) capitals: the
 * part of Unicode's confusables that matters to names of one script, and no more.
 *
 * Source: UTS #39, Unicode Security Mechanisms, section 4, and its confusables.txt.
 */
const LOOKS_LIKE: readonly (readonly [string, string])[] = [
  ['a', 'аαɑა'],
  ['b', 'вьβ'],
  ['c', 'сϲς'],
  ['d', 'ԁ'],
  ['e', 'еεҽ'],
  ['f', 'ғſ'],
  ['g', 'ɡցԍ'],
  ['h', 'нһհ'],
  ['i', 'іιıɩ'],
  ['j', 'јϳ'],
  ['k', 'кκ'],
  ['l', '1ӏןǀ'],
  ['m', 'мμ'],
  ['n', 'пηոν'],
  ['o', '0оοσօ'],
  ['p', 'рρ'],
  ['q', 'ԛզ'],
  ['r', 'гꭇ'],
  ['s', 'ѕꜱ'],
  ['t', 'тτ'],
  ['u', 'υս'],
  ['v', 'ѵ'],
  ['w', 'ԝωաѡ'],
  ['x', 'хχ'],
  ['y', 'уүγ'],
  ['z', 'ζ'],
  ['3', 'з'],
  ['6', 'б'],
]

const folded = new Map<string, string>()
for (const [plain, others] of LOOKS_LIKE) for (const other of others) folded.set(other, plain)

/**
 * What a folded name looks like: two names with the same skeleton are not told apart at a glance. Only for comparing, never
 * for showing.
 *
 * @param name  normalised (NFKC) and folded to small letters
 */
export function skeleton(name: string): string {
  let text = ''
  for (const letter of name.normalize('NFD')) text += folded.get(letter) ?? letter
  return text.normalize('NFC').replaceAll('rn', 'm').replaceAll('vv', 'w')
}

/** Scripts in which people write today, as Unicode's identifier profile recommends them (UAX #31, table 5). */
const SCRIPTS = [
  'Arabic',
  'Armenian',
  'Bengali',
  'Cyrillic',
  'Devanagari',
  'Ethiopic',
  'Georgian',
  'Greek',
  'Gujarati',
  'Gurmukhi',
  'Hebrew',
  'Kannada',
  'Khmer',
  'Lao',
  'Latin',
  'Malayalam',
  'Myanmar',
  'Oriya',
  'Sinhala',
  'Tamil',
  'Telugu',
  'Thaana',
  'Thai',
  'Tibetan',
]

const pattern = (...scripts: string[]): RegExp =>
  new RegExp(
    `^(?:${scripts.map((script) => `\\p{scx=${script}}`).join('|')}|\\p{scx=Common}|\\p{scx=Inherited})*$`,
    'u',
  )

/** One script, or one of the three ways of writing that mix some: UTS #39's level "highly restrictive". */
const ALLOWED = [
  ...SCRIPTS.map((script) => pattern(script)),
  pattern('Latin', 'Han', 'Hiragana', 'Katakana'),
  pattern('Latin', 'Han', 'Bopomofo'),
  pattern('Latin', 'Han', 'Hangul'),
]

/** Whether a name's letters belong together, so that no letter hides among those of another script. */
export function isOneScript(name: string): boolean {
  return ALLOWED.some((allowed) => allowed.test(name))
}
