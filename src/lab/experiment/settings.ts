import { OutsideError } from '../../core/index.ts'
import type { Fault, Trouble } from '../simulation/scenario.ts'
import { parseWays } from '../weather-ways.ts'

/** What carries packets between server and players. */
export const experimentLinks = ['websocket', 'tcp', 'udp'] as const
export type ExperimentLink = (typeof experimentLinks)[number]

/** The engine's means against a bad network that an experiment can switch off. */
export const means = ['delta', 'prediction', 'interpolation', 'quantizing', 'priority', 'batching'] as const
export type Means = (typeof means)[number]

export const PLAYERS_LEAST = 2
export const PLAYERS_MOST = 12
const SEED_MAX = 2 ** 32 - 1

/** The conditions of an experiment, which an address can hold. */
export interface ExperimentSettings {
  readonly seed: number
  readonly players: number
  readonly link: ExperimentLink
  /** The weather of both directions, dealt out to the players in turn: see `parseWays`. */
  readonly weather: readonly string[]
  /** What is switched off. */
  readonly off: readonly Means[]
  /** What happens and when, in seconds from the beginning. */
  readonly script: readonly Fault[]
}

export const defaultSettings: ExperimentSettings = {
  seed: 7,
  players: 4,
  link: 'websocket',
  weather: ['wifi'],
  off: [],
  script: [],
}

/**
 * Writes settings as the query of an address: "seed=7&players=4&link=udp&weather=4G&script=5+cut+0+3".
 *
 * What equals the default is left out.
 */
export function writeSettings({ seed, players, link, weather, off, script }: ExperimentSettings): string {
  const query = new Map<string, string>([
    ['seed', String(seed)],
    ['players', String(players)],
    ['link', link],
    ['weather', weather.join(';')],
    ['off', off.join(',')],
    ['script', writeScript(script)],
  ])
  return [...query]
    .filter(([name, value]) => value !== defaultTexts[name])
    .map(([name, value]) => `${name}=${encodeURIComponent(value).replaceAll('%20', '+')}`)
    .join('&')
}

/**
 * Reads settings from the query of an address; what it does not name is as by default.
 *
 * @throws OutsideError with a sentence about the first value that cannot be read
 */
export function readSettings(query: string): ExperimentSettings {
  const named = new Map<string, string>()
  for (const pair of query.replace(/^\?/, '').split('&')) {
    const [name, ...rest] = pair.split('=')
    if (name !== '') named.set(name, unescaped(rest.join('=')))
  }
  const value = (name: string): string => named.get(name) ?? defaultTexts[name]
  const off = value('off').split(',').filter(Boolean)
  for (const one of off)
    if (!(means as readonly string[]).includes(one))
      throw new OutsideError(`"${one}" cannot be switched off; there are ${means.join(', ')}.`)
  const link = value('link')
  if (!(experimentLinks as readonly string[]).includes(link))
    throw new OutsideError(`The link "${link}" is not known; there are ${experimentLinks.join(', ')}.`)
  const weather = value('weather').split(';')
  for (const one of weather) parseWays(one)
  return {
    seed: integerIn('seed', value('seed'), 0, SEED_MAX),
    players: integerIn('players', value('players'), PLAYERS_LEAST, PLAYERS_MOST),
    link: link as ExperimentLink,
    weather,
    off: off as Means[],
    script: readScript(value('script')),
  }
}

function unescaped(text: string): string {
  try {
    // Whoever writes an address by hand writes "loss=5%": a % that begins no byte is one.
    return decodeURIComponent(text.replaceAll('+', ' ').replace(/%(?![\da-f]{2})/gi, '%25'))
  } catch {
    throw new OutsideError(`"${text}" is not a value of an address.`)
  }
}

function integerIn(name: string, text: string, min: number, max: number): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= min && value <= max) return value
  throw new OutsideError(`${name} is "${text}"; it wants a whole number from ${min} to ${max}.`)
}

/** The forms of a script's lines, as they are shown to whoever writes one. */
export const scriptForms = [
  '5 cut 0 3                player 0 has no network for 3 s, at 5 s',
  '5 every 7 cut one 3      the same, for one whom the dice choose, again every 7 s (at least 0.1)',
  '5 freeze all 1.5         every client does nothing',
  '5 deafen 1 2             player 1 takes nothing in',
  '5 jump 1 300             the clock of player 1 jumps by 300 ms',
  '5 weather 1 4G loss=5%   the weather of player 1 changes',
  '5 weather 1 4G up        the same, only towards the server; "down" from it',
  '5 weather all choked uplink   a named weather; "4G|fibre" is 4G to the server and fibre from it',
  '5 move 1                 the address of player 1 changes',
  '5 leave 1, 5 join        a player leaves, one more joins',
  '5 stall 0.4              the server does nothing',
  '5 restart 2              the server stops, and is there again 2 s later',
  '5 strange 20             a stranger throws 20 packets at the server',
] as const

/** Writes a script, one line for each thing that happens: "5 every 7 cut one 3". */
export function writeScript(script: readonly Fault[]): string {
  return script.map(lineOf).join('\n')
}

function lineOf(fault: Fault): string {
  const words: (string | number)[] = [fault.at]
  if (fault.every !== undefined) words.push('every', fault.every)
  words.push(fault.do)
  if ('who' in fault) words.push(fault.who)
  if ('seconds' in fault) words.push(fault.seconds)
  if ('ms' in fault) words.push(fault.ms)
  if ('weather' in fault) words.push(fault.weather)
  if ('way' in fault && fault.way !== undefined) words.push(fault.way)
  if ('packets' in fault) words.push(fault.packets)
  return words.join(' ')
}

/**
 * Reads a script: see `scriptForms`. Empty lines and what follows a # are passed over.
 *
 * @throws OutsideError that names the first line that cannot be read
 */
export function readScript(text: string): Fault[] {
  const script: Fault[] = []
  for (const [number, whole] of text.split('\n').entries()) {
    const line = whole.replace(/#.*/, '').trim()
    if (line === '') continue
    const fault = faultOf(line)
    if (fault === undefined)
      throw new OutsideError(
        `Line ${number + 1} of the script, "${line}", cannot be read. Forms are:\n${scriptForms.join('\n')}`,
      )
    script.push(fault)
  }
  return script.sort((a, b) => a.at - b.at)
}

function faultOf(line: string): Fault | undefined {
  const words = line.split(/\s+/)
  const at = numberOf(words.shift())
  let every: number | undefined
  if (words[0] === 'every') {
    words.shift()
    every = numberOf(words.shift())
    if (every === undefined || every < EVERY_SECONDS_LEAST) return undefined
  }
  const trouble = troubleOf(words)
  if (at === undefined || trouble === undefined) return undefined
  return every === undefined ? { ...trouble, at } : { ...trouble, at, every }
}

function troubleOf([what, ...rest]: readonly string[]): Trouble | undefined {
  const [first, second] = rest
  switch (what) {
    case 'join':
      return rest.length === 0 ? { do: 'join' } : undefined
    case 'stall':
    case 'restart': {
      const seconds = numberOf(first)
      return seconds === undefined || rest.length > 1 ? undefined : { do: what, seconds }
    }
    case 'strange': {
      const packets = numberOf(first)
      return packets === undefined || packets > STRANGE_MAX ? undefined : { do: 'strange', packets }
    }
    default:
  }
  const who = whoOf(first)
  if (who === undefined) return undefined
  switch (what) {
    case 'leave':
    case 'move':
      return rest.length === 1 ? { do: what, who } : undefined
    case 'cut':
    case 'freeze':
    case 'deafen': {
      const seconds = numberOf(second)
      return seconds === undefined || rest.length > 2 ? undefined : { do: what, who, seconds }
    }
    case 'jump': {
      const ms = Number(second)
      return second === undefined || !Number.isFinite(ms) ? undefined : { do: 'jump', who, ms }
    }
    case 'weather': {
      const way = rest.at(-1)
      const isOneWay = way === 'up' || way === 'down'
      const weather = rest.slice(1, isOneWay ? -1 : undefined).join(' ')
      parseWays(weather)
      return isOneWay ? { do: 'weather', who, weather, way } : { do: 'weather', who, weather }
    }
    default:
      return undefined
  }
}

/** How often something may happen again and again: what an address asks for must not stand still for it. */
const EVERY_SECONDS_LEAST = 0.1
/** The most packets that a stranger throws at once. */
const STRANGE_MAX = 1000

function whoOf(word: string | undefined): Extract<Trouble, { who: unknown }>['who'] | undefined {
  if (word === 'all' || word === 'one') return word
  const number = numberOf(word)
  return number !== undefined && Number.isInteger(number) && number < 100 ? number : undefined
}

function numberOf(word: string | undefined): number | undefined {
  const value = word === undefined || word === '' ? Number.NaN : Number(word)
  return Number.isFinite(value) && value >= 0 && value <= 100_000 ? value : undefined
}

const defaultTexts: Readonly<Record<string, string>> = {
  seed: String(defaultSettings.seed),
  players: String(defaultSettings.players),
  link: defaultSettings.link,
  weather: defaultSettings.weather.join(';'),
  off: '',
  script: '',
}
