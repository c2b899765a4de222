import { OutsideError } from '../core/index.ts'
import { defaultLimits } from '../gateway/limits/index.ts'

export type CommandName =
  | 'serve'
  | 'bots'
  | 'inspect'
  | 'sim'
  | 'update'
  | 'info'
  | 'stats'
  | 'account'
  | 'backup'
  | 'check'
  | 'restore'
  | 'map'
  | 'cluster'
  | 'region'
  | 'gateway'
  | 'directory'
  | 'console'

/** The value of an option. */
export type Setting = string | number | boolean | readonly string[] | undefined

/** One option, the same on the command line, in the environment and in the config file. */
export interface Option {
  /**
   * Its name in the config file: "viewRadius". On the command line "--view-radius", in the environment
   * "SHARDLESS_VIEW_RADIUS".
   */
  readonly name: string
  readonly commands: readonly CommandName[]
  readonly kind: 'text' | 'texts' | 'names' | 'number' | 'whole' | 'truth'
  /** What the value is, for help: "URL", "metres", "bytes per second". */
  readonly unit: string
  readonly describe: string
  /** Undefined if leaving it out has a meaning of its own, which `describe` says. */
  readonly default: Setting
  /** The bounds of a number, both included. */
  readonly least?: number
  readonly most?: number
}

const serve = ['serve'] as const
/** What has players connect to it. */
const front = ['serve', 'cluster', 'gateway'] as const
/** What runs a game. */
const game = ['serve', 'cluster', 'region', 'gateway'] as const
/** What is a process of a cluster. */
const member = ['region', 'gateway', 'directory'] as const
const clustered = ['cluster', 'region', 'gateway', 'directory'] as const
const bots = ['bots'] as const
const inspect = ['inspect'] as const
const players = ['bots', 'inspect'] as const
const net = ['serve', 'bots', 'inspect'] as const
const sim = ['sim'] as const
const seeded = ['serve', 'bots', 'sim', 'cluster', 'region'] as const
const limit = { commands: front, kind: 'whole', least: 1 } as const

/** Every option. */
// biome-ignore format: a table is read by its columns
export const options: readonly Option[] = [
  { name: 'game', commands: [...game, 'inspect', 'sim'], kind: 'text', unit: 'FILE', default: undefined, describe: 'module whose default export is what defineServer made' },
  { name: 'listen', commands: front, kind: 'texts', unit: 'URL', default: ['ws://127.0.0.1:4000'], describe: 'where to listen; give it several times for several listeners' },
  { name: 'dialects', commands: front, kind: 'names', unit: 'NAMES', default: undefined, describe: 'speak the protocols of other programs that the game is shown to, at their customary ports of this machine: all of them, or those named' },
  { name: 'dialect', commands: front, kind: 'texts', unit: 'FILE', default: [], describe: 'modules whose default exports are what defineDialect made, one or a list: further protocols that are not ours, for listeners such as text+tcp://127.0.0.1:4100' },
  { name: 'acceptRisk', commands: front, kind: 'texts', unit: 'clear-passwords|unproven-addresses', default: [], describe: 'risks of dialects that are taken where strangers can connect' },
  { name: 'map', commands: game, kind: 'text', unit: 'FILE', default: undefined, describe: "Tiled map (.tmj or .tmx) to use instead of the game's own" },
  { name: 'watch', commands: serve, kind: 'truth', unit: 'true or false', default: false, describe: 'reload maps when their files change, while players walk on them' },
  { name: 'console', commands: serve, kind: 'truth', unit: 'true or false', default: true, describe: 'where the terminal is one, no line editor for the operator: players, kick, say and what the game adds; "help" lists them' },
  { name: 'admin', commands: front, kind: 'text', unit: 'URL', default: undefined, describe: 'where the console can be reached from elsewhere, by "shardless console": tcp://127.0.0.1:4010, or wss:// for other machines; nowhere when left out. In a cluster it is the first gateway, which moves districts and drains regions' },
  { name: 'adminTokenFile', commands: [...front, 'console'], kind: 'text', unit: 'FILE', default: 'shardless.token', describe: 'file with the token that whoever uses that console has to know; made on the first start' },
  { name: 'adminInClear', commands: front, kind: 'truth', unit: 'true or false', default: false, describe: "let that console be reached by other machines without TLS: whoever is on the way reads its token" },
  { name: 'bots', commands: ['serve', 'cluster'], kind: 'whole', unit: 'count', default: 0, least: 0, most: 5000, describe: 'bots to put into the world' },
  { name: 'viewRadius', commands: game, kind: 'number', unit: 'metres', default: undefined, least: 1, most: 4096, describe: "how far a player sees; left out, what the game says, or else 48" },
  { name: 'players', ...limit, unit: 'count', default: defaultLimits.players, most: 100_000, describe: 'players at a time' },
  { name: 'connectionsPerAddress', ...limit, unit: 'count', default: defaultLimits.connectionsPerAddress, most: 1_000_000, describe: 'connections from one address at a time' },
  { name: 'bytesPerSecond', ...limit, unit: 'bytes/s', default: defaultLimits.bytesPerSecond, most: 10_000_000, describe: 'what one client may send' },
  { name: 'packetsPerSecond', ...limit, unit: 'packets/s', default: defaultLimits.packetsPerSecond, most: 100_000, describe: 'what one client may send' },
  { name: 'packetBytesMax', ...limit, unit: 'bytes', default: defaultLimits.packetBytesMax, least: 64, most: 65_536, describe: 'largest packet from a client' },
  { name: 'requestsPerSecond', ...limit, unit: 'requests/s', default: defaultLimits.requestsPerSecond, most: 10_000, describe: 'what one player may ask' },
  { name: 'tokensPerSecond', ...limit, unit: 'tokens/s', default: defaultLimits.tokensPerSecond, most: 100_000, describe: 'connect tokens for UDP that one address gets' },
  { name: 'httpRequestsPerSecond', ...limit, unit: 'requests/s', default: defaultLimits.httpRequestsPerSecond, most: 1_000_000, describe: 'what one address may ask over HTTP' },
  { name: 'httpIdleTimeoutMs', ...limit, unit: 'ms', default: defaultLimits.httpIdleTimeoutMs, least: 1000, most: 600_000, describe: 'how long an HTTP socket may stay idle' },
  { name: 'contentAsksPerSecond', ...limit, unit: 'pieces/s', default: defaultLimits.contentAsksPerSecond, most: 1_000_000, describe: 'pieces of client content that one address gets' },
  { name: 'contentBytesPerSecond', ...limit, unit: 'bytes/s', default: defaultLimits.contentBytesPerSecond, least: 1000, most: 1_000_000_000, describe: 'client content sent in-band to one client' },
  { name: 'contentTimeoutMs', ...limit, unit: 'ms', default: defaultLimits.contentTimeoutMs, least: 1000, most: 86_400_000, describe: 'how long a client may fetch content without a hello' },
  { name: 'nonsenseMax', ...limit, unit: 'count', default: defaultLimits.nonsenseMax, most: 1_000_000, describe: 'messages that make no sense before a client is refused' },
  { name: 'viewBytesPerSecond', ...limit, unit: 'bytes/s', default: defaultLimits.viewBytesPerSecond, least: 1000, most: 10_000_000, describe: 'state sent to one player, headers counted' },
  { name: 'newsTicks', ...limit, unit: 'ticks', default: defaultLimits.newsTicks, least: 1, most: 20, describe: 'for how long news of those not nearby may wait for further ones; 1 for none' },
  { name: 'helloTimeoutMs', ...limit, unit: 'ms', default: defaultLimits.helloTimeoutMs, least: 100, most: 600_000, describe: 'how long a new connection may take to say hello' },
  { name: 'silenceTimeoutMs', ...limit, unit: 'ms', default: defaultLimits.silenceTimeoutMs, least: 1500, most: 600_000, describe: 'silence after which a connection counts as lost' },
  { name: 'graceMs', ...limit, unit: 'ms', default: defaultLimits.graceMs, least: 0, most: 86_400_000, describe: 'how long a character waits for a player whose connection is lost' },
  { name: 'leavingGraceMs', ...limit, unit: 'ms', default: defaultLimits.leavingGraceMs, least: 0, most: 86_400_000, describe: 'how long it waits for a player whose page went away without a goodbye; never longer than --grace-ms' },
  { name: 'slowBytes', ...limit, unit: 'bytes', default: defaultLimits.slowBytes, least: 4096, most: 100_000_000, describe: 'what may wait unsent before a client counts as slow' },
  { name: 'slowTimeoutMs', ...limit, unit: 'ms', default: defaultLimits.slowTimeoutMs, least: 1000, most: 600_000, describe: 'how long a client may fail to keep up' },
  { name: 'publicAddress', commands: front, kind: 'text', unit: 'ADDRESS', default: undefined, describe: 'where clients reach udp:// listeners, such as 203.0.113.7 or 203.0.113.7:4000; the address they ask at when left out' },
  { name: 'publicUrls', commands: front, kind: 'texts', unit: 'URL', default: undefined, describe: 'what clients are told to connect to, such as wss://town.example:443 behind a proxy; the listeners when left out' },
  { name: 'tlsCert', commands: front, kind: 'text', unit: 'FILE', default: undefined, describe: 'certificate chain (PEM) for wss:// listeners, read again when it is renewed' },
  { name: 'tlsKey', commands: front, kind: 'text', unit: 'FILE', default: undefined, describe: 'its private key (PEM)' },
  { name: 'trustedProxies', commands: front, kind: 'texts', unit: 'ADDRESS', default: [], describe: 'proxies whose X-Forwarded-For is believed' },
  { name: 'origins', commands: front, kind: 'texts', unit: 'ORIGIN', default: undefined, describe: 'pages that may connect, such as https://town.example; any when left out' },
  { name: 'bot', commands: ['serve', 'bots', 'sim', 'cluster'], kind: 'text', unit: 'FILE', default: undefined, describe: 'module whose default export is what defineBot made' },
  { name: 'url', commands: players, kind: 'text', unit: 'URL', default: 'ws://127.0.0.1:4000', describe: 'the server to join' },
  { name: 'tokenUrl', commands: ['bots', 'inspect', 'info', 'update'], kind: 'text', unit: 'URL', default: undefined, describe: 'for udp://, where to get connect tokens, such as https://town.example/token; the same host and port by HTTP when left out' },
  { name: 'count', commands: bots, kind: 'whole', unit: 'count', default: 20, least: 1, most: 20_000, describe: 'how many bots' },
  { name: 'seconds', commands: players, kind: 'number', unit: 's', default: 0, least: 0, most: 1e9, describe: 'how long to stay once in; 0 until Ctrl-C' },
  { name: 'as', commands: inspect, kind: 'text', unit: 'NAME', default: 'Inspector', describe: 'the name to join under: an inspector is a player like any other' },
  { name: 'entity', commands: inspect, kind: 'whole', unit: 'id', default: 0, least: 0, most: 4_294_967_295, describe: 'the entity whose wire trace is shown; 0 for one in view' },
  { name: 'weather', commands: net, kind: 'text', unit: 'WEATHER', default: undefined, describe: 'what happens to packets both ways, such as train or "100ms±20 loss=5%"; nothing when left out' },
  { name: 'record', commands: ['serve', 'sim'], kind: 'text', unit: 'FILE', default: undefined, describe: 'file to write a recording of the world to, hidden entities included' },
  { name: 'regions', commands: ['cluster'], kind: 'whole', unit: 'count', default: 2, least: 1, most: 1000, describe: 'region processes' },
  { name: 'gateways', commands: ['cluster'], kind: 'whole', unit: 'count', default: 2, least: 1, most: 1000, describe: 'gateway processes; the second listens at the next port, and so on' },
  { name: 'bus', commands: clustered, kind: 'text', unit: 'URL', default: 'tcp://127.0.0.1:0', describe: 'where this process listens for the others, such as tcp://0.0.0.0:4500, or the broker they all use, such as nats://127.0.0.1:4222' },
  { name: 'directory', commands: ['region', 'gateway'], kind: 'text', unit: 'URL', default: undefined, describe: 'where the directory process is, such as tcp://directory:4500; not with NATS' },
  { name: 'secret', commands: clustered, kind: 'text', unit: 'TEXT', default: undefined, describe: 'what all processes of the cluster know and nobody else; best in the environment' },
  { name: 'world', commands: clustered, kind: 'text', unit: 'NAME', default: 'world', describe: 'the name of the cluster; others on the same broker or network do not hear it' },
  { name: 'advertise', commands: member, kind: 'text', unit: 'HOST', default: undefined, describe: 'the host that the other processes dial, where it is not the one listened at' },
  { name: 'health', commands: member, kind: 'text', unit: 'HOST:PORT', default: undefined, describe: 'where /live, /ready and /metrics are answered over HTTP; nowhere when left out' },
  { name: 'scenario', commands: sim, kind: 'text', unit: 'NAME', default: 'all', describe: 'what happens to the players; --list lists the scenarios' },
  { name: 'seeds', commands: sim, kind: 'whole', unit: 'count', default: 1, least: 1, most: 1_000_000, describe: 'how many seeds, one after the other from --seed' },
  { name: 'swarm', commands: sim, kind: 'truth', unit: 'true or false', default: false, describe: 'let each seed draw one scenario and one of the links, instead of playing all of them' },
  { name: 'cluster', commands: sim, kind: 'truth', unit: 'true or false', default: false, describe: 'simulate a cluster that hands entities over, instead of a game' },
  { name: 'handoffs', commands: sim, kind: 'whole', unit: 'count', default: 10_000, least: 1, most: 1_000_000_000, describe: 'with --cluster: go on from seed to seed until there were so many' },
  { name: 'links', commands: sim, kind: 'text', unit: 'streams|sealed|both', default: 'both', describe: 'streams as WebSocket has them, or sealed datagrams' },
  { name: 'store', commands: [...game, 'account', 'backup', 'restore'], kind: 'text', unit: 'STORE', default: 'shardless.db', describe: 'where accounts and characters are kept, in games that have them: a SQLite file, postgres://user:password@host/database, or memory:' },
  { name: 'svg', commands: ['map'], kind: 'text', unit: 'FILE', default: undefined, describe: 'file to draw the map into, as an SVG picture' },
  { name: 'all', commands: ['stats'], kind: 'truth', unit: 'true or false', default: false, describe: 'print counters that stand at 0 too' },
  { name: 'json', commands: ['info', 'stats'], kind: 'truth', unit: 'true or false', default: false, describe: 'print JSON' },
  { name: 'reason', commands: ['account'], kind: 'text', unit: 'TEXT', default: undefined, describe: 'why somebody is banned; they are told the reason' },
  { name: 'hours', commands: ['account'], kind: 'number', unit: 'h', default: undefined, least: 0.001, most: 1e6, describe: 'how long a ban lasts; for good when left out' },
  { name: 'seed', commands: seeded, kind: 'whole', unit: 'number', default: undefined, least: 0, most: 4_294_967_295, describe: 'seed of all dice; a new one each time when left out' },
]

export type Settings = Readonly<Record<string, Setting>>

/** Where values came from, by option name, as given. */
export interface Given {
  readonly commandLine: Readonly<Record<string, unknown>>
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly file: { readonly path: string; readonly values: Readonly<Record<string, unknown>> } | undefined
}

export function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

export function variableOf(name: string): string {
  return `SHARDLESS_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`
}

/**
 * Settles the options of one command: the command line goes before the environment, that before the config file,
 * that before the default.
 *
 * @throws OutsideError naming the wrong option, where it was given, and what it needs
 */
export function settleOptions(command: CommandName, given: Given): Settings {
  refuseUnknown(given.file)
  const settings: Record<string, Setting> = {}
  for (const option of options) {
    if (!option.commands.includes(command)) continue
    const { name } = option
    const variable = variableOf(name)
    if (given.commandLine[name] !== undefined)
      settings[name] = checked(option, given.commandLine[name], flagOf(name))
    else if (given.environment[variable] !== undefined)
      settings[name] = checked(option, given.environment[variable], variable)
    else if (given.file?.values[name] !== undefined)
      settings[name] = checked(option, given.file.values[name], `"${name}" in ${given.file.path}`)
    else settings[name] = option.default
  }
  return settings
}

function refuseUnknown(file: Given['file']): void {
  for (const name of Object.keys(file?.values ?? {}))
    if (!options.some((option) => option.name === name))
      throw new OutsideError(
        `"${name}" in ${file?.path} is no option. The options are ${options.map((option) => option.name).join(', ')}.`,
      )
}

function checked(option: Option, value: unknown, where: string): Setting {
  if (option.kind === 'text') {
    if (typeof value === 'string' && value !== '') return value
    throw new OutsideError(`${where} is ${JSON.stringify(value)}; it wants ${article(option.unit)}.`)
  }
  if (option.kind === 'texts') {
    const list = typeof value === 'string' ? value.split(',').map((part) => part.trim()) : value
    if (Array.isArray(list) && list.every((part) => typeof part === 'string' && part !== '')) return list
    throw new OutsideError(`${where} is ${JSON.stringify(value)}; it wants one or more: ${option.unit}.`)
  }
  if (option.kind === 'names') {
    if (value === true || value === 'true') return ['all']
    if (value === false || value === 'false') return undefined
    const names = (Array.isArray(value) ? value : [value]).flatMap((one) => String(one).split(','))
    if (names.every((one) => one.trim() !== '')) return names.map((one) => one.trim())
    throw new OutsideError(`${where} is ${JSON.stringify(value)}; it wants names, or nothing for all.`)
  }
  if (option.kind === 'truth') {
    if (value === true || value === 'true' || value === '1') return true
    if (value === false || value === 'false' || value === '0') return false
    throw new OutsideError(`${where} is ${JSON.stringify(value)}; it is true or false.`)
  }
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  const { least = -Infinity, most = Infinity } = option
  const isFit = typeof number === 'number' && number >= least && number <= most
  if (isFit && (option.kind === 'number' || Number.isInteger(number))) return number
  const what = option.kind === 'whole' ? 'a whole number' : 'a number'
  throw new OutsideError(
    `${where} is ${JSON.stringify(value)}; it wants ${what} from ${least} to ${most} (${option.unit}).`,
  )
}

function article(unit: string): string {
  if (unit === 'FILE') return "a file's path"
  return unit === 'ADDRESS' ? 'an address' : `a ${unit}`
}
