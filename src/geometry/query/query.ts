import type { Vector2 } from '../../core/index.ts'
import type { Grid } from '../grid.ts'
import { boundsOf, isInside, type Shape } from './shape.ts'

/** What a query finds: an entity, whatever its kind. */
export interface Placed {
  readonly id: number
  readonly kind: string
  position?: Vector2
}

/** An entity that stands in a cell. */
export interface Standing {
  readonly entity: Placed
}

/** Those of the entities `E` whose kind is one of `K`. */
export type Found<E, K> = E extends { readonly kind: infer Name } ? (K extends Name ? E : never) : never

/** Which entities are asked for; all when left out. */
export interface Choice<E extends Placed, K extends E['kind'] = E['kind']> {
  readonly kind?: K
  where?(entity: Found<E, K>): boolean
}

export interface RayChoice<E extends Placed, K extends E['kind'] = E['kind']> extends Choice<E, K> {
  /**
   * The radius of entities in metres, the same for all or each its own (at most a cell's side). Half a metre when
   * left out.
   */
  readonly radius?: number | ((entity: Found<E, K>) => number)
  /** What stops the ray: a sight's `walls`, or anything that says how much of a way is free, as a share, 0..1. */
  readonly walls?: { shareAlong(from: Readonly<Vector2>, to: Readonly<Vector2>): number }
}

/** What a ray met. */
export interface Hit<Entity> {
  readonly entity: Entity
  /** Metres from the ray's beginning to where it enters the entity; 0 if it began inside. */
  readonly distance: number
}

/**
 * Finds who stands where, for game code: over the very cells that interest is made of, so that nothing is built or
 * kept up for it. It costs looking at those who stand in the cells it touches.
 *
 * Answers are in an order that owes nothing to the engine: by id, or by distance and then by id. Positions are
 * those of this moment. An entity that has gone further than a quarter of a cell within this tick without
 * `teleport` is found from the next tick on; no motion is as fast as that.
 */
export class Query<E extends Placed = Placed> {
  readonly #grid: Grid
  readonly #cells: readonly (readonly Standing[])[]
  /**
   * How far off cells are looked at too, in metres: who moved since the last tick's end is still listed where they
   * stood.
   */
  readonly #margin: number

  /** @param cells  by cell of the grid: who stands in it */
  constructor(grid: Grid, cells: readonly (readonly Standing[])[]) {
    this.#grid = grid
    this.#cells = cells
    this.#margin = grid.cellSize / 4
  }

  /** Finds everything within so many metres of a place, its border included; by id. */
  within<K extends E['kind'] = E['kind']>(
    place: Readonly<Vector2>,
    radius: number,
    choice: Choice<E, K> = {},
  ): Found<E, K>[] {
    const found: Placed[] = []
    if (radius >= 0) this.#inCircle(place.x, place.y, radius, choice as AnyChoice, found)
    return found.sort(byId) as never
  }

  /** Finds everything in a box or polygon; by id. */
  inShape<K extends E['kind'] = E['kind']>(shape: Shape, choice: Choice<E, K> = {}): Found<E, K>[] {
    const found: Placed[] = []
    this.#inShape(shape, choice as AnyChoice, found)
    return found.sort(byId) as never
  }

  /**
   * Finds the nearest so many to a place; by distance, then by id.
   *
   * @param choice.radiusMax  metres beyond which nobody counts; the whole map when left out
   */
  nearest<K extends E['kind'] = E['kind']>(
    place: Readonly<Vector2>,
    count: number,
    choice: Choice<E, K> & { readonly radiusMax?: number } = {},
  ): Found<E, K>[] {
    const { radiusMax = Infinity } = choice
    if (!(count >= 1)) return []
    const { columns, rows, cellSize } = this.#grid
    // Beyond this a circle around any place near the map holds all of it.
    const all = (columns + rows) * cellSize + Math.abs(place.x) + Math.abs(place.y)
    for (let radius = cellSize / 2; ; radius *= 2) {
      const isLast = !(radius < radiusMax && radius < all)
      const found = this.within(place, isLast ? Math.min(radiusMax, all) : radius, choice)
      if (found.length < count && !isLast) continue
      return byDistance(found as Placed[], place).slice(0, count) as never
    }
  }

  /** Finds everything that a ray goes through, from one place to another; by distance, then by id. */
  along<K extends E['kind'] = E['kind']>(
    from: Readonly<Vector2>,
    to: Readonly<Vector2>,
    choice: RayChoice<E, K> = {},
  ): Hit<Found<E, K>>[] {
    const hits: Hit<Placed>[] = []
    this.#cast(from, to, choice as never, (entity, distance) => hits.push({ entity, distance }))
    return hits.sort((a, b) => a.distance - b.distance || a.entity.id - b.entity.id) as never
  }

  /**
   * Finds the first that a ray goes through; of several as near, the one of the least id. Undefined when there is
   * none.
   */
  firstAlong<K extends E['kind'] = E['kind']>(
    from: Readonly<Vector2>,
    to: Readonly<Vector2>,
    choice: RayChoice<E, K> = {},
  ): Hit<Found<E, K>> | undefined {
    let first: Placed | undefined
    let least = Infinity
    this.#cast(from, to, choice as never, (entity, distance) => {
      if (distance > least || (distance === least && first && entity.id > first.id)) return
      first = entity
      least = distance
    })
    return first && ({ entity: first, distance: least } as never)
  }

  /** Collects who stands in a circle. This loop is run most: plain, and without a call for each entity. */
  #inCircle(x: number, y: number, radius: number, { kind, where }: AnyChoice, found: Placed[]): void {
    const grid = this.#grid
    const reach = radius + this.#margin
    const squared = radius * radius
    const left = grid.column(x - reach)
    const right = grid.column(x + reach)
    const top = grid.row(y + reach)
    for (let row = grid.row(y - reach); row <= top; row++)
      for (let at = left + row * grid.columns, end = right + row * grid.columns; at <= end; at++) {
        const cell = this.#cells[at]
        for (let i = 0; i < cell.length; i++) {
          const { entity } = cell[i]
          const position = entity.position as Vector2
          const dx = position.x - x
          const dy = position.y - y
          if (dx * dx + dy * dy > squared || (kind !== undefined && entity.kind !== kind)) continue
          if (where === undefined || where(entity)) found.push(entity)
        }
      }
  }

  #inShape(shape: Shape, { kind, where }: AnyChoice, found: Placed[]): void {
    const grid = this.#grid
    const [west, south, east, north] = boundsOf(shape)
    const left = grid.column(west - this.#margin)
    const right = grid.column(east + this.#margin)
    const top = grid.row(north + this.#margin)
    for (let row = grid.row(south - this.#margin); row <= top; row++)
      for (let at = left + row * grid.columns, end = right + row * grid.columns; at <= end; at++) {
        const cell = this.#cells[at]
        for (let i = 0; i < cell.length; i++) {
          const { entity } = cell[i]
          const { x, y } = entity.position as Vector2
          if ((kind !== undefined && entity.kind !== kind) || !isInside(shape, x, y)) continue
          if (where === undefined || where(entity)) found.push(entity)
        }
      }
  }

  #cast(
    from: Readonly<Vector2>,
    to: Readonly<Vector2>,
    { kind, where, radius = 0.5, walls }: AnyRayChoice,
    hit: (entity: Placed, distance: number) => void,
  ): void {
    const dx = to.x - from.x
    const dy = to.y - from.y
    const length = Math.sqrt(dx * dx + dy * dy)
    if (!(length < Infinity)) return
    const end = walls ? walls.shareAlong(from, to) * length : length
    const grid = this.#grid
    const margin = this.#margin + (typeof radius === 'number' ? radius : grid.cellSize)
    const bottom = grid.row(Math.min(from.y, to.y) - margin)
    const top = grid.row(Math.max(from.y, to.y) + margin)
    for (let row = bottom; row <= top; row++) {
      // The part of the ray from which someone in this row could be met.
      const low = row * grid.cellSize - margin
      const shares = [(low - from.y) / dy, (low + grid.cellSize + 2 * margin - from.y) / dy]
      const isFlat = dy === 0 || row === 0 || row === grid.rows - 1
      const first = isFlat ? 0 : Math.min(1, Math.max(0, Math.min(...shares)))
      const last = isFlat ? 1 : Math.min(1, Math.max(0, Math.max(...shares)))
      const ends = [from.x + dx * first, from.x + dx * last]
      const right = grid.column(Math.max(...ends) + margin)
      for (let column = grid.column(Math.min(...ends) - margin); column <= right; column++) {
        const cell = this.#cells[column + row * grid.columns]
        for (let i = 0; i < cell.length; i++) {
          const { entity } = cell[i]
          if (kind !== undefined && entity.kind !== kind) continue
          const wide = typeof radius === 'number' ? radius : Math.min(radius(entity), grid.cellSize)
          const distance = entry(entity.position as Vector2, from, dx, dy, length, wide)
          if (distance <= end && (where === undefined || where(entity))) hit(entity, distance)
        }
      }
    }
  }
}

interface AnyChoice {
  readonly kind?: string
  readonly where?: (entity: Placed) => boolean
}

interface AnyRayChoice extends AnyChoice {
  readonly radius?: number | ((entity: Placed) => number)
  readonly walls?: RayChoice<Placed>['walls']
}

/** Returns the metres along a ray to where it enters a circle; Infinity if it does not. */
function entry(
  at: Vector2,
  from: Readonly<Vector2>,
  dx: number,
  dy: number,
  length: number,
  radius: number,
): number {
  const x = at.x - from.x
  const y = at.y - from.y
  const squared = x * x + y * y
  if (!(radius >= 0)) return Infinity
  if (squared <= radius * radius) return 0
  if (length === 0) return Infinity
  const along = (x * dx + y * dy) / length
  const aside = (x * dy - y * dx) / length
  const half = radius * radius - aside * aside
  if (half < 0 || along < 0) return Infinity
  return along - Math.sqrt(half)
}

function byId(a: Placed, b: Placed): number {
  return a.id - b.id
}

function byDistance(found: Placed[], { x, y }: Readonly<Vector2>): Placed[] {
  const squared = ({ position }: Placed): number => {
    const at = position as Vector2
    return (at.x - x) * (at.x - x) + (at.y - y) * (at.y - y)
  }
  return found.sort((a, b) => squared(a) - squared(b) || a.id - b.id)
}
