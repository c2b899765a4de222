import type { Client, Switches } from '../../src/client/index.ts'
import { Random } from '../../src/core/index.ts'
import { emptyMap } from '../../src/index.ts'
import { Pair, parseWeather, Weather } from '../../src/lab/index.ts'
import { nodeSodium } from '../../src/netcode/index.node.ts'
import { feel, feelBots, feelServer, type Score, TICKS_PER_SECOND, throwAt, tickOfHand } from './game.ts'
import { Histogram } from './histogram.ts'
import { Rival } from './rival.ts'
import { Eye, Seen } from './seen.ts'
import { Truth, type Walker } from './truth.ts'

const TICK_MS = 1000 / TICKS_PER_SECOND
const FRAMES_PER_SECOND = 60
const FRAMES_PER_TICK = FRAMES_PER_SECOND / TICKS_PER_SECOND
/** How many seconds pass before anything is counted. */
const WARM_SECONDS = 5
/** The least and the most seconds between two throws of one player. */
const THROW_SECONDS = [1, 3] as const
/** An open field: with it, clients go ahead with their own character. */
const map = emptyMap(feel.map.width, feel.map.height)
/** How far the own character must be elsewhere to have moved, in metres. */
const MOVED = 0.001

/** What is switched off, for a quarter of the players each. */
export const plays = {
  everything: {},
  'no prediction': { prediction: false },
  'no interpolation': { interpolation: false },
  'no lag compensation': { lagCompensation: false },
} as const satisfies Readonly<Record<string, Partial<Switches>>>
export type Play = keyof typeof plays
const playNames = Object.keys(plays) as Play[]

export interface FeelOptions {
  readonly weather: string
  readonly isSealed: boolean
  readonly clients: number
  /** How many clients of each play draw, and are judged; the others only play. */
  readonly watchers: number
  readonly seconds: number
  readonly seed: number
}

/** The results of one way of playing, over all who play so. */
export class Experience {
  readonly seen = new Seen()
  /** How long from a wish to walk to the first picture on which the own character does, in ms. */
  readonly inputs = new Histogram(0.1)
  throws = 0
  hits = 0

  get minutes(): number {
    return this.seen.pictures / FRAMES_PER_SECOND / 60
  }
}

export interface Felt {
  readonly plays: Readonly<Record<Play, Experience>>
  /** Snapshot interpolation as its library does it by default, and with the correction of its clock off. */
  readonly theirs: Seen
  readonly theirsUncorrected: Seen
  /** How often per minute and player the server came to another result than the player's own client. */
  readonly correctionsPerMinute: number
  /** How far off the own character was then, in metres. */
  readonly corrections: Histogram
  /** How far in the past clients chose to show others, in ms. */
  readonly interpolations: Histogram
  readonly bytesPerSecondDown: number
  readonly bytesPerSecondUp: number
}

interface Player {
  readonly name: string
  readonly client: Client<typeof feel>
  readonly think: ReturnType<typeof feelBots.begin>
  readonly random: Random
  readonly experience: Experience
  readonly eye: Eye
  /** The other ways of showing, for players who have everything of ours. */
  readonly rivals: readonly { readonly shown: Rival; readonly eye: Eye }[]
  /** When it last wished to walk from a standstill, and where that was. */
  wish: { readonly at: number; readonly x: number; readonly y: number } | undefined
  stoodSince: number
  throwsAt: number
  corrections: number
}

/** Plays some minutes of twenty people walking about, and judges what they see. */
export async function feelOf(options: FeelOptions): Promise<Felt> {
  const { clients, watchers, seconds, seed, isSealed } = options
  const random = new Random(seed)
  const truth = new Truth()
  const theirs = new Seen()
  const theirsUncorrected = new Seen()
  const experiences = Object.fromEntries(playNames.map((play) => [play, new Experience()]))
  const corrections = new Histogram(0.0005)
  const interpolations = new Histogram(0.1)
  const score: Score = new Map()
  const pair: Pair<typeof feel> = new Pair(feelServer(score), {
    seed,
    sealed: isSealed ? { cipher: nodeSodium } : undefined,
  })
  const figures = parseWeather(options.weather)
  const players = Array.from({ length: clients }, (_, number) => join(number))
  const watched = players.filter((_, number) => number < watchers * playNames.length)
  const bytes = { down: 0, up: 0 }
  const end = (WARM_SECONDS + seconds) * FRAMES_PER_SECOND
  for (let frame = 1; frame <= end; frame++) {
    await pair.run((frame * 1000) / FRAMES_PER_SECOND - pair.now)
    const { tick } = pair.host.stats
    // What the world is making is one ahead of what it has made.
    if (tick - 1 > truth.tick) {
      truth.note(tick - 1, pair.host.world.entities('walker') as Iterable<Walker>)
      for (const { rivals } of watched) for (const { shown } of rivals) shown.send(tick - 1)
    }
    if (frame % FRAMES_PER_TICK === 0) for (const player of players) play(player, pair.now)
    if (frame === WARM_SECONDS * FRAMES_PER_SECOND) begin()
    if (frame <= WARM_SECONDS * FRAMES_PER_SECOND) continue
    for (const player of players) count(player)
    for (const player of watched) watch(player)
  }
  weigh(players, bytes, 1)
  for (const { name, experience } of players) {
    experience.throws += score.get(name)?.throws ?? 0
    experience.hits += score.get(name)?.hits ?? 0
  }
  return {
    plays: experiences as Record<Play, Experience>,
    theirs,
    theirsUncorrected,
    correctionsPerMinute: (corrections.count / clients / seconds) * 60,
    corrections,
    interpolations,
    bytesPerSecondDown: bytes.down / clients / seconds,
    bytesPerSecondUp: bytes.up / clients / seconds,
  }

  function join(number: number): Player {
    const toServer = new Weather(figures, random.fork()).path
    const seedDown = random.next()
    const down = () => new Weather(figures, new Random(seedDown)).path
    const name = `Walker ${number}`
    const client = pair.connect({ name, map }, { toServer, toClient: down() })
    const playName = playNames[number % playNames.length]
    Object.assign(client.switches, plays[playName])
    const experience = experiences[playName]
    const dice = random.fork()
    const rival = (correctsClock: boolean, seen: Seen) => {
      const air = { isReliable: !isSealed, toClient: down(), correctsClock }
      return { shown: new Rival(pair.network, truth, air), eye: new Eye(seen) }
    }
    return {
      name,
      client,
      think: feelBots.begin({ number: 0, random: dice }),
      random: dice,
      experience,
      eye: new Eye(experience.seen),
      rivals:
        playName === 'everything' && number < watchers * playNames.length
          ? [rival(true, theirs), rival(false, theirsUncorrected)]
          : [],
      wish: undefined,
      stoodSince: 0,
      throwsAt: WARM_SECONDS * 1000,
      corrections: 0,
    }
  }

  /** Begins counting. */
  function begin(): void {
    weigh(players, bytes, -1)
    score.clear()
    for (const player of players) {
      player.wish = undefined
      player.corrections = player.client.stats.corrections
    }
  }

  function count(player: Player): void {
    const news = player.client.stats.corrections - player.corrections
    player.corrections += news
    for (const { by } of news > 0 ? player.client.corrections.slice(-news) : []) corrections.add(by ?? 0)
  }

  function watch(player: Player): void {
    const { client, rivals, eye, experience } = player
    const frameMs = 1000 / FRAMES_PER_SECOND
    client.frame()
    const [hand] = client.entities('hand')
    const { me } = client
    if (hand === undefined || me === undefined) return
    const tick = tickOfHand(hand.position.x)
    const delayMs = pair.now - tick * TICK_MS
    const others = [...client.entities('walker')].filter(({ id }) => id !== me.id)
    eye.show(others, { truth, tick, delayMs, frameMs })
    if (rivals.length > 0) interpolations.add(client.stats.interpolationMs)
    for (const rival of rivals) rival.shown.show(rival.eye, me.id, { now: pair.now, truth, frameMs })
    const { wish } = player
    if (wish && Math.hypot(me.position.x - wish.x, me.position.y - wish.y) > MOVED) {
      experience.inputs.add(pair.now - wish.at)
      player.wish = undefined
    }
  }
}

/** Plays one tick of one player. */
function play(player: Player, now: number): void {
  const { client, think, random } = player
  if (client.status !== 'open') return
  client.frame()
  const { me } = client
  if (me === undefined) return
  const command = think({ client, me, random, seconds: now / 1000 })
  const isStanding = command.east === 0 && command.north === 0
  // Whoever has stood for two seconds stands on every screen, and the next step is an answer to the wish.
  if (!isStanding && player.stoodSince > 0 && now - player.stoodSince >= 2000)
    player.wish = { at: now, x: me.position.x, y: me.position.y }
  if (!isStanding) player.stoodSince = 0
  else if (player.stoodSince === 0) player.stoodSince = now
  client.command(command)
  if (now < player.throwsAt) return
  player.throwsAt = now + random.between(...THROW_SECONDS) * 1000
  const others = [...client.entities('walker')].filter(({ id }) => id !== me.id)
  if (others.length > 0) client.press(throwAt(random.pick(others).position))
}

function weigh(players: readonly Player[], bytes: { down: number; up: number }, sign: number): void {
  for (const { client } of players) {
    bytes.down += sign * client.stats.bytesIn
    bytes.up += sign * client.stats.bytesOut
  }
}
