/** Matches of bots in the simulator, in a train's weather, and what must hold in every one of them. */

import type { WorldMap } from 'shardless'
import { type Check, type RunOutcome, type Scenario, Simulation } from 'shardless/lab'
import bots from './game/bot.ts'
import type { haunted, Phase } from './game/haunted.ts'
import type { Match } from './game/match.ts'
import { transitionSeconds } from './game/match.ts'
import { body } from './game/measure.ts'
import { hauntedServer } from './game/server.ts'

/** Three people on a train, which goes through a tunnel, and five bots; long enough for two short hunts. */
export const night: Scenario = {
  name: 'night train',
  about: 'three people on a train and some bots hunt each other, until it is morning',
  seconds: 58,
  clients: 3,
  weather: ['train'],
  driftPpm: 100,
  faults: [
    { at: 16, do: 'cut', who: 'one', seconds: 6 },
    { at: 40, do: 'cut', who: 'one', seconds: 4 },
  ],
}

/** The same, for one hunt that is long enough for seekers to find everyone, most of the time. */
export const longNight: Scenario = { ...night, name: 'long night train', seconds: 530 }

const headStartSeconds = 2
/** How long hunts are, and how many take part: by turns. */
const huntsSeconds = [10, 25, 40]
const sizes = [4, 6, 8, 12]
/** Every so many nights is a long one, with a hunt of so many seconds and so many people. */
const LONG = { every: 5, huntSeconds: 500, fillTo: 3 }
/** How long a bot's soul that wants to go somewhere may stay within a metre. */
const STUCK_SECONDS = 40

export interface NightOutcome extends RunOutcome {
  /** How many matches were played to the end, and how many of them the seekers won. */
  readonly matches: number
  readonly wonBySeekers: number
}

/** Plays a night of matches. The same seed is the same night. */
export async function playNight(house: WorldMap, seed: number): Promise<NightOutcome> {
  let tickets = 0
  const isLong = seed % LONG.every === 0
  const scenario = isLong ? longNight : night
  const huntSeconds = isLong ? LONG.huntSeconds : huntsSeconds[seed % huntsSeconds.length]
  const fillTo = isLong ? LONG.fillTo : sizes[seed % sizes.length]
  const server = hauntedServer({
    house,
    newTicket: () => `ticket-${++tickets}`,
    rules: { huntSeconds, headStartSeconds, fillTo },
  })
  const count = { matches: 0, wonBySeekers: 0 }
  const matchesOf = (realm: { readonly instances: Iterable<{ readonly world: object }> }): Match[] =>
    [...realm.instances].flatMap(({ world }) => server.matchIn(world as never) ?? [])
  const each =
    (look: (match: Match) => string | undefined): Check<typeof haunted> =>
    ({ pair }) => {
      for (const match of matchesOf(pair.host.realm as never)) {
        const failure = look(match)
        if (failure !== undefined) return failure
      }
      return undefined
    }
  const checks = [
    each(phasesEnd()),
    each(resultsAgree(count)),
    each(nobodyIsStuck()),
    each(souls),
    unseenStayUnknown(server.matchIn as never),
  ]
  const { definition } = server
  const outcome = await new Simulation({ definition, bots, scenario, seed, checks }).run()
  return { ...outcome, ...count }
}

/** A phase ends when it says, and follows the one before it. */
function phasesEnd(): (match: Match) => string | undefined {
  const before = new WeakMap<Match, Phase>()
  const next: Record<Phase, readonly Phase[]> = {
    lobby: ['lobby', 'counting'],
    counting: ['counting', 'lobby', 'hunt'],
    hunt: ['hunt', 'result'],
    result: ['result', 'lobby'],
  }
  return (match) => {
    const was = before.get(match) ?? 'lobby'
    before.set(match, match.phase)
    if (!next[was].includes(match.phase)) return `a match went from ${was} to ${match.phase}`
    const most = {
      lobby: 0,
      counting: transitionSeconds,
      hunt: match.rules.huntSeconds + headStartSeconds,
      result: transitionSeconds,
    }
    if (match.secondsLeft > most[match.phase] + 0.1) return `${match.phase} lasts ${match.secondsLeft} s more`
    const { endsAt } = match.view
    if (match.phase !== 'lobby' && match.world.tick > endsAt + 2) return `${match.phase} does not end`
    return undefined
  }
}

/** Who won is who should have: counts, bodies and sides agree. */
function resultsAgree(count: {
  matches: number
  wonBySeekers: number
}): (match: Match) => string | undefined {
  const told = new WeakMap<Match, boolean>()
  return (match) => {
    const isResult = match.phase === 'result'
    const isNew = isResult && told.get(match) !== true
    told.set(match, isResult)
    if (!isNew) return undefined
    const { winner } = match.view
    const hiders = match.people.filter(({ team }) => team === 'hiders')
    const seekers = match.people.filter(({ team }) => team === 'seekers')
    const left = hiders.filter(({ soul }) => soul).length
    const caught = hiders.filter(({ isCaught }) => isCaught).length
    const catches = seekers.reduce((sum, one) => sum + one.caught, 0)
    count.matches++
    if (winner === 'seekers') count.wonBySeekers++
    // Who was caught, or who caught, may have given up the seat since.
    if (winner === 'nobody') return 'nobody won'
    if (winner === 'seekers' && left > 0) return `the seekers won, and ${left} hide still`
    if (winner === 'hiders' && left === 0 && seekers.length > 0) return 'the hiders won, and nobody is left'
    if (caught !== catches && match.people.every(({ isAway }) => !isAway))
      return `${catches} catches, and ${caught} were caught`
    for (const { name, isCaught, soul } of hiders)
      if (isCaught === (soul !== undefined))
        return `${name} is caught: ${isCaught}, and has a body all the same`
    return undefined
  }
}

/** Every soul stands where one can stand, and one of a bot that has somewhere to go comes there. */
function nobodyIsStuck(): (match: Match) => string | undefined {
  const since = new WeakMap<object, { x: number; y: number; tick: number }>()
  return (match) => {
    if (match.phase !== 'hunt') return undefined
    for (const { name, soul, isBot } of match.people) {
      if (!soul) continue
      const { x, y } = soul.position
      if (!match.world.map.isFree(x, y, body)) return `${name} stands in a wall, at (${x}, ${y})`
      const at = since.get(soul)
      const { tick } = match.world
      const hasMoved = !at || Math.abs(at.x - x) + Math.abs(at.y - y) > 1
      if (hasMoved || soul.team !== 'seekers' || !match.isOn) since.set(soul, { x, y, tick })
      // A hider may stand still all night.
      else if (isBot && tick - at.tick > STUCK_SECONDS * match.world.game.ticksPerSecond)
        return `${name} has been at (${x}, ${y}) for ${STUCK_SECONDS} s`
    }
    return undefined
  }
}

/** Bodies and people agree: one each, none for who is caught. */
function souls(match: Match): string | undefined {
  let bodies = 0
  for (const soul of match.world.entities('soul')) {
    bodies++
    const someone = match.whose(soul)
    if (someone?.soul !== soul) return `soul ${soul.id} is nobody's`
    if (match.world.isRestricted(soul) !== (match.phase === 'hunt'))
      return `${someone.name}'s soul is ${match.phase === 'hunt' ? 'shown to all' : 'hidden'} in ${match.phase}`
  }
  const has = match.people.filter(({ soul }) => soul).length
  return bodies === has ? undefined : `${bodies} bodies, and ${has} people have one`
}

/**
 * Nobody holds the soul of an enemy whom they have not been able to see for so long that even on a train it was
 * heard: 5 s, or while they hear nothing.
 */
function unseenStayUnknown(matchIn: (world: object) => Match | undefined): Check<typeof haunted> {
  const seenAt = new Map<string, number>()
  return ({ pair, actors }) => {
    for (const { client, name, troubledUntil } of actors) {
      const world = client.map && pair.host.realm.get(client.map.instance)?.world
      const match = world && matchIn(world)
      const me = match?.people.find((one) => one.player?.name === name)?.soul
      if (!match || !me || match.phase !== 'hunt' || client.status !== 'open') continue
      const isBehind = pair.now < troubledUntil + 5000 || world.tick - client.stats.serverTick > 20
      const { tick } = world
      for (const other of match.world.entities('soul'))
        if (isBehind || match.sees(me, other)) seenAt.set(`${name} ${other.id}`, tick)
      for (const { id } of client.entities('soul')) {
        const truth = match.world.get(id)
        if (truth?.kind !== 'soul') continue
        const at = seenAt.get(`${name} ${id}`) ?? -Infinity
        if (tick - at > 100)
          return `${name} knows where ${truth.name} is, and has seen nothing of them for 5 s`
      }
    }
    return undefined
  }
}
