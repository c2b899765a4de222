import { after, Counters, type Instant, type Measured, milliseconds, type Readings } from '../core/index.ts'
import { NAME_WANTED, properName, type Resume, type Resumed, type Said } from '../dialect/index.ts'
import type { AccountFacts, Down, RegionLink } from '../region/message/index.ts'
import { PacketReader, readResumeState, View, type ViewChoice } from '../replication/index.ts'
import {
  type Admission,
  type AdmittedAccount,
  type AdmittedCharacter,
  type Decision,
  type Denial,
  TAKEN_OVER,
} from './admission.ts'
import type { Connection } from './connection.ts'
import type { Connections } from './connections.ts'
import { Entrances } from './entrances.ts'
import type { Limits } from './limits/limits.ts'
import { gatewayMetrics } from './metrics.ts'
import { CONSTANT_BYTES, Reclaims } from './reclaims.ts'
import { type HeldCharacter, Session, type Settle } from './session.ts'
import { SessionBook } from './session-book.ts'
import type { WorldDesk } from './world-desk.ts'

/** The width of the ring around the view radius in which somebody may be shown too, in metres [T15]. */
export const RIM_METRES = 8

export interface SessionsOptions {
  readonly limits: Limits
  readonly connections: Connections<Session>
  readonly link: RegionLink
  /** Returns the world of an instance; undefined when the region has reported none. */
  readonly worldOf: (instance: number) => WorldDesk<Session> | undefined
  /** Makes session tokens. */
  readonly secret: () => Uint8Array
  /**
   * Makes of a session's secret the key by which another gateway may claim it: who has the key has not the secret.
   * Undefined where there is no other gateway.
   */
  readonly resumeKey: ((secret: Uint8Array) => string) | undefined
  readonly admission: Admission | undefined
  readonly serverName: string
  /** What the game chooses of its players' views. */
  readonly view: ViewChoice | undefined
}

/**
 * Manages the sessions of this gateway, with or without a current connection.
 *
 *     hello --> admission? --> enter --region--> entered --> welcome
 *     welcome --connection lost--> away --back with the token--> welcome
 *                                                               '--left, ended, away too long--> gone
 */
export class Sessions implements Measured {
  /** Why nobody new may come in for now; those who are in may come back. Undefined where they may. */
  closedFor: string | undefined
  readonly #all = new Map<number, Session>()
  readonly #byCharacter = new Map<string, Session>()
  readonly #book = new SessionBook()
  readonly #entrances = new Entrances()
  readonly #reclaims = new Reclaims()
  readonly #options: SessionsOptions
  /** The number of clients that said hello and await the decision. */
  #admitting = 0
  #away = 0
  readonly #decisions = new Counters(...gatewayMetrics.admitted.values)
  #lastId = 0

  constructor(options: SessionsOptions) {
    this.#options = options
  }

  measure(readings: Readings): void {
    readings.add(gatewayMetrics.players, this.size)
    readings.add(gatewayMetrics.playersAway, this.away)
    readings.addAll(gatewayMetrics.admitted, this.#decisions)
  }

  get size(): number {
    return this.#all.size
  }

  get all(): Iterable<Session> {
    return this.#all.values()
  }

  /** The number of players who lost their connection and may come back. */
  get away(): number {
    return this.#away
  }

  of(id: number): Session | undefined {
    return this.#all.get(id)
  }

  /** Handles a new client's hello. */
  come(connection: Connection<Session>, { name, login, character }: Said & { is: 'hello' }): void {
    const { admission, connections } = this.#options
    if (admission === undefined) this.#enter(connection, name)
    else if (!this.#isFull(connection)) {
      const { address } = connection.link
      this.#admitting++
      connection.ask(connections.now)
      let isDecided = false
      admission.ask({ name, login, character, address }, (decision) => {
        if (isDecided) return
        isDecided = true
        this.#admitting--
        this.#decide(connection, admission, decision)
      })
    }
  }

  /**
   * Resumes a session for a returning player, maybe before the old connection's loss was noticed.
   *
   * @returns whether the token opened a session
   */
  comeBack(connection: Connection<Session>, { token, heard, instance }: Resume): boolean {
    const session = this.#book.take(token)
    if (!session) return false
    this.#takeFrom(session, { code: 'closing', reason: 'The player came back over another connection.' })
    const { isLossy } = connection
    const { world } = session
    const view = session.isLossy === isLossy ? session.view : this.#newView(session, isLossy)
    // Whoever was carried to another world meanwhile has nothing of it.
    const known =
      instance === world.facts.instance ? readResumeState(new PacketReader().reset(heard)) : undefined
    const keeps = known !== undefined && view.resume(known)
    // What was told over the lost connection may be lost with it.
    if (session.isMapChanged) connection.conversation.raise('map')
    if (!keeps) view.restart()
    this.#speak(session, connection, view, keeps ? 'everything' : 'session')
    return true
  }

  /**
   * Asks the regions for the player of a session of another gateway, which may be gone. Where none has it the client
   * comes in anew.
   *
   * @returns whether they were asked
   */
  reclaim(connection: Connection<Session>, said: Said & { is: 'hello' }): boolean {
    const { resumeKey, connections, limits } = this.#options
    const { resume } = said
    if (!resumeKey || !resume || resume.token.length < CONSTANT_BYTES) return false
    if (this.#all.size + this.#reclaims.size >= limits.players) return false
    const session = ++this.#lastId
    const constant = resume.token.slice(0, CONSTANT_BYTES)
    const key = resumeKey(constant)
    connection.ask(connections.now)
    this.#reclaims.begin(session, { connection, said, constant, key }, connections.now)
    this.#options.link.send({ is: 'reclaim', session, key, isHere: false }, connections.now)
    return true
  }

  /** Goes on with a session of another gateway. */
  reclaimed({ session: id, player, own, instance, character }: Down & { is: 'reclaimed' }): void {
    const { connections, link, worldOf, admission } = this.#options
    const reclaim = this.#reclaims.take(id)
    const world = worldOf(instance)
    if (!reclaim || !world) {
      link.send({ is: 'leave', session: id, how: 'left' }, connections.now)
      return
    }
    const { connection, constant } = reclaim
    const view = this.#viewOf(world, connection.isLossy)
    const session = new Session(id, { player, own, character, world, view, settle: this.#settle })
    this.#all.set(id, session)
    if (character) {
      this.#byCharacter.set(character.characterId, session)
      admission?.resumed(character)
    }
    session.constant = constant
    if (connections.isOpen(connection)) {
      this.#speak(session, connection, view, 'session')
      connections.flush(connection)
    } else {
      // It ended meanwhile: the client comes over another one.
      session.begin(connection, { token: this.#tokenOf(session), view })
      this.lose(session)
    }
  }

  /** No region has the player: it may be on the way from one to another, or is gone. */
  unclaimed({ session }: Down & { is: 'unclaimed' }): void {
    const { connections } = this.#options
    const reclaim = this.#reclaims.unknown(session, connections.now)
    if (!reclaim || !connections.isOpen(reclaim.connection)) return
    this.come(reclaim.connection, reclaim.said)
    connections.flush(reclaim.connection)
  }

  /** Confirms the newest token: the player has spoken since the welcome, so both arrived. */
  heard(session: Session): void {
    this.#book.settle(session)
  }

  /**
   * Handles the loss of a player's connection; the player may come back.
   *
   * @param hasLeft  whether the player's page went away itself
   */
  lose(session: Session, hasLeft = false): void {
    const { connections, link } = this.#options
    const { state } = session
    if (state.is !== 'present') return
    const { limits } = state.connection
    const graceMs = hasLeft ? Math.min(limits.leavingGraceMs, limits.graceMs) : limits.graceMs
    if (graceMs <= 0) {
      this.retire(session)
      return
    }
    // Who is away counts as connected from there: coming and going makes no room for more.
    const from = state.connection.link.address
    connections.addresses.add(from, 1)
    session.state = { is: 'away', from, until: after(connections.now, milliseconds(graceMs)) }
    this.#away++
    link.send({ is: 'away', session: session.id }, connections.now)
  }

  /** Ends the sessions of players away for too long. Once a tick. */
  advance(now: Instant): void {
    if (this.#reclaims.size > 0) {
      const { connections, link } = this.#options
      for (const session of this.#reclaims.withdrawn((one) => connections.isOpen(one), now))
        link.send({ is: 'leave', session, how: 'left' }, now)
    }
    if (this.#reclaims.size > 0)
      for (const due of this.#reclaims.due(now))
        this.#options.link.send({ is: 'reclaim', isHere: false, ...due }, now)
    if (this.#away > 0)
      for (const session of this.#all.values())
        if (session.state.is === 'away' && now >= session.state.until) this.retire(session)
  }

  /** Ends a session whose player is gone from the world. */
  retire(session: Session, how: 'left' | 'lost' = 'left'): void {
    const { link, connections } = this.#options
    if (this.#drop(session)) link.send({ is: 'leave', session: session.id, how }, connections.now)
  }

  /** The kept characters in the world over this gateway, or on their way. */
  get characters(): readonly HeldCharacter[] {
    const held: HeldCharacter[] = []
    for (const { character } of this.#all.values()) if (character) held.push(character)
    for (const { character } of this.#entrances.all) if (character) held.push(character)
    return held
  }

  /** Resolves when a character has surely entered, or is fully saved; undefined when that is already so. */
  whenSettled(characterId: string): Promise<void> | undefined {
    return this.#entrances.whenSettled(characterId)
  }

  /** Updates the player's rights after a change of the account. */
  accountIs(characterId: string, account: AdmittedAccount): void {
    const session = this.#byCharacter.get(characterId)
    if (session) this.#tellAccount(session, account)
  }

  /** Ends the session of a kept character, and tells its player why. */
  expel(characterId: string, denial: Denial, how: 'left' | 'lost'): void {
    const { connections } = this.#options
    for (const { character, connection } of this.#entrances.all)
      if (character?.characterId === characterId) connections.hangUp(connection, denial)
    const session = this.#byCharacter.get(characterId)
    if (!session) return
    if (session.connection) connections.hangUp(session.connection, denial)
    this.retire(session, how)
  }

  /** Welcomes a player the region has let in. */
  entered({ session: id, player, own, instance }: Down & { is: 'entered' }): void {
    const { connections, link, worldOf } = this.#options
    const entrance = this.#entrances.take(id)
    if (!entrance) return
    const { connection, character, isLate, constant } = entrance
    const world = worldOf(instance)
    if (!connections.isOpen(connection) || !world) {
      if (character) this.#entrances.leave(id, character)
      link.send({ is: 'leave', session: id, how: 'left' }, connections.now)
      return
    }
    const view = this.#viewOf(world, connection.isLossy)
    const session = new Session(id, { player, own, character, world, view, settle: this.#settle })
    session.constant = constant
    this.#all.set(id, session)
    if (character) {
      this.#byCharacter.set(character.characterId, session)
      this.#entrances.arrived(character)
    }
    session.begin(connection, { token: this.#tokenOf(session), view })
    this.#welcome(session, connection, 'nothing')
    if (isLate) connections.flush(connection)
  }

  /** Handles the region's refusal of a player. */
  refused({ session, code, reason }: Down & { is: 'refused' }): void {
    const { connections, admission } = this.#options
    const entrance = this.#entrances.take(session)
    if (!entrance) return
    const { connection, character } = entrance
    if (character) {
      admission?.withdrawn({ id: character.characterId, epoch: character.epoch })
      this.#entrances.arrived(character)
    }
    connections.hangUp(connection, { code, reason })
  }

  /** Ends a session that the region has ended. */
  ended({ session: id, code, reason }: Down & { is: 'ended' }): void {
    const session = this.#all.get(id)
    if (!session) return
    const { connection } = session
    this.#drop(session)
    if (connection) this.#options.connections.hangUp(connection, { code, reason })
  }

  /** Ends the passage of a session's character: everything of it is saved. */
  gone({ session }: Down & { is: 'gone' }): void {
    this.#entrances.gone(session)
  }

  /** Moves a session to the world its player is in now, and tells the player. */
  moved({ session: id, instance, tick }: Down & { is: 'moved' }): void {
    const session = this.#all.get(id)
    const world = this.#options.worldOf(instance)
    if (!session || !world) return
    session.move(world, this.#viewOf(world, session.isLossy))
    session.connection?.conversation.map(world.facts, tick)
  }

  /** Carries out the decision on a client's hello. Much may have happened since: the link may be gone. */
  #decide(connection: Connection<Session>, admission: Admission, decision: Decision): void {
    const { connections } = this.#options
    const isHere = connections.isOpen(connection)
    this.#decisions.count(decision.is)
    if (decision.is === 'refused') {
      if (isHere) connections.hangUp(connection, decision)
    } else if (decision.is === 'guest') {
      if (isHere) this.#enter(connection, decision.name)
    } else if (decision.is === 'goes-on') {
      const present = this.#byCharacter.get(decision.character)
      if (isHere && present) this.#takeOver(connection, present, decision.account)
      else if (isHere) connections.hangUp(connection, GONE)
    } else if (!isHere || !this.#enter(connection, decision.name, decision))
      admission.withdrawn(decision.character)
    if (isHere) connections.flush(connection)
  }

  /**
   * Gives a session to a player entering again from elsewhere: the character goes on, and the old connection is told.
   */
  #takeOver(connection: Connection<Session>, session: Session, account: AdmittedAccount): void {
    this.#tellAccount(session, account)
    this.#takeFrom(session, TAKEN_OVER)
    this.#book.forget(session)
    this.#speak(session, connection, this.#newView(session, connection.isLossy), 'nothing')
  }

  #tellAccount({ id: session }: Session, { id, role, isGuest }: AdmittedAccount): void {
    const account: AccountFacts = { id, role, isGuest }
    this.#options.link.send({ is: 'account', session, account }, this.#options.connections.now)
  }

  /** Takes a session from its connection, which is told why and ends; of an away player, ends the absence. */
  #takeFrom(session: Session, denial: Denial): void {
    const { connection } = session
    if (connection) this.#options.connections.hangUp(connection, denial)
    else this.#endAbsence(session)
  }

  /** Continues a session over this connection. */
  #speak(session: Session, connection: Connection<Session>, view: View, resumed: Resumed): void {
    const { link, connections } = this.#options
    session.begin(connection, { token: this.#tokenOf(session), view })
    this.#welcome(session, connection, resumed)
    link.send({ is: 'speak', session: session.id }, connections.now)
  }

  /** Checks for room. @returns whether there is none; the connection is then ended */
  #isFull(connection: Connection<Session>): boolean {
    const { limits, connections } = this.#options
    const size = this.#all.size + this.#entrances.size
    const isFull = size + this.#admitting >= limits.players
    const reason = this.closedFor ?? (isFull ? `The server is full: ${size} players.` : undefined)
    if (reason === undefined) return false
    connections.hangUp(connection, { code: 'full', reason })
    return true
  }

  /** Asks the region to let a player in. @returns whether it was asked */
  #enter(
    connection: Connection<Session>,
    asked: string,
    kept?: { readonly account: AdmittedAccount; readonly character: AdmittedCharacter },
  ): boolean {
    const { connections, link } = this.#options
    const name = properName(asked)
    if (name === undefined) {
      connections.hangUp(connection, { code: 'name', reason: NAME_WANTED })
      return false
    }
    if (this.#isFull(connection)) return false
    connection.ask(connections.now)
    const session = ++this.#lastId
    const character = kept && {
      accountId: kept.account.id,
      characterId: kept.character.id,
      epoch: kept.character.epoch,
    }
    const { resumeKey, secret } = this.#options
    const constant = resumeKey ? secret().slice(0, CONSTANT_BYTES) : undefined
    const key = (constant && resumeKey?.(constant)) ?? ''
    const entrance = { connection, character, constant, isLate: false }
    this.#entrances.begin(session, entrance)
    link.send(
      {
        is: 'enter',
        session,
        name,
        account: kept?.account,
        character: kept?.character,
        key,
        isStandIn: false,
      },
      connections.now,
    )
    entrance.isLate = true
    return true
  }

  readonly #settle: Settle = (session, tick, fate) => {
    const { link, connections } = this.#options
    link.send({ is: 'settled', session: session.id, tick, fate }, connections.now)
  }

  /** Makes a new token; where other gateways may be asked for its session, the beginning is that of the first. */
  #tokenOf({ constant }: Session): Uint8Array {
    const token = this.#options.secret()
    if (constant) token.set(constant)
    return token
  }

  /** Returns a view for a continued session: it follows what the previous one did. */
  #newView({ world, extras }: Session, isLossy: boolean): View {
    const view = this.#viewOf(world, isLossy)
    for (const key of extras) view.follow(key)
    return view
  }

  #viewOf({ desk }: WorldDesk<Session>, isLossy: boolean): View {
    const { viewBytesPerSecond, newsTicks } = this.#options.limits
    const choice = { rim: RIM_METRES, ...this.#options.view, newsTicks }
    return new View(desk, { ...choice, isLossy, bytesPerSecond: viewBytesPerSecond })
  }

  #welcome(session: Session, { conversation }: Connection<Session>, resumed: Resumed): void {
    this.#book.add(session)
    const { world } = session
    conversation.welcome({
      player: session.player,
      entity: session.ownTold,
      tick: world.nextTick,
      where: world.facts,
      serverName: this.#options.serverName,
      token: session.token,
      resumed,
    })
  }

  /** Forgets a session. @returns false for one that is already over */
  #drop(session: Session): boolean {
    if (!this.#all.delete(session.id)) return false
    const { character } = session
    if (session.state.is === 'away') this.#endAbsence(session)
    this.#book.forget(session)
    session.end()
    if (!character) return true
    this.#byCharacter.delete(character.characterId)
    this.#entrances.leave(session.id, character)
    this.#options.admission?.left(character.characterId)
    return true
  }

  #endAbsence({ state }: Session): void {
    if (state.is !== 'away') return
    this.#away--
    this.#options.connections.addresses.add(state.from, -1)
  }
}

const GONE: Denial = { code: 'busy', reason: 'The character has just left; try again in a moment.' }
