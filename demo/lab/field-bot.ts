/** The minds of the laboratory's players: they walk, turn every second or so, sometimes stand, and wave. */
import { cos, sin } from 'shardless'
import { defineBot } from 'shardless/client'
import { field } from './field.ts'

const names = ['Ada', 'Ben', 'Cyn', 'Dan', 'Eve', 'Fay', 'Gil', 'Hal', 'Ida', 'Jon', 'Kim', 'Leo'] as const
const STANDING_SHARE = 0.15

export default defineBot(field, {
  name: ({ number }) => (number < names.length ? names[number] : `${names[number % names.length]} ${number}`),
  begin({ random }) {
    let until = 0
    let waveAt = random.between(1, 4)
    let command = { east: 0, north: 0 }
    return ({ client, seconds }) => {
      if (seconds >= until) {
        until = seconds + random.between(0.4, 1.8)
        const turn = random.between(0, 2 * Math.PI)
        const isStanding = random.chance(STANDING_SHARE)
        command = isStanding ? { east: 0, north: 0 } : { east: eighths(cos(turn)), north: eighths(sin(turn)) }
      }
      if (seconds >= waveAt) {
        waveAt = seconds + random.between(2, 5)
        client.ask('wave', {}).catch(() => {})
      }
      return command
    }
  },
})

/** Rounds to what travels: eighths. */
function eighths(share: number): number {
  return Math.round(share * 8) / 8
}
