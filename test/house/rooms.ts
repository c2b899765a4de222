import { readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { COMPUTED, importsOf, type Node, type Source, walk } from './source.ts'

/** Doors of parts of a room, for those who need no more of it. */
const SIDE_DOORS = [
  'dialect/native',
  'dialect/basics',
  'dialect/haunted',
  'dialect/opcode',
  'dialect/pymmorpg',
  'gateway/limits',
  'region/message',
]

/**
 * Reads the map: which rooms each room may import. Lines of the paper say `room imports a, b`, or name a group:
 * `pure = a, b`. The package's own door, "shardless" there, is "" here.
 */
export function readMap(paper: string): Record<string, readonly string[]> {
  const groups = new Map<string, string[]>()
  const map: Record<string, readonly string[]> = {}
  for (const [, name, verb, list] of paper.matchAll(/^ {4}([a-z]+) +(=|imports) +([a-z/, ]+)$/gm)) {
    const names = list.split(', ').filter((one) => one !== 'nothing')
    const whole = names.flatMap((one) => groups.get(one) ?? [one])
    if (verb === '=') groups.set(name, whole)
    else map[name === 'shardless' ? '' : name] = whole
  }
  return map
}

/** The map, as ARCHITECTURE.md draws it. */
export const MAP = readMap(readFileSync(new URL('../../ARCHITECTURE.md', import.meta.url), 'utf8'))

const DOORS = ['index.ts', 'index.node.ts', 'index.web.ts']

/** The room a file lies in: "wire", "dialect" for its sub-folders too, "" for the package's door. */
export function roomOf(path: string): string {
  const parts = path.split('/')
  return parts.length > 2 ? parts[1] : ''
}

export const isProduct = (path: string): boolean => !/\.(test|suite)\.ts$/.test(path)

/** Where an import leads, as a path from the project's folder; undefined for packages. */
export function resolve(path: string, specifier: string): string | undefined {
  return specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : undefined
}

/** Each import that the map does not allow, as a sentence. */
export function mapViolations(sources: readonly Source[]): string[] {
  const found: string[] = []
  for (const source of sources) {
    const room = roomOf(source.path)
    if (MAP[room] === undefined) found.push(`${source.path} lies in a room that is not on the map.`)
    for (const { specifier } of importsOf(source)) {
      const target = resolve(source.path, specifier)
      // Only the command line opens files whose names it is given.
      if (specifier === COMPUTED && room !== 'cli') found.push(`${source.path} imports something computed.`)
      if (target === undefined) continue
      if (!target.startsWith('src/')) {
        if (isProduct(source.path)) found.push(`${source.path} imports ${target}, outside src.`)
        continue
      }
      const other = roomOf(target)
      if (other === room) continue
      const door = target.match(/^src\/(.+)\/([^/]+)$/)
      // A suite is for every room whose tests keep its contract.
      if (!isProduct(source.path) && target.endsWith('.suite.ts') && MAP[room]?.includes(other)) continue
      if (door === null || !DOORS.includes(door[2]) || (door[1] !== other && !SIDE_DOORS.includes(door[1]))) {
        found.push(`${source.path} imports ${target}, which is no door.`)
      } else if (isProduct(source.path) && !MAP[room]?.includes(door[1])) {
        found.push(
          `${source.path} imports ${door[1]}, which the map does not allow ${room || 'the package door'}.`,
        )
      }
    }
  }
  return found
}

/** What lives in a region alone: a gateway has descriptions, records and sources, and none of these. */
const LIVE = new Set(['World', 'Realm', 'Instance', 'Player', 'Resident', 'CommandInbox', 'Author'])

/** Each live thing of a region that a file of the gateway imports, be it for its type alone, as a sentence. */
export function liveViolations(sources: readonly Source[]): string[] {
  const found: string[] = []
  for (const { path, tree } of sources) {
    if (roomOf(path) !== 'gateway' || !isProduct(path)) continue
    walk(tree, (node) => {
      if (node.type !== 'ImportDeclaration' && node.type !== 'ExportNamedDeclaration') return
      for (const specifier of node.specifiers as Node[]) {
        const { name } = (specifier.imported ?? specifier.local ?? {}) as { name?: string }
        if (node.source && name !== undefined && LIVE.has(name)) found.push(`${path} imports ${name}.`)
      }
    })
  }
  return found
}

/** Files that import each other round a circle: "a.ts -> b.ts -> a.ts". */
export function circles(sources: readonly Source[]): string[] {
  const next = new Map(
    sources.map((source) => [
      source.path,
      importsOf(source)
        .map(({ specifier }) => resolve(source.path, specifier))
        .filter((target) => target !== undefined),
    ]),
  )
  const found: string[] = []
  const done = new Set<string>()
  const visit = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path)
    if (at >= 0) found.push([...trail.slice(at), path].join(' -> '))
    if (at >= 0 || done.has(path)) return
    for (const target of next.get(path) ?? []) visit(target, [...trail, path])
    done.add(path)
  }
  for (const path of next.keys()) visit(path, [])
  return found
}

/** Packages that more than one file of src imports, that none may, or that only development has. */
export function packageViolations(sources: readonly Source[], dependencies: readonly string[]): string[] {
  const found: string[] = []
  const importers = new Map<string, string>()
  for (const source of sources.filter(({ path }) => isProduct(path))) {
    for (const { specifier } of importsOf(source)) {
      if (specifier.startsWith('.') || specifier.startsWith('node:') || specifier === COMPUTED) continue
      const name = specifier.match(/^(@[^/]+\/)?[^/]+/)?.[0] ?? specifier
      const first = importers.get(name)
      if (!dependencies.includes(name))
        found.push(`${source.path} imports ${name}, which is not among "dependencies".`)
      if (first !== undefined && first !== source.path)
        found.push(`${first} and ${source.path} both import ${name}.`)
      importers.set(name, source.path)
    }
  }
  return found
}
