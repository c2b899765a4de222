import { isProduct, resolve, roomOf } from './rooms.ts'
import { literal, type Node, type Source, walk } from './source.ts'

/** A name that a door gives out, and the file that declares it. */
export interface DoorName {
  readonly name: string
  readonly isType: boolean
  readonly from: string
}

const isDoor = (path: string): boolean => /^src\/(?:.+\/)?index(?:\.node|\.web)?\.ts$/.test(path)

/** The door of `package.json` that a file is: "shardless/store/node" for src/store/index.node.ts. */
export function doorOf(path: string): string {
  const [, room, platform] = path.match(/^src\/(?:(.+)\/)?index(?:\.(node|web))?\.ts$/) ?? []
  return ['shardless', room, platform].filter(Boolean).join('/')
}

/** Every name a file gives out, with those that it hands on from other doors of its own room. */
export function namesOf(path: string, sources: ReadonlyMap<string, Source>): DoorName[] {
  const source = sources.get(path)
  const found: DoorName[] = []
  for (const node of (source?.tree.body ?? []) as Node[]) {
    if (node.type === 'ExportAllDeclaration') {
      const from = resolve(path, literal(node.source as Node))
      if (from !== undefined) found.push(...namesOf(from, sources))
    } else if (node.type === 'ExportNamedDeclaration') {
      const declaration = node.declaration as Node | null
      if (declaration) found.push(...declaredBy(declaration, path))
      const from = node.source ? resolve(path, literal(node.source as Node)) : path
      for (const one of (node.specifiers ?? []) as Node[])
        found.push({
          name: (one.exported as Node).name as string,
          isType: node.exportKind === 'type' || one.exportKind === 'type',
          from: from ?? path,
        })
    }
  }
  return found
}

function declaredBy(declaration: Node, from: string): DoorName[] {
  const isType = /^TS(Interface|TypeAlias)/.test(declaration.type)
  const ids =
    declaration.type === 'VariableDeclaration'
      ? (declaration.declarations as Node[]).map(({ id }) => id as Node)
      : [declaration.id as Node]
  return ids.map(({ name }) => ({ name: name as string, isType, from }))
}

/** What each door gives out, as a page: the same for the same doors. */
export function doorPage(sources: ReadonlyMap<string, Source>): string {
  const doors = [...sources.keys()].filter(isDoor).sort()
  const parts = doors.map((path) => {
    const names = [...new Set(namesOf(path, sources).map(({ name }) => name))].sort()
    return `## ${doorOf(path)}\n\n${names.join(', ')}\n`
  })
  return `# The doors of the package

What each can be imported from, and what it gives out. \`shardless\` itself is what a game's own code is written with;
\`shardless/server\` and \`shardless/client\` choose what fits the platform. The rest are the parts those are made of.

${parts.join('\n')}`
}

/**
 * Names that a door gives out and nothing outside its room takes, as sentences. A type may stay where a file that
 * declares an open name speaks of it: whoever calls that has to be able to say it.
 *
 * @param everything  every file of the project that may import: sources, tests, benches, demos, examples
 * @param pages       what users are told in prose: a name between backticks there is theirs to take
 */
export function unusedNames(
  sources: ReadonlyMap<string, Source>,
  everything: readonly Source[],
  pages: string,
): string[] {
  const taken = new Set<string>()
  for (const source of everything) for (const name of importedNames(source)) taken.add(name)
  const shown = new Set([...pages.matchAll(/`(\w+)/g)].map(([, name]) => name))
  const found: string[] = []
  for (const path of [...sources.keys()].filter(isDoor).sort()) {
    // The front door is for users, and the command line's for its own program.
    if (path === 'src/index.ts' || path === 'src/cli/index.ts') continue
    const room = roomOf(path)
    const names = namesOf(path, sources).filter(({ from }) => roomOf(from) === room)
    const own = names.filter(({ from }) => path.endsWith('/index.ts') || /\.(node|web)\.ts$/.test(from))
    const isOpen = ({ name }: DoorName): boolean => taken.has(`${room} ${name}`) || shown.has(name)
    const spoken = new Set(names.filter(isOpen).flatMap(({ from }) => [...identifiersOf(sources.get(from))]))
    for (const one of own)
      if (!isOpen(one) && !(one.isType && spoken.has(one.name)))
        found.push(
          `${path} gives out ${one.name}, which nothing outside ${room} takes: close it, or give out its type.`,
        )
  }
  return found
}

/** "room name" for everything that a file takes through another room's door. */
function importedNames(source: Source): string[] {
  const found: string[] = []
  walk(source.tree, (node) => {
    if (!node.source || !Array.isArray(node.specifiers)) return
    const specifier = literal(node.source as Node)
    const room = specifier.startsWith('shardless')
      ? specifier.split('/')[1]
      : roomOf(resolve(source.path, specifier) ?? '')
    if (!room || (source.path.startsWith('src/') && roomOf(source.path) === room)) return
    for (const one of node.specifiers as Node[]) {
      const named = (one.imported ?? one.local) as Node | undefined
      if (named?.name) found.push(`${room} ${named.name}`)
    }
  })
  return found
}

const identifiers = new WeakMap<Source, ReadonlySet<string>>()

function identifiersOf(source: Source | undefined): ReadonlySet<string> {
  if (source === undefined) return new Set()
  const known = identifiers.get(source)
  if (known) return known
  const found = new Set<string>()
  walk(source.tree, (node) => void (node.type === 'Identifier' && found.add(node.name as string)))
  identifiers.set(source, found)
  return found
}

/**
 * Names declared and exported in two rooms, as sentences: one word has one meaning.
 *
 * @param stated  those that may: "name" to why
 */
export function sharedNames(
  sources: ReadonlyMap<string, Source>,
  stated: Readonly<Record<string, string>>,
): string[] {
  const rooms = new Map<string, Set<string>>()
  for (const [path, source] of sources) {
    if (!isProduct(path) || path.endsWith('.d.ts')) continue
    for (const node of source.tree.body as Node[]) {
      const declaration = node.type === 'ExportNamedDeclaration' ? (node.declaration as Node | null) : null
      for (const { name } of declaration ? declaredBy(declaration, path) : [])
        rooms.set(name, (rooms.get(name) ?? new Set()).add(roomOf(path)))
    }
  }
  const shared = [...rooms].filter(([, where]) => where.size > 1)
  return [
    ...shared
      .filter(([name]) => stated[name] === undefined)
      .map(
        ([name, where]) =>
          `${name} is exported in ${[...where].sort().join(' and ')}; give one of them another name.`,
      ),
    ...Object.keys(stated)
      .filter((name) => !shared.some(([one]) => one === name))
      .map((name) => `${name} is stated to be in two rooms, and is not.`),
  ].sort()
}
