/** What the whole-server benches measure: who walks where, and who serves them. */

export const TICKS_PER_SECOND = 20
/** What the floor writes to each client in each tick, in bytes. */
export const FLOOR_BYTES = 256

/** A world to serve; lengths in metres. */
export interface Case {
  readonly name: string
  readonly people: number
  readonly side: number
  readonly radius: number
  /** The side of a cell; chosen by people and radius when left out. */
  readonly cellSize?: number
  /** How people steer: straight legs, as sticks and fingers do, or not at all. */
  readonly steering: 'legs' | 'sway' | 'none'
  /** The scheme of the server's address. */
  readonly over: 'ws' | 'udp'
}

/** The drivers: who serves, in which order they are told. */
export const drivers = ['ours', 'beside', 'over ws', 'msgpack', 'colyseus', 'floor', 'dgram'] as const
export type Driver = (typeof drivers)[number]

/** An order to a server's process. */
export interface Order {
  readonly driver: Driver
  readonly scene: Case
  /** Bytes of each frame, and frames a second, of those that only write. */
  readonly frameBytes: number
  readonly framesPerSecond: number
}

/** For how long a server is watched, and how many ms pass before once everybody is in. */
export interface Watch {
  readonly seconds: number
  readonly settleMs: number
}

/** What a server's process spent while it was watched. */
export interface Spent {
  readonly cpuMs: number
  readonly seconds: number
  readonly ticks: number
  readonly frames: number
  readonly bytes: number
  /** Of this, how much the process holds for each client: its resident memory over that before they came. */
  readonly memoryKb: number
  /** How many others stand within the radius of each, on average. */
  readonly within: number
}

/** Returns a town of so many people, with so many others within the radius of each. */
export function townOf(people: number, within: number): Case {
  const side = square(people, 48, within)
  return { name: 'cost', people, side, radius: 48, steering: 'legs', over: 'ws' }
}

/** Makes the square on which everybody has about so many others within the radius. */
function square(people: number, radius: number, within: number): number {
  const side = Math.sqrt((people * Math.PI * radius * radius) / within)
  // Who stands near the border has fewer: make up for it.
  return Math.round((side - 0.38 * radius) / 32) * 32
}

/** Returns a case; with `quick` a smaller one, as dense. */
export function caseOf(name: string, quick: boolean): Case {
  const few = quick ? 150 : 1000
  const town = (within: number) =>
    ({ people: few, side: square(few, 48, within), radius: 48, over: 'ws' }) as const
  const crowd = {
    name,
    people: quick ? 100 : 200,
    side: 64,
    radius: 96,
    steering: 'legs',
    over: 'ws',
  } as const
  if (name === 'crowd') return crowd
  if (name === 'sparse') return { name, ...town(8), steering: 'legs' }
  if (name === 'idle') return { name, ...town(50), steering: 'none' }
  if (name === 'sway') return { name, ...town(50), steering: 'sway' }
  if (name === 'udp')
    return {
      name,
      ...town(50),
      people: quick ? 100 : 300,
      side: square(quick ? 100 : 300, 48, 50),
      steering: 'legs',
      over: 'udp',
    }
  return { name, ...town(50), steering: 'legs' }
}
