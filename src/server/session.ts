import { hex, type Instant } from '../core/index.ts'
import type { Conversation } from '../dialect/index.ts'
import type { View } from '../replication/index.ts'
import type { Link } from '../transport/index.ts'
import type { AnyEntity, Player } from '../world/index.ts'
import { Steering } from './steering.ts'

/** What speaks for a player: a connection. */
export interface Line {
  readonly link: Link
  readonly conversation: Conversation
  session: Session | undefined
}

/**
 * One player's presence: character, view, and how far the player's client is told of it. It outlives a lost connection
 * for a time, in which the player may come back with the token.
 *
 *     welcome --> present --connection lost--> away --grace over--> gone
 *                    ^-------- token ------------'
 */
export class Session {
  readonly player: Player
  view: View
  isLossy = false
  /** Opens this session once more. Each connection gives a new one. */
  token: Uint8Array = new Uint8Array(0)
  /** What speaks for the player at present; undefined while away. */
  connection: Line | undefined
  /** The address that the player was connected from, while away. */
  awayFrom = ''
  /** When it ends, while the player is away. */
  until: Instant | undefined
  /** The character the player was last told to be theirs; 0 for none. */
  ownTold = 0
  steering: Steering

  constructor(player: Player, view: View) {
    this.player = player
    this.view = view
    this.steering = new Steering(player, false)
  }

  /** The player speaks over this connection from now on. */
  begin(connection: Line, { token, view }: { token: Uint8Array; view: View }): void {
    if (view !== this.view) this.view.close()
    this.view = view
    this.token = token
    this.connection = connection
    this.until = undefined
    this.isLossy = connection.link.state !== undefined
    this.steering = new Steering(this.player, this.isLossy)
    this.ownTold = this.ownId
    connection.session = this
  }

  /** The player's character; 0 for none. */
  get ownId(): number {
    return (this.player.entity as AnyEntity | undefined)?.id ?? 0
  }
}

/** How sessions are found by the token they gave. */
export class SessionBook {
  readonly #byToken = new Map<string, Session>()

  add(session: Session): void {
    this.#byToken.set(hex(session.token), session)
  }

  /** The session that this token opens; it opens nothing a second time. */
  take(token: Uint8Array): Session | undefined {
    const key = hex(token)
    const session = this.#byToken.get(key)
    this.#byToken.delete(key)
    return session
  }

  forget({ token }: Session): void {
    this.#byToken.delete(hex(token))
  }
}
