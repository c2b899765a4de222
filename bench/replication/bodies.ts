/**
 * 901 boxes at 60 snapshots a second, after Glenn Fiedler's "Snapshot Compression": a large cube is driven through a
 * field of 900 small ones, which are pushed about and come to rest again. Simulated by Rapier; forces come from the
 * tick alone, so every run is the same.
 */
import RAPIER from '@dimforge/rapier3d-compat'
import { cos, Random, sin } from '../../src/core/index.ts'
import { emptyMap } from '../../src/geometry/index.ts'
import { Author, Desk, PacketWriter, View } from '../../src/replication/index.ts'
import { type Quaternion, quaternion, record } from '../../src/wire/index.ts'
import { defineGame, entity, sampled3, World } from '../../src/world/index.ts'
import type { Row } from '../row.ts'
import { rowsOf } from './measure.ts'

const TICKS_PER_SECOND = 60
const SIDE = 256
const GRID = 30
/** The bandwidth that the article reaches, in kilobits per second. */
const ARTICLE_KBIT = 256

const game = defineGame({
  name: 'bodies',
  version: '1',
  ticksPerSecond: TICKS_PER_SECOND,
  map: { width: SIDE, height: SIDE, cellSize: SIDE },
  player: 'box',
  entities: {
    // The article's quantisation: 512 steps a metre, 9 bits a part of the rotation.
    box: entity({
      position: sampled3({ step: 1 / 512, heightMax: 32 }),
      rotation: quaternion({ bits: 9 }),
    }),
  },
  command: record({}),
  step() {},
})

type Box = { readonly position: { x: number; y: number; z: number }; rotation: Quaternion }

export async function bodiesRows(seconds: number): Promise<Row[]> {
  // The library's own start-up warns about how it is called.
  const warn = console.warn
  console.warn = () => {}
  await RAPIER.init()
  console.warn = warn
  const scene = new Scene()
  for (let tick = 0; tick < 2 * TICKS_PER_SECOND; tick++) scene.step()
  const before = scene.bytes
  let moving = 0
  for (let tick = 0; tick < seconds * TICKS_PER_SECOND; tick++) {
    scene.step()
    moving += scene.moving
  }
  const kbit = ((scene.bytes - before) * 8) / seconds / 1000
  const row = rowsOf('bodies, 901 at 60 per second')
  return [
    row('boxes that move, mean', moving / (seconds * TICKS_PER_SECOND), 'boxes'),
    row('for one viewer', kbit, 'kbit/s'),
    row('for one viewer, over the article’s 256 kbit/s', kbit / ARTICLE_KBIT, 'ratio'),
    row(
      'bytes for each box that moves, in each snapshot',
      (kbit * 125) / TICKS_PER_SECOND / (moving / (seconds * TICKS_PER_SECOND)),
      'bytes',
    ),
  ]
}

class Scene {
  bytes = 0
  /** How many boxes are awake. */
  moving = 0
  readonly #world = new World(game, { map: emptyMap(SIDE, SIDE), random: new Random(1) })
  readonly #author = new Author(this.#world as never)
  readonly #desk = new Desk(this.#author)
  readonly #view = new View(this.#desk, { bytesPerSecond: 10_000_000, entitiesMax: 2000 })
  readonly #packet = new PacketWriter(262_144)
  readonly #physics = new RAPIER.World({ x: 0, y: 0, z: -20 })
  readonly #bodies: { readonly body: RAPIER.RigidBody; readonly box: Box }[] = []
  #tick = 0

  constructor() {
    this.#physics.timestep = 1 / TICKS_PER_SECOND
    this.#physics.createCollider(RAPIER.ColliderDesc.cuboid(SIDE, SIDE, 1).setTranslation(0, 0, -1))
    this.#add(SIDE / 2, SIDE / 2 - 20, 1)
    for (let i = 0; i < GRID * GRID; i++) {
      const x = SIDE / 2 + ((i % GRID) - GRID / 2) * 1.2
      const y = SIDE / 2 + (Math.floor(i / GRID) - GRID / 2) * 1.2
      this.#add(x, y, 0.2)
    }
  }

  /** Runs one tick: physics, then what the viewer is told. */
  step(): void {
    this.#drive()
    this.#physics.step()
    this.moving = 0
    for (const { body, box } of this.#bodies) {
      if (body.isSleeping()) continue
      this.moving++
      const { x, y, z } = body.translation()
      Object.assign(box.position, { x, y, z: Math.max(0, z) })
      const { x: i, y: j, z: k, w } = body.rotation()
      box.rotation = { x: i, y: j, z: k, w }
    }
    this.#world.advance()
    this.#author.publish()
    this.#desk.begin(this.#world.tick)
    this.#view.lookAt(SIDE / 2, SIDE / 2, SIDE)
    this.#packet.length = 0
    this.#view.write(this.#packet)
    this.bytes += this.#packet.length
    this.#world.endTick()
  }

  /** Drives the large cube in loops through the field. */
  #drive(): void {
    const { body } = this.#bodies[0]
    const time = this.#tick++ / TICKS_PER_SECOND
    const { x, y } = body.translation()
    const { x: vx, y: vy } = body.linvel()
    const wantedX = SIDE / 2 + 14 * sin(time * 0.7)
    const wantedY = SIDE / 2 + 18 * cos(time * 0.9)
    const mass = body.mass()
    const push = (off: number, speed: number): number => mass * (6 * off - 3 * speed) * (1 / TICKS_PER_SECOND)
    body.applyImpulse({ x: push(wantedX - x, vx), y: push(wantedY - y, vy), z: 0 }, true)
  }

  #add(x: number, y: number, half: number): void {
    const body = this.#physics.createRigidBody(
      RAPIER.RigidBodyDesc.dynamic().setTranslation(x, y, half + 0.01),
    )
    this.#physics.createCollider(RAPIER.ColliderDesc.cuboid(half, half, half).setFriction(0.7), body)
    const box = this.#world.spawn('box', {
      position: { x, y, z: half },
      rotation: { x: 0, y: 0, z: 0, w: 1 },
    })
    this.#bodies.push({ body, box: box as Box })
  }
}
