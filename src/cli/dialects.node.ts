import { OutsideError } from '../core/index.ts'
import { type Dialect, type Risk, risks } from '../dialect/index.ts'
import { parseListenUrl } from '../transport/index.ts'
import { type Exports, loadModule } from './load.node.ts'
import type { Settings } from './options.ts'

/** The word for every dialect that the game is shown to. */
const ALL = 'all'

/**
 * Collects the dialects that a server speaks besides our own: those that the game's module exports as `dialects`, and
 * those of the modules that `--dialect` names, each with one or a list as its default export.
 *
 * @throws OutsideError for what is no dialect, and for two of one name
 */
export async function dialectsOf(settings: Settings, game: Exports): Promise<readonly Dialect[]> {
  const dialects: Dialect[] = []
  const add = (found: unknown, where: string): void => {
    for (const one of Array.isArray(found) ? found : [found]) {
      if (!isDialect(one)) throw new OutsideError(`${where} holds what defineDialect has not made.`)
      if (dialects.some(({ name }) => name === one.name))
        throw new OutsideError(`${where} has the dialect ${one.name}, and there is one of that name already.`)
      dialects.push(one)
    }
  }
  if (game.dialects !== undefined) add(game.dialects, `"dialects" of ${settings.game}`)
  for (const file of settings.dialect as string[]) {
    const isWanted = (made: object): boolean => Array.isArray(made) || isDialect(made)
    add((await loadModule('--dialect', file, { maker: 'defineDialect', isWanted })).default, file)
  }
  return dialects
}

/**
 * Returns where to listen for the dialects that `--dialects` asks for: their customary addresses.
 *
 * @throws OutsideError for a dialect that the game is not shown to, or that has no customary address
 */
export function customaryAddresses({ dialects: asked }: Settings, known: readonly Dialect[]): string[] {
  if (asked === undefined) return []
  const names = asked as string[]
  if (known.length === 0)
    throw new OutsideError(
      'This game is shown to no other protocol: export `dialects` from its module, or give one with --dialect.',
    )
  const wanted = names.includes(ALL) ? known.filter(({ customary }) => customary?.length) : names.map(byName)
  return wanted.flatMap(({ name, customary = [] }) => customary.map((address) => `${name}+${address}`))

  function byName(name: string): Dialect {
    const found = known.find((one) => one.name === name)
    if (found?.customary?.length) return found
    if (found)
      throw new OutsideError(
        `The dialect ${name} has no customary address; say where: --listen ${name}+tcp://127.0.0.1:4100.`,
      )
    throw new OutsideError(
      `Nobody speaks the dialect "${name}" here; there are ${known.map((one) => one.name).join(', ')}, and ${ALL}.`,
    )
  }
}

/** Returns a line for each listener of a dialect: where it is, and how somebody joins there. */
export function joiningLines(urls: readonly string[], dialects: readonly Dialect[]): string[] {
  return urls.flatMap((url) => {
    const { dialect: name, scheme, host, port } = parseListenUrl(url)
    const dialect = dialects.find((one) => one.name === name)
    if (dialect === undefined) return []
    const how = dialect.howToJoin?.({ scheme, host, port })
    return [how === undefined ? `  ${url}` : `  ${url}  ${how}`]
  })
}

/** @throws OutsideError for what is no risk */
export function risksOf({ acceptRisk }: Settings): readonly Risk[] {
  return (acceptRisk as string[]).map((risk) => {
    const known = risks.find((one) => one === risk)
    if (known) return known
    throw new OutsideError(
      `--accept-risk ${risk} is none of the risks that there are: ${risks.join(' and ')}.`,
    )
  })
}

function isDialect(one: unknown): one is Dialect {
  return typeof one === 'object' && one !== null && 'carries' in one && 'begin' in one
}
