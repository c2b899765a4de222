/** What the operator's console builds: its words become walls and light posts of a room, under those who play. */
import type { WorldMap } from 'shardless'
import { Sorry } from 'shardless/server'
import {
  isInHouse,
  lampsMax,
  rectangleOf,
  wallsMax,
  wallsOf,
  withLamp,
  withoutLamp,
  withoutWall,
  withWall,
  withWallAt,
} from './building.ts'
import type { Match } from './match.ts'
import { heightPixels, pixelsPerMetre, widthPixels } from './measure.ts'

/** What can be done with walls. */
export const changes = ['add', 'move', 'remove']
/** How far a light post shines where nothing else is said, and the least and most, in metres. */
const REACH = { usual: 14, least: 2, most: 40 }

type Words = readonly string[]

export function listWalls({ world }: Match): string {
  const walls = wallsOf(world.map).map(rectangleOf)
  return walls.map(({ x, y, w, h }, at) => `#${at + 1} ${x},${y} ${w}x${h}`).join('\n')
}

/** @throws Sorry for what cannot be */
export function changeWalls(match: Match, change: string, given: Words): string {
  const { map } = match.world
  if (change === 'add') {
    const [x, y, w, h] = numbers(given, 4, 'X Y W H')
    checkInHouse({ x, y, w, h })
    if (wallsOf(map).length >= wallsMax) throw new Sorry(`A house has at most ${wallsMax} walls.`)
    return build(match, withWall(map, { x, y, w, h }), `The wall #${wallsOf(map).length + 1} stands`)
  }
  if (change === 'remove') return build(match, withoutWall(map, wall(map, given[0])), 'The wall is gone')
  if (change === 'move') {
    const one = wall(map, given[0])
    const [x, y] = numbers(given.slice(1), 2, 'NUMBER X Y')
    checkInHouse({ ...rectangleOf(one), x, y })
    return build(match, withWallAt(map, one, { x, y }), `The wall ${given[0]} is moved`)
  }
  throw new Sorry(`Walls are there to ${changes.join(', ')}.`)
}

export function listLights({ lamps }: Match): string {
  return lamps
    .map(({ id, light }) => {
      const { x, y } = light.at
      const at = `${Math.round(x * pixelsPerMetre) - 5},${Math.round(heightPixels - y * pixelsPerMetre) - 5}`
      return `#${id} at ${at}: ${light.isOn ? 'on' : 'off'}`
    })
    .join('\n')
}

/** @throws Sorry for what cannot be */
export function changeLights(match: Match, what: string, given: Words): string {
  const { map } = match.world
  if (what === 'add') {
    const [x, y, reach = REACH.usual] = numbers(given, given.length === 3 ? 3 : 2, 'X Y [REACH]')
    checkInHouse({ x, y, w: 10, h: 10 })
    if (reach < REACH.least || reach > REACH.most)
      throw new Sorry(`A light reaches ${REACH.least} to ${REACH.most} metres.`)
    if (match.lamps.length >= lampsMax) throw new Sorry(`A house has at most ${lampsMax} lights.`)
    return build(match, withLamp(map, { x, y }, reach), 'The light is up')
  }
  if (what === 'remove') {
    const { at } = lamp(match, given[0]).light
    return build(match, withoutLamp(map, at), 'The light is taken down')
  }
  const { id } = lamp(match, what)
  const [state] = given
  if (state !== 'on' && state !== 'off') throw new Sorry('A light is on or off.')
  match.switchLamp(id, state === 'on')
  return `The light #${id} is ${state}.`
}

function build(match: Match, map: WorldMap, done: string): string {
  const { freed, stuck } = match.build(map)
  const moved = freed === 0 ? '' : `; ${freed} who stood there ${freed === 1 ? 'was' : 'were'} put beside it`
  return `${done}${moved}${stuck === 0 ? '' : `; ${stuck} could not be freed`}.`
}

function wall(map: WorldMap, number: string | undefined) {
  const found = wallsOf(map)[Number(number?.replace('#', '')) - 1]
  if (!found) throw new Sorry(`There is no wall ${number ?? ''}; "walls" lists them.`)
  return found
}

function lamp({ lamps }: Match, number: string | undefined) {
  const found = lamps.find(({ id }) => id === Number(number?.replace('#', '')))
  if (!found) throw new Sorry(`There is no light ${number ?? ''}.`)
  return found
}

function numbers(given: Words, count: number, usage: string): number[] {
  const read = given.map(Number)
  if (read.length === count && read.every((value) => Number.isInteger(value))) return read
  throw new Sorry(`Say it in whole numbers: ${usage}.`)
}

function checkInHouse(rectangle: Parameters<typeof isInHouse>[0]): void {
  if (!isInHouse(rectangle))
    throw new Sorry(`That is not in the house, which is ${widthPixels} pixels wide and ${heightPixels} high.`)
}
