import { ShardlessError } from '../../core/index.ts'

/** What a view follows, and how often it is told. */
export interface FollowingOptions {
  /** By how many metres a viewer leaves its seat before its cells are chosen anew. */
  readonly hysteresis: number
  /** The number of entities in view beyond which the radius shrinks. */
  readonly entitiesMax: number
  /** The distance in metres beyond which a cell is told of only every `farTicks` ticks. */
  readonly farBeyond: number
  readonly farTicks: number
  /**
   * The width of the ring around the radius, in metres, within which an entity may be held besides those within the
   * radius; Infinity: all that the cells hold that come within the radius.
   */
  readonly rim: number
}

export interface ViewOptions extends FollowingOptions {
  /** Whether packets can be lost: then they are numbered, and `acknowledged` and `lost` must be called. */
  readonly isLossy: boolean
  /** The most bytes of state in any second, headers of every packet counted. At least 2000. */
  readonly bytesPerSecond: number
  /** The bytes that a packet costs on the wire besides what the view writes: every header on the way. */
  readonly overheadBytes: number
  /**
   * For how many ticks a packet may wait for further news, where a view has a rim: 1 for none. What moves nearby is
   * told at once, and all there is with it.
   */
  readonly newsTicks: number
  /** How far nearby reaches, in metres, where more than `crowd` others are held; where fewer are, it is all of them. */
  readonly nearMetres: number
  readonly crowd: number
}

/** Within this distance others are told of at once also in a crowd, in metres; and how many others are one [T44]. */
export const NEAR_METRES = 16
export const CROWD = 24

export const defaultViewOptions: ViewOptions = {
  isLossy: false,
  bytesPerSecond: 64_000,
  // IPv4 20, TCP with time stamps 32, WebSocket 4, the dialect's head 10.
  overheadBytes: 66,
  newsTicks: 1,
  nearMetres: NEAR_METRES,
  crowd: CROWD,
  hysteresis: 4,
  entitiesMax: 400,
  farBeyond: Number.POSITIVE_INFINITY,
  farTicks: 4,
  rim: Number.POSITIVE_INFINITY,
}

/** What a game chooses of its players' views; what is left out is as in `defaultViewOptions`, with a rim of 8 m. */
export type ViewChoice = Partial<Omit<ViewOptions, 'isLossy' | 'bytesPerSecond' | 'overheadBytes'>>

/** The least value of each choice. */
const LEAST: Readonly<Record<keyof ViewChoice, number>> = {
  hysteresis: 0,
  entitiesMax: 1,
  farBeyond: 0,
  farTicks: 1,
  rim: 0,
  newsTicks: 1,
  nearMetres: 0,
  crowd: 0,
}

/** @throws `replication/bad-view` for a choice that is none */
export function checkViewChoice(choice: ViewChoice): void {
  for (const [name, value] of Object.entries(choice)) {
    const least = LEAST[name as keyof ViewChoice]
    if (least === undefined)
      throw new ShardlessError(
        'replication/bad-view',
        `views have no ${name}; a game chooses ${Object.keys(LEAST).join(', ')}.`,
      )
    const isWhole = !name.endsWith('Ticks') || Number.isInteger(value)
    if (value !== undefined && !(value >= least && isWhole))
      throw new ShardlessError(
        'replication/bad-view',
        `${name} of views is ${value}; it is ${isWhole ? `${least} or more` : 'a whole number of ticks'}.`,
      )
  }
}
