import { defineBot } from 'shardless/client'
import { town } from './town.ts'

const names = [
  'Ada',
  'Bela',
  'Cato',
  'Dora',
  'Emil',
  'Fina',
  'Gero',
  'Hedy',
  'Ivo',
  'Jara',
  'Kuno',
  'Lena',
  'Milo',
  'Nora',
  'Otto',
  'Pia',
  'Quin',
  'Rosa',
  'Sven',
  'Tea',
]
const sayings = [
  'Good day!',
  'Have you seen the well?',
  'The river is high.',
  'Mind the graveyard at night.',
  'Fresh bread at the market!',
  'Lovely weather.',
]
const still = { east: 0, north: 0, isRunning: false }

/** Seconds between two turns, as people walk. */
const turnLeast = 0.5
const turnEnd = 1.5

/** Walks like people do: a heading for a second or so, now and then a rest, rarely a word. Turns away from walls. */
export default defineBot(town, {
  name: (number) =>
    `${names[number % names.length]}${number < names.length ? '' : ` ${Math.floor(number / names.length) + 1}`}`,
  begin(random) {
    let turnAt = 0
    let command = still
    let lastX = 0
    let lastY = 0
    let stuckFor = 0
    return ({ client, me, seconds }) => {
      const { x, y } = me.position
      const isMoving = command.east !== 0 || command.north !== 0
      stuckFor = isMoving && Math.abs(x - lastX) + Math.abs(y - lastY) < 0.02 ? stuckFor + 1 : 0
      lastX = x
      lastY = y
      if (seconds < turnAt && stuckFor < 12) return command
      stuckFor = 0
      turnAt = seconds + random.between(turnLeast, turnEnd)
      if (random.chance(0.01)) client.ask('say', { text: random.pick(sayings) }).catch(() => {})
      const rests = random.chance(0.15)
      command = rests
        ? still
        : { east: random.integer(-1, 1), north: random.integer(-1, 1), isRunning: random.chance(0.1) }
      return command
    }
  },
})
