import type { WorldMap } from 'shardless'
import { byId } from './element.ts'

/** Milliseconds that a name stays on the screen. */
const shownFor = 3500

/** Tells the name of the place one has come to. */
export class PlaceName {
  readonly #element = byId('place')
  #places: readonly { name: string; x: number; y: number; radius: number }[]
  #current = ''

  constructor(map: WorldMap) {
    this.#places = placesOf(map)
  }

  enter(map: WorldMap): void {
    this.#places = placesOf(map)
  }

  update(here: { x: number; y: number } | undefined): void {
    if (!here) return
    const place = this.#places.find(({ x, y, radius }) => Math.hypot(here.x - x, here.y - y) < radius)
    const name = place?.name ?? ''
    if (name === this.#current) return
    this.#current = name
    if (name === '') return
    this.#element.textContent = name
    this.#element.classList.add('shown')
    setTimeout(() => {
      if (this.#current === name || this.#element.textContent === name)
        this.#element.classList.remove('shown')
    }, shownFor)
  }
}

function placesOf(map: WorldMap) {
  return (
    map.decor
      .filter(({ kind }) => kind === 'place')
      .map(({ name, x, y, properties }) => ({ name, x, y, radius: Number(properties.radius) }))
      // A small place within a large one is the one to name.
      .sort((a, b) => a.radius - b.radius)
  )
}
