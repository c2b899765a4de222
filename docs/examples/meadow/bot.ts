import { defineBot } from 'shardless/client'
import { meadow } from './game.ts'

/** Sheep that graze: they stand for a while, then go somewhere. */
export default defineBot(meadow, {
  name: ({ number }) => `Sheep ${number + 1}`,
  begin({ random }) {
    let way = { east: 0, north: 0 }
    let until = 0
    return ({ seconds }) => {
      if (seconds >= until) {
        until = seconds + random.between(0.5, 4)
        way = { east: random.integer(-1, 1), north: random.integer(-1, 1) }
      }
      return way
    }
  },
})
