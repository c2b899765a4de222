import { ADVICE_ON_CLOCKS, ADVICE_ON_POWERS, adviceOn } from './advice.ts'
import { type Token, tokensOf } from './token.ts'

/** Something in a source that differs between platforms. */
export interface EngineDifference {
  /** The line, from 1. */
  readonly line: number
  /** What it is, and what to do. */
  readonly sentence: string
}

/** Marks a line to be left alone, and says why. */
const LEAVE_ALONE = /shardless-allow: \S/
/** Names under which a program finds its globals; `self` is the character of a step. */
const GLOBALS = new Set(['globalThis', 'window'])
/** Matches a number as it is written: whole, and short. */
const WHOLE = /^\d{1,16}n?$/
/** Matches methods that go by the language of whoever's machine it is. */
const LOCAL = /^(?:localeCompare|toLocale\w*)$/

/**
 * Finds what in a program's text, JavaScript or TypeScript, may come out differently on another engine, machine or
 * run: functions of `Math` that are left to the engine, powers, clocks, dice of the platform, the machine's
 * language. For code that a client and a server both run: a game's `step`, and what a seed decides.
 *
 * A power of two whole numbers as they are written, `2 ** 32`, is left alone where it is exact. A line with the
 * comment `shardless-allow: why` is left alone.
 */
export function checkSource(text: string): EngineDifference[] {
  const lines = text.split('\n')
  const tokens = tokensOf(text)
  const found: EngineDifference[] = []
  tokens.forEach(({ line }, at) => {
    for (const sentence of sentencesOn(tokens, at))
      if (!LEAVE_ALONE.test(lines[line - 1])) found.push({ line, sentence })
  })
  return found
}

function sentencesOn(tokens: readonly Token[], at: number): string[] {
  const token = tokens[at]
  if (token.kind === 'sign')
    return token.text.startsWith('**') && !isWritten(tokens, at) ? [ADVICE_ON_POWERS] : []
  if (token.kind !== 'name') return []
  const before = tokens[at - 1]?.text
  if (LOCAL.test(token.text) && isDot(before))
    return [`${token.text} goes by the language of the machine: compare and write without it.`]
  if (isDot(before) && !GLOBALS.has(tokens[at - 2]?.text)) return []
  const next = tokens[at + 1]?.text
  if (token.text === 'Math') return adviceAt(tokens, at)
  if (token.text === 'Intl' && isDot(next))
    return ['Intl goes by the language of the machine: write without it.']
  const isClock =
    (token.text === 'Date' && (isDot(next) || next === '(' || before === 'new')) ||
    (token.text === 'performance' && isDot(next)) ||
    (token.text === 'crypto' && isDot(next))
  return isClock ? [`${token.text} ${ADVICE_ON_CLOCKS}`] : []
}

const isDot = (text: string | undefined): boolean => text === '.' || text === '?.'

/**
 * Returns whether a power is of two written numbers and exact: of 2, or a whole number that a double holds. BigInts
 * always are.
 */
function isWritten(tokens: readonly Token[], at: number): boolean {
  if (tokens[at].text !== '**') return false
  const isNegative = tokens[at + 1]?.text === '-'
  const base = tokens[at - 1]
  const exponent = tokens[isNegative ? at + 2 : at + 1]
  if (!WHOLE.test(base?.text) || !WHOLE.test(exponent?.text)) return false
  if (base.text.endsWith('n')) return true
  const times = Number(exponent.text)
  if (base.text === '2') return times <= 1023
  if (isNegative || times > 53) return false
  return BigInt(base.text) ** BigInt(times) <= Number.MAX_SAFE_INTEGER // shardless-allow: BigInts are exact
}

/** Says what is wrong where `Math` is named. */
function adviceAt(tokens: readonly Token[], at: number): string[] {
  if (tokens[at + 1]?.text === ':') return []
  const members = membersOf(tokens, at)
  if (members === undefined)
    return ['Math is handed on whole: name its functions, so that they can be looked at.']
  return members.map(adviceOn).filter((advice) => advice !== undefined)
}

/**
 * Returns what is taken of `Math`: `Math.sin`, `Math['sin']`, `const { sin } = Math`; undefined when that cannot be
 * seen.
 */
function membersOf(tokens: readonly Token[], at: number): string[] | undefined {
  const next = tokens[at + 1]?.text
  if (isDot(next) && tokens[at + 2]?.text !== '[') return [tokens[at + 2]?.text ?? '']
  const bracket = next === '[' ? at + 1 : isDot(next) ? at + 2 : undefined
  if (bracket !== undefined)
    return tokens[bracket + 1]?.kind === 'text' ? [tokens[bracket + 1].text] : undefined
  if (tokens[at - 1]?.text !== '=' || tokens[at - 2]?.text !== '}') return undefined
  const names: string[] = []
  for (let i = at - 3; i >= 0 && tokens[i].text !== '{'; i--) {
    if (tokens[i].text === '...') return undefined
    if (['{', ','].includes(tokens[i - 1]?.text)) names.unshift(tokens[i].text)
  }
  return names
}

/** Lists what a program imports of its own files: "./walk.ts". */
export function importsOf(text: string): string[] {
  const tokens = tokensOf(text)
  return tokens
    .filter(({ kind, text: path }, at) => {
      const before = tokens[at - 1]?.text === '(' ? tokens[at - 2]?.text : tokens[at - 1]?.text
      return kind === 'text' && path.startsWith('.') && (before === 'from' || before === 'import')
    })
    .map(({ text: path }) => path)
}
