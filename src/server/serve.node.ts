import { randomBytes } from 'node:crypto'
import { type Instant, instant, Random } from '../core/index.ts'
import type { WorldMap } from '../geometry/index.ts'
import type { AnyDefinition, ServerDefinition } from '../region/index.ts'
import { rulesOf } from '../region/index.ts'
import type { Store } from '../store/index.ts'
import { type AnyGame, type GameMistake, mistakeText, type World } from '../world/index.ts'
import { AdminEntrance } from './admin/admin-listener.node.ts'
import { type Front, openFront, planFront } from './front.node.ts'
import { Host } from './host.ts'
import { Keeping, serverName } from './keeping.node.ts'
import { type Looking, leaveWill } from './last-will.node.ts'
import { operatorConsoleOf } from './operator.node.ts'
import type { OperatorConsole } from './operator-console.ts'
import { runTicks } from './run-ticks.node.ts'
import type { ServeOptions } from './serve-options.node.ts'
import { MapWatcher } from './watch-map.node.ts'
import { watchMemory } from './watch-memory.node.ts'

/** Is a running server. */
export interface Server<G extends AnyGame = AnyGame> {
  readonly host: Host
  readonly world: World<G>
  /**
   * Puts another map of the same size under the worlds of a map, and tells everyone there: see `Host.reloadMap`.
   *
   * @param name  the map's name; the map where players come in when left out
   */
  reloadMap(map: WorldMap, name?: string): { readonly freed: number; readonly stuck: number }
  /** Lists what to connect to, one for each listener: "ws://127.0.0.1:4000", "udp://127.0.0.1:4000". */
  readonly urls: readonly string[]
  /** Names where its pages are, seen from this machine: "http://127.0.0.1:4000"; empty without a ws:// listener. */
  readonly pageUrl: string
  /** Holds what is kept, in a game with accounts. */
  readonly store: Store | undefined
  /** Makes the account that enters it the owner; printed once, on the first start of a world without an owner. */
  readonly ownerCode: string | undefined
  /** The operator's console: lines in, sentences out. */
  readonly console: OperatorConsole
  /** Where operators reach the console: "tcp://127.0.0.1:4010"; undefined when they cannot. */
  readonly adminUrl: string | undefined
  /**
   * Tells every player why, saves their characters and frees the ports.
   *
   * @returns how many characters could not be saved
   */
  close(reason?: string): Promise<number>
}

/** Names a SQLite file in the working folder. */
const DEFAULT_STORE = 'shardless.db'

/**
 * Runs a game's server.
 *
 * @throws OutsideError with one sentence when a port is taken or an address is malformed
 */
export async function serve<G extends AnyGame>(
  definition: ServerDefinition<G>,
  options: ServeOptions = {},
): Promise<Server<G>> {
  const seed = options.seed ?? Math.floor(Math.random() * 2 ** 32)
  const now = (): Instant => instant(performance.now())
  const stopwatch = () => performance.now()
  const report = (error: unknown, mistake?: GameMistake): void =>
    console.error(mistake ? mistakeText(mistake) : error)
  const random = new Random(seed)
  const plan = await planFront(definition, options, report)
  const { files } = plan
  const keeping = definition.options.accounts
    ? await Keeping.open(definition, {
        store: options.store ?? DEFAULT_STORE,
        report,
        server: serverName(plan.addresses[0]),
      })
    : undefined
  const secret = (): Uint8Array => randomBytes(16)
  const { limits } = options
  const content = files?.folder
  const host = new Host(
    definition,
    { limits, random, stopwatch, report, secret, content, ...keeping?.hostOptions },
    now(),
  )
  const quit = options.quit ?? (() => void server.close())
  const operator = operatorConsoleOf(definition, { host, steward: keeping?.desk.steward, quit })
  const admin = new AdminEntrance(operator, now)
  let front: Front | undefined
  let ownerCode: string | undefined
  try {
    if (options.admin && plan.admin) await admin.open(plan.admin, options.admin, plan.certificate)
    front = await openFront(definition, options, plan, {
      ...{ served: host, contentGate: host.content.gate, keeping, now, machines: [host, admin] },
      accept: (link, clock, spoken) => host.accept(link, clock, spoken),
    })
    ownerCode = await keeping?.begin(host)
  } catch (error) {
    front?.rest()
    await front?.close('The server could not start.')
    await admin.close('The server could not start.')
    await keeping?.end()
    throw error
  }
  const { urls, pageUrl } = front
  const opened = front
  const watchers = options.watch ? watchMaps(definition, host, options.watch) : []
  host.listeners = front.toldUrls
  const { code } = host.region
  const will = leaveWill({
    rejected: (error) => code.failed('a promise that nobody waits for', '', error),
    dying: (error) => {
      console.error('The server ends, after it has told its players and saved their characters:', error)
      return server.close('The server has failed and is closing.')
    },
  })
  const memory = lookAfterMemory(host, will, options.heapShareMax)
  const stops = [runTicks(host, host.region.code, now), () => opened.rest(), will.stop, memory]
  const server: Server<G> = {
    host,
    world: host.world as World<G>,
    reloadMap: (map, name) => host.reloadMap(map, name),
    urls,
    pageUrl,
    store: keeping?.store,
    ownerCode,
    console: operator,
    adminUrl: admin.url,
    async close(reason = 'The server is closing.') {
      for (const stop of stops) stop()
      for (const watcher of watchers) watcher.close()
      host.hangUp(reason)
      const unsaved = (await keeping?.close()) ?? 0
      host.close(reason)
      await opened.close(reason)
      await keeping?.end()
      // Last, so that who has said `quit` hears the end of it.
      await admin.close(reason)
      return unsaved
    },
  }
  return server
}

/** The share of the heap's limit in use that counts as its end: V8 itself may give up from 0.8 on. */
const HEAP_SHARE_MAX = 0.75
const SHORT = 'The server is short of memory; try again later.'
const HOW_TO_MEND = 'Find out what the game keeps and never lets go, or raise --max-old-space-size of node.'

/** Lets nobody new in while memory is short, and ends the process in time where it runs out. @returns stops looking */
function lookAfterMemory(host: Host, will: Looking, outShare = HEAP_SHARE_MAX): () => void {
  if (outShare >= 1) return () => {}
  return watchMemory(outShare, (pressure, inUse) => {
    host.refuseNewcomers(pressure === 'none' ? undefined : SHORT)
    if (pressure === 'none')
      console.error(`Memory is no longer short: ${inUse} are in use. Players may come in.`)
    else if (pressure === 'short')
      console.error(`Memory is short: ${inUse} are in use, and nobody new is let in. ${HOW_TO_MEND}`)
    else will.die(`Memory runs out: ${inUse} are in use. ${HOW_TO_MEND}`)
  })
}

/** Watches the files of maps that came from files. */
function watchMaps(definition: AnyDefinition, host: Host, tell: (sentence: string) => void): MapWatcher[] {
  const watchers: MapWatcher[] = []
  for (const [name, { map }] of Object.entries(rulesOf(definition))) {
    if (!('file' in map)) continue
    const refused = (reason: string): void => tell(`The map ${name} stays as it was: ${reason}`)
    const changed = (changed: WorldMap): void => {
      try {
        const { freed, stuck } = host.reloadMap(changed, name)
        tell(
          `The map ${name} was replaced; ${freed} bodies were moved out of its walls, ${stuck} could not be.`,
        )
      } catch (error) {
        refused((error as Error).message)
      }
    }
    watchers.push(new MapWatcher(String(map.file), { changed, refused, told: tell }))
  }
  if (watchers.length === 0) tell('No map is watched: none was read from a file with loadMap.')
  return watchers
}
