import { type Node, readSource, walk } from './source.ts'

/** The longest line of a source, in columns. */
const COLUMNS_MAX = 120
/** How many columns of a line one literal takes that nobody would break: a test's title, a sentence, a row of data. */
const LITERAL_LEAST = 60

interface Range {
  readonly start: number
  readonly end: number
}

/**
 * The lines of a TypeScript file that are longer than 120 columns, as "path:line". A comment never may be. Code may
 * where one string, template or regular expression alone takes 60 columns of the line, or where a table keeps its
 * columns (`biome-ignore format`).
 */
export function longLines(path: string, text: string): string[] {
  const lines = text.split('\n')
  if (lines.every(({ length }) => length <= COLUMNS_MAX)) return []
  const { literals, tables } = rangesOf(readSource(path, text).tree, text)
  const found: string[] = []
  let start = 0
  for (const [at, line] of lines.entries()) {
    const end = start + line.length
    const isData =
      literals.some((range) => Math.min(range.end, end) - Math.max(range.start, start) >= LITERAL_LEAST) ||
      tables.some((range) => range.start <= start && end <= range.end)
    if (line.length > COLUMNS_MAX && !isData) found.push(`${path}:${at + 1}`)
    start = end + 1
  }
  return found
}

/** The literals of a file, and the declarations that a comment keeps as tables. */
function rangesOf(tree: Node, text: string): { readonly literals: Range[]; readonly tables: Range[] } {
  const literals: Range[] = []
  const tables: Range[] = []
  const marks = [...text.matchAll(/biome-ignore format.*\n/g)].map(
    ({ index, 0: mark }) => index + mark.length,
  )
  walk(tree, (node) => {
    const range = node as unknown as Range
    if (node.type === 'TemplateLiteral' || (node.type === 'Literal' && typeof node.value !== 'number'))
      literals.push(range)
    if (/Declaration$|Property$/.test(node.type) && marks.some((mark) => isNext(text, mark, range.start)))
      tables.push(range)
  })
  return { literals, tables }
}

/** Whether nothing but space lies between two places. */
function isNext(text: string, from: number, to: number): boolean {
  return from <= to && text.slice(from, to).trim() === ''
}
