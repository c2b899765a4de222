/** The walking crowd in a world of this project, with a view for everybody. */
import { Random } from '../../src/core/index.ts'
import { emptyMap } from '../../src/geometry/index.ts'
import {
  Author,
  Desk,
  PacketWriter,
  Replica,
  StateMeter,
  type TopicKey,
  topicName,
  View,
  type ViewChoice,
} from '../../src/replication/index.ts'
import { angle, integer, record, text } from '../../src/wire/index.ts'
import { defineGame, entity, motion, once, sampled, World } from '../../src/world/index.ts'
import { Crowd, type Ground, TICKS_PER_SECOND, type Walker } from './crowd.ts'

export type Style = 'motion' | 'sampled'

/**
 * Makes the walkers of the requirement: position to 1 cm, facing 8 bits, health 8 bits, animation 3 bits, a name.
 */
export function townGame(ground: Ground, style: Style) {
  const fields = {
    facing: angle({ steps: 256 }),
    health: integer({ min: 0, max: 255 }),
    animation: integer({ min: 0, max: 7 }),
    name: once(text({ bytesMax: 24 })),
  }
  const position = style === 'motion' ? motion({ tolerance: 0.01, speedMax: 8 }) : sampled({ step: 0.01 })
  return defineGame({
    name: 'town',
    version: '1',
    ticksPerSecond: TICKS_PER_SECOND,
    map: { width: ground.side, height: ground.side, cellSize: ground.cellSize },
    player: 'walker',
    entities: { walker: entity({ position, ...fields }) },
    command: record({ east: integer({ min: -1, max: 1 }), north: integer({ min: -1, max: 1 }) }),
    step() {},
  })
}

/** The code of a packet of state. */
const HEAD_BYTES = 1

export type TownWorld = World<ReturnType<typeof townGame>>
/** A walker of the game. */
type Person = { readonly id: number; readonly position: { x: number; y: number } } & Omit<Walker, 'x' | 'y'>

/** Returns a world's entity as the crowd moves it. */
export function walkerOf(person: Person): Walker {
  return {
    get x() {
      return person.position.x
    },
    set x(x) {
      person.position.x = x
    },
    get y() {
      return person.position.y
    },
    set y(y) {
      person.position.y = y
    },
    get facing() {
      return person.facing
    },
    set facing(facing) {
      person.facing = facing
    },
    get health() {
      return person.health
    },
    set health(health) {
      person.health = health
    },
    get animation() {
      return person.animation
    },
    set animation(animation) {
      person.animation = animation
    },
  }
}

/** Everything that a tick of replication takes, without sockets. */
export class Town {
  readonly world: TownWorld
  readonly author: Author
  readonly desk: Desk
  readonly views: View[] = []
  readonly people: Person[] = []
  readonly #crowd: Crowd
  readonly #radius: number
  readonly #packet = new PacketWriter(65_536)
  /** Bytes and packets assembled so far. */
  bytes = 0
  packets = 0

  /** @param choice  what a game chooses of views; all that the cells hold when left out, told in every tick */
  constructor(ground: Ground, style: Style, choice: ViewChoice = {}) {
    const game = townGame(ground, style)
    this.world = new World(game, { map: emptyMap(ground.side, ground.side), random: new Random(1) })
    this.author = new Author(this.world as never)
    this.desk = new Desk(this.author)
    this.#crowd = new Crowd(ground.side, 7)
    this.#radius = ground.radius
    for (let i = 0; i < ground.people; i++) {
      const { x, y, ...rest } = this.#crowd.begin()
      const person = this.world.spawn('walker', {
        position: { x, y },
        ...rest,
        name: `Walker ${i}`,
      }) as Person
      this.#crowd.add(walkerOf(person))
      this.people.push(person)
      this.views.push(new View(this.desk, { entitiesMax: 1000, ...choice }))
    }
  }

  /** Does the game's part of a tick, which is not measured. */
  walk(): void {
    this.#crowd.step()
  }

  /** Does the measured part: interest, encode and assemble. @param each  is given every packet */
  tell(each?: (viewer: number, packet: Uint8Array) => void): void {
    const { world, desk, views, people } = this
    const packet = this.#packet
    world.advance()
    this.author.publish()
    desk.begin(world.tick)
    for (let i = 0; i < views.length; i++) {
      const { position, id } = people[i]
      const view = views[i]
      view.own = id
      view.lookAt(position.x, position.y, this.#radius)
      if (view.isPatient) continue
      packet.length = 0
      // The head of a packet of state, as the native dialect writes it.
      packet.byte(18)
      packet.varint(world.tick)
      packet.varint(0)
      if (view.write(packet) === 0) continue
      this.bytes += packet.length
      this.packets++
      each?.(i, packet.finish())
    }
    world.endTick()
  }

  /** How many others one sees, on average. */
  get visible(): number {
    let sum = 0
    for (const view of this.views) sum += view.entities
    return sum / this.views.length
  }

  /** How many others are truly within the radius of each, on average. */
  get within(): number {
    let count = 0
    for (const a of this.people) {
      for (const b of this.people) {
        const [east, north] = [a.position.x - b.position.x, a.position.y - b.position.y]
        if (a !== b && east * east + north * north <= this.#radius * this.#radius) count++
      }
    }
    return count / this.people.length
  }

  /** The cells in each viewer's view. */
  get cellsInView(): number[][] {
    return this.views.map(({ topics }) => topics.flatMap(({ key }) => cellOf(key)))
  }
}

function cellOf(key: TopicKey): number[] {
  const { kind, id } = topicName(key)
  return kind === 'cell' ? [id] : []
}

/** A viewer's other end, which counts what it reads. */
export class Witness {
  readonly meter = new StateMeter()
  readonly #replica: Replica
  #bytes = 0

  constructor(town: Town) {
    const nothing = { entered() {}, changed() {}, moved() {}, left() {} }
    this.#replica = new Replica(town.world.game, nothing)
    this.#replica.meter = this.meter
  }

  receive(tick: number, packet: Uint8Array): void {
    this.#bytes += packet.length
    const verdict = this.#replica.receive(tick, packet, HEAD_BYTES + (tick < 128 ? 1 : 2) + 1)
    if (verdict !== 'applied') throw new Error(`A packet is ${verdict}.`)
  }

  /** Begins counting. */
  begin(): void {
    this.meter.clear()
    this.#bytes = 0
  }

  /** Bytes sent for each change of an entity in view, everything counted. */
  get bytesPerChange(): number {
    return this.#bytes / this.#timesOf('what changed')
  }

  /** Bytes sent for each change of position, everything counted. */
  get bytesPerMove(): number {
    return this.#bytes / this.#timesOf('position')
  }

  #timesOf(asked: string): number {
    let times = 0
    for (const { what, times: each } of this.meter.counts) if (what === asked) times += each
    return Math.max(1, times)
  }
}
