/**
 * The mind of bots that are clients, as players are: `npm run bots -- --bot demo/haunted/game/bot.ts`. They enter a
 * quick match, choose a side, and know what a player's screen shows. (Empty places are filled by `bots.ts`.)
 */
import { hypot, type Random } from 'shardless'
import { type Client, defineBot, type Mind } from 'shardless/client'
import { haunted, idle, type MatchView, type Soul } from './haunted.ts'

/** How often it says again what it wants, in seconds. */
const asking = 1.5
/** From how near a seeker it runs, and how little it moves in `noticing` seconds when it is stuck; metres. */
const fright = 14
const progressLeast = 0.4
const noticing = 0.5

export default defineBot(haunted, { name, begin, lookOn })

function name({ number }: { number: number }): string {
  return `Bot ${number + 1}`
}

const askedAt = new WeakMap<Client<typeof haunted>, number>()

/** In the hall it enters a room; in a room without a body it looks on. */
function lookOn({ client, seconds }: { client: Client<typeof haunted>; seconds: number }): void {
  if (client.map?.name !== 'hall' || !isTime(client, seconds)) return
  // Nobody waits for an answer: it asks again while it is in the hall.
  client.ask('quickMatch', {}).catch(() => {})
}

function isTime(client: Client<typeof haunted>, seconds: number): boolean {
  if (seconds - (askedAt.get(client) ?? -asking) < asking) return false
  askedAt.set(client, seconds)
  return true
}

function begin({ number, random }: { number: number; random: Random }): Mind<typeof haunted> {
  const side = number % 3 === 0 ? 'seekers' : 'hiders'
  let way = { east: 0, north: 0 }
  let until = 0
  let noticed = { x: 0, y: 0, at: 0 }

  return ({ client, me, seconds }) => {
    const [match] = client.entities('match')
    if (!match) return idle
    if (match.phase !== 'hunt') {
      if (isTime(client, seconds)) getReady(client, match, me, side)
      return match.phase === 'lobby' ? stroll(seconds) : idle
    }
    const { x, y } = me.position
    const isStuck = seconds - noticed.at >= noticing && hypot(x - noticed.x, y - noticed.y) < progressLeast
    if (seconds - noticed.at >= noticing) noticed = { x, y, at: seconds }
    const other = nearest(client.entities('soul'), me)
    if (other && !isStuck && seconds >= until) {
      const [dx, dy] = [other.position.x - x, other.position.y - y]
      const far = hypot(dx, dy) || 1
      if (me.team === 'seekers') return { east: dx / far, north: dy / far }
      if (far < fright) return { east: -dx / far, north: -dy / far }
    }
    if (isStuck) until = 0
    return stroll(seconds)
  }

  /** Goes one way for a while, and then another. */
  function stroll(seconds: number): typeof way {
    if (seconds >= until) {
      until = seconds + random.between(0.5, 2.5)
      way = random.chance(0.1) ? { ...idle } : { east: random.integer(-1, 1), north: random.integer(-1, 1) }
    }
    return way
  }
}

/** Says which side it is on, and then that it is ready. */
function getReady(
  client: Client<typeof haunted>,
  match: MatchView,
  me: Soul,
  side: 'seekers' | 'hiders',
): void {
  if (match.phase !== 'lobby') return
  if (me.team === 'neutral') client.ask('chooseTeam', { team: side }).catch(() => {})
  else client.ask('sayReady', { isReady: true }).catch(() => {})
}

/** Finds the nearest of the other team in view. */
function nearest(souls: Iterable<Soul>, me: Soul): Soul | undefined {
  let [found, least] = [undefined as Soul | undefined, Infinity]
  for (const soul of souls) {
    if (soul.team === me.team) continue
    const far = hypot(soul.position.x - me.position.x, soul.position.y - me.position.y)
    if (far >= least) continue
    found = soul
    least = far
  }
  return found
}
