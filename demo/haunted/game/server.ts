import { emptyMap, type Player, type Realm, Rooms, type World, type WorldMap } from 'shardless'
import { defineServer, type ServerDefinition, type ServerOptions, Sorry } from 'shardless/server'
import { haunted, peopleMax, type Rules } from './haunted.ts'
import { Match } from './match.ts'
import { width } from './measure.ts'
import { operatorCommands } from './operator.ts'
import type { Someone } from './people.ts'

export interface HauntedOptions {
  /** The map of the house. */
  readonly house: WorldMap
  /** The rules with which rooms open. */
  readonly rules?: Partial<Rules>
  /** Makes what a lost player asks a seat back with: see `Rooms`. */
  readonly newTicket: () => string
  /** How long a seat in a running match is kept, in seconds; 60 when left out. */
  readonly keptSeconds?: number
  readonly web?: URL
}

/** What has a use for the matches beside the players: dialects, consoles, tests. */
export interface HauntedServer {
  readonly definition: ServerDefinition<typeof haunted>
  /** The rooms of the server that runs. */
  readonly rooms: () => Rooms<typeof haunted>
  /** The match of a room's world; undefined for the hall. */
  readonly matchIn: (world: { readonly game: unknown }) => Match | undefined
  /** The match of a room's instance, where this process runs it; undefined for the hall. */
  readonly matchOf: (instance: number) => Match | undefined
}

/** Control characters, and those that reverse the writing direction of everything after them. */
const unspeakable = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu

type HauntedWorld = World<typeof haunted>
type Visitor = Player<typeof haunted>

/**
 * The server's part: a hall where players come in and see the rooms, and a match in each room's world.
 */
export function hauntedServer(options: HauntedOptions): HauntedServer {
  let rooms: Rooms<typeof haunted> | undefined
  const matches = new WeakMap<object, Match>()
  const matchIn = (world: object): Match | undefined => matches.get(world)
  const here = (world: HauntedWorld, player: Visitor): { match: Match; someone: Someone } => {
    const match = matchIn(world)
    const someone = match?.of(player)
    if (!match || !someone) throw new Sorry('You are in no room.')
    return { match, someone }
  }
  const isHost = (player: Visitor): boolean => rooms?.roomOf(player)?.host === player.id
  /** The match of a player who may set its rules. */
  const hosted = (world: HauntedWorld, player: Visitor): Match => {
    const { match } = here(world, player)
    if (!isHost(player)) throw new Sorry('The host of the room decides that.')
    return match
  }
  const current = (): Rooms<typeof haunted> => {
    if (!rooms) throw new Sorry('The house is not open yet.')
    return rooms
  }
  type Answers = ReturnType<Rooms<typeof haunted>['answers']>
  const answer =
    <N extends keyof Answers>(name: N) =>
    (context: Parameters<Answers[N]>[0]): ReturnType<Answers[N]> =>
      current()
        .answers(Sorry)
        [name](context as never) as ReturnType<Answers[N]>

  const definition = defineServer(haunted, {
    name: 'Haunted Chronicles',
    welcome: 'Hide and seek in the dark, for 2 to 40.',
    web: options.web,
    // The house is known whole; who is in it is not.
    viewRadius: 2 * width,
    maps: {
      hall: {
        map: emptyMap(13.5, 13.5),
        begin: ({ world }) => {
          rooms = openRooms(world)
        },
        update: ({ world, realm }) => rooms?.advance({ world, realm }),
      },
      house: { map: options.house },
    },
    join: () => undefined,
    leave: ({ player, realm }) => rooms?.leave({ player, realm }),
    canSee: ({ world, player, entity }) =>
      entity.kind !== 'soul' || (matchIn(world)?.canSee(player, entity) ?? true),
    mapChanged: ({ world }) => matchIn(world)?.rebuild(),
    operatorCommands: operatorCommands(() => rooms?.open ?? [], matchIn),
    requests: {
      openRoom: answer('openRoom'),
      enterRoom: answer('enterRoom'),
      quickMatch: answer('quickMatch'),
      watchRoom: answer('watchRoom'),
      returnToRoom: answer('returnToRoom'),
      leaveRoom: answer('leaveRoom'),
      chooseTeam({ world, player, ask: { team } }) {
        const { match, someone } = here(world, player)
        return granted(match.choose(someone, team))
      },
      chooseColour({ world, player, ask: { colour } }) {
        const { match, someone } = here(world, player)
        return granted(match.paint(someone, colour))
      },
      sayReady({ world, player, ask: { isReady } }) {
        const { match, someone } = here(world, player)
        return granted(match.sayReady(someone, isReady))
      },
      say({ world, player, ask: { text } }) {
        const { someone } = here(world, player)
        const words = text.replace(unspeakable, '').trim()
        if (words === '') throw new Sorry('There is nothing to hear in that.')
        world.tell('said', { who: someone.name, text: words }, { everyone: true })
        return {}
      },
      setRules({ world, player, ask }) {
        const match = hosted(world, player)
        if (match.phase === 'hunt') throw new Sorry('Not while the hunt is on.')
        match.setRules(ask)
        return {}
      },
      beginNow: ({ world, player }) => granted(hosted(world, player).begin()),
      follow({ world, player, ask: { name } }) {
        const match = matchIn(world)
        if (!match || player.entity) throw new Sorry('You have eyes of your own.')
        const soul = match.named(name)?.soul
        if (name !== '' && !soul) throw new Sorry('There is nobody to follow.')
        player.watching = soul ? soul.id : { x: world.map.width / 2, y: world.map.height / 2 }
        return {}
      },
    },
  } satisfies ServerOptions<typeof haunted>)

  function openRooms(world: HauntedWorld): Rooms<typeof haunted> {
    return new Rooms<typeof haunted>({
      map: 'house',
      board: 'room',
      random: world.random.fork(),
      newTicket: options.newTicket,
      seatsMax: peopleMax,
      keptSeconds: options.keptSeconds,
      rules: (room) => ({
        begin: () => void matches.set(room.world, new Match(room, options.rules)),
        update: () => matchIn(room.world)?.update(),
      }),
      seated: ({ room, player, seat }) => matchIn(room.world)?.sitDown(player, seat),
      lost: ({ room, player }) => matchIn(room.world)?.lose(player),
      returned: ({ room, player, seat }) => matchIn(room.world)?.takeBack(player, seat),
      left: ({ room, seat }) => matchIn(room.world)?.leave(seat),
    })
  }
  const matchOf = (instance: number): Match | undefined => {
    for (const { instance: one, world } of rooms?.open ?? []) if (one.id === instance) return matchIn(world)
    return undefined
  }
  return { definition, rooms: current, matchIn, matchOf }
}

/** A sentence of the match reaches the player. */
function granted(refusal: string | undefined): Record<never, never> {
  if (refusal !== undefined) throw new Sorry(refusal)
  return {}
}

export type HauntedRealm = Realm<typeof haunted>
