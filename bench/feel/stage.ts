import type { Client, Switches } from '../../src/client/index.ts'
import { Random } from '../../src/core/index.ts'
import { emptyMap } from '../../src/index.ts'
import { Pair, parseWeather, Weather } from '../../src/lab/index.ts'
import { nodeSodium } from '../../src/netcode/index.node.ts'
import { feel, feelBots, feelServer, TICKS_PER_SECOND, tickOfHand } from './game.ts'
import { Histogram } from './histogram.ts'
import { Rival } from './rival.ts'
import { Eye, Seen } from './seen.ts'
import { Truth, type Walker } from './truth.ts'

const TICK_MS = 1000 / TICKS_PER_SECOND
const FRAMES_PER_SECOND = 60
const FRAMES_PER_TICK = FRAMES_PER_SECOND / TICKS_PER_SECOND
/** Seconds before anything is counted. */
const WARM_SECONDS = 5
/** An open field: with it, clients go ahead with their own character. */
const map = emptyMap(feel.map.width, feel.map.height)
/** Metres by which one's own character has to be elsewhere to have moved. */
const MOVED = 0.001

export interface FeelOptions {
  readonly weather: string
  readonly isSealed: boolean
  readonly clients: number
  /** Clients that draw, and what they draw is judged; the others only play. */
  readonly watchers: number
  readonly seconds: number
  readonly seed: number
  /** What is switched off; nothing when left out. */
  readonly switches?: Partial<Switches>
}

export interface Felt {
  readonly ours: Seen
  readonly theirs: Seen
  /** From a wish to walk to the first picture on which the own character does, in ms. */
  readonly inputs: Histogram
  /** Times per minute and player that the server came to another result than the player's own client. */
  readonly correctionsPerMinute: number
  /** How far off the own character was then, in metres. */
  readonly corrections: Histogram
  readonly bytesPerSecondDown: number
  readonly bytesPerSecondUp: number
  /** Minutes of pictures. */
  readonly minutes: number
}

interface Player {
  readonly client: Client<typeof feel>
  readonly think: ReturnType<typeof feelBots.begin>
  readonly random: Random
  readonly rival: Rival
  readonly eyes: { readonly ours: Eye; readonly theirs: Eye }
  /** When it last wished to walk from where it stood, and where that was. */
  wish: { readonly at: number; readonly x: number; readonly y: number } | undefined
  stoodSince: number
  corrections: number
}

/** Plays some minutes of twenty people walking about, and judges what they see. */
export async function feelOf(options: FeelOptions): Promise<Felt> {
  const { clients, watchers, seconds, seed, isSealed } = options
  const random = new Random(seed)
  const truth = new Truth()
  const felt = {
    ours: new Seen(),
    theirs: new Seen(),
    inputs: new Histogram(0.1),
    corrections: new Histogram(0.0005),
  }
  const players: Player[] = []
  const pair: Pair<typeof feel> = new Pair(feelServer, {
    seed,
    sealed: isSealed ? { cipher: nodeSodium } : undefined,
  })
  const watched: Player[] = []
  const figures = parseWeather(options.weather)
  for (let number = 0; number < clients; number++) {
    const toServer = new Weather(figures, random.fork()).path
    const seedDown = random.next()
    const down = () => new Weather(figures, new Random(seedDown)).path
    const client = pair.connect({ name: `Walker ${number}`, map }, { toServer, toClient: down() })
    Object.assign(client.switches, options.switches)
    const dice = random.fork()
    const player = {
      client,
      think: feelBots.begin(dice),
      random: dice,
      rival: new Rival(pair.network, truth, { isReliable: !isSealed, toClient: down() }),
      eyes: { ours: new Eye(felt.ours), theirs: new Eye(felt.theirs) },
      wish: undefined,
      stoodSince: 0,
      corrections: 0,
    }
    players.push(player)
    if (number < watchers) watched.push(player)
  }
  let frames = 0
  const bytes = { down: 0, up: 0 }
  const end = (WARM_SECONDS + seconds) * FRAMES_PER_SECOND
  for (let frame = 1; frame <= end; frame++) {
    await pair.run((frame * 1000) / FRAMES_PER_SECOND - pair.now)
    const { tick } = pair.host.stats
    // What the world is making is one ahead of what it has made.
    if (tick - 1 > truth.tick) {
      truth.note(tick - 1, pair.host.world.entities('walker') as Iterable<Walker>)
      for (const { rival } of watched) rival.send(tick - 1)
    }
    if (frame % FRAMES_PER_TICK === 0) for (const player of players) play(player, pair.now)
    if (frame === WARM_SECONDS * FRAMES_PER_SECOND) {
      weigh(players, bytes, -1)
      for (const player of players) {
        player.wish = undefined
        player.corrections = player.client.stats.corrections
      }
    }
    if (frame <= WARM_SECONDS * FRAMES_PER_SECOND) continue
    frames++
    for (const player of players) count(player)
    for (const player of watched) watch(player)
  }
  weigh(players, bytes, 1)
  return {
    ...felt,
    bytesPerSecondDown: bytes.down / clients / seconds,
    bytesPerSecondUp: bytes.up / clients / seconds,
    correctionsPerMinute: (felt.corrections.count / clients / seconds) * 60,
    minutes: (frames * watchers) / FRAMES_PER_SECOND / 60,
  }

  function count(player: Player): void {
    const { corrections, lastCorrection } = player.client.stats
    for (; player.corrections < corrections; player.corrections++)
      felt.corrections.add(lastCorrection?.by ?? 0)
  }

  function watch(player: Player): void {
    const { client, rival, eyes } = player
    const frameMs = 1000 / FRAMES_PER_SECOND
    client.frame()
    const [hand] = client.entities('hand')
    const { me } = client
    if (hand === undefined || me === undefined) return
    const tick = tickOfHand(hand.position.x)
    const delayMs = pair.now - tick * TICK_MS
    const others = [...client.entities('walker')].filter(({ id }) => id !== me.id)
    eyes.ours.show(others, { truth, tick, delayMs, frameMs })
    rival.show(eyes.theirs, me.id, { now: pair.now, truth, frameMs })
    const { wish } = player
    if (wish && Math.hypot(me.position.x - wish.x, me.position.y - wish.y) > MOVED) {
      felt.inputs.add(pair.now - wish.at)
      player.wish = undefined
    }
  }
}

/** One tick of one player's doing. */
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
}

function weigh(players: readonly Player[], bytes: { down: number; up: number }, sign: number): void {
  for (const { client } of players) {
    bytes.down += sign * client.stats.bytesIn
    bytes.up += sign * client.stats.bytesOut
  }
}
