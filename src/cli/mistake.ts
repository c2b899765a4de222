/** Options of other programs, and what they are called here. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  '--port': '--listen, whose address ends in the port: --listen ws://127.0.0.1:4000',
  '--host': '--listen, whose address begins with the host: --listen ws://0.0.0.0:4000',
  '--address': '--listen: --listen ws://127.0.0.1:4000',
  '--db': '--store: --store world.db',
  '--database': '--store: --store world.db',
}

/**
 * Makes a sentence of what the argument parser says of a command line: "error: unknown option '--lisen'\n(Did you mean
 * --listen?)" becomes "Unknown option '--lisen'. Did you mean --listen?"
 */
export function mistakeIn(said: string): string {
  const [first, ...others] = said.trim().split('\n')
  const what = first.replace(/^error: /, '').replace(/\.$/, '')
  const known = ELSEWHERE[/^unknown option '([^'=]+)/.exec(what)?.[1] ?? '']
  const hints =
    known === undefined ? others.map((hint) => hint.replace(/^\((.*)\)$/, '$1')) : [`Here it is ${known}`]
  return [`${what.charAt(0).toUpperCase()}${what.slice(1)}.`, ...hints].join(' ')
}
