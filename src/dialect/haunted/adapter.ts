import type { AnyEntity, AnyGame } from '../../world/index.ts'
import type { Adapter } from '../adapter.ts'
import type { Whereabouts } from '../conversation.ts'

/** A colour: red, green and blue, each 0 to 255. */
export type Rgb = readonly [red: number, green: number, blue: number]

/** The part of a world that the clients' picture shows, with north up. */
export interface HauntedPicture {
  /** Pixels. */
  readonly width: number
  readonly height: number
  readonly pixelsPerMetre: number
  /** Where its lower left corner lies, in metres; 0 when left out. */
  readonly west?: number
  readonly south?: number
  /** The side of a person's square, in pixels; 20 when left out. */
  readonly side?: number
}

/** What stands on the map: pixels from the picture's upper left corner. */
export interface Block {
  readonly rgb: Rgb
  readonly x: number
  readonly y: number
  readonly w: number
  readonly h: number
}

/** A person's team as the clients know it: none, seekers, hiders. */
export type TeamNumber = 0 | 1 | 2

/** How a match stands, as everybody in it knows it. */
export interface MatchState {
  readonly phase: 'lobby' | 'counting' | 'hunt' | 'result'
  /** The words for the middle of the picture, while it counts or tells the result. */
  readonly words?: string
  /** The seconds left of the hunt. */
  readonly seconds?: number
  /** The names of those who are ready. */
  readonly ready?: readonly string[]
}

/** A request of the game. */
export interface Wish {
  readonly request: string
  readonly body: unknown
}

/**
 * Says how a game is shown to clients of Haunted Chronicles, who know squares with names and teams, walls, shades, and
 * a match that goes from lobby to hunt and back. A game without matches is a lobby for ever.
 */
export interface HauntedAdapter<G extends AnyGame = AnyGame> extends Adapter<G> {
  readonly picture: HauntedPicture
  /**
   * Returns what stands on a map, in the order in which it matters: as much as fits is told, when somebody comes in and
   * when the map has changed.
   */
  blocks?(where: Whereabouts): readonly Block[]
  /** Returns the team and the colour of somebody who has a `figure`. */
  square(entity: AnyEntity): { readonly team: TeamNumber; readonly rgb: Rgb }
  /** Returns how the match stands, from those in sight who have no figure. */
  match?(
    signs: Iterable<AnyEntity>,
    now: { readonly tick: number; readonly ticksPerSecond: number },
  ): MatchState | undefined
  /**
   * Returns what lies in the dark for somebody, as the corners of one polygon in metres, x, y, x, y, which is filled
   * by the even-odd rule: `darkPolygon` makes one. Undefined for nothing. It is asked for in the hunt and the result
   * alone, for each answer: return the same polygon to all who see the same, and it is written once for them.
   */
  dark?(own: AnyEntity, where: Whereabouts): ArrayLike<number> | undefined
  /** Returns the request that brings a newcomer to where people play; undefined when they are there at once. */
  enter?(): Wish
  choose?(team: TeamNumber): Wish
  ready?(isReady: boolean): Wish
}
