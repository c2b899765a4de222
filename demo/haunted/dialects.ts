/** How the haunted house is shown to programs that speak other protocols. */
import type { EntitiesOf, WorldMap } from 'shardless'
import type { Dialect } from 'shardless/dialect'
import { type HauntedAdapter, hauntedDialect } from 'shardless/dialect/haunted'
import { colours, lampColour, wallColour } from './game/colours.ts'
import { type haunted, type Phase, type Team, teams, type Winner } from './game/haunted.ts'
import { House, piecesOf, postsOf } from './game/house.ts'
import type { Match } from './game/match.ts'
import { bodyPixels, heightPixels, pixelsPerMetre, widthPixels } from './game/measure.ts'

const WINNERS: Readonly<Record<Winner, string>> = {
  nobody: 'Nobody has won.',
  seekers: 'The seekers have won!',
  hiders: 'The hiders have won!',
}

/**
 * Makes the adapter of a house for clients of Haunted Chronicles.
 *
 * @param house    the house as rooms begin with it
 * @param matchOf  the match of an instance, which knows what has been built and switched since: where it runs in
 *   another process the house is shown as it was
 */
export function hauntedAdapter(
  house: WorldMap,
  matchOf: (instance: number) => Match | undefined,
): HauntedAdapter<typeof haunted> {
  const asItWas = new House(house)
  for (const post of postsOf(house)) asItWas.light(post)
  const darkAsItWas = asItWas.dark({ withLanterns: false })
  return {
    picture: { width: widthPixels, height: heightPixels, pixelsPerMetre, side: bodyPixels },
    figure: ({ kind, name }) => (kind === 'soul' ? { name: String(name) } : undefined),
    walk: (east, north) => ({ east, north }),
    say: (text) => ({ request: 'say', body: { text } }),
    square: ({ team, colour }) => ({
      team: Math.max(0, teams.indexOf(team as Team)) as 0 | 1 | 2,
      rgb: (colours[Number(colour)] ?? colours[0]).rgb,
    }),
    blocks({ map, instance }) {
      if (map !== 'house') return []
      const pieces = piecesOf(matchOf(instance)?.world.map ?? house)
      return pieces.map((piece) => ({ ...piece, rgb: piece.isLamp ? lampColour : wallColour }))
    },
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
    dark: ({ team }, { instance }) => matchOf(instance)?.shades(team as Team) ?? darkAsItWas,
    enter: () => ({ request: 'quickMatch', body: {} }),
    choose: (team) => ({ request: 'chooseTeam', body: { team: teams[team] } }),
    ready: (isReady) => ({ request: 'sayReady', body: { isReady } }),
  }
}

/** What the house may be played with besides its own page. */
export const dialectsOf = (
  house: WorldMap,
  matchOf: (instance: number) => Match | undefined,
): readonly Dialect[] => [hauntedDialect(hauntedAdapter(house, matchOf))]
