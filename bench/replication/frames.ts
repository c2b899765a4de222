/**
 * 901 boxes of a physics engine, after Glenn Fiedler's "Snapshot Compression": a large cube is driven through a field
 * of 900 small ones. Simulated by Rapier; forces come from the tick alone, so every run is the same.
 *
 *     pushed   the small ones are pushed about, slide, and come to rest again
 *     thrown   the large one also jumps, and what is near it is pulled towards it and thrown up
 */
import RAPIER from '@dimforge/rapier3d-compat'
import { cos, sin } from '../../src/core/index.ts'
import type { Quaternion } from '../../src/wire/index.ts'

export const TICKS_PER_SECOND = 60
export const SIDE = 256
export const BOXES = 901
const GRID = 30

export type Push = 'pushed' | 'thrown'

/** One box as the engine has it: metres, and a rotation of length 1. */
export interface BoxPose {
  readonly x: number
  readonly y: number
  readonly z: number
  readonly rotation: Quaternion
}

/** Makes the library ready; once, before the first `Boxes`. */
export async function initPhysics(): Promise<void> {
  // The library's own start-up warns about how it is called.
  const warn = console.warn
  console.warn = () => {}
  await RAPIER.init()
  console.warn = warn
}

export class Boxes {
  /** How many boxes are awake. */
  moving = 0
  readonly #push: Push
  readonly #physics = new RAPIER.World({ x: 0, y: 0, z: -20 })
  readonly #bodies: RAPIER.RigidBody[] = []
  #tick = 0

  constructor(push: Push) {
    this.#push = push
    this.#physics.timestep = 1 / TICKS_PER_SECOND
    this.#physics.createCollider(RAPIER.ColliderDesc.cuboid(SIDE, SIDE, 1).setTranslation(0, 0, -1))
    this.#add(SIDE / 2, SIDE / 2 - 20, 1)
    for (let i = 0; i < GRID * GRID; i++) {
      const x = SIDE / 2 + ((i % GRID) - GRID / 2) * 1.2
      const y = SIDE / 2 + (Math.floor(i / GRID) - GRID / 2) * 1.2
      this.#add(x, y, 0.2)
    }
  }

  /** Runs one tick of the engine. */
  step(): void {
    this.#drive()
    this.#physics.step()
    this.moving = 0
    for (const body of this.#bodies) if (!body.isSleeping()) this.moving++
    this.#tick++
  }

  /** Whether a box is awake: where it is not, its pose is what it was. */
  isAwake(box: number): boolean {
    return !this.#bodies[box].isSleeping()
  }

  pose(box: number): BoxPose {
    const { x, y, z } = this.#bodies[box].translation()
    const { x: i, y: j, z: k, w } = this.#bodies[box].rotation()
    return { x, y, z: Math.max(0, z), rotation: { x: i, y: j, z: k, w } }
  }

  /** Drives the large cube in loops through the field. */
  #drive(): void {
    const large = this.#bodies[0]
    const time = this.#tick / TICKS_PER_SECOND
    const { x, y, z } = large.translation()
    const { x: vx, y: vy } = large.linvel()
    const wantedX = SIDE / 2 + 14 * sin(time * 0.7)
    const wantedY = SIDE / 2 + 18 * cos(time * 0.9)
    const push = (off: number, speed: number): number =>
      large.mass() * (6 * off - 3 * speed) * (1 / TICKS_PER_SECOND)
    large.applyImpulse({ x: push(wantedX - x, vx), y: push(wantedY - y, vy), z: 0 }, true)
    if (this.#push === 'pushed') return
    if (this.#tick % 150 === 149) large.applyImpulse({ x: 0, y: 0, z: large.mass() * 8 }, true)
    const isPulling = this.#tick % 240 < 180
    for (let box = 1; box < BOXES; box++) {
      const body = this.#bodies[box]
      const at = body.translation()
      const [dx, dy, dz] = [x - at.x, y - at.y, z - at.z]
      const squared = dx * dx + dy * dy + dz * dz
      if (squared > 16) continue
      if (isPulling) {
        const pull = (body.mass() * 30) / TICKS_PER_SECOND / Math.max(1, Math.sqrt(squared))
        body.applyImpulse({ x: dx * pull, y: dy * pull, z: dz * pull }, true)
      } else if (this.#tick % 240 === 180) {
        const off = (body.mass() * 5) / Math.max(1, Math.sqrt(squared))
        body.applyImpulse({ x: -dx * off, y: -dy * off, z: body.mass() * 7 }, true)
      }
    }
  }

  #add(x: number, y: number, half: number): void {
    const body = this.#physics.createRigidBody(
      RAPIER.RigidBodyDesc.dynamic().setTranslation(x, y, half + 0.01),
    )
    this.#physics.createCollider(RAPIER.ColliderDesc.cuboid(half, half, half).setFriction(0.7), body)
    this.#bodies.push(body)
  }
}
