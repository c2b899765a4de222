import type { Instant } from '../core/index.ts'
import type { News, Notes } from '../dialect/index.ts'
import { type Fate, type OwnState, PlayerNews } from '../region/message/index.ts'
import type { TopicKey, View } from '../replication/index.ts'
import type { Connection, Follower } from './connection.ts'
import { Flying } from './flying.ts'
import type { WorldDesk } from './world-desk.ts'

const nothing = new Uint8Array(0)

/** A kept character in play, and its lease. */
export interface HeldCharacter {
  readonly accountId: string
  readonly characterId: string
  readonly epoch: number
}

/**
 *     present --connection lost--> away --grace over--> over
 *        ^---------- token ---------'
 */
export type SessionState =
  | { readonly is: 'present'; readonly connection: Connection<Session> }
  /** `from`: the address that the player was connected from. `until`: when the session ends. */
  | { readonly is: 'away'; readonly from: string; readonly until: Instant }
  | { readonly is: 'over' }

/** Reports to the region the fate of an own state that it sent. */
export type Settle = (session: Session, tick: number, fate: Fate) => void

/**
 * Holds one player's presence at a gateway: the view, and how much the client has been told. It outlives a lost
 * connection for a time, in which the player may come back with the token.
 */
export class Session implements Follower, News {
  /** The gateway's number for it, by which the region knows it. */
  readonly id: number
  /** The player's number in the world. */
  readonly player: number
  readonly character: HeldCharacter | undefined
  state: SessionState = { is: 'over' }
  world: WorldDesk<Session>
  view: View
  /** The token that reopens this session. Each connection gets a new one. */
  token: Uint8Array = nothing
  /**
   * Earlier tokens, valid until the player is known to have the newest: a welcome may get lost, or reach nobody.
   */
  spareTokens: readonly Uint8Array[] = []
  /** How each of its tokens begins, where another gateway may claim it. */
  constant: Uint8Array | undefined
  /** Whether packets of the view may get lost. */
  isLossy = false
  /** The region's latest news of the player. */
  told: PlayerNews
  /** The topics without a place that the player follows. */
  readonly extras = new Set<TopicKey>()
  /** The character last reported to the player as theirs; 0 for none. */
  ownTold: number
  /** Whether the map has changed since the present connection began. */
  isMapChanged = false
  readonly takeNotes = (): Notes => this.#takeNotes()
  readonly #settle: Settle
  #margin: number | undefined
  /** An own state waiting to be sent, and its tick. */
  #own: OwnState | undefined
  #ownTick = 0
  /** The tick of the own state taken for a payload that has not left yet; 0 for none. */
  #taken = 0
  /** The tick of the own state in each payload in flight, by the lane's id. */
  readonly #flying = new Flying()

  constructor(
    id: number,
    parts: {
      readonly player: number
      readonly own: number
      readonly character: HeldCharacter | undefined
      readonly world: WorldDesk<Session>
      readonly view: View
      readonly settle: Settle
    },
  ) {
    const { player, own, character, world, view, settle } = parts
    this.id = id
    this.player = player
    this.character = character
    this.world = world
    this.view = view
    this.told = new PlayerNews(id)
    this.told.own = own
    this.ownTold = own
    this.#settle = settle
    world.sessions.add(this)
  }

  get tick(): number {
    return this.world.tick
  }

  get hasMargin(): boolean {
    return this.#margin !== undefined
  }

  /** Whether an own state waits to be sent, which is of this tick, or time was skipped: clocks are set by that. */
  get isUrgent(): boolean {
    return this.#own !== undefined || this.world.leftOut !== undefined
  }

  /** The connection that speaks for the player; undefined while away. */
  get connection(): Connection<Session> | undefined {
    return this.state.is === 'present' ? this.state.connection : undefined
  }

  /** Attaches the player to this connection, with a new token and view. */
  begin(connection: Connection<Session>, { token, view }: { token: Uint8Array; view: View }): void {
    if (view !== this.view) this.view.close()
    this.view = view
    this.token = token
    this.state = { is: 'present', connection }
    this.isMapChanged = false
    this.isLossy = connection.isLossy
    this.#forgetOwn()
    this.ownTold = this.told.own
    connection.speakFor(this)
  }

  /** Moves the player to another world: everything is sent anew, from that world's desk. */
  move(world: WorldDesk<Session>, view: View): void {
    this.world.sessions.delete(this)
    this.view.close()
    this.world = world
    this.view = view
    this.extras.clear()
    const { own } = this.told
    this.told = new PlayerNews(this.id)
    this.told.own = own
    world.sessions.add(this)
    this.#forgetOwn()
    // Numbers of payloads on their way are those of the old view.
    this.connection?.speakFor(this)
  }

  /** Ends the session: the player is gone. */
  end(): void {
    this.state = { is: 'over' }
    this.world.sessions.delete(this)
    this.view.close()
  }

  /**
   * Sets a flag that goes out with the next packet to the player, and with the next welcome if the connection is
   * lost before.
   */
  raise(flag: 'map'): void {
    this.isMapChanged = true
    this.connection?.conversation.raise(flag)
  }

  /** Takes in a tick's news of the player. @returns whether an own state waits to be sent */
  take(news: PlayerNews): boolean {
    this.told = news
    const { follow, unfollow, margin, ownState } = news
    for (let i = 0; i < unfollow.length; i++) {
      this.extras.delete(unfollow[i].key)
      this.view.unfollow(unfollow[i].key, unfollow[i].isGone)
    }
    for (let i = 0; i < follow.length; i++) {
      this.extras.add(follow[i])
      this.view.follow(follow[i])
    }
    if (margin !== undefined && (this.#margin === undefined || margin < this.#margin)) this.#margin = margin
    if (ownState === undefined) return false
    this.#own = ownState
    this.#ownTick = this.world.tick
    return true
  }

  /**
   * Points the view where the player looks, and tells the player their current character. Call before writing the view.
   */
  look(): void {
    const { told, view } = this
    if (told.hasPlace) view.lookAt(told.x, told.y, told.radius)
    view.own = told.own
    if (told.own === this.ownTold) return
    this.ownTold = told.own
    this.connection?.conversation.own(told.own)
  }

  /**
   * Gives back an own state that was not sent with the served tick: it is out of date, and the region sends a new one.
   */
  giveBack(): void {
    if (this.#own !== undefined || this.#taken > 0) this.#settle(this, this.#ownTick, 'untold')
    this.#own = undefined
    this.#taken = 0
  }

  leftAs(id: number): void {
    if (this.#taken > 0) this.#flying.note(id, this.#taken)
    this.#taken = 0
  }

  settled(id: number, isAcknowledged: boolean): void {
    const tick = this.#flying.take(id)
    if (tick === 0) return
    this.#settle(this, tick, isAcknowledged ? 'acknowledged' : 'lost')
  }

  #takeNotes(): Notes {
    const margin = this.#margin
    const own = this.#own
    const { leftOut } = this.world
    if (margin === undefined && own === undefined && leftOut === undefined) return NO_NOTES
    this.#margin = undefined
    this.#own = undefined
    if (own && this.isLossy) this.#taken = this.#ownTick
    else if (own) this.#settle(this, this.#ownTick, 'acknowledged')
    return { margin, own, leftOut }
  }

  #forgetOwn(): void {
    this.#margin = undefined
    this.#own = undefined
    this.#taken = 0
    this.#flying.clear()
  }
}

const NO_NOTES: Notes = {}
