#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { Command, CommanderError, Option as Flag } from 'commander'
import { OutsideError } from '../core/index.ts'
import { readConfig } from './config.node.ts'
import { mistakeIn } from './mistake.ts'
import {
  type CommandName,
  flagOf,
  type Option,
  options,
  type Settings,
  settleOptions,
  variableOf,
} from './options.ts'

/**
 * The command line: `shardless serve`, `shardless bots` and more. Every option is in the table of options.ts; this
 * file only passes it to the argument parser.
 */
const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))

const program = new Command('shardless')
  .description('One seamless multiplayer world, in TypeScript.')
  .version(version, '-V, --version', 'print the version')
  .helpOption('-h, --help', 'print this help')
  .helpCommand('help [command]', 'print this help, or that of one command')
  .configureOutput({ outputError: (said, write) => write(`${mistakeIn(said)}\n`) })
  .exitOverride()

addCommand('serve', 'run a game server, and serve its pages at the same port', async () => {
  const { runServer } = await import('./serve.node.ts')
  return (settings) => runServer(settings, version)
})
addCommand(
  'cluster',
  'run one world as several processes of this machine: a directory, regions, gateways',
  async () => {
    const { runCluster } = await import('./cluster.node.ts')
    return (settings) => runCluster(settings, version)
  },
).addHelpText(
  'after',
  `
What ends is started again. Ctrl-C ends all of it; SIGUSR2 starts every process anew, one after the other.
On several machines run "shardless directory", "shardless region" and "shardless gateway" yourself, or leave the
directory out and give them --bus nats://... and --store postgres://...`,
)
addCommand(
  'region',
  'run one region process of a cluster',
  async () => (await import('./member.node.ts')).runRegionProcess,
)
addCommand(
  'gateway',
  'run one gateway process of a cluster, which players connect to',
  async () => (await import('./member.node.ts')).runGatewayProcess,
)
addCommand(
  'directory',
  'run the directory process of a cluster, where that has no NATS',
  async () => (await import('./member.node.ts')).runDirectoryProcess,
)
addCommand(
  'bots',
  'put real clients into a world, and report what they saw',
  async () => (await import('./bots.node.ts')).runBots,
)
addCommand(
  'inspect',
  'join a world, and show what one client is told: topics, bytes by kind and field',
  async () => (await import('./inspect.node.ts')).runInspect,
)
addCommand(
  'account <DEED> [NAME] [ROLE]',
  'manage the accounts of a store: list, create, ban, unban, role, password',
  async () => (await import('./account.node.ts')).runAccount,
).addHelpText(
  'after',
  `
shardless account list [BEGINNING]
shardless account create NAME [player|staff|owner]      the password is typed, or piped in
shardless account ban NAME --reason TEXT --hours 24     for good without --hours
shardless account unban NAME
shardless account role NAME player|staff|owner
shardless account password NAME                         every session of the account ends

It may be used while servers run.`,
)
addCommand(
  'info <URL>',
  'ask a server what it is: name, versions, players, where to connect',
  async () => (await import('./info.node.ts')).runInfo,
)
addCommand(
  'stats <URL>',
  'ask a server what it counts: traffic, ticks, drops and why',
  async () => (await import('./stats.node.ts')).runStats,
)
addCommand(
  'console <URL>',
  'speak to the console of a server that was started with --admin',
  async () => (await import('./console.node.ts')).runConsole,
).addHelpText(
  'after',
  `
At a terminal: arrow keys for what was typed before, Tab to complete, Ctrl-D to leave.
Otherwise each line of standard input is run:  echo players | shardless console tcp://127.0.0.1:4010`,
)
addCommand(
  'backup <FILE>',
  'write everything in a store to a file; servers go on meanwhile',
  async () => (await import('./backup.node.ts')).runBackup,
)
addCommand(
  'restore <FILE>',
  'replace everything in a store by a backup; best while no server uses it',
  async () => (await import('./backup.node.ts')).runRestore,
)
addCommand(
  'map <FILE>',
  'tell how large a Tiled map is, what is solid on it, and what was ignored and why',
  async () => (await import('./map.node.ts')).runMap,
)
addCommand(
  'update <URL> <FOLDER>',
  'bring the client content in a folder up to date with a server',
  async () => (await import('./update.node.ts')).runUpdate,
)

addCommand(
  'sim',
  'simulate a game: server and clients in one process, in virtual time, with weather and faults',
  async () => (await import('./sim.node.ts')).runSimulations,
)
  .option('--list', 'list the scenarios')
  .addHelpText('after', '\nThe exit code is 0 when all that must hold did, and 1 otherwise.')
  .hook('preAction', async (_program, command) => {
    if (command.opts().list !== true) return
    console.log((await import('./sim.node.ts')).listScenarios())
    process.exit()
  })

addCommand(
  'check <FILES...>',
  'find in game code, and what it imports, whatever differs from one engine or machine to another',
  async () => (await import('./check.node.ts')).runCheck,
).addHelpText(
  'after',
  '\nFor code that server and client both run: a step that differs by a bit is a correction that players see.\n' +
    'A line with the comment "shardless-allow: why" is left alone. The exit code is 1 when there is something to mend.',
)

program.addHelpText(
  'after',
  `
Every option can also be given by an environment variable (--view-radius: SHARDLESS_VIEW_RADIUS) or in a config file
("viewRadius" in shardless.config.json, or in the file that --config names). The command line goes first, then the
environment, then the file.`,
)

// Whoever reads may stop reading: `shardless --help | head`. That is no trouble, and for a server no reason to end.
let running = ''
program.hook('preAction', (_program, command) => {
  running = command.name()
})
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    if (!['serve', 'cluster', 'region', 'gateway', 'directory'].includes(running)) process.exit()
  })

try {
  await program.parseAsync()
} catch (error) {
  process.exitCode = 1
  // The argument parser has said its sentence already.
  if (error instanceof CommanderError) process.exitCode = error.exitCode
  else if (error instanceof OutsideError) console.error(error.message)
  else throw error
  // Whoever started this process, and hears of it, sees it end.
  if (process.connected) process.disconnect()
}

/** What a command does with its options and with what stands after its name. */
type Run = (settings: Settings, ...wanted: [string, string, ...string[]]) => Promise<void>

/**
 * @param usage  the command's name and its arguments: "update <URL> <FOLDER>"
 * @param load  loads what the command does: whoever wants another one does not wait for it
 */
function addCommand(usage: string, describe: string, load: () => Promise<Run>): Command {
  const name = usage.split(' ', 1)[0] as CommandName
  const command = program.command(usage).description(describe).exitOverride()
  command.option(
    '--config <FILE>',
    'JSON file with options by name (default: shardless.config.json, where there is one)',
  )
  for (const option of options) if (option.commands.includes(name)) command.addOption(flag(option))
  command.action(async () => {
    const commandLine = { ...command.opts() }
    // What nobody has said is no word of the command line.
    for (const name of Object.keys(commandLine))
      if (command.getOptionValueSource(name) === 'default') delete commandLine[name]
    const file = readConfig(commandLine.config as string | undefined)
    const run = await load()
    await run(
      settleOptions(name, { commandLine, environment: process.env, file }),
      ...(command.args as [string, string, ...string[]]),
    )
  })
  return command
}

/** Returns whether a placeholder only names its value, and is no unit. */
function isPlaceholder(unit: string): boolean {
  return unit === unit.toUpperCase() || ['count', 'number', 'id'].includes(unit) || unit.includes('|')
}

function flag(option: Option): Flag {
  if (option.kind === 'truth')
    return new Flag(
      option.default === true ? flagOf(option.name).replace('--', '--no-') : flagOf(option.name),
      `${option.describe} [${variableOf(option.name)}]`,
    )
  if (option.kind === 'names')
    return new Flag(
      `${flagOf(option.name)} [${option.unit}...]`,
      `${option.describe} [${variableOf(option.name)}]`,
    )
  const several = option.kind === 'texts' ? '...' : ''
  const standard =
    option.default === undefined || `${option.default}` === '' ? '' : `; default ${option.default}`
  const unit = isPlaceholder(option.unit) ? '' : ` (${option.unit}${standard})`
  const shown = unit === '' && standard !== '' ? ` (${standard.slice(2)})` : unit
  return new Flag(
    `${flagOf(option.name)} <${option.unit}${several}>`,
    `${option.describe}${shown} [${variableOf(option.name)}]`,
  )
}
