/** The mind of bots in the town: `shardless bots --bot demo/game/bot.ts`. */
import { heading, hypot, type Random } from 'shardless'
import { defineBot, type Mind } from 'shardless/client'
import { idle, town, type Walker } from './town.ts'

/** The distance from its starting place at which a bot starts to turn back, in metres. */
const homesick = 60
/** The least progress in `noticing` seconds, in metres: a walker who covers less is stuck. */
const progressLeast = 0.6
const noticing = 0.4
/** The distance within which someone tempts a bot with a lantern to throw, in metres. */
const tempting = 9

export default defineBot(town, { name, begin })

function name({ number }: { number: number }): string {
  const round = Math.floor(number / names.length)
  return names[number % names.length] + (round > 0 ? ` ${round + 1}` : '')
}

/** Creates a bot's mind: where it goes, for how long, and what it is busy with. */
function begin({ random }: { random: Random }): Mind<typeof town> {
  let way = { east: 0, north: 0 }
  let isRunning = false
  let until = 0
  let talkAt = random.between(5, 40)
  let throwAt = random.between(5, 60)
  let home = { x: Number.NaN, y: 0, world: undefined as number | undefined }
  let noticed = { x: 0, y: 0, at: 0 }

  return ({ client, me, seconds }) => {
    const { x, y } = me.position
    const world = client.map?.instance
    // Who has gone down some stairs is at home there.
    if (Number.isNaN(home.x) || home.world !== world) home = { x, y, world }
    if (seconds - noticed.at >= noticing) {
      const isWalking = way.east !== 0 || way.north !== 0
      const progress = hypot(x - noticed.x, y - noticed.y)
      // In front of a wall: not the same way again.
      if (isWalking && progress < progressLeast) {
        way = turned(way, random.pick([2, 3, 4, 5, 6]))
        until = seconds + random.between(0.5, 1.5)
      }
      noticed = { x, y, at: seconds }
    }
    if (seconds >= until) {
      until = seconds + random.between(0.5, 1.5)
      const isFar = hypot(x - home.x, y - home.y) > homesick
      if (isFar && random.chance(0.6)) way = { east: Math.sign(home.x - x), north: Math.sign(home.y - y) }
      else if (random.chance(0.18)) {
        way = { east: 0, north: 0 }
        until += random.between(0.5, 4)
      } else if (way.east === 0 && way.north === 0) way = turned({ east: 1, north: 0 }, random.integer(0, 7))
      else way = turned(way, random.pick([-2, -1, -1, 0, 0, 1, 1, 2]))
      isRunning = random.chance(0.12)
    }
    if (seconds >= talkAt) {
      talkAt = seconds + random.between(15, 75)
      // Nobody waits for an answer, and a lost connection is noticed elsewhere.
      if (random.chance(0.2)) client.ask('wave', {}).catch(() => {})
      else client.ask('say', { text: random.pick(sayings) }).catch(() => {})
    }
    if (seconds < throwAt) return { ...idle, ...way, isRunning }
    throwAt = seconds + random.between(12, 60)
    const target = nearest(client.entities('walker'), me)
    const aim = target
      ? heading(target.position.x - x, target.position.y - y)
      : random.between(0, 2 * Math.PI)
    return { ...way, isRunning, throws: true, aim }
  }
}

/** Returns the nearest other walker, if one is near enough. */
function nearest(walkers: Iterable<Walker>, { id, position: { x, y } }: Walker): Walker | undefined {
  let [found, least] = [undefined as Walker | undefined, tempting]
  for (const walker of walkers) {
    const far = hypot(walker.position.x - x, walker.position.y - y)
    if (walker.id === id || far === 0 || far > least) continue
    found = walker
    least = far
  }
  return found
}

/** The eight walking directions, counter-clockwise from east. */
const ways = [
  { east: 1, north: 0 },
  { east: 1, north: 1 },
  { east: 0, north: 1 },
  { east: -1, north: 1 },
  { east: -1, north: 0 },
  { east: -1, north: -1 },
  { east: 0, north: -1 },
  { east: 1, north: -1 },
] as const

/** Returns a direction turned to the left by so many eighths of a turn. */
function turned(way: { east: number; north: number }, eighths: number): { east: number; north: number } {
  const now = ways.findIndex(({ east, north }) => east === way.east && north === way.north)
  return ways[(now + eighths + 8) % 8]
}

// biome-ignore format: names read better in lines
const names = [
  'Alwin', 'Berta', 'Cosima', 'Dorian', 'Elke', 'Falk', 'Greta', 'Hanno', 'Ida', 'Jorin',
  'Klara', 'Leif', 'Merle', 'Nils', 'Ottilie', 'Piet', 'Quirin', 'Rosa', 'Sören', 'Tilda',
  'Ulrich', 'Vera', 'Wanda', 'Xaver', 'Ylva', 'Zeno', 'Anouk', 'Bastian', 'Celine', 'Darko',
  'Emine', 'Farid', 'Giulia', 'Henrik', 'Ines', 'Jamal', 'Kaori', 'Luka', 'Maya', 'Noor',
] as const

const sayings = [
  'Good day!',
  'Lovely weather.',
  'Have you seen my goat?',
  'The bread is still warm.',
  'They say the chapel bell rang at midnight. It has no rope.',
  'I am late for the market!',
  'Mind the puddles.',
  'Apples! Fresh apples!',
  'The river is high this year.',
  'Is that a new hat?',
  'I heard there are nine stones in the forest. Or were it ten?',
  'My feet hurt.',
  'Someone left a lantern burning in the graveyard.',
  'Did you feel that? No? Me neither.',
  'Meet me at the fountain.',
  'The miller owes me three sacks.',
  'Best view is from the jetty.',
  'Hm.',
  'Hello there!',
  'What a town.',
] as const
