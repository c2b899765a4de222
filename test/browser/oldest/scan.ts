import { parseAst } from 'rolldown/parseAst'
import { globals, members, ofIterators, parts, type Since, syntax, watched } from './features.ts'

interface Node {
  readonly type: string
  readonly [property: string]: unknown
}

export interface Finding {
  /** What a program uses that not every browser has always had. */
  readonly used: ReadonlyMap<string, Since>
  /** Names of the platform that the table does not hold: look them up. */
  readonly unknown: readonly string[]
}

/** Looks through a script for what it needs of its browser: syntax, globals, their parts, and methods that are new. */
export function scan(code: string): Finding {
  const tree = parseAst(code, { lang: 'js', sourceType: 'module' }) as unknown as Node
  const scanner = new Scanner()
  scanner.declare(tree)
  scanner.look(tree, undefined, '')
  return { used: scanner.used, unknown: [...scanner.unknown].sort() }
}

/** What all of this needs: the newest of each. */
export function oldest(used: ReadonlyMap<string, Since>): Since {
  const newest: [number, number, number] = [0, 0, 0]
  for (const since of used.values())
    for (const [i, version] of since.entries()) newest[i] = Math.max(newest[i], version)
  return newest
}

class Scanner {
  readonly used = new Map<string, Since>()
  readonly unknown = new Set<string>()
  readonly #declared = new Set<string>()
  #depth = 0

  /** Notes every name that the script declares anywhere: in a bundle none of them is a global's as well. */
  declare(node: Node): void {
    if (node.type === 'VariableDeclarator') this.#bind(node.id)
    if (/Function|Class/.test(node.type)) this.#bind(node.id)
    if (isFunction(node)) this.#bind(node.params)
    if (node.type === 'CatchClause') this.#bind(node.param)
    if (/^Import.*Specifier$/.test(node.type)) this.#bind(node.local)
    for (const child of childrenOf(node)) this.declare(child)
  }

  look(node: Node, parent: Node | undefined, key: string): void {
    this.#syntax(node)
    if (node.type === 'Identifier' && !isProperty(parent, key)) this.#global(String(node.name))
    if (node.type === 'MemberExpression' && node.computed !== true) this.#member(node)
    const isBody = isFunction(node)
    if (isBody) this.#depth++
    for (const [name, value] of Object.entries(node))
      for (const child of nodesIn(value)) this.look(child, node, name)
    if (isBody) this.#depth--
  }

  #syntax(node: Node): void {
    const { type, operator, key } = node
    if (typeof operator === 'string' && operator in syntax) this.#use(operator)
    if (type === 'ChainExpression') this.#use('?.')
    if (type === 'PropertyDefinition') this.#use(isPrivate(key) ? 'a private field' : 'a field of a class')
    if (type === 'MethodDefinition' && isPrivate(key)) this.#use('a private method')
    if (type === 'StaticBlock') this.#use('a static block')
    if (type === 'BinaryExpression' && isPrivate(node.left)) this.#use('#x in y')
    if (type === 'VariableDeclaration' && /using/.test(String(node.kind))) this.#use('using')
    if (type === 'AwaitExpression' && this.#depth === 0) this.#use('await at the top')
    if (type === 'ForOfStatement' && node.await === true && this.#depth === 0) this.#use('await at the top')
    if (type === 'ImportDeclaration' && (node.attributes as Node[] | undefined)?.length)
      this.#use('attributes of an import')
    const { regex } = node as { regex?: { pattern: string; flags: string } }
    if (!regex) return
    if (/\(\?<[=!]/.test(regex.pattern)) this.#use('a lookbehind')
    if (/\(\?[ims-]+:/.test(regex.pattern)) this.#use('a modifier in a pattern')
    for (const flag of ['d', 'v']) if (regex.flags.includes(flag)) this.#use(`flag ${flag}`)
  }

  #global(name: string): void {
    if (this.#declared.has(name) || name === 'arguments') return
    if (name in globals) this.#note(name, globals[name])
    else this.unknown.add(name)
  }

  #member({ object, property }: Node): void {
    const [of, name] = [object as Node, String((property as Node).name)]
    if (Object.hasOwn(members, name)) this.#note(`.${name}`, members[name])
    if (of.type === 'Identifier' && !this.#declared.has(String(of.name))) {
      const part = `${of.name}.${name}`
      if (part in parts) this.#note(part, parts[part])
      else if (watched.has(String(of.name))) this.unknown.add(part)
    }
    if (ofIterators.has(name) && isIterator(of)) this.#use('a method of iterators')
  }

  #use(what: string): void {
    this.#note(what, syntax[what])
  }

  #note(what: string, since: Since): void {
    if (since.some((version) => version > 0)) this.used.set(what, since)
  }

  #bind(pattern: unknown): void {
    for (const node of nodesIn(pattern)) {
      if (node.type === 'Identifier') this.#declared.add(String(node.name))
      else if (node.type === 'ObjectPattern') this.#bind(node.properties)
      else if (node.type === 'Property') this.#bind(node.value)
      else if (node.type === 'ArrayPattern') this.#bind(node.elements)
      else if (node.type === 'AssignmentPattern') this.#bind(node.left)
      else if (node.type === 'RestElement') this.#bind(node.argument)
    }
  }
}

/**
 * Whether it is what `values()` and the like give, or a generator of this script would: those of arrays are no arrays.
 */
function isIterator({ type, callee }: Node): boolean {
  const called = callee as Node | undefined
  if (type !== 'CallExpression' || called?.type !== 'MemberExpression' || called.computed === true)
    return false
  const of = called.object as Node
  const isStatic = of.type === 'Identifier' && of.name === 'Object'
  return !isStatic && /^(values|keys|entries|matchAll)$/.test(String((called.property as Node).name))
}

/** Whether an identifier names a property or a label there, and no variable. */
function isProperty(parent: Node | undefined, key: string): boolean {
  if (parent === undefined) return false
  if (parent.type === 'MemberExpression') return key === 'property' && parent.computed !== true
  if (/^(Property|MethodDefinition|PropertyDefinition)$/.test(parent.type))
    return key === 'key' && parent.computed !== true
  return (
    /^(LabeledStatement|BreakStatement|ContinueStatement|MetaProperty)$/.test(parent.type) ||
    /Specifier$/.test(parent.type)
  )
}

function isFunction({ type }: Node): boolean {
  return /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(type)
}

function isPrivate(key: unknown): boolean {
  return (key as Node | undefined)?.type === 'PrivateIdentifier'
}

function childrenOf(node: Node): Node[] {
  return Object.values(node).flatMap(nodesIn)
}

/** The nodes that a property of a node holds. */
function nodesIn(value: unknown): Node[] {
  if (Array.isArray(value)) return value.flatMap(nodesIn)
  const isNode = typeof value === 'object' && value !== null && 'type' in value
  return isNode ? [value as Node] : []
}
