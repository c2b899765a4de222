import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { OutsideError } from '../core/index.ts'
import type { Dialect } from '../dialect/index.ts'
import {
  defaultLimits,
  type Limits,
  loadMap,
  openTokenFile,
  type ServeOptions,
  type ServerDefinition,
  serve,
} from '../server/index.node.ts'
import { airOf } from './air.node.ts'
import { openConsole } from './console.node.ts'
import { customaryAddresses, dialectsOf, joiningLines, risksOf } from './dialects.node.ts'
import { type Exports, loadModule } from './load.node.ts'
import type { Settings } from './options.ts'
import { recordTo } from './recording.node.ts'
import { Stop, sayIfSlow } from './stop.node.ts'

/** How many milliseconds closing may take. */
const CLOSE_MS = 1500
/** How many more milliseconds saving characters may take. */
const SAVE_MS = 10_000

/** `shardless serve`: runs a server until Ctrl-C. */
export async function runServer(settings: Settings, version: string): Promise<void> {
  // Before anything is said: whoever reads the address may press Ctrl-C at once.
  const stop = new Stop()
  const { definition, game } = await loadGame(settings)
  const dialects = await dialectsOf(settings, game)
  const server = await serve(definition, {
    ...frontOf(settings, dialects),
    store: settingText(settings.store),
    seed: settings.seed as number | undefined,
    air: await airOf(settings),
    watch: settings.watch === true ? (sentence) => console.log(sentence) : undefined,
    admin: adminOf(settings, (sentence) => console.log(sentence)),
    quit: () => stop.ask(),
  })
  // After the ports are had: another server's recording is not emptied by one that cannot run beside it.
  const recording =
    settings.record === undefined
      ? undefined
      : await recordTo(String(settings.record)).catch(async (error) => {
          await server.close()
          throw error
        })
  const following =
    recording && setInterval(() => recording.follow(server.host), 1000 / definition.game.ticksPerSecond)
  const bots = Number(settings.bots) > 0 ? startBots(settings, reachableHere(server.urls)) : undefined
  const { name } = definition.game
  console.log(
    `Shardless ${version}, ${name}: ${definition.options.web ? server.pageUrl : server.urls.join(' ')}`,
  )
  console.log(sizeLine(definition))
  for (const line of joiningLines(server.urls, dialects)) console.log(line)
  if (server.ownerCode !== undefined)
    console.log(
      `The owner's code, for one use: ${server.ownerCode}\n  Whoever is logged in and says it first (POST /account/owner) owns this world: may ban, and make others staff.`,
    )
  if (server.adminUrl !== undefined)
    console.log(
      `  The console: shardless console ${server.adminUrl} --admin-token-file ${settings.adminTokenFile}`,
    )
  const terminal = settings.console === true ? openConsole(server, () => stop.ask()) : undefined
  await stop.asked
  sayIfSlow()
  terminal?.close()
  bots?.kill('SIGTERM')
  clearInterval(following)
  recording?.close()
  const giveUp = (): void => {
    if (server.store) console.error('Characters may be unsaved: the store did not answer in time.')
    process.exit(server.store ? 1 : 0)
  }
  setTimeout(giveUp, server.store ? SAVE_MS : CLOSE_MS).unref()
  const unsaved = await server.close('The server is closing.')
  if (unsaved > 0) {
    console.error(`${unsaved} characters could not be saved: the store does not answer.`)
    process.exit(1)
  }
  process.exit(0)
}

/** Loads the game, with what the options change of it. */
export async function loadGame(
  settings: Settings,
): Promise<{ readonly definition: ServerDefinition; readonly game: Exports }> {
  const game = await loadModule('--game', settingText(settings.game), {
    maker: 'defineServer',
    isWanted: (made) => 'game' in made,
  })
  const made = game.default as ServerDefinition
  const viewRadius = (settings.viewRadius as number | undefined) ?? made.options.viewRadius
  const map = settings.map === undefined ? made.options.map : loadMap(String(settings.map))
  return { definition: { game: made.game, options: { ...made.options, viewRadius, map } }, game }
}

/** Tells how large the world is, and its cells: the largest choice there is about bytes and time. */
function sizeLine({ game: { map, ticksPerSecond } }: ServerDefinition): string {
  return `  ${map.width} x ${map.height} m in cells of ${map.cellSize} m, ${ticksPerSecond} ticks a second`
}

/** Returns what a server's front is made with: where it listens, for whom, and its limits. */
export function frontOf(settings: Settings, dialects: readonly Dialect[]): ServeOptions {
  return {
    listen: [...(settings.listen as string[]), ...customaryAddresses(settings, dialects)],
    dialects,
    acceptRisks: risksOf(settings),
    limits: limitsOf(settings),
    publicAddress: settingText(settings.publicAddress),
    publicUrls: settings.publicUrls as string[] | undefined,
    tls: tlsOf(settings),
    trustedProxies: settings.trustedProxies as string[],
    origins: settings.origins as string[] | undefined,
  }
}

/** Returns how operators reach the console; the token's file is made on the first start. */
export function adminOf(
  { admin, adminTokenFile, adminInClear }: Settings,
  told: (sentence: string) => void,
): ServeOptions['admin'] {
  if (admin === undefined) return undefined
  return {
    listen: String(admin),
    token: openTokenFile(String(adminTokenFile)),
    inClear: adminInClear === true,
    told,
  }
}

function limitsOf(settings: Settings): Partial<Limits> {
  return Object.fromEntries(Object.keys(defaultLimits).map((name) => [name, settings[name]]))
}

/** @throws OutsideError when only one of the two is given */
function tlsOf(settings: Settings): { cert: string; key: string } | undefined {
  const [cert, key] = [settingText(settings.tlsCert), settingText(settings.tlsKey)]
  if (cert !== undefined && key !== undefined) return { cert, key }
  if (cert === undefined && key === undefined) return undefined
  throw new OutsideError(
    `--tls-cert and --tls-key go together, and ${cert ? '--tls-key' : '--tls-cert'} is not given.`,
  )
}

/**
 * Chooses an address for bots. A certificate is for a name, and bots come by the address: they take a listener
 * without one if there is any.
 */
export function reachableHere(urls: readonly string[]): string {
  return urls.find((url) => /^(ws|tcp):/.test(url)) ?? urls[0]
}

/**
 * Starts bots, clients like any others, in a process of their own: the server's ticks do not wait for their
 * thoughts.
 */
export function startBots(settings: Settings, url: string): ChildProcess {
  const cli = process.argv[1] ?? fileURLToPath(new URL('./main.node.ts', import.meta.url))
  const flags = ['bots', '--url', url, '--count', String(settings.bots)]
  if (settings.bot !== undefined) flags.push('--bot', String(settings.bot))
  if (settings.seed !== undefined) flags.push('--seed', String(settings.seed))
  // Their summary is for whoever runs them by hand; their complaints are for everyone.
  return spawn(process.execPath, [...process.execArgv, cli, ...flags], {
    // Over the channel they see that this process has ended, however it did.
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
}

export function settingText(value: Settings[string]): string | undefined {
  return value === undefined ? undefined : String(value)
}
