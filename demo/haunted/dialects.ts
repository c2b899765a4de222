/** How the haunted house is shown to programs that speak other protocols. */
import { darkPolygon, type EntitiesOf, type Light, Sight, type WorldMap } from 'shardless'
import type { Dialect } from 'shardless/dialect'
import { type HauntedAdapter, hauntedDialect } from 'shardless/dialect/haunted'
import { colours, lampColour, wallColour } from './game/colours.ts'
import { type haunted, type Phase, teams, type Winner } from './game/haunted.ts'
import { piecesOf, postsOf } from './game/house.ts'
import {
  bodyPixels,
  heightPixels,
  lanternReach,
  pixelsPerMetre,
  sightReach,
  widthPixels,
} from './game/measure.ts'

/** The most corners of each lit piece of ground: 3,000 bytes hold them all. */
const SHADE_CORNERS = 16

const WINNERS: Readonly<Record<Winner, string>> = {
  nobody: 'Nobody has won.',
  seekers: 'The seekers have won!',
  hiders: 'The hiders have won!',
}

/** Makes the adapter of a house for clients of Haunted Chronicles. */
export function hauntedAdapter(house: WorldMap): HauntedAdapter<typeof haunted> {
  const sight = new Sight({ map: house, reach: sightReach })
  const lamps = postsOf(house).map(({ x, y, reach }) => sight.light({ at: { x, y }, reach }))
  const { width, height } = house
  const darkBeside = (lights: readonly Light[]) =>
    darkPolygon(lights, { width, height, cornersMax: SHADE_CORNERS })
  const darkForHiders = darkBeside(lamps)
  const blocks = piecesOf(house).map((piece) => ({ ...piece, rgb: piece.isLamp ? lampColour : wallColour }))
  return {
    picture: { width: widthPixels, height: heightPixels, pixelsPerMetre, side: bodyPixels },
    figure: ({ kind, name }) => (kind === 'soul' ? { name: String(name) } : undefined),
    walk: (east, north) => ({ east, north }),
    say: (text) => ({ request: 'say', body: { text } }),
    square: ({ team, colour }) => ({
      team: Math.max(0, teams.indexOf(team as (typeof teams)[number])) as 0 | 1 | 2,
      rgb: (colours[Number(colour)] ?? colours[0]).rgb,
    }),
    blocks: ({ map }) => (map === 'house' ? blocks : []),
    match(signs, { tick, ticksPerSecond }) {
      let [phase, endsAt, winner] = ['lobby' as Phase, 0, 'nobody' as Winner]
      const ready: string[] = []
      for (const sign of signs as Iterable<EntitiesOf<typeof haunted>>) {
        if (sign.kind === 'match') [phase, endsAt, winner] = [sign.phase, sign.endsAt, sign.winner]
        else if (sign.kind === 'person' && sign.isReady) ready.push(sign.name)
      }
      const seconds = Math.max(0, Math.ceil((endsAt - tick) / ticksPerSecond))
      const words = phase === 'counting' ? `The hunt begins in ${seconds} s` : WINNERS[winner]
      return { phase, seconds, words, ready }
    },
    // Seekers see by their own lanterns, too.
    dark({ team, position }) {
      if (team !== 'seekers' || !position) return darkForHiders
      const lantern = sight.light({ at: { ...position }, reach: lanternReach, isMoving: true })
      const dark = darkBeside([...lamps, lantern])
      sight.removeLight(lantern)
      return dark
    },
    enter: () => ({ request: 'quickMatch', body: {} }),
    choose: (team) => ({ request: 'chooseTeam', body: { team: teams[team] } }),
    ready: (isReady) => ({ request: 'sayReady', body: { isReady } }),
  }
}

/** What the house may be played with besides its own page. */
export const dialectsOf = (house: WorldMap): readonly Dialect[] => [hauntedDialect(hauntedAdapter(house))]
