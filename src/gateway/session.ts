import { hex, type Instant } from '../core/index.ts'
import type { Desk, View } from '../replication/index.ts'
import type { AnyEntity, Instance, Player, World } from '../world/index.ts'
import type { Connection, Follower } from './connection.ts'
import { Steering } from './steering.ts'

const nothing = new Uint8Array(0)
/** Tokens whose welcome may have come or not that open a session at a time. */
const UNPROVEN_MAX = 3

/** Where a session stands: a world, and where its view is written. */
export interface Stand {
  readonly instance: Instance
  readonly world: World
  readonly desk: Desk
  readonly sessions: Set<Session>
}

/**
 * One player's presence: character, view, and how far the player's client is told of it. It outlives a lost connection
 * for a time, in which the player may come back with the token.
 *
 *     welcome --> present --connection lost--> away --grace over--> gone
 *                    ^-------- token ------------'
 */
export class Session implements Follower {
  readonly player: Player
  /** The world that the player is told of. */
  stand: Stand
  view: View
  isLossy = false
  /** Opens this session once more. Each connection gives a new one. */
  token: Uint8Array = nothing
  /** Those before it, which hold until the player is known to have the newest: a welcome may get lost, or come to nobody. */
  spareTokens: readonly Uint8Array[] = []
  /** What speaks for the player at present; undefined while away. */
  connection: Connection<Session> | undefined
  /** The address that the player was connected from, while away. */
  awayFrom = ''
  /** When it ends, while the player is away. */
  until: Instant | undefined
  /** The character the player was last told to be theirs; 0 for none. */
  ownTold = 0
  steering: Steering
  /** Whether the map has changed since the present connection began. */
  isMapChanged = false

  constructor(player: Player, stand: Stand, view: View) {
    this.player = player
    this.stand = stand
    this.view = view
    stand.sessions.add(this)
    this.steering = new Steering(player, false)
  }

  /** The player speaks over this connection from now on. */
  begin(connection: Connection<Session>, { token, view }: { token: Uint8Array; view: View }): void {
    if (view !== this.view) this.view.close()
    this.view = view
    this.token = token
    this.connection = connection
    this.until = undefined
    this.isMapChanged = false
    this.isLossy = connection.isLossy
    this.steering = new Steering(this.player, this.isLossy)
    this.ownTold = this.ownId
    connection.speakFor(this)
  }

  /** The player is in another world: everything is told anew, from that one's desk. */
  move(stand: Stand, view: View): void {
    this.stand.sessions.delete(this)
    this.view.close()
    this.stand = stand
    this.view = view
    stand.sessions.add(this)
    this.steering = new Steering(this.player, this.isLossy)
    // Numbers of payloads on their way are those of the old view.
    this.connection?.speakFor(this)
  }

  leftAs(id: number): void {
    this.steering.leftAs(id)
  }

  settled(id: number, isAcknowledged: boolean): void {
    this.steering.settled(id, isAcknowledged)
  }

  /** The player is gone. */
  end(): void {
    this.stand.sessions.delete(this)
    this.view.close()
  }

  /** Something is told with whatever the player is answered next, and by the next welcome if the connection is lost before. */
  raise(flag: 'map'): void {
    this.isMapChanged = true
    this.connection?.conversation.raise(flag)
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

  /** The session that this token opens. It opens it again until `settle`. */
  take(token: Uint8Array): Session | undefined {
    const session = this.#byToken.get(hex(token))
    if (session === undefined) return undefined
    const [proven, ...rest] = [...session.spareTokens, session.token]
    const kept = [proven, ...rest.slice(-UNPROVEN_MAX)]
    for (const one of rest.slice(0, -UNPROVEN_MAX)) this.#byToken.delete(hex(one))
    session.spareTokens = kept
    return session
  }

  /** The player is known to have the session's newest token: those before open nothing any more. */
  settle(session: Session): void {
    for (const token of session.spareTokens) this.#byToken.delete(hex(token))
    session.spareTokens = []
  }

  forget(session: Session): void {
    this.settle(session)
    this.#byToken.delete(hex(session.token))
  }
}
