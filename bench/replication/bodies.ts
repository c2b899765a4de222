/**
 * 901 boxes at 60 snapshots a second, told to one viewer over a link that loses packets, a round trip of 100 ms away:
 * beside the encoding of Glenn Fiedler's "Snapshot Compression", on the same frames, with the same packets lost. And
 * over one that loses none, where what was told before is known to be there at once.
 *
 * Bytes are those of packets of state with the heads that dialect and channel give them, and of the article’s packets
 * with the numbers of packet and base that it gives them. What ours arrives at is held against the world at the end.
 */
import { Random } from '../../src/core/index.ts'
import { emptyMap } from '../../src/geometry/index.ts'
import { Author, Desk, firstMismatch, PacketWriter, Replica, View } from '../../src/replication/index.ts'
import { BitReader, BitWriter, quaternion, record } from '../../src/wire/index.ts'
import { defineGame, entity, sampled3, World } from '../../src/world/index.ts'
import type { Row } from '../row.ts'
import { ArticleSender, BOX } from './article.ts'
import { BOXES, Boxes, initPhysics, type Push, SIDE, TICKS_PER_SECOND } from './frames.ts'
import { rowsOf, Times } from './measure.ts'

/** How many ticks after a packet it is known to have arrived, or not to: 100 ms. */
const ROUND_TRIP_TICKS = 6
const WARM_SECONDS = 2
/** The code of a packet of state, as the native dialect writes it before two counts. */
const HEAD_CODE = 18
/** What the channel of a link that loses packets puts before that: shape, number, kind of frame, age, length. */
const CHANNEL_BYTES = 7
const STEP = 1 / 512
const ROTATION_BITS = 9

const rotation = quaternion({ bits: ROTATION_BITS })

function gameOf(isPredicted: boolean) {
  return defineGame({
    name: 'bodies',
    version: '1',
    ticksPerSecond: TICKS_PER_SECOND,
    map: { width: SIDE, height: SIDE, cellSize: SIDE },
    player: 'box',
    // The article's quantisation: 512 steps a metre, 9 bits a part of the rotation.
    entities: { box: entity({ position: sampled3({ step: STEP, heightMax: 32, isPredicted }), rotation }) },
    command: record({}),
    step() {},
  })
}

/** How what is sent arrives. */
interface Way {
  readonly name: string
  readonly isLossy: boolean
  readonly lossShare: number
}

const WAYS: readonly Way[] = [
  { name: 'base 100 ms old', isLossy: true, lossShare: 0 },
  { name: 'base 100 ms old, 2 % lost', isLossy: true, lossShare: 0.02 },
  { name: 'nothing ever lost', isLossy: false, lossShare: 0 },
]

export async function bodiesRows(seconds: number): Promise<Row[]> {
  await initPhysics()
  const rows: Row[] = []
  for (const push of ['pushed', 'thrown'] as const) {
    const frames = framesOf(push, WARM_SECONDS + seconds)
    for (const way of WAYS) rows.push(...wayRows(push, way, frames))
  }
  return rows
}

/** The frames of a run: of each box place and rotation as they travel, and how many were awake. */
interface Frames {
  readonly frames: readonly Int32Array[]
  readonly moving: number
}

function framesOf(push: Push, seconds: number): Frames {
  const boxes = new Boxes(push)
  const frames: Int32Array[] = []
  const writer = new BitWriter(16)
  const reader = new BitReader()
  const half = 2 ** (ROTATION_BITS - 1) - 1
  let moving = 0
  for (let tick = 0; tick < seconds * TICKS_PER_SECOND; tick++) {
    boxes.step()
    if (tick >= WARM_SECONDS * TICKS_PER_SECOND) moving += boxes.moving
    const frame = new Int32Array(BOXES * BOX)
    for (let box = 0; box < BOXES; box++) {
      const { x, y, z, rotation: turned } = boxes.pose(box)
      writer.reset()
      rotation.write(writer, turned)
      reader.reset(writer.finish())
      frame.set([Math.floor(x / STEP), Math.floor(y / STEP), Math.floor(z / STEP), reader.bits(2)], box * BOX)
      for (let part = 4; part < BOX; part++) frame[box * BOX + part] = reader.bits(ROTATION_BITS) - half
    }
    frames.push(frame)
  }
  return { frames, moving: moving / ((seconds - WARM_SECONDS) * TICKS_PER_SECOND) }
}

function wayRows(push: Push, way: Way, { frames, moving }: Frames): Row[] {
  const warm = WARM_SECONDS * TICKS_PER_SECOND
  const seconds = (frames.length - warm) / TICKS_PER_SECOND
  const random = new Random(5)
  const isLost = frames.map(() => random.chance(way.lossShare))
  const article = new ArticleSender()
  const predicted = new Told(true, way.isLossy)
  const plain = new Told(false, way.isLossy)
  const kbit = (bits: number): number => bits / seconds / 1000
  let before = { article: 0, predicted: 0, plain: 0 }
  for (let tick = 0; tick < frames.length; tick++) {
    if (tick === warm) before = { article: article.bits, predicted: predicted.bits, plain: plain.bits }
    const known = way.isLossy ? tick - ROUND_TRIP_TICKS : tick - 1
    if (known >= 0 && !isLost[known]) article.acknowledged(known)
    article.send(frames[tick])
    for (const told of [predicted, plain]) {
      told.learn(known, known >= 0 && !isLost[known])
      told.tell(frames[tick], isLost[tick])
    }
  }
  predicted.check()
  const ours = kbit(predicted.bits - before.predicted)
  const theirs = kbit(article.bits - before.article)
  const row = rowsOf(`bodies, 901 at 60 per second, ${push}, ${way.name}`)
  return [
    row('boxes that are awake, mean', moving, 'boxes'),
    row('the article’s encoding', theirs, 'kbit/s'),
    row('ours, predicted', ours, 'kbit/s'),
    row('predicted, over the article’s', ours / theirs, 'ratio'),
    row('ours, sampled', kbit(plain.bits - before.plain), 'kbit/s'),
    row('time per tick, predicted, p50', predicted.times.percentile(50), 'ms'),
    row('time per tick, sampled, p50', plain.times.percentile(50), 'ms'),
  ]
}

interface Box {
  readonly position: { x: number; y: number; z: number }
  rotation: unknown
}

/** The boxes in a world of ours, and one viewer who is told of them. */
class Told {
  bits = 0
  /** What publishing and writing took, tick by tick. */
  readonly times = new Times()
  readonly #world
  readonly #author: Author
  readonly #desk: Desk
  readonly #view: View
  readonly #replica: Replica
  readonly #isLossy: boolean
  readonly #packet = new PacketWriter(262_144)
  readonly #boxes: Box[] = []
  /** By tick: the numbers of its packets. */
  readonly #numbers: number[][] = []
  readonly #reader = new BitReader()

  constructor(isPredicted: boolean, isLossy: boolean) {
    const game = gameOf(isPredicted)
    this.#isLossy = isLossy
    this.#world = new World(game, { map: emptyMap(SIDE, SIDE), random: new Random(1) })
    this.#author = new Author(this.#world as never)
    this.#desk = new Desk(this.#author)
    this.#view = new View(this.#desk, { bytesPerSecond: 10_000_000, entitiesMax: 2000, isLossy })
    const nothing = () => {}
    this.#replica = new Replica(game, { entered: nothing, changed: nothing, moved: nothing, left: nothing })
  }

  /** Runs one tick: the boxes are where the frame has them, and the viewer is told. */
  tell(frame: Int32Array, isLost: boolean): void {
    const writer = new BitWriter(16)
    const half = 2 ** (ROTATION_BITS - 1) - 1
    for (let box = 0; box < BOXES; box++) {
      const at = box * BOX
      const place = {
        x: (frame[at] + 0.5) * STEP,
        y: (frame[at + 1] + 0.5) * STEP,
        z: (frame[at + 2] + 0.5) * STEP,
      }
      writer.reset()
      writer.bits(frame[at + 3], 2)
      for (let part = 4; part < BOX; part++) writer.bits(frame[at + part] + half, ROTATION_BITS)
      const turned = rotation.read(this.#reader.reset(writer.finish()))
      const known = this.#boxes[box]
      if (known) {
        Object.assign(known.position, place)
        known.rotation = turned
      } else this.#boxes[box] = this.#world.spawn('box', { position: place, rotation: turned }) as Box
    }
    this.#world.advance()
    const numbers: number[] = []
    const packet = this.#packet
    packet.length = 0
    packet.byte(HEAD_CODE)
    packet.varint(this.#world.tick)
    packet.varint(0)
    const head = packet.length
    let number = 0
    this.times.measure(() => {
      this.#author.publish()
      this.#desk.begin(this.#world.tick)
      this.#view.lookAt(SIDE / 2, SIDE / 2, SIDE)
      number = this.#view.write(packet)
    })
    if (number > 0) {
      this.bits += (packet.length + (this.#isLossy ? CHANNEL_BYTES : 0)) * 8
      numbers.push(number)
      if (!isLost && this.#replica.receive(this.#world.tick, packet.finish(), head) !== 'applied')
        throw new Error('a packet was not applied')
    }
    this.#numbers.push(numbers)
    this.#world.endTick()
  }

  /** Learns what became of a tick's packets. */
  learn(tick: number, hasArrived: boolean): void {
    if (!this.#isLossy || tick < 0) return
    for (const number of this.#numbers[tick])
      if (hasArrived) this.#view.acknowledged(number)
      else this.#view.lost(number)
  }

  /** @throws  where the viewer has something else than the world, once it was told all that it may not have */
  check(): void {
    for (let tick = this.#numbers.length - ROUND_TRIP_TICKS; tick < this.#numbers.length; tick++)
      this.learn(tick, false)
    this.#world.advance()
    this.#author.publish()
    this.#desk.begin(this.#world.tick)
    this.#packet.length = 0
    this.#view.write(this.#packet)
    this.#replica.receive(this.#world.tick, this.#packet.finish())
    for (const { key } of this.#author.ledger.topics) {
      const mismatch = firstMismatch(this.#author.ledger, this.#replica.ledger, key)
      if (mismatch) throw new Error(mismatch)
    }
  }
}
