import type { Steward } from '../account/index.node.ts'
import { type AnyDefinition, rulesOf, Sorry } from '../region/index.ts'
import type { Host } from './host.ts'
import { loadMap } from './load-map.node.ts'
import { type OperatorBans, OperatorConsole } from './operator-console.ts'

const HOUR_MS = 3_600_000

/**
 * Makes the operator's console of a server that runs: what its terminal and its admin listener both speak to.
 *
 * @param steward  acts on accounts; undefined in a game without them
 * @param quit     ends the server
 */
export function operatorConsoleOf(
  definition: AnyDefinition,
  { host, steward, quit }: { host: Host; steward: Steward | undefined; quit: () => void },
): OperatorConsole {
  return new OperatorConsole({
    host,
    commands: definition.options.operatorCommands,
    bans: steward && bansBy(steward),
    reloadMap: (name) => reload(host, definition, name),
    quit,
  })
}

/** Bans as the operator at the command line does: `shardless account ban`. */
function bansBy(steward: Steward): OperatorBans {
  const operator = { is: 'operator' } as const
  return {
    async ban(name, { hours, reason }) {
      const now = Date.now()
      const until = hours === undefined ? undefined : now + Math.round(hours * HOUR_MS)
      const answer = await steward.ban(operator, { name, until, reason }, now)
      if (answer.is === 'refused') throw new Sorry(answer.reason)
    },
    async unban(name) {
      const answer = await steward.unban(operator, name)
      if (answer.is === 'refused') throw new Sorry(answer.reason)
    },
  }
}

/** Reads a map's file again. @returns what came of it, as a sentence */
function reload(host: Host, definition: AnyDefinition, name: string | undefined): string {
  const files = Object.entries(rulesOf(definition)).filter(([, { map }]) => 'file' in map)
  const wanted = name === undefined ? files : files.filter(([one]) => one === name)
  if (wanted.length === 0)
    return name === undefined ? 'No map here was read from a file.' : `No map ${name} was read from a file.`
  const told: string[] = []
  for (const [one, { map }] of wanted) {
    try {
      const { freed, stuck } = host.reloadMap(loadMap(String((map as { file?: unknown }).file)), one)
      told.push(
        `The map ${one} is read again; ${freed} were set free from its walls, and ${stuck} could not be.`,
      )
    } catch (error) {
      told.push(`The map ${one} stays as it was: ${(error as Error).message}`)
    }
  }
  return told.join('\n')
}
