/** Runs the townspeople, who work by day and stay at home by night, and the clock they live by. */
import { type EntityOf, Minds, Random, seconds, type TaskSteps, type Vector2, type World } from 'shardless'
import { bodyRadius, idle, looks, runningSpeed, type town, walkingSpeed } from './town.ts'

type Town = World<typeof town>
type Person = EntityOf<typeof town, 'walker'>
export type Sky = EntityOf<typeof town, 'sky'>

/** The length of a day, in seconds. */
const daySeconds = 1200
/** The hour at which the server starts. */
const firstHour = 7
/** The distance that one wanders around a place of business, in metres. */
const wayward = 14

/** By world and name: gives somebody of the town a mind, at the beginning or where another process had them. */
const wakers = new WeakMap<Town, Map<string, (person: Person) => void>>()

/** Gives a townsperson who came from another process a mind again; does nothing for anybody else. */
export function resume(world: Town, { id, kind }: { readonly id: number; readonly kind: string }): void {
  const person = world.get(id)
  if (kind !== 'walker' || person?.kind !== 'walker') return
  for (const player of world.players.values()) if (player.entity === person) return
  wakers.get(world)?.get(person.name)?.(person)
}

/** Spawns the sky and `count` townspeople, each with a home and a place to be by day. */
export function settle(world: Town, count: number): Sky {
  const { random, map } = world
  const known = new Map<string, (person: Person) => void>()
  wakers.set(world, known)
  const sky = world.spawn('sky', { hour: firstHour })
  world.tasks.start(() => turn(sky), { name: 'sky', of: sky })
  const minds = new Minds(world, {
    radius: bodyRadius,
    speed: walkingSpeed * strolling,
    hastySpeed: runningSpeed,
    command: ({ east, north, isHasty: isRunning }) =>
      isRunning
        ? { ...idle, east, north, isRunning }
        : { ...idle, east: east * strolling, north: north * strolling },
  })
  const market = map.spawns[0]
  const within = (kind: string): Vector2[] => {
    const things = map.decor.filter((each) => each.kind === kind)
    return things.flatMap((thing) => {
      const place = minds.paths.nearest(middleOf(thing))
      return place && minds.paths.isReachable(place, market) ? [place] : []
    })
  }
  const [homes, haunts] = [within('floor'), within('place')]
  for (let number = 0; number < count && homes.length > 0 && haunts.length > 0; number++) {
    const home = homes[number % homes.length]
    // Habits are each one's own, so that they are the same in every process.
    const habits = new Random(number)
    const haunt = habits.pick(haunts)
    const [out, back] = [habits.between(6, 9), habits.between(18.5, 21)]
    const name = nameOf(number)
    const wake = (person: Person): void => {
      const activity = () => minds.wander(person, { around: haunt, radius: wayward, restSeconds: [3, 15] })
      const round = [
        { hour: out, place: haunt, activity },
        { hour: back, place: home },
      ]
      minds.start(person, () => minds.dailyRound(person, round, () => hourOf(world)), { name })
    }
    known.set(name, wake)
    wake(
      world.spawn('walker', {
        position: { ...home },
        gait: 'standing',
        name,
        look: random.integer(0, looks - 1),
      }),
    )
  }
  return sky
}

/** The hour that the sky says, also where another process has it. */
function hourOf(world: Town): number {
  for (const { hour } of world.entities('sky', 'shown')) return hour
  return firstHour
}

/** The length of their walking vector: an unhurried pace. */
const strolling = 0.5

/** Advances the hour, round the clock. */
function* turn(sky: Sky): TaskSteps<never> {
  for (;;) {
    yield seconds(1)
    sky.hour = (sky.hour + 24 / daySeconds) % 24
  }
}

function middleOf(thing: {
  x: number
  y: number
  width: number
  height: number
  points: readonly Vector2[]
}): Vector2 {
  const { x, y, width, height, points } = thing
  if (points.length === 0) return { x: x + width / 2, y: y + height / 2 }
  const sum = points.reduce((all, point) => ({ x: all.x + point.x, y: all.y + point.y }), { x: 0, y: 0 })
  return { x: sum.x / points.length, y: sum.y / points.length }
}

/**
 * Returns a townsperson's name: the first have a name and a trade of their own, later ones combine the name of one
 * with the trade of another.
 */
function nameOf(number: number): string {
  const round = Math.floor(number / names.length)
  const split = (name: string): string[] => name.split(' ')
  const [trade] = split(names[number % names.length])
  const [, given] = split(names[(number + round) % names.length])
  return `${trade} ${given}`
}

// biome-ignore format: names read better in lines
const names = [
  'Baker Anselm', 'Widow Ilse', 'Old Matthes', 'Smith Gunnar', 'Miller Jost', 'Weaver Thea', 'Ferryman Ole', 'Cook Agathe',
  'Potter Ruben', 'Midwife Hanne', 'Fiddler Jona', 'Cooper Veit', 'Shepherd Edda', 'Clerk Titus', 'Brewer Lore', 'Mason Kurt',
  'Tailor Sanna', 'Carter Bruno', 'Herbalist Ute', 'Warden Falko', 'Joiner Ragna', 'Chandler Emil', 'Dyer Marit', 'Sexton Uwe',
] as const
