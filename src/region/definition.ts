import type { WorldMap } from '../geometry/index.ts'
import type { AttributeBook } from '../play/index.ts'
import type { ViewChoice } from '../replication/index.ts'
import type {
  AnyGame,
  AskOf,
  Crossing,
  EntitiesOf,
  Instance,
  PlayerContext,
  PlayerOf,
  PortalContext,
  Realm,
  ReplyOf,
  RequestNames,
  WorldContext,
  WorldRules,
} from '../world/index.ts'
import type { Persistence } from './persistence.ts'

/** Accounts, for a game that has them. */
export interface AccountOptions {
  /** Whether guests may play; yes when left out. Nothing is kept of a guest without an account. */
  readonly guests?: boolean
  /** Whether players create accounts themselves; yes when left out. Otherwise the operator does. */
  readonly registration?: boolean
  /** The most characters of one account; 8 when left out. */
  readonly charactersMax?: number
  /**
   * Names that only the operator may assign (`shardless account create`), and look-alikes of them: "Admin",
   * "Server". Accounts, characters and guests may not take them. None when left out.
   */
  readonly reservedNames?: readonly string[]
  /** How long a login is valid, in ms, unless renewed; 12 hours when left out. */
  readonly tokenMs?: number
}

/** A map and its rules: for its home, and for every instance of it opened without rules of its own. */
export interface MapRules<G extends AnyGame = AnyGame> extends WorldRules<G> {
  readonly map: WorldMap
}

/** The context of `canSee`. The object is reused for the next question: take what you need out of it. */
export interface SightContext<G extends AnyGame = AnyGame> extends PlayerContext<G> {
  readonly entity: EntitiesOf<G>
}

/** What an operator's command may look at and change. */
export interface OperatorContext<G extends AnyGame = AnyGame> {
  readonly realm: Realm<G>
  /** The words after the command's name. Words in quotation marks are one. */
  readonly words: readonly string[]
}

/** A command of the game's own for the operator's console. */
export interface OperatorCommand<G extends AnyGame = AnyGame> {
  /** One word, or several: "set". */
  readonly name: string
  /** What comes after it: "RULE VALUE". Empty for nothing. */
  readonly usage?: string
  /** One sentence for people. */
  readonly about: string
  /** Does it. @returns what is printed. A thrown `Sorry` is printed as a sentence */
  readonly run: (context: OperatorContext<G>) => string | Promise<string>
  /** Returns words that could come next, for completion. */
  readonly complete?: (context: OperatorContext<G>) => readonly string[]
}

/** The context of a request's handler. */
export interface RequestContext<G extends AnyGame, N extends RequestNames<G>> extends PlayerContext<G> {
  readonly ask: AskOf<G, N>
  readonly persistence: Persistence
}

/** An entity that has come from another process into a world. */
export interface ArrivalContext<G extends AnyGame = AnyGame> extends WorldContext<G> {
  readonly entity: EntitiesOf<G>
}

/**
 * The server's part of a game, beside the shared definition. Each callback gets one context object, with the same
 * names everywhere, in `maps` and in `realm.open` too.
 */
export interface ServerOptions<G extends AnyGame> extends WorldRules<G> {
  /** The name shown to players. The game's when left out. */
  readonly name?: string
  /** A short text for anyone who looks at the server, before any login; at most 500 bytes of UTF-8. */
  readonly welcome?: string
  /** The highest level a character can have, where the game has levels. */
  readonly levelCap?: number
  /** The static map. An empty map of the game's size when left out. */
  readonly map?: WorldMap
  /**
   * Several maps by name, joined by portals, each with rules of its own where it needs some. Players enter on the
   * first: `begin` and `update` are its rules, and `map`, when given, replaces it.
   */
  readonly maps?: Readonly<Record<string, WorldMap | MapRules<G>>>
  /** The most instances open at a time; 1000 when left out. */
  readonly instancesMax?: number
  /**
   * Returns the world a portal leads a player to; undefined keeps them where they are. Left out: the home of its map.
   */
  readonly leadsTo?: (context: PortalContext<G>) => Instance<G> | undefined | Promise<Instance<G> | undefined>
  /** Called when a player has moved to another world: restart here what ended with the old one. */
  readonly crossed?: (crossing: Crossing<G>) => void
  /**
   * Called when the map under a world has changed, and whoever stood in a new wall was set free: rebuild here what
   * was made from the old map.
   */
  readonly mapChanged?: (context: WorldContext<G>) => void
  /** A folder of files to serve at the same port, such as the built browser client. */
  readonly web?: URL
  /**
   * The content security policy of these pages. When left out it allows own scripts and WebAssembly but no inline
   * scripts, frames of the own origin only, and connections to anywhere. Empty for no policy at all. A library that
   * compiles code from strings, as some renderers do, needs its variant that does not (`pixi.js/unsafe-eval`), or
   * 'unsafe-eval' in a policy of yours.
   */
  readonly contentSecurityPolicy?: string
  /**
   * A folder of client content (maps, pictures, scripts), which clients keep current from this server.
   */
  readonly content?: URL
  /**
   * The treatment of a client that reports other content than the server's: refused until it has updated itself, or
   * told with a flag. 'tell' when left out.
   */
  readonly outdated?: 'refuse' | 'tell'
  /**
   * How far a player sees, in metres; 48 when left out. `player.viewRadius` changes it for one player,
   * at any time. Everybody within it is shown; in the 8 m beyond it some still or already are, and nobody further off.
   * `view: { rim }` sets that ring; use `canSee` for what must not be known beyond.
   */
  readonly viewRadius?: number
  /**
   * How far back `world.seenBy` reconstructs what a player saw when aiming, in ms; 500 when left out. Whoever is shown
   * others later than that, as on a train, has to aim ahead; with more, one may be hit so much longer behind a wall.
   */
  readonly hindsightMs?: number
  /** Creates the character of a player who enters. A spectator gets none, and `player.watching` says where to look. */
  readonly join: (context: PlayerContext<G>) => PlayerOf<G> | undefined
  /**
   * Called when an entity has come from another process, or out of the store after one died, where several share a
   * world: its tasks have ended there; start here what it needs.
   */
  readonly arrived?: (context: ArrivalContext<G>) => void
  /** Called when a player has left, before the character is removed. */
  readonly leave?: (context: PlayerContext<G>) => void
  /**
   * Accounts: a player who enters with one has a persistent character. Left out, there are none, and nothing is
   * written to disk.
   */
  readonly accounts?: AccountOptions
  /**
   * Returns a character's state to save beside place, attributes and items: plain JSON, some kilobytes at most. It
   * comes back as `player.character.state` in `join`, maybe years later: check it like anything from outside.
   * Called about once a second for each character; it must change nothing.
   */
  readonly save?: (context: PlayerContext<G>) => unknown
  /** Attributes of the players' characters, saved with them. A player who enters gets the saved ones. */
  // biome-ignore lint/suspicious/noExplicitAny: the attributes of any game
  readonly attributes?: AttributeBook<any>
  /**
   * Handlers of the clients' requests. A thrown `Sorry` reaches the player as a sentence. A handler that returns a
   * promise is answered when it resolves: after `await persistence.trade(...)` the answer states what is on disk.
   * Meanwhile the world goes on.
   */
  readonly requests?: {
    readonly [N in RequestNames<G>]: (context: RequestContext<G, N>) => ReplyOf<G, N> | Promise<ReplyOf<G, N>>
  }
  /**
   * What players' views hold besides who is within `viewRadius`, and how often they are told: the width of the ring
   * around the radius (`rim`, 8 m), for how many ticks news of those not nearby may wait for further ones (`newsTicks`,
   * 2; 1 for none), from how many others in view on (`crowd`, 24) and beyond which distance (`nearMetres`, 16). Beyond
   * `farBeyond` metres (none) a cell is told of only every `farTicks` ticks (4). `entitiesMax` (400): with more in
   * view, the radius shrinks. `hysteresis` (4 m): by how much a viewer leaves its place before its cells are chosen
   * anew.
   */
  readonly view?: ViewChoice
  /** Commands of the game's own for the operator's console, beside `players`, `kick` and the others. */
  readonly operatorCommands?: readonly OperatorCommand<G>[]
  /** Returns whether a player may know of a restricted entity within the view radius. Nobody may when left out. */
  readonly canSee?: (context: SightContext<G>) => boolean
  /** Returns the groups whose topics a player follows, called each tick. The object is reused for the next player. */
  readonly groups?: (context: PlayerContext<G>) => readonly number[]
}

/** A game and its server's part, ready to serve. */
export interface ServerDefinition<G extends AnyGame = AnyGame> {
  readonly game: G
  readonly options: ServerOptions<G>
}

/** A definition of any game. */
// biome-ignore lint/suspicious/noExplicitAny: callbacks take their own game's world, and no type fits all of them
export type AnyDefinition = ServerDefinition<any>

/** Joins a shared game with its server's part into the definition that `serve` and the command line take. */
export function defineServer<G extends AnyGame>(game: G, options: ServerOptions<G>): ServerDefinition<G> {
  return { game, options }
}

export { Sorry } from './sorry.ts'
