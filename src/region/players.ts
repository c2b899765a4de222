import { Counters, type Instant, type Measured, type Readings, ShardlessError } from '../core/index.ts'
import type { CharacterState, Items } from '../store/index.ts'
import {
  type AnyEntity,
  type Crossing,
  EntityState,
  type Instance,
  isLater,
  type Player,
  type PlayerCharacter,
  Player as PlayerOfWorld,
  type Realm,
  type World,
  worldMetrics,
} from '../world/index.ts'
import type { AttachedGateway } from './attached-gateway.ts'
import { lastEvents } from './audience.ts'
import type { CarriedPlayer, PlayerLuggage } from './carried-player.ts'
import { type AnyDefinition, Sorry } from './definition.ts'
import { type KeptCharacter, KeptCharacters } from './kept-characters.ts'
import type { AccountFacts, EndingCode, Up } from './message/index.ts'
import { Possessions } from './possessions.ts'
import { ServedPlayer } from './served-player.ts'
import type { Worlds } from './worlds.ts'

/** Saves characters: `Checkpointing` of the store room, or an equivalent in virtual time. */
export interface Saver {
  enter(id: string, epoch: number): void
  change(id: string): void
  leave(id: string): void
  lose(id: string): void
  /** Resolves when a character's final state is saved; undefined when no save is pending. */
  whenLeft(id: string): Promise<void> | undefined
}

export interface PlayersOptions {
  readonly definition: AnyDefinition
  readonly worlds: Worlds
  /** Saves kept characters; none are saved when left out. */
  readonly saver: Saver | undefined
  /** The interval between own states sent without cause, in seconds. */
  readonly ownWordSeconds: number | undefined
  /** What players have, as the store has it; undefined where nothing is kept. */
  readonly items?: Items | undefined
}

/** For how many ticks commands may still come through the region that had the player before. */
const STEADY_TICKS = 6

/** A character, and the world that it is in. */
interface CarriedCharacter {
  readonly entity: AnyEntity
  readonly instance: Instance
}

/** A gateway that asks for a player by key. */
interface Claim {
  readonly gateway: AttachedGateway
  readonly message: Up & { readonly is: 'reclaim' }
}

interface Serving {
  readonly instance: Instance
  readonly luggage: PlayerLuggage | undefined
}

/**
 * Manages the players in the worlds: the characters the game made for them, and those that are kept.
 *
 *     enter --> join --> entered ... away, speak ... --leave, expel--> gone, once what is kept is saved
 *                 '-----> refused
 */
export class Players implements Measured {
  readonly kept: KeptCharacters
  readonly possessions: Possessions
  readonly #options: PlayersOptions
  /** Counts of dropped commands of players who are gone. */
  readonly #commandsDropped = new Counters(...worldMetrics.commandsDropped.values)
  readonly #byPlayer = new Map<Player, ServedPlayer>()
  /** Players who may be another region's soon, and who asks for them by key meanwhile. */
  readonly #frozen = new Map<ServedPlayer, Claim[]>()
  /** By character: whose it was when that was last asked. */
  readonly #characters = new Map<number, Player>()

  constructor(options: PlayersOptions) {
    this.#options = options
    this.kept = new KeptCharacters(options.definition, options.worlds.realm)
    this.possessions = new Possessions(options.items)
  }

  measure(readings: Readings): void {
    readings.addAll(worldMetrics.commandsDropped, this.#commandsDropped)
    for (const { commandsDropped } of this.#byPlayer.keys())
      readings.addAll(worldMetrics.commandsDropped, commandsDropped)
  }

  get size(): number {
    return this.#byPlayer.size
  }

  /** Brings a player into the world, and answers the gateway. */
  enter(gateway: AttachedGateway, message: Up & { is: 'enter' }): void {
    const { session, name, account, character, key, isStandIn } = message
    const { definition, worlds, saver, ownWordSeconds } = this.#options
    const { realm } = worlds
    if (gateway.players.has(session) || (character && this.kept.of(character.id))) {
      gateway.tell({ is: 'refused', session, ...GONE })
      return
    }
    const opened = character && this.kept.open(character)
    const home = opened?.home ?? worlds.home.instance
    const player = realm.addPlayer(name, home)
    player.account = account
    player.character = opened?.character
    if (character) player.items = character.items
    const before = realm.ids.serial
    try {
      player.entity = definition.options.join({ world: home.world, player, realm })
      if (isLater(player.entity)) realm.code.watch('join', home.map, player.entity)
      this.#giveAttributes(player)
      checkCharacter(player, realm)
    } catch (error) {
      player.entity = undefined
      realm.removePlayer(player)
      // Nothing of a character that did not come in stays.
      for (const { world } of realm.instances) world.despawnNewerThan(before)
      const isSorry = error instanceof Sorry
      gateway.tell({ is: 'refused', session, ...(isSorry ? sorry(error) : NOT_IN) })
      if (!isSorry) realm.code.failed('join', home.map, error)
      return
    }
    const world = worlds.of(realm.whereIs(player) ?? home)
    const served = new ServedPlayer(session, { player, gateway, ownWordSeconds }, world)
    Object.assign(served, { key, isStandIn })
    gateway.players.set(session, served)
    this.#byPlayer.set(player, served)
    if (character && account) {
      const { id, epoch, map, position, state } = character
      this.kept.add({
        player,
        accountId: account.id,
        characterId: id,
        epoch,
        state: { map, position, state },
      })
      saver?.enter(id, epoch)
      // What it does in its first moments counts from now on, whether or not it was seen to change.
      saver?.change(id)
    }
    const own = (player.entity as AnyEntity | undefined)?.id ?? 0
    gateway.tell({ is: 'entered', session, player: player.id, own, instance: world.instance.id })
  }

  /**
   * Gives the player of a key to the gateway where they came back; the one that had them is told that it is over. Of
   * one who may be another region's soon it is not said whether they are here until that is known.
   */
  reclaim(gateway: AttachedGateway, message: Up & { is: 'reclaim' }): void {
    const { session, key, isHere } = message
    const served = key === '' ? undefined : this.#withKey(key)
    const claims = key === '' || (served && !served.isStandIn) ? undefined : this.#claimsOn(key)
    if (claims) {
      this.#await(claims, { gateway, message })
      return
    }
    if (!served) {
      gateway.tell({ is: 'unclaimed', session })
      return
    }
    const { player, news } = served
    const before = served.gateway as AttachedGateway
    if (before === gateway && news.session === session) {
      // It has been told of the player; but a region that was held up may have told it later that it has them.
      if (isHere) this.#tellTaken(served, gateway)
      return
    }
    // Of two gateways that have the session, the one with the connection has the player.
    if (isHere && before.isThere && served.isHere) {
      gateway.tell({ is: 'unclaimed', session })
      return
    }
    before.players.delete(news.session)
    before.tell({ is: 'ended', session: news.session, ...ELSEWHERE })
    before.tell({ is: 'gone', session: news.session })
    served.goTo(gateway, session)
    gateway.players.set(session, served)
    if (isHere) {
      this.#tellTaken(served, gateway)
      return
    }
    const kept = this.kept.ofPlayer(player)
    const character = kept && {
      ...{ accountId: kept.accountId, characterId: kept.characterId, epoch: kept.epoch },
    }
    const own = (player.entity as AnyEntity | undefined)?.id ?? 0
    const instance = served.world.instance.id
    const { name, account } = player
    gateway.tell({
      ...{ is: 'reclaimed', session, player: player.id, own, instance },
      ...{ name, account: account as AccountFacts | undefined, character },
    })
  }

  /** Returns who asks for a frozen player by key; undefined where none is frozen. */
  #claimsOn(key: string): Claim[] | undefined {
    for (const [served, claims] of this.#frozen) if (served.key === key) return claims
    return undefined
  }

  /** Adds a claim that waits. Of each gateway the newest counts: a client is at one connection. */
  #await(claims: Claim[], claim: Claim): void {
    const { gateway } = claim
    const at = claims.findIndex((other) => other.gateway === gateway)
    if (at >= 0) {
      const [{ message }] = claims.splice(at, 1)
      if (message.session !== claim.message.session)
        gateway.tell({ is: 'unclaimed', session: message.session })
    }
    claims.push(claim)
  }

  /** A gateway is gone: it asks for nobody any more. */
  withdrawClaims(gateway: AttachedGateway): void {
    for (const [served, claims] of this.#frozen)
      this.#frozen.set(
        served,
        claims.filter((claim) => claim.gateway !== gateway),
      )
  }

  /** A frozen player stays, or is another region's: whoever asked for them is answered. */
  #answerClaims(served: ServedPlayer): void {
    const claims = this.#frozen.get(served) ?? []
    this.#frozen.delete(served)
    for (const { gateway, message } of claims) this.reclaim(gateway, message)
  }

  #withKey(key: string): ServedPlayer | undefined {
    let standIn: ServedPlayer | undefined
    for (const served of this.#byPlayer.values()) {
      if (served.key !== key) continue
      if (!served.isStandIn) return served
      standIn = served
    }
    return standIn
  }

  /** Handles a player's new connection. A player no longer in the world is told so. */
  speak(gateway: AttachedGateway, session: number): void {
    const served = gateway.players.get(session)
    if (served) {
      served.speak()
      return
    }
    gateway.tell({ is: 'ended', session, ...GONE })
    gateway.tell({ is: 'gone', session })
  }

  /** Removes a player who leaves for good. */
  leave(gateway: AttachedGateway, { session, how }: Up & { is: 'leave' }): void {
    const served = gateway.players.get(session)
    if (served) this.#retire(gateway, served, how)
    else gateway.tell({ is: 'gone', session })
  }

  /** Moves a player to another world: the gateway gets the last events of the old one, and sends everything anew. */
  carry(crossing: Crossing): void {
    const { definition, worlds } = this.#options
    const { player, from } = crossing
    const to = worlds.realm.whereIs(player)
    const served = this.#byPlayer.get(player)
    if (!to || !served || served.world.instance === to) return
    const { session } = served.news
    if (served.isHere && served.world.instance === from && from.world.told.length > 0)
      served.gateway.tell({ is: 'heard', session, events: lastEvents(definition, session, crossing) })
    const world = worlds.of(to)
    served.move(world)
    served.gateway.tell({ is: 'moved', session, instance: to.id, tick: world.world.tick })
  }

  /** Returns how a player is served; undefined for one who is not here. */
  servedOf(player: Player): ServedPlayer | undefined {
    return this.#byPlayer.get(player)
  }

  /** Returns whose character an entity of a world is; undefined for one of nobody's. */
  whose(world: World, entity: number): Player | undefined {
    const known = this.#characters.get(entity)
    const isStill = (player: Player): boolean => (player.entity as AnyEntity | undefined)?.id === entity
    if (known && isStill(known) && world.players.get(known.id) === known) return known
    // A game may give a player another character at any time: it is found once, and remembered.
    for (const player of world.players.values()) {
      const own = (player.entity as AnyEntity | undefined)?.id
      if (own !== undefined) this.#characters.set(own, player)
    }
    const found = this.#characters.get(entity)
    if (found && isStill(found) && world.players.get(found.id) === found) return found
    this.#characters.delete(entity)
    return undefined
  }

  /** Takes a player out of the world who may be another region's soon; the character stays. */
  freeze(player: Player): ServedPlayer | undefined {
    const served = this.#byPlayer.get(player)
    if (!served) return undefined
    const { realm } = this.#options.worlds
    const gateway = served.gateway as AttachedGateway
    gateway.players.delete(served.news.session)
    gateway.leaving.set(served.news.session, [])
    this.#byPlayer.delete(player)
    this.#characters.delete((player.entity as AnyEntity | undefined)?.id ?? 0)
    served.end()
    realm.suspend(player)
    this.#frozen.set(served, [])
    return served
  }

  /** Takes a player back who was frozen. @param gateway  the player's, as it is there now */
  thaw(served: ServedPlayer, instance: Instance, gateway: AttachedGateway): void {
    this.#thaw(served, instance, gateway)
    this.#answerClaims(served)
  }

  #thaw(served: ServedPlayer, instance: Instance, gateway: AttachedGateway): void {
    const { player, news } = served
    const { worlds } = this.#options
    const kept = this.kept.ofPlayer(player)
    if (this.#makesWay(gateway, { session: news.session, isStandIn: served.isStandIn }, player)) {
      instance.world.despawn(player.entity as never)
      return
    }
    // Whoever went for this one was the same character.
    if (kept?.player === player) this.#keep(kept)
    worlds.realm.resume(player, instance)
    served.world = worlds.of(instance)
    served.world.players.add(served)
    this.#byPlayer.set(player, served)
    if (served.gateway !== gateway) {
      served.goTo(gateway, news.session)
      if (!gateway.isThere) served.away()
      this.#tellTaken(served, gateway)
    }
    gateway.players.set(news.session, served)
  }

  /**
   * Returns whether a player goes, since the session has another here; a stand-in goes for the one it stood in for, and
   * whoever was here before for whoever comes.
   */
  #makesWay(
    gateway: AttachedGateway,
    { session, isStandIn }: Pick<CarriedPlayer, 'session' | 'isStandIn'>,
    player: Player,
  ): boolean {
    const other = gateway.players.get(session)
    if (!other || other.player === player) return false
    if (isStandIn && !other.isStandIn) return true
    this.#retire(gateway, other, 'lost', false)
    return false
  }

  /** Forgets a player who is another region's: that one saves what is kept of them. */
  letGo(served: ServedPlayer): void {
    const { player } = served
    this.possessions.forget(player)
    const kept = this.kept.ofPlayer(player)
    if (kept) {
      this.#options.saver?.lose(kept.characterId)
      this.kept.remove(kept)
    }
    this.#commandsDropped.include(player.commandsDropped)
    this.#answerClaims(served)
  }

  /** What of a player goes with the character to another region, or is saved with it. */
  carriedOf(served: ServedPlayer): CarriedPlayer {
    const { player, news, gateway } = served
    const kept = this.kept.ofPlayer(player)
    const { watching } = player
    const state = kept && this.kept.read(kept)
    return {
      ...{ gateway: (gateway as AttachedGateway).name, session: news.session },
      ...{ player: player.id, name: player.name, key: served.key, account: player.account },
      isStandIn: served.isStandIn,
      kept: kept &&
        state && {
          ...{ accountId: kept.accountId, characterId: kept.characterId, epoch: kept.epoch },
          ...{ map: state.map, position: [...state.position], state: state.state },
          entered: new TextEncoder().encode(JSON.stringify(player.character)),
        },
      items: [...player.items],
      viewRadius: player.viewRadius,
      watchedPlace: typeof watching === 'object' ? { x: watching.x, y: watching.y } : undefined,
      watchedEntity: typeof watching === 'number' ? watching : undefined,
    }
  }

  /** How far a player is. */
  luggageOf({ player, feed, isHere, extras, inherited }: ServedPlayer): PlayerLuggage {
    return {
      ...{ isHere, areItemsUnsettled: this.possessions.areUnsettled(player) },
      isSurprised: player.isSurprised || !player.left?.fits(player.entity as never),
      viewDelay: player.viewDelay,
      commands: player.commands.pack(),
      feed: feed.pack(),
      extras: [...extras, ...(inherited ?? [])],
      spawned: [...player.spawned],
    }
  }

  /**
   * Takes a player whom another region had, with a character that is in the world already. Not served before `serve`.
   *
   * @param luggage  undefined for one whose region died
   */
  take(carried: CarriedPlayer, luggage: PlayerLuggage | undefined, character: CarriedCharacter): Player {
    const { game } = character.instance.world
    const player: Player = new PlayerOfWorld(carried.player, carried.name, game as never)
    player.entity = character.entity as never
    player.account = carried.account
    player.items = carried.items
    player.viewRadius = carried.viewRadius
    player.watching = carried.watchedPlace ?? carried.watchedEntity
    if (carried.kept) player.character = readCharacter(carried.kept.entered)
    if (!luggage) return player
    player.viewDelay = luggage.viewDelay
    player.commands.unpack(luggage.commands)
    player.spawned.push(...luggage.spawned)
    player.isSurprised = luggage.isSurprised
    const kind = game.kindByName.get(character.entity.kind)
    if (kind && !luggage.isSurprised) player.left = new EntityState(kind).take(character.entity)
    return player
  }

  /** Serves a player who was taken, and tells the gateway. */
  serve(player: Player, gateway: AttachedGateway, carried: CarriedPlayer, by: Serving): void {
    const { worlds, ownWordSeconds } = this.#options
    const { instance, luggage } = by
    const { isSurprised } = player
    const { session, kept } = carried
    if (this.#makesWay(gateway, carried, player)) {
      instance.world.despawn(player.entity as never)
      return
    }
    const served = new ServedPlayer(session, { player, gateway, ownWordSeconds }, worlds.of(instance))
    player.isSurprised = isSurprised
    Object.assign(served, { key: carried.key, isStandIn: carried.isStandIn })
    served.steadyFrom = instance.world.tick + STEADY_TICKS
    if (luggage) {
      served.feed.unpack(luggage.feed)
      served.inherited = new Set(luggage.extras)
      served.isHere = luggage.isHere
    }
    worlds.realm.resume(player, instance)
    gateway.leaving.delete(session)
    gateway.left.delete(session)
    gateway.players.set(session, served)
    this.#byPlayer.set(player, served)
    if (kept) {
      const { accountId, characterId, epoch, map, position, state } = kept
      this.#keep({ player, accountId, characterId, epoch, state: { map, position, state } })
      if (luggage?.areItemsUnsettled ?? true) this.possessions.doubt(player)
    }
    this.#tellTaken(served, gateway)
  }

  /** Keeps a character that came with its player: what is saved of it is this region's concern from now on. */
  #keep(kept: KeptCharacter): void {
    const { saver } = this.#options
    this.kept.add(kept)
    saver?.enter(kept.characterId, kept.epoch)
    saver?.change(kept.characterId)
  }

  /** Gives the players of a gateway to another of the same name: it went and came back, or is not there. */
  passOn(from: AttachedGateway, to: AttachedGateway): void {
    const isThere = to.isThere
    for (const [session, waiting] of from.leaving) to.leaving.set(session, waiting)
    for (const [session, until] of from.left) to.left.set(session, until)
    for (const [session, served] of from.players) {
      // Whoever comes back is told everything anew; while nobody is there the character stands.
      if (isThere) served.goTo(to, session)
      else {
        served.gateway = to
        served.away()
      }
      to.players.set(session, served)
      this.#tellTaken(served, to)
    }
    from.players.clear()
  }

  #tellTaken({ player, news, world, isStandIn, extras }: ServedPlayer, gateway: AttachedGateway): void {
    // All that the player follows is said anew: the gateway unfollows what it does not hear again.
    extras.clear()
    const own = (player.entity as AnyEntity | undefined)?.id ?? 0
    const { session } = news
    const { instance } = world
    gateway.tell({
      ...{ is: 'taken', session, player: player.id, own, instance: instance.id },
      ...{ tick: instance.world.tick, isStandIn },
    })
  }

  /** Reads a kept character's current state; undefined for one that is not here. */
  stateOf(characterId: string): CharacterState | undefined {
    const kept = this.kept.of(characterId)
    return kept && this.kept.read(kept)
  }

  /** Ends the presence of a kept character that now belongs to another server; its gateway tells the player. */
  lose(characterId: string, { code, reason }: { readonly code: EndingCode; readonly reason: string }): void {
    const kept = this.kept.of(characterId)
    const served = kept && this.#byPlayer.get(kept.player)
    if (!served) return
    const { gateway, news } = served
    gateway.tell({ is: 'ended', session: news.session, code, reason })
    this.#retire(gateway as AttachedGateway, served, 'lost')
  }

  /** Ends the presence of a player by the operator's word; they are told why. What is kept of them is saved. */
  kick(player: Player, reason: string): void {
    const served = this.#byPlayer.get(player)
    if (!served) return
    const { gateway, news } = served
    gateway.tell({ is: 'ended', session: news.session, code: 'kicked', reason })
    this.#retire(gateway as AttachedGateway, served, 'left')
  }

  /** Updates the player's rights after a change of the account. */
  accountIs(served: ServedPlayer, account: AccountFacts): void {
    served.player.account = account
  }

  /** Tells the saver which characters have changed, and reads what is doubtful. Once a tick. */
  advance(now: Instant): void {
    const { saver } = this.#options
    this.possessions.advance(now)
    if (saver && this.kept.size > 0) for (const id of this.kept.changed()) saver.change(id)
  }

  #retire(gateway: AttachedGateway, served: ServedPlayer, how: 'left' | 'lost', isTold = true): void {
    const { definition, worlds, saver } = this.#options
    const { player } = served
    const { session } = served.news
    const kept = this.kept.ofPlayer(player)
    this.possessions.forget(player)
    if (kept) {
      // The character is still there to be read.
      if (how === 'left') saver?.leave(kept.characterId)
      else saver?.lose(kept.characterId)
      this.kept.remove(kept)
    }
    gateway.players.delete(session)
    this.#byPlayer.delete(player)
    this.#characters.delete((player.entity as AnyEntity | undefined)?.id ?? 0)
    this.#commandsDropped.include(player.commandsDropped)
    served.end()
    const { realm, home } = worlds
    const { leave } = definition.options
    const { world, map } = realm.whereIs(player) ?? home.instance
    realm.code.call('leave', map, leave, { world, player, realm })
    if (player.entity) definition.options.attributes?.remove(player.entity)
    realm.removePlayer(player)
    if (kept && isTold) this.#tellGone(gateway, session, kept)
  }

  /** Tells the gateway when nothing of a character is left to save. */
  #tellGone(gateway: AttachedGateway, session: number, { characterId }: KeptCharacter): void {
    const saved = this.#options.saver?.whenLeft(characterId)
    if (saved === undefined) gateway.tell({ is: 'gone', session })
    else
      saved.then(
        () => gateway.tell({ is: 'gone', session }),
        (error) => this.#options.worlds.realm.code.failed('saving', '', error),
      )
  }

  /** Gives an entering player the saved attributes, unless the game has set others. */
  #giveAttributes({ entity, character }: Player): void {
    const { attributes } = this.#options.definition.options
    if (attributes && entity && !attributes.of(entity)) attributes.add(entity, character?.attributes)
  }
}

/** Returns the character as it entered; undefined where that cannot be read. */
function readCharacter(entered: Uint8Array): PlayerCharacter | undefined {
  try {
    return JSON.parse(new TextDecoder().decode(entered))
  } catch {
    return undefined
  }
}

/** Checks the character from `join`. @throws `server/bad-character` for one that is in none of the worlds */
function checkCharacter(player: Player, realm: Realm): void {
  const entity = player.entity as AnyEntity | undefined
  if (entity === undefined || realm.whereIs(player)?.world.get(entity.id) === entity) return
  throw new ShardlessError(
    'server/bad-character',
    `join gave ${player.name} no entity of the world where the player is. Give what world.spawn gave, or undefined for who only watches.`,
  )
}

/** Makes a refusal from the sentence with which the game refuses a player. */
function sorry({ message }: Sorry): { readonly code: EndingCode; readonly reason: string } {
  return { code: 'kicked', reason: message }
}

const NOT_IN = { code: 'busy', reason: 'The server could not bring you into the world.' } as const
const ELSEWHERE = { code: 'taken-over', reason: 'You came into the world from elsewhere.' } as const
const GONE = { code: 'busy', reason: 'The character has just left; try again in a moment.' } as const
