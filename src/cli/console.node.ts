import { createInterface, type Interface } from 'node:readline'
import {
  loadMap,
  OperatorConsole,
  rulesOf,
  type Server,
  type ServerDefinition,
} from '../server/index.node.ts'

/** How many lines the history holds. */
const HISTORY = 200

/**
 * Opens the operator's console where `serve` runs at a terminal: a line editor with history (arrow keys) and
 * completion (Tab). Without a terminal there is none, and nothing is read.
 *
 * @param quit  ends the server
 */
export function openConsole(
  server: Server,
  definition: ServerDefinition,
  quit: () => void,
): Interface | undefined {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return undefined
  const operator = new OperatorConsole({
    host: server.host,
    commands: definition.options.operatorCommands,
    ban: server.store && ((name, hours, reason) => ban(server, { name, hours, reason })),
    reloadMap: (name) => reload(server, definition, name),
    quit,
  })
  const lines = createInterface({
    input: process.stdin,
    output: process.stdout,
    prompt: '> ',
    historySize: HISTORY,
    removeHistoryDuplicates: true,
    completer: (line: string) => operator.complete(line),
  })
  // One line after the other: what a later one says may stand on an earlier one.
  let last = Promise.resolve()
  lines.on('line', (line) => {
    last = last.then(async () => {
      const answer = await operator.run(line)
      if (answer !== '') console.log(answer)
      lines.prompt()
    })
  })
  // In a terminal that is being edited Ctrl-C comes as a key.
  lines.on('SIGINT', quit)
  lines.on('close', () => process.stdin.unref())
  lines.prompt()
  return lines
}

async function ban(
  server: Server,
  { name, hours, reason }: { name: string; hours: number | undefined; reason: string },
): Promise<void> {
  const accounts = server.store?.accounts
  for (const { world } of server.host.realm.instances)
    for (const { name: own, account } of world.players.values())
      if (own === name && account && accounts) {
        const at = Date.now() as Parameters<typeof accounts.ban>[0]['ban']['at']
        const until = hours === undefined ? undefined : ((at + hours * 3_600_000) as typeof at)
        await accounts.ban({ id: account.id, ban: { until, reason, at } })
        return
      }
}

/** Reads a map's file again. @returns what came of it, as a sentence */
function reload(server: Server, definition: ServerDefinition, name: string | undefined): string {
  const rules = rulesOf(definition)
  const files = Object.entries(rules).filter(([, { map }]) => 'file' in map)
  const wanted = name === undefined ? files : files.filter(([one]) => one === name)
  if (wanted.length === 0)
    return name === undefined ? 'No map here was read from a file.' : `No map ${name} was read from a file.`
  const told: string[] = []
  for (const [one, { map }] of wanted) {
    try {
      const { freed, stuck } = server.reloadMap(loadMap(String((map as { file?: unknown }).file)), one)
      told.push(
        `The map ${one} is read again; ${freed} were set free from its walls, and ${stuck} could not be.`,
      )
    } catch (error) {
      told.push(`The map ${one} stays as it was: ${(error as Error).message}`)
    }
  }
  return told.join('\n')
}
