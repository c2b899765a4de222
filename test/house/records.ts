import { type Node, type Source, walk } from './source.ts'

/** Rule ids that a page of docs/spec states: "W12" for **[W12]**. Stated twice, they are listed twice. */
export function statedRules(markdown: string): string[] {
  return [...markdown.matchAll(/\*\*\[([A-Z]+\d+)\]\*\*/g)].map((match) => match[1])
}

/** Rule ids that titles of tests begin with: `test('[W12] ...')`, `test('[W12] [W13] ...')`. */
export function testedRules({ tree }: Source): string[] {
  const found: string[] = []
  walk(tree, (node) => {
    if (node.type !== 'CallExpression') return
    const title = text((node.arguments as Node[])[0])
    const ids = title?.match(/^(\[[A-Z]+\d+\]\s*)+/)?.[0]
    if (ids !== undefined) found.push(...[...ids.matchAll(/\[([A-Z]+\d+)\]/g)].map((match) => match[1]))
  })
  return found
}

/**
 * Codes of the errors that a file throws.
 *
 * @throws an Error where a code is computed: it could not be looked up in the list
 */
export function thrownCodes({ path, tree }: Source): string[] {
  const found: string[] = []
  walk(tree, (node) => {
    if (node.type !== 'NewExpression' || (node.callee as Node).name !== 'ShardlessError') return
    const argument = (node.arguments as Node[])[0]
    const code = text(argument)
    // An error told again with a longer sentence keeps its code: new ShardlessError(error.code, ...).
    if (argument.type === 'MemberExpression' && (argument.property as Node).name === 'code') return
    if (code === undefined) throw new Error(`${path} throws a ShardlessError whose code is computed.`)
    found.push(code)
  })
  return found
}

/**
 * Lists counters that are not made of a described metric, as sentences: all should look like
 * `new Counters(...netcodeMetrics.dropped.values)`.
 */
export function undescribedCounters({ path, tree }: Source): string[] {
  const found: string[] = []
  walk(tree, (node) => {
    if (node.type !== 'NewExpression' || (node.callee as Node).name !== 'Counters') return
    const [first, ...rest] = node.arguments as Node[]
    const values = first?.type === 'SpreadElement' ? (first.argument as Node) : undefined
    const metric = values?.type === 'MemberExpression' ? (values.object as Node) : undefined
    const group = metric?.type === 'MemberExpression' ? ((metric.object as Node).name as string) : ''
    // What a dialect may drop is for whoever writes it to say; it is told by the dialect's name.
    if (path === 'src/gateway/dialects.ts') return
    const isDescribed = rest.length === 0 && (values?.property as Node | undefined)?.name === 'values'
    if (!isDescribed || !/Metrics$/.test(group ?? ''))
      found.push(`${path} has Counters of no described metric.`)
  })
  return found
}

/** Codes that docs/reference/errors.md lists: each stands in backquotes at the beginning of a heading, row or item. */
export function listedCodes(markdown: string): string[] {
  return [...markdown.matchAll(/^(?:#+|\||[-*])\s*`([a-z-]+\/[a-z-]+)`/gm)].map((match) => match[1])
}

/** What is wrong with a file's name, as a sentence; undefined when nothing is. */
export function nameViolation(path: string): string | undefined {
  for (const part of path.split('/').slice(1)) {
    const stem = part
      .replace(/\.ts$/, '')
      .replace(/\.(node|web|d)$/, '')
      .replace(/\.(test|suite|fuzz|bench)$/, '')
    if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(stem)) return `${path}: "${part}" is not lower-case with hyphens.`
    // A test is called after what it tests, and there is a test of the types.
    if (part.endsWith('.test.ts')) continue
    if (/^(utils?|helpers?|common|misc|types?|managers?)$/.test(stem))
      return `${path}: "${stem}" says nothing.`
  }
  return undefined
}

/** A string literal's text, or a template's up to its first hole. */
function text(node: Node | undefined): string | undefined {
  if (node?.type === 'Literal' && typeof node.value === 'string') return node.value
  if (node?.type === 'TemplateLiteral') {
    return ((node.quasis as Node[])[0].value as { cooked: string }).cooked
  }
  return undefined
}

/** Files that a paper names in backticks, with their folder: "src/world/world.ts". */
export function namedFiles(markdown: string): string[] {
  return [...markdown.matchAll(/`((?:src|test|docs|scripts|demo)\/[\w./-]+\.\w+)`/g)].map(([, path]) => path)
}

/** Methods and getters that a paper names in backticks: "Host.accept" as ["Host", "accept"]. */
export function namedMethods(markdown: string): [string, string][] {
  return [...markdown.matchAll(/`([A-Z]\w+)\.([a-z]\w+)`/g)].map(([, owner, member]) => [owner, member])
}
