import { randomBytes } from 'node:crypto'
import { type Instant, instant, type MetricRow, OutsideError, Random, Readings } from '../core/index.ts'
import type { Dialect, Risk } from '../dialect/index.ts'
import type { Limits } from '../gateway/index.ts'
import type { WorldMap } from '../geometry/index.ts'
import type { AnyDefinition, ServerDefinition } from '../region/index.ts'
import { rulesOf } from '../region/index.ts'
import type { Store } from '../store/index.ts'
import {
  type Air,
  type Link,
  type Listener,
  type ListenUrl,
  parseListenUrl,
  portOf,
  schemes,
} from '../transport/index.ts'
import {
  Certificate,
  type CertificateFiles,
  type ContentFiles,
  contentFiles,
  TokenDesk,
  type Web,
  WebDoor,
} from '../web/index.node.ts'
import { type AnyGame, type GameMistake, mistakeText, type World } from '../world/index.ts'
import { Host } from './host.ts'
import { Keeping, serverName } from './keeping.node.ts'
import { leaveWill } from './last-will.node.ts'
import { listenWayOf } from './listening.node.ts'
import { metrics } from './metrics.ts'
import { MapWatcher } from './watch-map.node.ts'

export interface ServeOptions {
  /**
   * Names where to listen: any mix of ws://, wss://, tcp:// and udp://; "ws://127.0.0.1:4000" when left out. Pages
   * come from the port of WebSocket; connect tokens for UDP come over HTTP from the UDP listener's own port.
   */
  readonly listen?: readonly string[]
  /** Adds dialects to our own. A listener names one, as in "text+tcp://127.0.0.1:4100". */
  readonly dialects?: readonly Dialect[]
  /** Lists the risks of dialects that the operator accepts where strangers can connect. None when left out. */
  readonly acceptRisks?: readonly Risk[]
  /**
   * Gives the certificate of wss:// listeners and of connect tokens for UDP, which then come over HTTPS only. The
   * server reads renewed files by itself.
   */
  readonly tls?: CertificateFiles
  /**
   * Lists the addresses that clients are told to connect to when the server stands behind a proxy, such as
   * "wss://town.example:443". The addresses of the listeners when left out.
   */
  readonly publicUrls?: readonly string[]
  readonly limits?: Partial<Limits>
  /** Lists the proxies whose X-Forwarded-For is trusted: addresses and networks. None when left out. */
  readonly trustedProxies?: readonly string[]
  /**
   * Says where clients reach udp:// listeners when it is not the address they ask for a token, by number:
   * "203.0.113.7:4000".
   */
  readonly publicAddress?: string
  /** Lists the origins whose pages may connect, as browsers name them. Any when left out. */
  readonly origins?: readonly string[]
  /**
   * Turns watching on: the server reads each map of `loadMap` again when its file is written and puts it under the
   * players. It calls this with one sentence about the outcome; a broken file changes nothing.
   */
  readonly watch?: (sentence: string) => void
  /** Seeds the world's dice. The system chooses when left out. */
  readonly seed?: number
  /** Stands between the server and its network, as the lab's weather does. Nothing when left out. */
  readonly air?: Air
  /**
   * Says where a game with accounts keeps them: an open store, "postgres://...", "memory:", or a SQLite file;
   * "shardless.db" in the working folder when left out. A game without accounts keeps nothing.
   */
  readonly store?: Store | string
}

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
  /**
   * Tells every player why, saves their characters and frees the ports.
   *
   * @returns how many characters could not be saved
   */
  close(reason?: string): Promise<number>
}

/** Sets how often the content folder is read: each 2,000 ms, or 20 times as long as one reading took. */
const LOOK_MS = 2000
const LOOK_SHARE = 20
/** Bounds how many ticks may fail one after the other. */
const FAILED_MAX = 100
/** Names a SQLite file in the working folder. */
const DEFAULT_STORE = 'shardless.db'
export const DEFAULT_LISTEN = 'ws://127.0.0.1:4000'

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
  const { content: folder } = definition.options
  const files = folder ? await contentFiles(folder, report) : undefined
  const addresses = (options.listen ?? [DEFAULT_LISTEN]).map((url) => parseListenUrl(url))
  const { dialects = [], acceptRisks = [] } = options
  const ways = addresses.map((address) => listenWayOf(address, dialects, acceptRisks))
  const certificate = await openCertificate(addresses, options)
  const keeping = definition.options.accounts
    ? await Keeping.open(definition, {
        store: options.store ?? DEFAULT_STORE,
        report,
        server: serverName(addresses[0]),
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
  const door = new WebDoor({ ...options, limits: host.limits, contentGate: host.content.gate, now })
  const { air } = options
  const admit = (from: string): string | undefined => host.admit(from)
  const listeners: Listener[] = []
  const tokens = new TokenDesk(host, now, { ...options, logins: keeping })
  const accounts = keeping?.pages({
    addressOf: (request) => door.addressOf(request),
    origins: options.origins,
  })
  const { web: pageFolder, contentSecurityPolicy } = definition.options
  const read = (): MetricRow[] => {
    const readings = new Readings()
    for (const machine of [host, door, tokens, keeping]) machine?.measure(readings)
    for (const listener of listeners) listener.measure?.(readings)
    return readings.rows(metrics)
  }
  const web: Web = {
    ...{ served: host, metrics: read, tokens, content: files, accounts, door, certificate },
    ...{ folder: pageFolder, contentSecurityPolicy },
  }
  const { origins, trustedProxies } = options
  const { fingerprint } = definition.game
  const listening = { web, fingerprint, admit, now, air, origins, trustedProxies, addresses }
  let ownerCode: string | undefined
  try {
    for (const [at, address] of addresses.entries()) {
      const { spoken, listen } = ways[at]
      const here = { ...spoken, port: address.port }
      const accept = (link: Link): void => host.accept(air?.wrap(link) ?? link, now, here)
      const opened = await listen(address, { ...listening, accept, dialect: spoken.dialect })
      here.port = portOf(opened[0].url)
      for (const listener of opened) listeners.push(called(listener, address.dialect))
    }
    ownerCode = await keeping?.begin(host)
  } catch (error) {
    for (const listener of listeners) await listener.close('The server could not start.')
    certificate?.close()
    await keeping?.end()
    throw error
  }
  const watchers = options.watch ? watchMaps(definition, host, options.watch) : []
  const urls = listeners.map((listener) => listener.url).filter((url) => !url.startsWith('http'))
  // Our own clients speak no other dialect.
  host.listeners = options.publicUrls ?? urls.filter((url) => !url.includes('+'))
  const { code } = host.region
  const will = leaveWill({
    rejected: (error) => code.failed('a promise that nobody waits for', '', error),
    dying: (error) => {
      console.error('The server ends, after it has told its players and saved their characters:', error)
      return server.close('The server has failed and is closing.')
    },
  })
  const stops = [runTicks(host, now), files ? lookAgain(files) : () => {}, will]
  const server: Server<G> = {
    host,
    world: host.world as World<G>,
    reloadMap: (map, name) => host.reloadMap(map, name),
    urls,
    pageUrl: openable(urls.find((url) => url.startsWith('ws')) ?? ''),
    store: keeping?.store,
    ownerCode,
    async close(reason = 'The server is closing.') {
      for (const stop of stops) stop()
      for (const watcher of watchers) watcher.close()
      certificate?.close()
      host.hangUp(reason)
      const unsaved = (await keeping?.close()) ?? 0
      host.close(reason)
      await Promise.all(listeners.map((listener) => listener.close(reason)))
      await keeping?.end()
      return unsaved
    },
  }
  return server
}

/** Puts the dialect's name into a listener's URL: "text+tcp://127.0.0.1:4100". */
function called(listener: Listener, dialect: string): Listener {
  if (dialect === '') return listener
  return { ...listener, url: `${dialect}+${listener.url}` }
}

/**
 * Opens the certificate that the listeners need.
 *
 * @throws OutsideError when a listener needs one and none is given, or when one is given that no listener uses
 */
async function openCertificate(
  addresses: readonly ListenUrl[],
  { tls }: ServeOptions,
): Promise<Certificate | undefined> {
  const secure = addresses.find(({ scheme }) => schemes[scheme].isSecure)
  if (tls === undefined) {
    if (secure === undefined) return undefined
    throw new OutsideError(
      `${secure.scheme}://${secure.host}:${secure.port} needs a certificate: give --tls-cert and --tls-key, or listen at ws:// behind a proxy that has one.`,
    )
  }
  if (secure === undefined && !addresses.some(({ scheme }) => scheme === 'udp'))
    throw new OutsideError(
      'A certificate is given, but no listener uses it: listen at wss://, as in --listen wss://0.0.0.0:443.',
    )
  return Certificate.open(tls, (sentence) => console.error(sentence))
}

/**
 * Runs each tick as near to its time as the platform allows. It reports a tick that fails and goes on with the next;
 * after 100 failures in a row it throws, which ends the process.
 */
function runTicks(host: Host, now: () => Instant): () => void {
  let timer: NodeJS.Timeout
  let failed = 0
  const next = (): void => {
    timer = setTimeout(
      () => {
        try {
          host.advance(now())
          failed = 0
        } catch (error) {
          if (++failed >= FAILED_MAX) throw error
          host.region.code.failed('a tick', '', error)
        }
        next()
      },
      Math.max(0, host.wakeAt - now()),
    )
  }
  next()
  return () => clearTimeout(timer)
}

/** Reads the content folder every two seconds, or less often when a reading takes long. */
function lookAgain(files: ContentFiles): () => void {
  let timer: NodeJS.Timeout
  const next = (wait: number): void => {
    timer = setTimeout(async () => {
      const began = performance.now()
      await files.look()
      if (!isStopped) next(Math.max(LOOK_MS, LOOK_SHARE * (performance.now() - began)))
    }, wait)
  }
  let isStopped = false
  next(LOOK_MS)
  return () => {
    isStopped = true
    clearTimeout(timer)
  }
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

/**
 * Returns the page of a WebSocket address. Some browsers do not open 0.0.0.0 or [::], which stand for all addresses of
 * a machine.
 */
function openable(url: string): string {
  return url.replace(/^ws/, 'http').replace('//0.0.0.0', '//127.0.0.1').replace('//[::]', '//[::1]')
}
