import type { WorldMap } from '../geometry/index.ts'
import type { AttributeBook } from '../play/index.ts'
import type {
  AnyGame,
  AskOf,
  Crossing,
  EntitiesOf,
  Instance,
  PlayerContext,
  PlayerOf,
  PortalContext,
  ReplyOf,
  RequestNames,
  WorldContext,
  WorldRules,
} from '../world/index.ts'
import type { Persistence } from './persistence.ts'

/** Accounts, for a game that has them. */
export interface AccountOptions {
  /** Whether who has no account may play; yes when left out. Of a guest without an account nothing is kept. */
  readonly guests?: boolean
  /** Whether players make accounts themselves; yes when left out. Otherwise the operator does. */
  readonly registration?: boolean
  /** Characters of one account; 8 when left out. */
  readonly charactersMax?: number
  /**
   * Names that only the operator gives (`shardless account create`), and what looks like them: "Admin", "Server".
   * Neither accounts, characters nor guests have them. None when left out.
   */
  readonly reservedNames?: readonly string[]
  /** How long a login is good for, in ms, unless it is renewed; 12 hours when left out. */
  readonly tokenMs?: number
}

/** A map, and what happens on it: in its home, and in every instance of it that is opened without rules of its own. */
export interface MapRules<G extends AnyGame = AnyGame> extends WorldRules<G> {
  readonly map: WorldMap
}

/** What `canSee` is asked. The object is used again for the next question: take what you need out of it. */
export interface SightContext<G extends AnyGame = AnyGame> extends PlayerContext<G> {
  readonly entity: EntitiesOf<G>
}

/** What the answer to a request is made of. */
export interface RequestContext<G extends AnyGame, N extends RequestNames<G>> extends PlayerContext<G> {
  readonly ask: AskOf<G, N>
  readonly persistence: Persistence
}

/**
 * What the server does beside what the shared game says. Each callback is given one object with what it may want:
 * the same names everywhere, in `maps` and in `realm.open` too.
 */
export interface ServerOptions<G extends AnyGame> extends WorldRules<G> {
  /** The name shown to players. The game's when left out. */
  readonly name?: string
  /** A few words for whoever looks at the server, before any login; at most 500 bytes of UTF-8. */
  readonly welcome?: string
  /** The highest level a character can have, where the game has levels. */
  readonly levelCap?: number
  /** What stands still. An empty map of the game's size when left out. */
  readonly map?: WorldMap
  /**
   * Several maps by name, joined by portals, each with rules of its own where it needs some. Players come in on the
   * first: `begin` and `update` are its rules, and `map`, when it is given, is put in its place.
   */
  readonly maps?: Readonly<Record<string, WorldMap | MapRules<G>>>
  /** Instances that may be open at a time; 1000 when left out. */
  readonly instancesMax?: number
  /** Which world a portal leads a player to; undefined keeps them where they are. Left out: the home of its map. */
  readonly leadsTo?: (context: PortalContext<G>) => Instance<G> | undefined | Promise<Instance<G> | undefined>
  /** A player is in another world now: where to start what ended with the old one. */
  readonly crossed?: (crossing: Crossing<G>) => void
  /**
   * The map under a world has changed, and whoever stood in a new wall was set free: for what was made of the old one.
   */
  readonly mapChanged?: (context: WorldContext<G>) => void
  /** A folder of files to serve at the same port: the built browser client. */
  readonly web?: URL
  /**
   * What browsers let these pages do, in the place of what is said when it is left out: own scripts and
   * WebAssembly, none written into a page, frames of the own origin only, connections to anywhere. Empty for no
   * policy at all. A library that makes code out of texts, as some renderers do, needs its variant that does not
   * (`pixi.js/unsafe-eval`), or 'unsafe-eval' in a policy of yours.
   */
  readonly contentSecurityPolicy?: string
  /**
   * A folder of what clients hold beside their program (maps, pictures, scripts), which they keep current from here.
   */
  readonly content?: URL
  /**
   * What becomes of a client that says it has other content than the server: it is refused until it has updated
   * itself, or told with a flag. 'tell' when left out.
   */
  readonly outdated?: 'refuse' | 'tell'
  /**
   * Metres a player sees at least; 48 when left out. `player.viewRadius` changes it for one of them, at any time. Whole
   * cells are told, so there is a ring beyond in which some are shown and others not, and one of two may see the other
   * alone: as wide as the diagonal of a square of 1.25 cells and 8 m, 68 m with cells of 32 m. Smaller cells make it
   * narrow; what must not be known beyond is for `canSee`.
   */
  readonly viewRadius?: number
  /** How far back `world.seenBy` looks for what a player saw when aiming, in ms; 500 when left out. */
  readonly hindsightMs?: number
  /** Makes the character of a player who comes in. A spectator gets none, and `player.watching` says where to look. */
  readonly join: (context: PlayerContext<G>) => PlayerOf<G> | undefined
  /** Called when a player has left, before the character is taken away. */
  readonly leave?: (context: PlayerContext<G>) => void
  /**
   * Accounts: who comes in with one has a character that is kept. Left out, there are none, and nothing is written
   * to disk.
   */
  readonly accounts?: AccountOptions
  /**
   * What is kept of a character beside place, attributes and items: plain JSON, some kilobytes at most. It comes
   * back as `player.character.state` in `join`, maybe years later: look at it as at anything from outside. Called
   * about once a second for each character; it changes nothing.
   */
  readonly save?: (context: PlayerContext<G>) => unknown
  /** Attributes of the players' characters, which are kept with them. Who comes in gets what was kept. */
  // biome-ignore lint/suspicious/noExplicitAny: the attributes of any game
  readonly attributes?: AttributeBook<any>
  /**
   * Answers to what clients ask. What one throws as `Sorry` reaches the player as a sentence. One that returns a
   * promise is answered when it resolves: after `await persistence.trade(...)` the answer says what is on disk.
   * Meanwhile the world goes on.
   */
  readonly requests?: {
    readonly [N in RequestNames<G>]: (context: RequestContext<G, N>) => ReplyOf<G, N> | Promise<ReplyOf<G, N>>
  }
  /** Whether a player may know of a restricted entity that is within the view radius. Nobody may when left out. */
  readonly canSee?: (context: SightContext<G>) => boolean
  /** The groups whose topics a player follows, asked each tick. The object is used again for the next player. */
  readonly groups?: (context: PlayerContext<G>) => readonly number[]
}

/** A game and its server's part, ready to be served. */
export interface ServerDefinition<G extends AnyGame = AnyGame> {
  readonly game: G
  readonly options: ServerOptions<G>
}

/** A definition of any game. */
// biome-ignore lint/suspicious/noExplicitAny: callbacks take their own game's world, and no type fits all of them
export type AnyDefinition = ServerDefinition<any>

/** Joins a shared game with what its server does: what `serve` and the command line take. */
export function defineServer<G extends AnyGame>(game: G, options: ServerOptions<G>): ServerDefinition<G> {
  return { game, options }
}

export { Sorry } from './sorry.ts'
