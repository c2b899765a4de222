import type { Vector3 } from '../../core/index.ts'
import type { InheritedPath, Kind } from '../../world/index.ts'
import {
  nearestDirection,
  type PositionLayout,
  speedBeside,
  turnedVelocity,
} from '../encoding/position-layout.ts'
import type { KindTable } from '../ledger/kind-table.ts'

/** Over how many ticks a segment makes up for the rounding of the one before. */
const HEALING_TICKS = 20
/** How far a velocity may be from the one wanted, a tick, to be told as a direction alone: a share of the tolerance. */
const TURN_OFF_SHARE = 1 / 40

/** A moving entity as its author sees it. */
export interface Mover {
  readonly table: KindTable
  readonly row: number
  /** Metres: where game code has it. */
  readonly place: Vector3
  /**
   * Compares a dead-reckoned entity with what receivers compute, and begins a new segment when the two differ by
   * more than the tolerance.
   */
  readonly truth: Float64Array
}

type Position = NonNullable<Kind['position']>

/**
 * Compares a dead-reckoned entity with what receivers compute, and begins a new segment when they are off by more than
 * the tolerance.
 *
 * @returns whether a new segment has to be told
 */
export function steer(mover: Mover, tick: number): boolean {
  const { table, row, place, truth } = mover
  const { unit, toleranceUnits } = table.kind.position as Position
  const { axes, velocity, place: told } = table
  const at = row * axes
  const ticks = tick - table.start[row]
  const x = place.x / unit
  const y = place.y / unit
  const z = axes === 3 ? place.z / unit : 0
  const errorX = x - (told[at] + velocity[at] * ticks)
  const errorY = y - (told[at + 1] + velocity[at + 1] * ticks)
  const errorZ = axes === 3 ? z - (told[at + 2] + velocity[at + 2] * ticks) : 0
  const isOff = errorX * errorX + errorY * errorY + errorZ * errorZ > toleranceUnits * toleranceUnits
  if (isOff) turn(mover, tick)
  truth[at] = x
  truth[at + 1] = y
  if (axes === 3) truth[at + 2] = z
  return isOff
}

/** Begins a segment that needs no other: here, at this tick, with the speed of the last step if there was one. */
export function restart(mover: Mover, tick: number): void {
  const { table, row, truth } = mover
  const { unit, speedUnitsMax } = table.kind.position as Position
  const canTellSpeed = table.jumped[row] !== tick && table.moved[row] > 0
  let squared = 0
  table.move(row, tick, false)
  table.start[row] = tick
  for (let axis = 0; axis < table.axes; axis++) {
    const at = row * table.axes + axis
    const now = along(mover, axis) / unit
    const step = Math.round(now - truth[at])
    table.place[at] = Math.round(now)
    table.velocity[at] = canTellSpeed && Math.abs(step) <= speedUnitsMax ? step : 0
    squared += (now - truth[at]) * (now - truth[at])
    truth[at] = now
  }
  tellSpeed(table, row, Math.sqrt(squared))
}

/**
 * Goes on with the path that another author told: the straight line that viewers know, begun anew at the last tick.
 * Begins another where that leads elsewhere: the entity stood meanwhile.
 *
 * @param path  its `stood` is where the entity truly was at the last tick, in metres
 */
export function inherit(mover: Mover, path: InheritedPath, tick: number): void {
  const { table, row, truth } = mover
  const { unit, speedUnitsMax } = table.kind.position as Position
  for (let axis = 0; axis < table.axes; axis++) {
    const leads = path.place[axis] + path.velocity[axis] * (tick - 1 - path.start)
    if (Math.abs(leads - path.stood[axis] / unit) <= speedUnitsMax) continue
    restart(mover, tick)
    return
  }
  table.move(row, tick, false)
  table.start[row] = tick - 1
  for (let axis = 0; axis < table.axes; axis++) {
    const at = row * table.axes + axis
    const velocity = Math.max(-speedUnitsMax, Math.min(speedUnitsMax, path.velocity[axis]))
    table.velocity[at] = velocity
    table.place[at] = path.place[axis] + velocity * (tick - 1 - path.start)
    truth[at] = path.stood[axis] / unit
  }
  const [x, y] = [table.velocity[row * table.axes], table.velocity[row * table.axes + 1]]
  tellSpeed(table, row, Math.sqrt(x * x + y * y))
}

/** Begins the same straight line anew at `tick`, so that a segment never begins far outside its cell. */
export function rebase(table: KindTable, row: number, tick: number): void {
  for (let axis = 0; axis < table.axes; axis++)
    table.place[row * table.axes + axis] = table.placeAt(row, axis, tick)
  table.start[row] = tick
  table.direction[row] = -1
  table.move(row, tick, false)
}

/** Notes where a sampled entity is now. @returns whether that has to be told */
export function sample(mover: Mover, tick: number): boolean {
  const { table, row } = mover
  const { unit, speedUnitsMax } = table.kind.position as Position
  let hasMoved = false
  let hasJumped = false
  for (let axis = 0; axis < table.axes; axis++) {
    const delta = Math.abs(Math.floor(along(mover, axis) / unit) - table.place[row * table.axes + axis])
    if (delta > 0) hasMoved = true
    if (delta > speedUnitsMax) hasJumped = true
  }
  if (hasJumped) table.jumped[row] = tick
  if (hasMoved) resample(mover, tick)
  return hasMoved
}

/** Tells a sampled entity's place, whether or not it changed. */
export function resample(mover: Mover, tick: number): void {
  const { table, row } = mover
  const { unit } = table.kind.position as Position
  table.move(row, tick, false)
  for (let axis = 0; axis < table.axes; axis++) {
    table.place[row * table.axes + axis] = Math.floor(along(mover, axis) / unit)
  }
}

/**
 * Begins the segment that leads from the last tick's place to this one's. Where receivers are close enough to the
 * truth, it begins where they compute the entity to be, so that only the velocity is news.
 */
function turn(mover: Mover, tick: number): void {
  const { table, row, truth } = mover
  const { unit, toleranceUnits, speedUnitsMax } = table.kind.position as Position
  const { axes } = table
  let offSquared = 0
  let isTooFast = false
  let isResting = true
  for (let axis = 0; axis < axes; axis++) {
    const before = truth[row * axes + axis]
    const off = before - table.placeAt(row, axis, tick - 1)
    offSquared += off * off
    const speed = Math.abs(along(mover, axis) / unit - before)
    if (speed > speedUnitsMax) isTooFast = true
    if (speed >= 0.5) isResting = false
  }
  const slack = isResting ? toleranceUnits / 4 : toleranceUnits / 2
  if (isTooFast) table.jumped[row] = tick
  if (isTooFast || offSquared > slack * slack) {
    restart(mover, tick)
    return
  }
  let squared = 0
  for (let axis = 0; axis < axes; axis++) {
    const at = row * axes + axis
    const begin = table.placeAt(row, axis, tick - 1)
    const step = along(mover, axis) / unit - truth[at]
    squared += step * step
    table.place[at] = begin
    table.velocity[at] = isResting ? 0 : step + (truth[at] - begin) / HEALING_TICKS
  }
  table.start[row] = tick - 1
  table.move(row, tick, true)
  if (axes === 2 && keepSpeed(table, row, speedUnitsMax)) return
  for (let at = row * axes; at < (row + 1) * axes; at++)
    table.velocity[at] = Math.max(-speedUnitsMax, Math.min(speedUnitsMax, Math.round(table.velocity[at])))
  tellSpeed(table, row, Math.sqrt(squared))
}

/** Gives a segment the speed of the one before, if that comes near to the velocity that it has been given. */
function keepSpeed(table: KindTable, row: number, speedUnitsMax: number): boolean {
  const speed = table.speed[row]
  if (speed === 0) return false
  const layout = table.layout as PositionLayout
  const x = table.velocity[row * 2]
  const y = table.velocity[row * 2 + 1]
  const offMax = layout.toleranceUnits * TURN_OFF_SHARE
  // What is told is rounded along both axes: it is off by at least so much, wherever it leads.
  const off = Math.abs(Math.sqrt(x * x + y * y) - speed) - 1
  if (off > offMax) return false
  const direction = nearestDirection(layout, speed, x, y)
  const vx = turnedVelocity(layout, speed, direction, 0)
  const vy = turnedVelocity(layout, speed, direction, 1)
  const isNear = (vx - x) * (vx - x) + (vy - y) * (vy - y) <= offMax * offMax
  if (!isNear || Math.abs(vx) > speedUnitsMax || Math.abs(vy) > speedUnitsMax || (vx === 0 && vy === 0))
    return false
  table.velocity[row * 2] = vx
  table.velocity[row * 2 + 1] = vy
  table.direction[row] = direction
  return true
}

/** Notes the speed of a segment whose velocity is told as it is: as near to `length` as can be told beside it. */
function tellSpeed(table: KindTable, row: number, length: number): void {
  table.direction[row] = -1
  if (table.axes === 2)
    table.speed[row] = speedBeside(length, table.velocity[row * 2], table.velocity[row * 2 + 1])
}

function along({ place }: Mover, axis: number): number {
  return axis === 0 ? place.x : axis === 1 ? place.y : place.z
}
