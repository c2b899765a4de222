import { after, FOREVER, type Instant, milliseconds } from '../core/index.ts'
import type { Resume, Resumed, Said } from '../dialect/index.ts'
import { PacketReader, readResumeState, View } from '../replication/index.ts'
import type { CharacterState } from '../store/index.ts'
import type { Player } from '../world/index.ts'
import type { Admission, AdmittedAccount, AdmittedCharacter, Decision, Denial } from './admission.ts'
import type { Connection } from './connection.ts'
import type { Connections } from './connections.ts'
import type { AnyDefinition } from './definition.ts'
import type { Limits } from './limits.ts'
import { NAME_WANTED, properName } from './name.ts'
import { type Resident, Residents } from './residents.ts'
import { Session, SessionBook, type Stand } from './session.ts'
import type { Worlds } from './worlds.ts'

export interface AttendanceOptions {
  readonly definition: AnyDefinition
  readonly worlds: Worlds
  readonly limits: Limits
  readonly connections: Connections<Session>
  /** Makes the tokens of sessions. */
  readonly secret: () => Uint8Array
  /** Told of what the game's own code threw. */
  readonly mistake: (error: unknown) => void
  readonly admission: Admission | undefined
}

/**
 * Who is in the world: sessions, with or without a connection just now, and the kept characters among them.
 *
 *     hello --> admission? --> join --> welcome --connection lost--> away --back with the token--> welcome
 *                                          '--left, ended, away too long--> gone
 */
export class Attendance {
  readonly sessions = new Set<Session>()
  readonly residents: Residents
  readonly #byPlayer = new Map<Player, Session>()
  readonly #book = new SessionBook()
  readonly #options: AttendanceOptions
  /** Who said hello and waits for the decision. */
  #admitting = 0
  #away = 0

  constructor(options: AttendanceOptions) {
    this.#options = options
    this.residents = new Residents(options.definition, options.worlds.realm, options.mistake)
  }

  /** How many have lost their connection and may come back. */
  get away(): number {
    return this.#away
  }

  /** Somebody new says hello. */
  come(connection: Connection<Session>, { name, login, character }: Said & { is: 'hello' }): void {
    const { admission, connections } = this.#options
    if (admission === undefined) this.#join(connection, name)
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
   * A player comes back, maybe before it was noticed that the connection is gone.
   *
   * @returns whether the token opened a session
   */
  comeBack(connection: Connection<Session>, { token, heard, instance }: Resume): boolean {
    const session = this.#book.take(token)
    if (!session) return false
    this.#takeFrom(session, { code: 'closing', reason: 'The player came back over another connection.' })
    const isLossy = connection.isLossy
    const { stand } = session
    const view = session.isLossy === isLossy ? session.view : this.#newView(stand, isLossy)
    // Whoever was carried to another world meanwhile has nothing of it.
    const known =
      instance === stand.instance.id ? readResumeState(new PacketReader().reset(heard)) : undefined
    const keeps = known !== undefined && view.resume(known)
    // What was told over the lost connection may be lost with it.
    if (session.isMapChanged) connection.conversation.raise('map')
    if (!keeps) view.restart()
    this.#speak(session, connection, view, keeps ? 'everything' : 'session')
    return true
  }

  /** A player has spoken since the welcome: it came, and the token with it. */
  heard(session: Session): void {
    this.#book.settle(session)
  }

  /**
   * A player's connection is gone; the player may come back.
   *
   * @param hasLeft  whether the player's page went away itself
   */
  lose(session: Session, hasLeft = false): void {
    const { limits, connections } = this.#options
    if (!this.sessions.has(session) || session.connection === undefined) return
    const graceMs = hasLeft ? Math.min(limits.leavingGraceMs, limits.graceMs) : limits.graceMs
    if (graceMs <= 0) {
      this.retire(session)
      return
    }
    // Who is away counts as connected from there: coming and going makes no room for more.
    session.awayFrom = session.connection.link.address
    connections.addresses.add(session.awayFrom, 1)
    session.connection = undefined
    session.until = after(connections.now, milliseconds(graceMs))
    this.#away++
  }

  /** Those who have been away for too long are gone; those who changed are told to whoever keeps them. Once a tick. */
  advance(now: Instant): void {
    const { admission } = this.#options
    if (this.#away > 0)
      for (const session of this.sessions)
        if (session.connection === undefined && now >= (session.until ?? FOREVER)) this.retire(session)
    if (admission && this.residents.size > 0) for (const id of this.residents.changed()) admission.changed(id)
  }

  /** A player is in another world: the session goes there, and is told. */
  carry(player: Player): void {
    const { worlds } = this.#options
    const to = worlds.realm.whereIs(player)
    const session = this.#byPlayer.get(player)
    if (!to || !session || session.stand.instance === to) return
    const station = worlds.of(to)
    session.move(station, this.#newView(station, session.isLossy))
    session.connection?.conversation.map(station.where, station.world.tick)
  }

  /** The player is gone from the world. */
  retire(session: Session, how: 'left' | 'lost' = 'left'): void {
    if (!this.sessions.has(session)) return
    const { definition, worlds, admission } = this.#options
    const resident = this.residents.ofSession(session)
    if (resident) {
      // The character is still there to be read.
      admission?.[how](resident.characterId)
      this.residents.remove(resident)
    }
    this.sessions.delete(session)
    if (session.connection === undefined) this.#endAbsence(session)
    const { player } = session
    this.#book.forget(session)
    this.#byPlayer.delete(player)
    session.end()
    const { realm, home } = worlds
    definition.options.leave?.({ world: realm.whereIs(player)?.world ?? home.world, player, realm })
    if (player.entity) definition.options.attributes?.remove(player.entity)
    realm.removePlayer(player)
  }

  /** What a kept character is at this moment; undefined for one that is not here. */
  stateOf(characterId: string): CharacterState | undefined {
    const resident = this.residents.of(characterId)
    return resident && this.residents.read(resident)
  }

  /** The account is another than it was: what its player may do is. */
  accountIs(characterId: string, account: AdmittedAccount): void {
    const resident = this.residents.of(characterId)
    if (resident) resident.session.player.account = account
  }

  /** Ends the session of a kept character, and tells its player why. */
  expel(characterId: string, denial: Denial, how: 'left' | 'lost'): void {
    const resident = this.residents.of(characterId)
    if (!resident) return
    const { session } = resident
    const { connection } = session
    if (connection) this.#options.connections.hangUp(connection, denial)
    this.retire(session, how)
  }

  /** The decision about somebody who said hello. Much may have happened since: the link may be gone. */
  #decide(connection: Connection<Session>, admission: Admission, decision: Decision): void {
    const { connections } = this.#options
    const isHere = connections.isOpen(connection)
    if (decision.is === 'refused') {
      if (isHere) connections.hangUp(connection, decision)
    } else if (decision.is === 'guest') {
      if (isHere) this.#join(connection, decision.name)
    } else if (decision.is === 'goes-on') {
      const present = this.residents.of(decision.character)
      if (isHere && present) this.#takeOver(connection, present, decision.account)
      else if (isHere) connections.hangUp(connection, GONE)
    } else if (!isHere || !this.#join(connection, decision.name, decision))
      admission.withdrawn(decision.character)
    if (isHere) connections.flush(connection)
  }

  /** The player comes in once more from elsewhere: the character goes on as it is, and whoever had it is told. */
  #takeOver(connection: Connection<Session>, { session }: Resident, account: AdmittedAccount): void {
    session.player.account = account
    this.#takeFrom(session, { code: 'taken-over', reason: 'You came into the world from elsewhere.' })
    this.#book.forget(session)
    const view = this.#newView(session.stand, connection.isLossy)
    this.#speak(session, connection, view, 'nothing')
  }

  /** Whoever spoke for a session speaks for it no more. */
  #takeFrom(session: Session, denial: Denial): void {
    const old = session.connection
    if (old) this.#options.connections.hangUp(old, denial)
    else this.#endAbsence(session)
  }

  /** A session goes on over this connection. */
  #speak(session: Session, connection: Connection<Session>, view: View, resumed: Resumed): void {
    session.player.commands.restart()
    session.begin(connection, { token: this.#options.secret(), view })
    this.#welcome(session, connection, resumed)
  }

  /** @returns whether there is no room; then the connection is ended */
  #isFull(connection: Connection<Session>): boolean {
    const { limits, connections } = this.#options
    const { size } = this.sessions
    if (size + this.#admitting < limits.players) return false
    connections.hangUp(connection, { code: 'full', reason: `The server is full: ${size} players.` })
    return true
  }

  /** @returns whether the player is in */
  #join(
    connection: Connection<Session>,
    asked: string,
    kept?: { readonly account: AdmittedAccount; readonly character: AdmittedCharacter },
  ): boolean {
    const { definition, worlds, connections, mistake, admission, secret } = this.#options
    const name = properName(asked)
    if (name === undefined) {
      connections.hangUp(connection, { code: 'name', reason: NAME_WANTED })
      return false
    }
    if (this.#isFull(connection)) return false
    const { realm } = worlds
    const opened = kept && this.residents.open(kept.character)
    const home = opened?.home ?? worlds.home.instance
    const player = realm.addPlayer(name, home)
    if (kept) {
      player.account = kept.account
      player.character = opened?.character
      player.items = kept.character.items
    }
    try {
      player.entity = definition.options.join({ world: home.world, player, realm })
      this.#giveAttributes(player)
    } catch (error) {
      realm.removePlayer(player)
      if (!kept) throw error
      mistake(error)
      connections.hangUp(connection, {
        code: 'busy',
        reason: 'The server could not bring you into the world.',
      })
      return false
    }
    const station = worlds.of(realm.whereIs(player) ?? home)
    const view = this.#newView(station, connection.isLossy)
    const session = new Session(player, station, view)
    this.sessions.add(session)
    this.#byPlayer.set(player, session)
    session.begin(connection, { token: secret(), view })
    if (kept) {
      const { id, epoch, map, position, state } = kept.character
      const accountId = kept.account.id
      this.residents.add({ session, accountId, characterId: id, epoch, state: { map, position, state } })
      admission?.entered({ id, epoch, accountId })
    }
    this.#welcome(session, connection, 'nothing')
    return true
  }

  /** Who comes in has the attributes that were kept, unless the game has given others. */
  #giveAttributes({ entity, character }: Player): void {
    const { attributes } = this.#options.definition.options
    if (attributes && entity && !attributes.of(entity)) attributes.add(entity, character?.attributes)
  }

  #newView({ desk }: Stand, isLossy: boolean): View {
    return new View(desk, { isLossy, bytesPerSecond: this.#options.limits.viewBytesPerSecond })
  }

  #welcome(session: Session, { conversation }: Connection<Session>, resumed: Resumed): void {
    const { definition, worlds } = this.#options
    this.#book.add(session)
    const station = worlds.of(session.stand.instance)
    conversation.welcome({
      player: session.player.id,
      entity: session.ownTold,
      tick: station.world.tick,
      where: station.where,
      serverName: definition.options.name ?? definition.game.name,
      token: session.token,
      resumed,
    })
  }

  #endAbsence({ awayFrom }: Session): void {
    this.#away--
    this.#options.connections.addresses.add(awayFrom, -1)
  }
}

const GONE: Denial = { code: 'busy', reason: 'The character has just left; try again in a moment.' }
