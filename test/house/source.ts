import { parseAst } from 'rolldown/parseAst'

/** A node of a syntax tree, seen from far enough away that its kind does not matter. */
export interface Node {
  readonly type: string
  readonly [property: string]: unknown
}

/** One TypeScript file, read once and asked often. */
export interface Source {
  /** From the project's folder, with slashes: "src/core/index.ts". */
  readonly path: string
  readonly tree: Node
}

export interface Import {
  /** As it is written: "../core/index.ts", "node:fs", "ws". */
  readonly specifier: string
  /** True where nothing of it remains when the file runs. */
  readonly isType: boolean
}

/** The specifier of an import that is known only when the file runs. */
export const COMPUTED = '(computed)'

/** What was read already: most of the time goes into parsing. */
const known = new Map<string, Source>()

/** @throws the parser's own error, for text that is not TypeScript */
export function readSource(path: string, text: string): Source {
  const key = `${path}\n${text}`
  let source = known.get(key)
  if (source === undefined) {
    source = { path, tree: parseAst(text, { lang: 'ts', sourceType: 'module' }) as unknown as Node }
    known.set(key, source)
  }
  return source
}

/** Everything a file imports or re-exports, dynamic imports and types included. */
export function importsOf({ tree }: Source): Import[] {
  const imports: Import[] = []
  walk(tree, (node) => {
    const source = node.source as Node | null | undefined
    switch (node.type) {
      case 'ImportDeclaration':
        imports.push({ specifier: literal(source), isType: node.importKind === 'type' })
        break
      case 'ExportAllDeclaration':
      case 'ExportNamedDeclaration':
        if (source) imports.push({ specifier: literal(source), isType: node.exportKind === 'type' })
        break
      case 'TSImportType':
        imports.push({ specifier: literal(source), isType: true })
        break
      case 'ImportExpression':
        imports.push({ specifier: source?.type === 'Literal' ? literal(source) : COMPUTED, isType: false })
        break
    }
  })
  return imports
}

/**
 * Names that a file uses when it runs and does not declare anywhere itself: what it takes from its platform.
 * `Math.random` is answered with its member, so that `Math.floor` can be told from it.
 */
export function globalsOf({ tree }: Source): Set<string> {
  const declared = new Set<string>()
  const used = new Set<string>()
  walk(tree, (node) => {
    for (const name of declaredBy(node)) declared.add(name)
  })
  walkValues(tree, undefined, '', (name) => used.add(name))
  return new Set([...used].filter((name) => !declared.has(name.split('.')[0])))
}

/** The nodes of each tree that was walked, parents first. */
const nodesOf = new WeakMap<Node, readonly Node[]>()

/** Calls `visit` for each node, parents first. */
export function walk(node: Node, visit: (node: Node) => void): void {
  let nodes = nodesOf.get(node)
  if (nodes === undefined) {
    const found: Node[] = []
    collect(node, found)
    nodesOf.set(node, found)
    nodes = found
  }
  for (const one of nodes) visit(one)
}

function collect(node: Node, found: Node[]): void {
  found.push(node)
  eachChild(node, (child) => collect(child, found))
}

function eachChild(node: Node, visit: (child: Node, property: string) => void): void {
  for (const property in node) {
    const value = node[property]
    if (Array.isArray(value)) {
      for (const item of value) if (isNode(item)) visit(item, property)
    } else if (isNode(value)) visit(value, property)
  }
}

function isNode(value: unknown): value is Node {
  return value !== null && typeof value === 'object' && typeof (value as { type?: unknown }).type === 'string'
}

export function literal(node: Node | null | undefined): string {
  return String(node?.value)
}

/** TypeScript's own expressions; whatever else begins with TS is gone when the file runs. */
const VALUES_OF_TYPESCRIPT = ['TSAsExpression', 'TSSatisfiesExpression', 'TSNonNullExpression']

export function walkValues(
  node: Node,
  parent: Node | undefined,
  property: string,
  use: (name: string) => void,
): void {
  if (node.type.startsWith('TS') && !VALUES_OF_TYPESCRIPT.includes(node.type)) return
  if (node.type === 'ImportDeclaration' || (node.type === 'ExportNamedDeclaration' && node.source)) return
  if (node.type === 'MemberExpression' && !node.computed && (node.object as Node).type === 'Identifier') {
    use(`${(node.object as Node).name}.${(node.property as Node).name}`)
    return
  }
  if (node.type === 'Identifier' && !isLabel(parent, property)) use(String(node.name))
  eachChild(node, (child, name) => walkValues(child, node, name, use))
}

/** Whether an identifier at this place only names a member, and takes nothing from anywhere. */
function isLabel(parent: Node | undefined, property: string): boolean {
  if (parent === undefined || parent.computed) return false
  if (property === 'property') return parent.type === 'MemberExpression' || parent.type === 'MetaProperty'
  if (property === 'meta' || property === 'label' || property === 'exported') return true
  return property === 'key'
}

/** Names that a node brings into being, whatever their scope. */
function declaredBy(node: Node): string[] {
  switch (node.type) {
    case 'VariableDeclarator':
      return patternNames(node.id as Node)
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      return [node.id as Node | null, ...(node.params as Node[])].flatMap((part) =>
        part ? patternNames(part) : [],
      )
    case 'ClassDeclaration':
    case 'ClassExpression':
      return node.id ? patternNames(node.id as Node) : []
    case 'CatchClause':
      return node.param ? patternNames(node.param as Node) : []
    case 'ImportSpecifier':
    case 'ImportDefaultSpecifier':
    case 'ImportNamespaceSpecifier':
      return patternNames(node.local as Node)
    default:
      return []
  }
}

function patternNames(pattern: Node): string[] {
  switch (pattern.type) {
    case 'Identifier':
      return [String(pattern.name)]
    case 'AssignmentPattern':
      return patternNames(pattern.left as Node)
    case 'RestElement':
      return patternNames(pattern.argument as Node)
    case 'ArrayPattern':
      return (pattern.elements as (Node | null)[]).flatMap((element) =>
        element ? patternNames(element) : [],
      )
    case 'ObjectPattern':
      return (pattern.properties as Node[]).flatMap((part) =>
        patternNames((part.type === 'Property' ? part.value : part) as Node),
      )
    default:
      return []
  }
}
