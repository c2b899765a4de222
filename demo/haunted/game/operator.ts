/** What the operator may do with matches, on the console of `shardless serve`. */
import type { OpenRoom } from 'shardless'
import { type OperatorCommand, Sorry } from 'shardless/server'
import { type haunted, type Rules, teams } from './haunted.ts'
import { changeLights, changes, changeWalls, listLights, listWalls } from './mason.ts'
import type { Match } from './match.ts'

type HauntedRoom = OpenRoom<typeof haunted>

/** The bounds of rules, as they travel. */
const bounds: Readonly<Record<keyof Rules, readonly [least: number, most: number]>> = {
  huntSeconds: [5, 3600],
  headStartSeconds: [0, 60],
  fillTo: [0, 40],
}

/** Makes the game's commands. A room's code may be left out where one room is open. */
export function operatorCommands(
  rooms: () => Iterable<HauntedRoom>,
  matchIn: (world: object) => Match | undefined,
): readonly OperatorCommand<typeof haunted>[] {
  const codes = (): string[] => [...rooms()].map(({ code }) => code)
  /** Finds the match that the first word names, and the words after that. */
  const pick = (words: readonly string[]): { match: Match; room: HauntedRoom; rest: readonly string[] } => {
    const all = [...rooms()]
    const named = all.find(({ code }) => code === words[0]?.toUpperCase())
    const room = named ?? (all.length === 1 ? all[0] : undefined)
    const match = room && matchIn(room.world)
    if (!room || !match)
      throw new Sorry(all.length === 0 ? 'No room is open.' : `Say which room: ${codes().join(', ')}.`)
    return { match, room, rest: named ? words.slice(1) : words }
  }
  const complete = ({ words }: { readonly words: readonly string[] }): string[] =>
    words.length === 0 ? codes() : []
  const done = (refusal: string | undefined, sentence: string): string => refusal ?? sentence
  return [
    {
      name: 'rooms',
      about: 'list the open rooms: code, phase, people',
      run: () =>
        [...rooms()]
          .map((room) => {
            const match = matchIn(room.world)
            return `${room.code}  ${match?.phase}, ${match?.people.length} people, ${room.watchers.size} watching${room.isListed ? '' : ', not listed'}`
          })
          .join('\n') || 'No room is open.',
    },
    {
      name: 'say',
      usage: 'TEXT',
      about: 'say something to everyone, in every room',
      run: ({ realm, words }) => {
        const text = words.join(' ').slice(0, 120)
        if (text === '') throw new Sorry('Say what?')
        for (const { world } of realm.instances) world.tell('notice', { text }, { everyone: true })
        return 'Said.'
      },
    },
    {
      name: 'teams',
      usage: '[CODE]',
      about: 'list who is on which side, and how they do',
      complete,
      run: ({ words }) => {
        const { match } = pick(words)
        return teams
          .map((team) => {
            const those = match.people.filter((one) => one.team === team)
            const names = those.map(
              (one) =>
                `${one.name}${one.isBot ? ' (bot)' : ''}${one.isCaught ? ' (caught)' : ''}${one.isReady ? '' : ' (not ready)'}`,
            )
            return `${team}: ${names.join(', ') || 'nobody'}`
          })
          .join('\n')
      },
    },
    {
      name: 'start',
      usage: '[CODE]',
      about: 'begin a match although not all are ready',
      complete,
      run: ({ words }) => done(pick(words).match.begin(), 'The countdown begins.'),
    },
    {
      name: 'stop',
      usage: '[CODE]',
      about: 'stop a countdown, or end a hunt that nobody wins',
      complete,
      run: ({ words }) => done(pick(words).match.stop(), 'Stopped.'),
    },
    {
      name: 'walls',
      usage: '[CODE] [add X Y W H | move NUMBER X Y | remove NUMBER]',
      about: "list a house's walls in pixels from the upper left, or change them under those who play",
      complete: ({ words }) =>
        words.length === 0 ? [...codes(), ...changes] : words.length === 1 ? changes : [],
      run: ({ words }) => {
        const { match, rest } = pick(words)
        const [change, ...given] = rest
        return change === undefined ? listWalls(match) : changeWalls(match, change, given)
      },
    },
    {
      name: 'lights',
      usage: '[CODE] [NUMBER on|off | add X Y [REACH] | remove NUMBER]',
      about: 'list the light posts, switch one, put one up or take one down',
      complete: ({ words }) => (words.length === 0 ? [...codes(), 'add', 'remove'] : ['on', 'off']),
      run: ({ words }) => {
        const { match, rest } = pick(words)
        const [what, ...given] = rest
        return what === undefined ? listLights(match) : changeLights(match, what, given)
      },
    },
    {
      name: 'set',
      usage: '[CODE] RULE VALUE',
      about: `set a rule, also while a hunt is on: ${Object.keys(bounds).join(', ')}`,
      complete: ({ words }) =>
        words.length === 0 ? [...codes(), ...Object.keys(bounds)] : Object.keys(bounds),
      run: ({ words }) => {
        const { match, rest } = pick(words)
        const [rule, value] = rest
        const bound = Object.hasOwn(bounds, rule ?? '') ? bounds[rule as keyof Rules] : undefined
        if (!bound) throw new Sorry(`The rules are ${Object.keys(bounds).join(', ')}.`)
        const number = Number(value)
        if (!(Number.isInteger(number) && number >= bound[0] && number <= bound[1]))
          throw new Sorry(`${rule} is a whole number from ${bound[0]} to ${bound[1]}.`)
        match.setRules({ [rule]: number })
        return `${rule} is ${number}.`
      },
    },
  ]
}
