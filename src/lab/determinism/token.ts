/** A piece of a program's text. */
export interface Token {
  readonly kind: 'name' | 'number' | 'text' | 'sign'
  /** The token as written; a text without its quotes. */
  readonly text: string
  readonly line: number
}

/** What a slash follows when it begins a pattern, not a division. */
const BEFORE_PATTERN = new Set(
  'return typeof case do else in of new delete void throw await yield instanceof'.split(' '),
)
const SPACE = /[\s\uFEFF]+/y
const COMMENT = /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y
const NAME = /[\p{ID_Start}$_#][\p{ID_Continue}$\u200c\u200d]*/uy
const NUMBER = /(?:0[xob][\da-f_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:e[+-]?\d[\d_]*)?)n?/iy
const TEXT = /'(?:[^'\\\n]|\\[\s\S])*'?|"(?:[^"\\\n]|\\[\s\S])*"?/y
const PATTERN = /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y
const SIGN = /\*\*=?|\?\.(?!\d)|\.{3}|[\s\S]/y
const CHUNK = /(?:[^`\\$]|\\[\s\S]|\$(?!\{))*/y

/**
 * Splits a program in JavaScript or TypeScript into words and signs, without spaces, comments, patterns and the
 * text of templates. It knows just enough of the language to tell these apart; text that is no program gives some
 * tokens or other.
 */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = []
  /** How many brackets are open in each `${}` of a template. */
  const open: number[] = []
  let at = 0
  let line = 1
  const take = (form: RegExp): string | undefined => {
    form.lastIndex = at
    const found = form.exec(text)?.[0]
    if (!found) return undefined
    at += found.length
    for (const character of found) if (character === '\n') line++
    return found
  }
  const template = (): void => {
    take(CHUNK)
    if (text[at] === '`') at++
    else if (at < text.length) {
      at += 2
      open.push(0)
    }
  }
  while (at < text.length) {
    if (take(SPACE) !== undefined || take(COMMENT) !== undefined) continue
    const began = line
    const last = tokens.at(-1)
    if (text[at] === '/' && mayBePattern(last) && take(PATTERN) !== undefined) {
      tokens.push({ kind: 'text', text: '', line: began })
      continue
    }
    if (text[at] === '`') {
      at++
      tokens.push({ kind: 'text', text: '', line: began })
      template()
      continue
    }
    const string = take(TEXT)
    if (string !== undefined) {
      tokens.push({ kind: 'text', text: string.slice(1, -1), line: began })
      continue
    }
    const number = take(NUMBER)
    const word = number === undefined ? take(NAME) : undefined
    if (number !== undefined) tokens.push({ kind: 'number', text: number, line: began })
    else if (word !== undefined) tokens.push({ kind: 'name', text: word, line: began })
    else {
      const sign = take(SIGN) as string
      if (sign === '{' && open.length > 0) open[open.length - 1]++
      if (sign === '}' && open.length > 0 && open[open.length - 1]-- === 0) {
        open.pop()
        template()
        // What stood in the template is a value, as its text is.
        tokens.push({ kind: 'text', text: '', line })
        continue
      }
      tokens.push({ kind: 'sign', text: sign, line: began })
    }
  }
  return tokens
}

function mayBePattern(last: Token | undefined): boolean {
  if (last === undefined) return true
  if (last.kind === 'name') return BEFORE_PATTERN.has(last.text)
  return last.kind === 'sign' && !')]}'.includes(last.text)
}
