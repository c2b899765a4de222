import { OutsideError } from '../../core/index.ts'

/** Something done by hand to a process of a simulated cluster, or to all of them. */
export type ClusterAct =
  /** Dies, and another one is started; a store forgets what is not on disk, a directory all that it has. */
  | { readonly do: 'kill'; readonly name: string }
  /** Reaches nobody until it is mended. */
  | { readonly do: 'cut'; readonly name: string }
  | { readonly do: 'mend'; readonly name: string }
  /** Does nothing until it is resumed; its clock goes on. */
  | { readonly do: 'pause'; readonly name: string }
  | { readonly do: 'resume'; readonly name: string }
  /** Everything is mended and stays where it is, so that all that must hold at rest can be looked at. */
  | { readonly do: 'rest' }
  | { readonly do: 'wander' }
/** Something done at so many ms. */
export type TimedClusterAct = ClusterAct & { readonly at: number }

const named = ['kill', 'cut', 'mend', 'pause', 'resume'] as const
const unnamed = ['rest', 'wander'] as const

/** Writes acts as an address holds them, with seconds from the beginning: "3.05 kill region-3;9 rest". */
export function writeClusterScript(script: readonly TimedClusterAct[]): string {
  return script
    .map((act) => [act.at / 1000, act.do, ...('name' in act ? [act.name] : [])].join(' '))
    .join(';')
}

/**
 * Reads acts as they are written: see `writeClusterScript`. Lines may end with a semicolon or a line feed.
 *
 * @throws OutsideError that names the first one that cannot be read
 */
export function readClusterScript(text: string): TimedClusterAct[] {
  const script: TimedClusterAct[] = []
  for (const line of text.split(/[;\n]/)) {
    if (line.trim() === '') continue
    const act = actOf(line.trim().split(/\s+/))
    if (act === undefined)
      throw new OutsideError(
        `"${line.trim()}" cannot be read. Write seconds, then one of ${named.join(', ')} and the name of a process, ` +
          `or ${unnamed.join(' or ')}: "3 kill region-3".`,
      )
    script.push(act)
  }
  return script.sort((a, b) => a.at - b.at)
}

function actOf([seconds, what, name, ...rest]: readonly string[]): TimedClusterAct | undefined {
  const at = Number(seconds) * 1000
  if (!(at >= 0 && at <= 1e6) || rest.length > 0) return undefined
  const all = unnamed.find((one) => one === what)
  if (all) return name === undefined ? { at, do: all } : undefined
  const one = named.find((word) => word === what)
  return one && name !== undefined && /^[a-z]+(-\d{1,4})?$/.test(name) ? { at, do: one, name } : undefined
}
