import type { WorldMap } from 'shardless'
import { byId } from './element.ts'

/** How long a name stays on the screen, in ms. */
const shownFor = 3500
/** The distance from the foot of stairs within which they are announced, in metres. */
const stairsNear = 5

interface Place {
  readonly name: string
  readonly x: number
  readonly y: number
  readonly radius: number
}

/** Shows the name of the place that the player has entered. */
export class PlaceName {
  readonly #element = byId('place')
  #places: readonly Place[]
  #stairs: readonly Place[]
  #current = ''

  constructor(map: WorldMap) {
    this.#places = placesOf(map)
    this.#stairs = stairsOf(map)
  }

  enter(map: WorldMap): void {
    this.#places = placesOf(map)
    this.#stairs = stairsOf(map)
  }

  update(here: { x: number; y: number } | undefined): void {
    if (!here) return
    const isNear = ({ x, y, radius }: Place): boolean => Math.hypot(here.x - x, here.y - y) < radius
    const found = [this.#places.find(isNear), this.#stairs.find(isNear)]
    const name = found.flatMap((place) => place?.name ?? []).join(' · ')
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

function placesOf(map: WorldMap): Place[] {
  return (
    map.decor
      .filter(({ kind }) => kind === 'place')
      .map(({ name, x, y, properties }) => ({ name, x, y, radius: Number(properties.radius) }))
      // A small place within a large one is the one to name.
      .sort((a, b) => a.radius - b.radius)
  )
}

/** Returns the feet of the stairs: those of the town lead down, those of the catacombs up. */
function stairsOf({ decor, solids }: WorldMap): Place[] {
  const name = solids.some(({ variety }) => variety === 'rock') ? 'stairs up' : 'stairs down'
  return decor
    .filter(({ kind }) => kind === 'landing')
    .map(({ x, y }) => ({ name, x, y, radius: stairsNear }))
}
