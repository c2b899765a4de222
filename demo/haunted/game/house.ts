import { darkPolygon, type Light, type MapObject, Sight, type Vector2, type WorldMap } from 'shardless'
import {
  heightPixels,
  lanternReach,
  pixelsPerMetre,
  type Rectangle,
  sightNear,
  sightReach,
} from './measure.ts'

/** The layer of light posts in the map's file: boxes of 10 x 10 pixels, with a `reach` in metres. */
export const LAMPS = 'lamps'
/** How far a post shines that does not say so, in metres. */
const REACH = 14

/** The corners of each light's piece of ground on a screen that is told of it in few bytes. */
const SHADE_CORNERS = 12

/** A light post: where its light is, in metres. */
export interface Post {
  readonly x: number
  readonly y: number
  readonly reach: number
}

/** Reads the light posts of a map. */
export function postsOf(map: WorldMap): readonly Post[] {
  return map.objects.filter(({ layer }) => layer === LAMPS).map(postOf)
}

function postOf({ x, y, width, height, properties }: MapObject): Post {
  const reach = Number(properties.reach ?? REACH)
  return { x: x + width / 2, y: y + height / 2, reach: reach > 0 && reach <= 64 ? reach : REACH }
}

/** A wall or a light post as boxes on a screen. */
export interface Piece extends Rectangle {
  readonly isLamp: boolean
}

/** Lists what stands in a house, in pixels: walls first, then light posts. */
export function piecesOf(map: WorldMap): readonly Piece[] {
  const pieces: Piece[] = []
  for (const solid of map.solids) {
    if (solid.shape !== 'box') continue
    const x = Math.round(solid.x0 * pixelsPerMetre)
    const y = Math.round(heightPixels - solid.y1 * pixelsPerMetre)
    const w = Math.round((solid.x1 - solid.x0) * pixelsPerMetre)
    const h = Math.round((solid.y1 - solid.y0) * pixelsPerMetre)
    // A light post stands in the way like a wall, and hides nothing, as water does.
    pieces.push({ x, y, w, h, isLamp: solid.kind === 'water' })
  }
  return pieces.sort((a, b) => Number(a.isLamp) - Number(b.isLamp))
}

/**
 * One house of a match: who can see whom in it. Walls hide, lamps and lanterns light; what a light that stands still
 * shines on is worked out once for all.
 */
export class House {
  readonly sight: Sight
  readonly #map: WorldMap
  readonly #lamps = new Set<Light>()
  readonly #lanterns = new Map<number, Light>()

  constructor(map: WorldMap) {
    this.#map = map
    this.sight = new Sight({ map, reach: sightReach, near: sightNear })
  }

  /** Puts up a light. @returns what switches it and takes it down */
  light({ x, y, reach }: Post): Light {
    const light = this.sight.light({ at: { x, y }, reach })
    this.#lamps.add(light)
    return light
  }

  /** Gives somebody a lantern: a light that goes where they go. */
  giveLantern({ id, position }: { readonly id: number; readonly position: Readonly<Vector2> }): void {
    this.takeLantern({ id })
    this.#lanterns.set(id, this.sight.light({ at: position, reach: lanternReach, isMoving: true }))
  }

  takeLantern({ id }: { readonly id: number }): void {
    const lantern = this.#lanterns.get(id)
    if (!lantern) return
    this.#lanterns.delete(id)
    this.sight.removeLight(lantern)
  }

  /**
   * Returns what lies in the dark, as the corners of one polygon in metres, for a screen that is shown only one.
   *
   * @param withLanterns  for seekers, who know of each other's lanterns; nobody else may know where those are
   */
  dark({ withLanterns }: { readonly withLanterns: boolean }): ArrayLike<number> {
    const { width, height } = this.#map
    const lights = withLanterns ? [...this.#lamps, ...this.#lanterns.values()] : this.#lamps
    return darkPolygon(lights, { width, height, cornersMax: SHADE_CORNERS })
  }
}
