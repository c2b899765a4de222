import { OutsideError } from '../../core/index.ts'
import { parseWays } from '../weather-ways.ts'

/** Who is affected: a client by number from 0, everyone, or one whom the dice choose. */
export type Affected = number | 'all' | 'one'

/**
 * What goes wrong in a scenario, and when, in seconds from its beginning.
 *
 *     cut      nothing gets through to the client or from it
 *     freeze   the client does nothing: a laptop that slept, a tab in the background
 *     deafen   the client goes on, and takes nothing in: a slow reader
 *     jump     the client's clock jumps by so many ms, forwards or back
 *     weather  the client's weather changes
 *     move     the client has another address: what was open carries nothing any more
 *     leave    the client leaves for good
 *     join     one more client joins
 *     stall    the server does nothing
 *     restart  the server stops, and an empty one starts so much later
 *     strange  somebody throws bytes at the server: random ones, and what clients sent with bits turned
 */
export type Trouble =
  | { readonly do: 'cut' | 'freeze' | 'deafen'; readonly who: Affected; readonly seconds: number }
  | { readonly do: 'jump'; readonly who: Affected; readonly ms: number }
  | {
      readonly do: 'weather'
      readonly who: Affected
      readonly weather: string
      /** The direction that changes; both when left out. */
      readonly way?: 'up' | 'down'
    }
  | { readonly do: 'leave' | 'move'; readonly who: Affected }
  | { readonly do: 'join' }
  | { readonly do: 'stall' | 'restart'; readonly seconds: number }
  | { readonly do: 'strange'; readonly packets: number }

/**
 * What the affected players' fingers do from then on, instead of what their minds want, until it is long over:
 *
 *     hold   go on as before, as who notices nothing
 *     tap    press and let go for a second, and then want nothing
 */
export type Fingers = 'hold' | 'tap'

export type Fault = Trouble & {
  readonly fingers?: Fingers
  readonly at: number
  /** How many seconds later it happens again, and so on until the end. */
  readonly every?: number
}

/** The conditions of a run: plain data, so that it can be written down and replayed. */
export interface Scenario {
  readonly name: string
  /** One sentence for people. */
  readonly about: string
  readonly seconds: number
  readonly clients: number
  /** The weather of both directions, dealt out to the clients in turn: "4G", or "4G|fibre", up and down. */
  readonly weather: readonly string[]
  /** The most by which clients' clocks run wrong, in millionths. */
  readonly driftPpm?: number
  readonly faults: readonly Fault[]
}

/** The scenarios that come with the lab. */
export const scenarios: readonly Scenario[] = [
  { name: 'calm', about: 'everyone in one house', seconds: 20, clients: 8, weather: ['LAN'], faults: [] },
  {
    name: 'town',
    about: 'players as they come: fibre, wifi, 4G; some leave, some join',
    seconds: 30,
    clients: 9,
    weather: ['fibre', 'wifi', '4G'],
    driftPpm: 50,
    faults: [
      { at: 6, every: 7, do: 'leave', who: 'one' },
      { at: 8, every: 7, do: 'join' },
    ],
  },
  {
    name: 'train',
    about: 'everyone on a train, which goes through a tunnel for eight seconds',
    seconds: 40,
    clients: 8,
    weather: ['train'],
    driftPpm: 100,
    faults: [{ at: 12, do: 'cut', who: 'all', seconds: 8 }],
  },
  {
    name: 'tunnel',
    about: 'connections that are lost for ten seconds, first all of them, then one by one',
    seconds: 45,
    clients: 6,
    weather: ['fibre', 'wifi', '4G'],
    driftPpm: 50,
    faults: [
      { at: 6, do: 'cut', who: 'all', seconds: 10 },
      { at: 22, every: 5, do: 'cut', who: 'one', seconds: 10 },
    ],
  },
  {
    name: 'roaming',
    about: 'people who go from one network to another, in every weather',
    seconds: 40,
    clients: 8,
    weather: ['fibre', 'wifi', '4G', 'train', 'terrible'],
    driftPpm: 50,
    faults: [
      { at: 5, every: 2.7, do: 'move', who: 'one' },
      { at: 20, do: 'move', who: 'all' },
      { at: 12, every: 9, do: 'cut', who: 'one', seconds: 2 },
    ],
  },
  {
    name: 'terrible',
    about: 'a tenth of all packets lost, more of them late, repeated and out of order',
    seconds: 30,
    clients: 6,
    weather: ['terrible'],
    driftPpm: 200,
    faults: [],
  },
  {
    name: 'storm',
    about: 'weather that changes all the time, and connections that are cut for seconds',
    seconds: 40,
    clients: 8,
    weather: ['wifi', '4G'],
    driftPpm: 200,
    faults: [
      { at: 5, every: 9, do: 'weather', who: 'one', weather: 'terrible' },
      { at: 7, every: 11, do: 'weather', who: 'one', weather: 'train' },
      { at: 9, every: 8, do: 'weather', who: 'one', weather: 'LAN' },
      { at: 6, every: 6, do: 'cut', who: 'one', seconds: 3 },
      { at: 15, do: 'cut', who: 'one', seconds: 12 },
    ],
  },
  {
    name: 'sleepers',
    about: 'laptops that sleep, tabs in the background, clocks that jump, readers that do not read',
    seconds: 45,
    clients: 8,
    weather: ['fibre', 'wifi'],
    driftPpm: 200,
    faults: [
      { at: 5, every: 7, do: 'freeze', who: 'one', seconds: 1.5 },
      { at: 8, do: 'freeze', who: 'one', seconds: 20 },
      { at: 9, every: 13, do: 'jump', who: 'one', ms: 3000 },
      { at: 11, every: 13, do: 'jump', who: 'one', ms: -2000 },
      { at: 12, every: 10, do: 'deafen', who: 'one', seconds: 4 },
    ],
  },
  {
    name: 'keys',
    about:
      'keys held through pauses of the network, the page and the server, and tapped while clocks are set',
    seconds: 45,
    clients: 8,
    weather: ['LAN', 'fibre', '4G'],
    driftPpm: 50,
    faults: [
      // Far ahead after a slow way, and set forth: what is tapped then is for more than two seconds later.
      { at: 3, every: 20, do: 'weather', who: 3, weather: '1200ms|20ms' },
      { at: 15, every: 20, do: 'weather', who: 3, weather: 'LAN' },
      { at: 15.6, every: 20, do: 'jump', who: 3, ms: 1450, fingers: 'tap' },
      { at: 4, every: 17, do: 'cut', who: 'one', seconds: 1.3, fingers: 'hold' },
      { at: 5, every: 13, do: 'freeze', who: 'one', seconds: 1.5, fingers: 'hold' },
      { at: 6, every: 18, do: 'jump', who: 'one', ms: 2700, fingers: 'tap' },
      { at: 9, every: 19, do: 'cut', who: 'one', seconds: 2.4, fingers: 'hold' },
      { at: 11, every: 14, do: 'jump', who: 'one', ms: -1600, fingers: 'tap' },
      { at: 26, every: 16, do: 'stall', seconds: 1.4, fingers: 'hold' },
      { at: 15, every: 15, do: 'freeze', who: 'one', seconds: 2.2, fingers: 'tap' },
    ],
  },
  {
    name: 'stalls',
    about: 'a server that stands still again and again, and once is started anew',
    seconds: 40,
    clients: 8,
    weather: ['fibre', '4G'],
    faults: [
      { at: 5, every: 5, do: 'stall', seconds: 0.4 },
      { at: 12, do: 'stall', seconds: 3 },
      { at: 22, do: 'restart', seconds: 2 },
    ],
  },
  {
    name: 'strangers',
    about: 'players among people who throw bytes at the server',
    seconds: 20,
    clients: 6,
    weather: ['fibre', 'wifi'],
    faults: [{ at: 2, every: 0.5, do: 'strange', packets: 20 }],
  },
  {
    name: 'chaos',
    about: 'everything at once, in every weather',
    seconds: 40,
    clients: 10,
    weather: ['LAN', 'wifi', 'train', '4G', 'terrible'],
    driftPpm: 300,
    faults: [
      { at: 2, every: 2.3, do: 'strange', packets: 10 },
      { at: 3, every: 3.1, do: 'cut', who: 'one', seconds: 2 },
      { at: 4, every: 3.7, do: 'freeze', who: 'one', seconds: 1.2 },
      { at: 5, every: 4.3, do: 'weather', who: 'one', weather: 'terrible' },
      { at: 6, every: 5.3, do: 'weather', who: 'one', weather: 'fibre' },
      { at: 5, every: 5.9, do: 'leave', who: 'one' },
      { at: 6, every: 4.7, do: 'join' },
      { at: 7, every: 6.1, do: 'deafen', who: 'one', seconds: 3 },
      { at: 8, every: 7.3, do: 'stall', seconds: 0.7 },
      { at: 9, every: 8.3, do: 'jump', who: 'one', ms: 1500 },
      { at: 10, every: 9.1, do: 'jump', who: 'one', ms: -1500 },
      { at: 16, every: 17, do: 'restart', seconds: 1 },
      { at: 14, do: 'cut', who: 'one', seconds: 15 },
      { at: 15, do: 'freeze', who: 'one', seconds: 12 },
    ],
  },
]

/** @throws OutsideError naming the scenarios there are */
export function scenarioByName(name: string): Scenario {
  const found = scenarios.find((scenario) => scenario.name === name)
  if (found) return found
  throw new OutsideError(
    `There is no scenario "${name}"; there are ${scenarios.map((one) => one.name).join(', ')}.`,
  )
}

/** Lists the faults of a scenario one by one, in the order of time. */
export function timetable({ faults, seconds }: Scenario): readonly Fault[] {
  const all: Fault[] = []
  for (const fault of faults) {
    if (fault.do === 'weather') parseWays(fault.weather)
    for (let at = fault.at; at < seconds; at += fault.every ?? seconds) all.push({ ...fault, at })
  }
  return all.sort((a, b) => a.at - b.at)
}
