import { type Instant, type Measured, type MetricRow, OutsideError, Readings } from '../core/index.ts'
import type { Spoken } from '../gateway/index.ts'
import type { AnyDefinition } from '../region/index.ts'
import {
  type Link,
  type Listener,
  type ListenUrl,
  parseListenUrl,
  portOf,
  schemes,
} from '../transport/index.ts'
import {
  Certificate,
  type ContentFiles,
  contentFiles,
  type Served,
  TokenDesk,
  type Web,
  WebDoor,
} from '../web/index.node.ts'
import { planAdmin } from './admin/admin-listener.node.ts'
import type { Keeping } from './keeping.node.ts'
import { type ListenWay, listenWayOf } from './listening.node.ts'
import { allMetrics } from './metrics.ts'
import { DEFAULT_LISTEN, type ServeOptions } from './serve-options.node.ts'

/** How often the content folder is read: each 2,000 ms, or 20 times as long as one reading took. */
const LOOK_MS = 2000
const LOOK_SHARE = 20

/** What is needed before anything is opened: a wrong option is told before a port is taken. */
export interface FrontPlan {
  readonly files: ContentFiles | undefined
  readonly addresses: readonly ListenUrl[]
  readonly ways: readonly ListenWay[]
  readonly certificate: Certificate | undefined
  /** Where operators come in; undefined for nowhere. */
  readonly admin: ListenUrl | undefined
}

/** What players come to behind the front: a host, or a gateway alone. */
export interface BehindFront {
  readonly served: Served
  readonly contentGate: ConstructorParameters<typeof WebDoor>[0]['contentGate']
  readonly keeping: Keeping | undefined
  readonly now: () => Instant
  /** What else tells its numbers at `/stats` and `/metrics`. */
  readonly machines: readonly Measured[]
  accept(link: Link, now: () => Instant, spoken: Spoken): void
}

/** Everything a server has open to the world: listeners, pages, connect tokens. */
export interface Front {
  /** Lists what to connect to, one for each listener: "ws://127.0.0.1:4000". */
  readonly urls: readonly string[]
  /** Names where the pages are, seen from this machine; empty without a ws:// listener. */
  readonly pageUrl: string
  /** What clients are told to connect to. */
  readonly toldUrls: readonly string[]
  /** Stops looking after files, before players are told that it ends. */
  rest(): void
  /** Frees the ports. */
  close(reason: string): Promise<void>
}

/** @throws OutsideError with one sentence when an address is malformed or a certificate cannot be had */
export async function planFront(
  definition: AnyDefinition,
  options: ServeOptions,
  report: (error: unknown) => void,
): Promise<FrontPlan> {
  const { content: folder } = definition.options
  const files = folder ? await contentFiles(folder, report) : undefined
  const addresses = (options.listen ?? [DEFAULT_LISTEN]).map((url) => parseListenUrl(url))
  const { dialects = [], acceptRisks = [] } = options
  const ways = addresses.map((address) => listenWayOf(address, dialects, acceptRisks))
  const admin = options.admin && planAdmin(options.admin)
  const certificate = await openCertificate(admin ? [...addresses, admin] : addresses, options)
  return { files, addresses, ways, certificate, admin }
}

/** @throws OutsideError when a port is taken; then nothing is open */
export async function openFront(
  definition: AnyDefinition,
  options: ServeOptions,
  { files, addresses, ways, certificate }: FrontPlan,
  behind: BehindFront,
): Promise<Front> {
  const { served, contentGate, keeping, now } = behind
  const door = new WebDoor({ ...options, limits: served.limits, contentGate, now })
  const { air } = options
  const admit = (from: string): string | undefined => served.admit(from)
  const listeners: Listener[] = []
  const tokens = new TokenDesk(served, now, { ...options, logins: keeping })
  const accounts = keeping?.pages({
    addressOf: (request) => door.addressOf(request),
    origins: options.origins,
  })
  const { web: pageFolder, contentSecurityPolicy } = definition.options
  const read = (): MetricRow[] => {
    const readings = new Readings()
    for (const machine of [...behind.machines, door, tokens, keeping]) machine?.measure(readings)
    for (const listener of listeners) listener.measure?.(readings)
    return readings.rows(allMetrics)
  }
  const web: Web = {
    ...{ served, metrics: read, tokens, content: files, accounts, door, certificate },
    ...{ folder: pageFolder, contentSecurityPolicy },
  }
  const { origins, trustedProxies } = options
  const { fingerprint } = definition.game
  const listening = { web, fingerprint, admit, now, air, origins, trustedProxies, addresses }
  const close = async (reason: string): Promise<void> => {
    await Promise.all(listeners.map((listener) => listener.close(reason)))
  }
  try {
    for (const [at, address] of addresses.entries()) {
      const { spoken, listen } = ways[at]
      const here = { ...spoken, port: address.port }
      const accept = (link: Link): void => behind.accept(air?.wrap(link) ?? link, now, here)
      const opened = await listen(address, { ...listening, accept, dialect: spoken.dialect })
      here.port = portOf(opened[0].url)
      for (const listener of opened) listeners.push(called(listener, address.dialect))
    }
  } catch (error) {
    await close('The server could not start.')
    certificate?.close()
    throw error
  }
  const urls = listeners.map((listener) => listener.url).filter((url) => !url.startsWith('http'))
  const stop = files ? lookAgain(files) : () => {}
  return {
    urls,
    pageUrl: openable(urls.find((url) => url.startsWith('ws')) ?? ''),
    // Our own clients speak no other dialect.
    toldUrls: options.publicUrls ?? urls.filter((url) => !url.includes('+')),
    rest() {
      stop()
      certificate?.close()
    },
    close,
  }
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

/**
 * Returns the page of a WebSocket address. Some browsers do not open 0.0.0.0 or [::], which stand for all addresses of
 * a machine.
 */
function openable(url: string): string {
  return url.replace(/^ws/, 'http').replace('//0.0.0.0', '//127.0.0.1').replace('//[::]', '//[::1]')
}
