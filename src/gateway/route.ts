import type { Up } from '../region/message/index.ts'
import type { JoinedRegion } from './joined-region.ts'

/** How many commands of a player are kept, to be repeated to the region that takes the player. */
const RECENT_MAX = 32

/** Which region has a session's player. */
export interface Route {
  joined: JoinedRegion
  /** The first tick of that region. */
  since: number
  /** The region that had the player before; undefined for one who has not changed. */
  before: JoinedRegion | undefined
  player: number
  isAway: boolean
  /** The topics without a place that the player follows. */
  readonly extras: Set<number>
  /** The commands said last, and how they were said. */
  recent: { tick: number; command: unknown }[]
  newest: number
  viewDelay: number
  instance: number
  /** Where the player looks. */
  place: { x: number; y: number } | undefined
  /** What the region sent back before another said that it has the player. */
  readonly waiting: Up[]
  /** How the player came in, here or at another gateway. */
  enter: Up & { readonly is: 'enter' }
  /** By what regions know the player, whatever the gateway; empty where there is none. */
  readonly key: string
  /** Whether the gateway has had its answer: whatever lets the player in after that is a move. */
  isWelcome: boolean
  /** Since when the region that had the player is gone; undefined while one has the player. */
  strandedAt: number | undefined
  /** Whether the player came in anew, since no region had the character for too long. */
  isAnew: boolean
  /** Whether the region says next all that the player follows: what is not among it is followed no more. */
  isFollowingAnew: boolean
}

/** Makes the way of whoever enters at a region. */
export function newRoute(joined: JoinedRegion, enter: Route['enter']): Route {
  return {
    ...{
      enter,
      key: enter.key,
      isWelcome: false,
      strandedAt: undefined,
      isAnew: false,
      isFollowingAnew: false,
    },
    ...{ joined, since: 0, before: undefined, player: -1, isAway: false, extras: new Set(), recent: [] },
    ...{ newest: 0, viewDelay: 0, instance: 0, place: undefined, waiting: [] },
  }
}

/** Remembers what is to be said again to a region that takes the player. */
export function noteSent(route: Route, message: Up): void {
  if (message.is === 'away') route.isAway = true
  else if (message.is === 'speak') {
    route.isAway = false
    route.recent.length = 0
    route.newest = 0
  } else if (message.is === 'commands') {
    const { recent } = route
    route.newest = message.newest
    route.viewDelay = message.viewDelay
    for (const { tick, command } of message.changes)
      if (tick > (recent.at(-1)?.tick ?? 0)) recent.push({ tick, command })
    if (recent.length > RECENT_MAX) recent.splice(0, recent.length - RECENT_MAX)
  }
}
