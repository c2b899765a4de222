/**
 * Letters that look like a Latin one, in Cyrillic, Greek, Armenian, among digits and Latin's own small capitals:
 * the part of Unicode's confusables that matters to names of one script. Names are folded to small letters first.
 * So where a letter's capital looks like one Latin letter and its small form like another, the table has the
 * capital's, which is the very same shape; `appearance` looks after the other.
 *
 * Source: UTS #39, Unicode Security Mechanisms, section 4, and its confusables.txt.
 */
const LOOKS_LIKE: readonly (readonly [string, string])[] = [
  ['a', 'аαɑაᴀ'],
  ['b', 'вьβʙ'],
  ['c', 'сϲςᴄ'],
  ['d', 'ԁᴅ'],
  ['e', 'еεҽᴇ'],
  ['f', 'ғſꜰ'],
  ['g', 'ɡցԍɢ'],
  ['h', 'нһհηʜ'],
  ['i', 'іιıɩɪ'],
  ['j', 'јϳᴊյ'],
  ['k', 'кκᴋ'],
  ['l', '1ӏןǀʟլ'],
  ['m', 'мμᴍ'],
  ['n', 'пոνɴ'],
  ['o', '0оοσօᴏ'],
  ['p', 'рρᴘ'],
  ['q', 'ԛզꞯ'],
  ['r', 'гꭇʀ'],
  ['s', 'ѕꜱտ'],
  ['t', 'тτᴛ'],
  ['u', 'սᴜ'],
  ['v', 'ѵᴠ'],
  ['w', 'ԝωաѡᴡ'],
  ['x', 'хχ'],
  ['y', 'уүγυʏ'],
  ['z', 'ζᴢ'],
  ['3', 'з'],
  ['6', 'б'],
]

const folded = new Map<string, string>()
for (const [plain, others] of LOOKS_LIKE) for (const other of others) folded.set(other, plain)

/**
 * Returns what a folded name looks like: two names with the same skeleton cannot be told apart at a glance. Only
 * for comparing, never for showing.
 *
 * @param name  normalised (NFKC) and folded to small letters
 */
export function skeleton(name: string): string {
  let text = ''
  for (const letter of name.normalize('NFD')) text += folded.get(letter) ?? letter
  return joined(text)
}

/** Joins pairs of letters that look like one. */
function joined(text: string): string {
  return text.normalize('NFC').replaceAll('rn', 'm').replaceAll('vv', 'w')
}

/**
 * Letters that look different, in the case in which they stand, from what `skeleton`, which knows no case, takes
 * them for.
 */
const SHOWN = new Map(
  Object.entries({ I: 'l', Ι: 'l', І: 'l', Ӏ: 'l', L: 'L', Լ: 'L', ʟ: 'L', η: 'n', ν: 'v', υ: 'u' }),
)

/**
 * Returns what a name looks like as it stands, in its own capitals and small letters: "PauI" is "paul". Two names
 * with the same appearance cannot be told apart, though their skeletons may differ.
 *
 * @param name  normalised (NFKC), in its own case
 */
export function appearance(name: string): string {
  let text = ''
  for (const letter of name.normalize('NFD')) {
    const small = letter.toLowerCase()
    text += SHOWN.get(letter) ?? folded.get(small) ?? small
  }
  return joined(text)
}

/** Latin letters that look like a Greek one. A name with any other is not taken for a Greek name. */
const GREEK_LOOK = /^[abehiklmnoptuvwxyz\P{L}]+$/iu
/** How many doubtful letters are tried one by one; in a name with more, all of them are read the same way. */
const DOUBTFUL_MAX = 3

/**
 * Returns the skeletons of other names that may look like this one: with its own letters and capitals read as each
 * other, and of Greek names that look Latin in small letters.
 */
export function rivalSkeletons(seen: string): ReadonlySet<string> {
  const small = seen.replaceAll('L', 'l')
  const rivals = new Set(readings(seen, 'l', ['l', 'i']).map((reading) => reading.replaceAll('L', 'l')))
  if (GREEK_LOOK.test(seen)) {
    for (const n of ['n', 'h'])
      rivals.add(small.replaceAll('n', n).replaceAll('v', 'n').replaceAll('u', 'y').replaceAll('l', 'i'))
  }
  return rivals
}

/** Returns the text with each occurrence of a letter read as either of two. */
function readings(text: string, letter: string, [one, other]: readonly [string, string]): string[] {
  const parts = text.split(letter)
  const doubts = parts.length - 1
  if (doubts > DOUBTFUL_MAX) return [parts.join(one), parts.join(other)]
  return Array.from({ length: 1 << doubts }, (_, choice) =>
    parts.reduce((before, part, at) => before + ((choice >> (at - 1)) & 1 ? other : one) + part),
  )
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

/** Returns whether a name's letters belong together, so that no letter hides among those of another script. */
export function isOneScript(name: string): boolean {
  return ALLOWED.some((allowed) => allowed.test(name))
}
