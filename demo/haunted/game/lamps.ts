import type { Light, World } from 'shardless'
import type { haunted } from './haunted.ts'
import { type House, postsOf } from './house.ts'

/** The light posts of a room: what everyone in it is told of them, and the lights that they are. */
export class Lamps {
  readonly #world: World<typeof haunted>
  readonly #lights = new Map<number, Light>()

  constructor(world: World<typeof haunted>) {
    this.#world = world
  }

  get all(): readonly { readonly id: number; readonly light: Light }[] {
    return [...this.#lights].map(([id, light]) => ({ id, light }))
  }

  /** Puts up the posts of the map in a house, in the place of those before. What was off stays off. */
  putUp(house: House): void {
    const off = [...this.#lights.values()].filter(({ isOn }) => !isOn).map(({ at }) => `${at.x} ${at.y}`)
    for (const id of this.#lights.keys()) this.#world.despawn({ id })
    this.#lights.clear()
    for (const post of postsOf(this.#world.map)) {
      const isOn = !off.includes(`${post.x} ${post.y}`)
      const { id } = this.#world.spawn('lamp', { ...post, isOn })
      const light = house.light(post)
      light.isOn = isOn
      this.#lights.set(id, light)
    }
  }

  /** Switches one. @returns whether there is such a one */
  turn(id: number, isOn: boolean): boolean {
    const lamp = this.#world.get(id)
    const light = this.#lights.get(id)
    if (lamp?.kind !== 'lamp' || !light) return false
    lamp.isOn = isOn
    light.isOn = isOn
    return true
  }
}
